"""The view follows the end, and holds still for who reads further up: measured in pixels."""

from __future__ import annotations

from tests.browser.browsers import PHONE, Browser
from tests.browser.poster import Poster, numbered
from tests.browser.room import Place, Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: How much of the list is above and below the view, in pixels, in JavaScript.
ABOVE = """(document.querySelector('#scroller').getBoundingClientRect().top
    - document.querySelector('#messages').getBoundingClientRect().top)"""
BELOW = """(document.querySelector('#messages').getBoundingClientRect().bottom
    - document.querySelector('#scroller').getBoundingClientRect().bottom)"""

#: What may be lost by rounding.
A_PIXEL = 1.0


def test_at_the_end_the_view_follows_what_arrives(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(40)))
    reader = Room.enter(browser.open(), server.url, room)
    assert abs(reader.distance_from_end) <= A_PIXEL, "the page did not open at its end"

    for text in numbered("new", range(20)):
        poster.say(room, text)
    reader.wait_for("new 19")

    assert abs(reader.distance_from_end) <= A_PIXEL, "the view did not follow"


def test_a_short_list_grows_until_it_follows(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    reader = Room.enter(browser.open(*PHONE), server.url, room)

    poster.say(room, *numbered("new", range(25)))
    reader.wait_for("new 24")

    assert abs(reader.distance_from_end) <= A_PIXEL, "the view did not follow from an empty list"


def test_who_reads_further_up_is_not_moved_by_what_arrives(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = Room.enter(browser.open(), server.url, room)
    reader.tab.wheel("#scroller", -700)
    reader.tab.wait_until(f"{BELOW} > 500", "the wheel did not scroll")
    before = settled(reader)

    for text in numbered("new", range(20)):
        poster.say(room, text)
    reader.wait_for("new 19")

    moved = reader.place_of(before.id).top - before.top
    assert abs(moved) <= A_PIXEL, f"the first visible message moved by {moved} px"
    assert reader.first_visible().id == before.id
    assert reader.distance_from_end > 500, "the view went to the end"


def test_who_scrolled_back_to_the_end_follows_again_whatever_the_list_measures(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    """A list has fractions of a pixel; an end that is missed by one holds still for ever."""
    poster.say(room, *numbered("old", range(40)))
    reader = Room.enter(browser.open(), server.url, room)

    for text in numbered("new", range(8)):
        reader.tab.wheel("#scroller", -300)
        reader.tab.wait_until(f"{BELOW} > 200", "the wheel did not scroll")
        reader.tab.wheel("#scroller", 3000)
        reader.tab.wait_until(f"{BELOW} < 2", "the wheel did not scroll back")
        poster.say(room, text)
        reader.wait_for(text)
        assert abs(reader.distance_from_end) <= A_PIXEL, f"the view did not follow to {text}"


def test_older_messages_load_while_scrolling_up_each_once_and_in_order(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    texts = numbered("message", range(170))
    poster.say(room, *texts)
    reader = Room.enter(browser.open(), server.url, room)
    assert len(reader.messages) == 50, "the page does not open with one page of messages"

    scroll_up_to(reader, texts[0])

    reader.tab.wait_until("document.querySelector('#more').hidden", "there seem to be more")
    assert reader.texts == texts


def test_older_messages_come_in_above_without_a_jump(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    poster.say(room, *numbered("message", range(140)))
    reader = Room.enter(browser.open(), proxy.url, room)
    for shown in (50, 100):
        # At first from the very top; then from where they are asked for in good time.
        to_the_edge = round(reader.tab.evaluate(ABOVE)) - (0 if shown == 50 else 200)
        proxy.stall()
        reader.tab.wheel("#scroller", -to_the_edge)
        before = settled(reader)
        assert len(reader.messages) == shown, "older ones came before it could be measured"
        proxy.release()

        reader.tab.wait_until(
            f"document.querySelectorAll('.message').length > {shown}", "older ones do not come"
        )

        moved = reader.place_of(before.id).top - before.top
        assert abs(moved) <= A_PIXEL, f"the first visible message jumped by {moved} px"


def test_what_arrives_while_older_messages_load_is_in_its_place(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    old, new = numbered("old", range(120)), numbered("new", range(10))
    poster.say(room, *old)
    reader = Room.enter(browser.open(), proxy.url, room)

    proxy.stall()
    reader.tab.wheel("#scroller", -100_000)
    poster.say(room, *new)
    proxy.release()
    reader.wait_for(*new)
    scroll_up_to(reader, old[0])

    assert reader.texts == old + new


def test_a_page_that_grew_long_is_trimmed_and_loses_no_history(
    narrow_server: ServerProcess, browser: Browser, room: str
) -> None:
    """A page keeps what is in its window; what it drops is loaded again while scrolling up."""
    old, late = numbered("old", range(120)), numbered("late", range(60))
    poster = Poster(narrow_server.url)
    poster.say(room, *old[:10])
    reader = Room.enter(browser.open(), narrow_server.url, room)

    poster.say(room, *old[10:])
    reader.wait_for(old[-1])
    reader.tab.wait_until(
        "document.querySelectorAll('.message').length <= 50", "the page is not trimmed"
    )
    assert abs(reader.distance_from_end) <= A_PIXEL, "trimming moved the view"
    kept = reader.texts
    assert kept == old[-len(kept) :]

    scroll_up_to(reader, old[0])
    assert reader.texts == old
    # Who has asked for older messages keeps them, whatever arrives.
    poster.say(room, *late)
    reader.wait_for(late[-1])
    assert reader.texts == old + late


def scroll_up_to(reader: Room, text: str) -> None:
    """Turns the wheel until the list begins with a message."""
    for _ in range(60):
        if reader.texts[0] == text:
            return
        reader.tab.wheel("#scroller", -900)
        settled(reader)
    raise AssertionError(f"{text!r} did not come; the first message is {reader.texts[0]!r}")


def settled(reader: Room) -> Place:
    """Where the first visible message is once the view has come to rest."""
    place = reader.first_visible()
    for _ in range(200):
        reader.tab.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))"
        )
        was, place = place, reader.first_visible()
        if place == was:
            return place
    raise AssertionError("the view does not come to rest")


def test_the_keyboard_scrolls_the_list(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = Room.enter(browser.open(), server.url, room)

    reader.tab.evaluate("document.querySelector('.skip').focus()")
    for _ in range(20):
        reader.tab.press("Tab")
        if reader.tab.evaluate("document.activeElement.id") == "scroller":
            break
    reader.tab.press("PageUp")

    reader.tab.wait_until(f"{BELOW} > 200", "PageUp does not reach what was said before")
