"""Who reads further up is told what is new below, and gets there."""

from __future__ import annotations

from tests.browser.browsers import PHONE, Browser, ChromiumTab
from tests.browser.poster import Poster, numbered
from tests.browser.room import Room
from tests.server_process import ServerProcess

SHOWN = "document.querySelector('#newest').checkVisibility()"
NEW = "document.querySelectorAll('#unread ~ .message').length"
SETTLED = "document.querySelector('#unread')"


def reads_further_up(browser: Browser, server: ServerProcess, room: str, *size: int) -> Room:
    reader = Room.enter(browser.open(*size), server.url, room)
    reader.tab.wheel("#scroller", -700)
    reader.tab.wait_until(SETTLED, "the page does not know that its end is out of view")
    return reader


def test_what_is_new_is_counted_and_a_click_leads_there(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = reads_further_up(browser, server, room)
    assert not reader.tab.evaluate(SHOWN), "there is nothing new yet"

    poster.say(room, *numbered("new", range(3)))
    reader.wait_for("new 2")
    reader.tab.wait_until(SHOWN, "nothing says that something new has come")
    assert reader.tab.evaluate(NEW) == 3
    assert "new 0" in reader.tab.evaluate(
        "document.querySelector('#unread').nextElementSibling.textContent"
    )

    reader.tab.click("#newest")
    reader.tab.wait_until(f"!({SETTLED})", "the end is in view, and the page does not know")
    assert abs(reader.distance_from_end) <= 1
    assert not reader.tab.evaluate(SHOWN)
    poster.say(room, "followed")
    reader.wait_for("followed")
    assert abs(reader.distance_from_end) <= 1, "the view does not follow any more"
    assert not reader.tab.evaluate(SHOWN)


def test_scrolling_down_by_hand_does_the_same(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = reads_further_up(browser, server, room, *PHONE)
    poster.say(room, "new")
    reader.tab.wait_until(SHOWN, "nothing says that something new has come")

    reader.tab.wheel("#scroller", 3000)

    reader.tab.wait_until(f"!({SETTLED})", "the end is in view, and the page does not know")
    reader.tab.wheel("#scroller", -700)
    reader.tab.wait_until(SETTLED, "the second time up was not noticed")
    assert not reader.tab.evaluate(SHOWN), "what was seen is called new"


def test_at_the_end_nothing_is_called_new(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    reader = Room.enter(browser.open(), server.url, room)

    for text in numbered("message", range(60)):
        poster.say(room, text)
    reader.wait_for("message 59")

    assert not reader.tab.evaluate(SETTLED)
    assert abs(reader.distance_from_end) <= 1


def test_who_sends_something_goes_to_the_end(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = reads_further_up(browser, server, room)

    reader.say("here I am")

    reader.wait_for("here I am")
    reader.tab.wait_until(f"!({SETTLED})", "the end is not in view")
    assert abs(reader.distance_from_end) <= 1


def test_the_count_is_shown_and_read_out(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = reads_further_up(chromium, server, room)
    assert isinstance(reader.tab, ChromiumTab)
    for count in (1, 2, 11):
        texts = numbered(f"new {count}", range(reader.tab.evaluate(NEW), count))
        poster.say(room, *texts)
        reader.wait_for(texts[-1])
        assert reader.tab.read_out("#newest") == f"To the newest, new:{count}"


def test_the_keyboard_reaches_it(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("old", range(45)))
    reader = reads_further_up(chromium, server, room)
    poster.say(room, "new")
    reader.tab.wait_until(SHOWN, "nothing says that something new has come")

    reader.tab.evaluate("document.querySelector('#newest').focus()")
    reader.tab.press("Enter")

    reader.tab.wait_until(f"!({SETTLED})", "Enter does not lead to the end")
    reader.tab.press("Tab")
    inside = "document.activeElement.closest('#composer') !== null"
    assert reader.tab.evaluate(inside), "the next place is not the composer"
