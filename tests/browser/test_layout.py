"""The page fits small and large screens, and all of it works by keyboard."""

from __future__ import annotations

import json
import secrets

import pytest

from tests.browser.browsers import DESKTOP, PHONE, Browser
from tests.browser.poster import Poster, numbered
from tests.browser.room import CARD_OPEN, Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: What makes careless layouts overflow.
WIDE = (
    "w" * 400,
    "https://example.org/" + "path/" * 60,
    "👩‍👩‍👧‍👦" * 60,
    "line one\nline two\n" + "漢字" * 120,
    "‮right to left‬ שלום " * 10,
)

#: What a person can use, and what tells one of them from another, in JavaScript.
USABLE = "a[href], button, input:not([type=hidden]), textarea, select"
DESCRIPTION = """((one) => `${one.localName} ${one.id || one.getAttribute('href') || one.className}`
    + ` in ${one.parentElement?.closest('[id]')?.id}`)"""


@pytest.mark.parametrize("size", [PHONE, DESKTOP, (1920, 1080)], ids=["phone", "desktop", "wide"])
def test_nothing_overflows_and_the_composer_is_in_sight(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str, size: tuple[int, int]
) -> None:
    poster.rename("W" * 30 + secrets.token_hex(4))
    poster.say(room, *WIDE)
    anna = Room.enter(chromium.open(*size), server.url, room)
    anna.wait_for(WIDE[-1])
    anna.say("mine " + "m" * 200)

    assert overflow(anna) == [], "these reach beyond the viewport"
    for part in ("#text", "#composer button"):
        assert is_in_sight(anna, part), f"{part} is outside of the viewport"
    assert abs(anna.distance_from_end) <= 1, "the newest message is not in sight"
    # The card with the forms, open.
    anna.open_card()
    assert overflow(anna) == [], "these reach beyond the viewport when the card is open"


def test_a_phone_that_is_turned_still_shows_the_end(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *(f"message {number} " + "word " * 30 for number in range(30)))
    anna = Room.enter(chromium.open(*PHONE), server.url, room)

    for size in ((640, 320), PHONE, (320, 300)):
        anna.tab.resize(*size)
        anna.tab.wait_until(f"innerWidth === {size[0]} && innerHeight === {size[1]}")
        anna.tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert abs(anna.distance_from_end) <= 1, f"at {size} the newest message is not in sight"
        assert overflow(anna) == []


def test_a_page_begins_in_the_composer(chromium: Browser, server: ServerProcess, room: str) -> None:
    anna = Room.enter(chromium.open(), server.url, room)

    assert focus(anna) == "#text"
    anna.tab.type("by keyboard")
    anna.tab.press("Enter")
    anna.wait_for("by keyboard")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_tab_reaches_everything_that_can_be_used(
    narrow_server: ServerProcess, browser: Browser, room: str, size: tuple[int, int]
) -> None:
    Poster(narrow_server.url).say(room, "with a link: https://example.org/")
    anna = Room.enter(browser.open(*size), narrow_server.url, room)
    anna.open_card()
    usable = anna.tab.evaluate(
        f"[...document.querySelectorAll({json.dumps(USABLE)})]"
        f".filter((one) => one.checkVisibility() && one.tabIndex >= 0).map({DESCRIPTION})"
    )

    anna.tab.evaluate("document.querySelector('.skip').focus()")
    reached = [usable[0]]
    while reached[-1] != usable[-1] and len(reached) < 2 * len(usable):
        anna.tab.press("Tab")
        reached.append(stop(anna))

    missing = set(usable) - set(reached)
    assert not missing, f"Tab does not reach {missing}, only {reached}"


def test_the_focus_stays_where_it_is_when_the_list_of_rooms_changes(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, "so that the room is in the list")
    anna = Room.enter(browser.open(), server.url, room)
    link = f"#rooms a[href$='/{room}']"
    anna.tab.wait_until(f'document.querySelector("{link}")', "the list has not got the room")
    anna.tab.evaluate(f'document.querySelector("{link}").focus()')

    poster.say(another := f"another-{secrets.token_hex(4)}", "hello")

    anna.tab.wait_until(
        f"document.querySelector(\"#rooms a[href$='/{another}']\")", "the list does not change"
    )
    assert anna.tab.evaluate(f'document.activeElement.matches("{link}")'), (
        f"the focus went from the link to {focus(anna)[:60]}"
    )


def test_a_rename_works_by_keyboard(browser: Browser, server: ServerProcess, room: str) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.tab.evaluate("document.querySelector('#me .self').focus()")

    anna.tab.press("Enter")
    anna.tab.wait_until(CARD_OPEN, "Enter does not open the card")
    anna.tab.press("Tab")
    assert focus(anna) == "#name", "the field is not the next stop"
    anna.tab.evaluate("document.activeElement.select()")
    anna.tab.type(new := f"Keys {secrets.token_hex(4)}")
    anna.tab.press("Enter")
    anna.tab.wait_until(f"document.querySelector('#me bdi').textContent === {json.dumps(new)}")

    assert focus(anna) == "#name", "the field lost the focus"
    anna.tab.press("Tab")
    anna.tab.press("Tab")
    assert focus(anna) == ".facing button", "the button for another face is not the next stop"
    face = anna.tab.evaluate("document.querySelector('#me img').src")
    anna.tab.press("Space")
    anna.tab.wait_until(f"document.querySelector('#me img').src !== '{face}'")


def test_a_screen_taller_than_a_page_of_messages_is_filled(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    texts = numbered("message", range(120))
    poster.say(room, *texts)

    anna = Room.enter(chromium.open(1000, 10_000), server.url, room)

    anna.wait_for(texts[0])
    assert anna.texts == texts


def test_the_newest_stylesheet_of_the_viewer_takes_the_place_of_the_old_one(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    """Somebody new has no style of their own until the first socket has made them a person."""
    anna = Room.enter(chromium.open(), server.url, room)

    anna.tab.wait_until(
        "document.querySelectorAll('link.mine').length === 1"
        " && document.querySelector('link.mine').sheet?.cssRules.length > 0",
        "there is not exactly one stylesheet of the viewer, with rules in it",
    )
    anna.tab.evaluate("document.querySelector('link.mine').dataset.first = ''")
    anna.say("mine")
    anna.wait_for("mine")
    anna.tab.wait_until(
        "getComputedStyle(document.querySelector('.message')).flexDirection === 'row-reverse'",
        "the viewer's message is not laid out as theirs; look at me.css",
    )
    # What is shown by now is not loaded again by every heartbeat or reconnection.
    anna.tab.evaluate("new Promise((done) => setTimeout(done, 1500))")
    assert anna.tab.count("link.mine[data-first]") == anna.tab.count("link.mine") == 1


def test_a_stylesheet_that_is_there_is_not_added_again_by_a_reconnection(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), proxy.url, room)
    anna.tab.wait_until("document.querySelectorAll('link.mine').length === 1")

    for _ in range(2):
        proxy.cut()
        anna.wait_for_loss()
        proxy.mend()
        anna.wait_for_connection()
        assert anna.tab.count("link.mine") == 1


def stop(room: Room) -> str:
    """What has the focus; it can be told from the rest by how it looks."""
    name, usable, outlined = room.tab.evaluate(
        f"((one, style) => [{DESCRIPTION}(one), one.matches({json.dumps(USABLE)}),"
        " style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0])"
        "(document.activeElement, getComputedStyle(document.activeElement))"
    )
    # A list that can be scrolled may be a stop as well, and needs to show nothing.
    assert outlined or not usable, f"{name} does not show that it has the focus"
    return str(name)


def focus(room: Room) -> str:
    """What has the focus, as one of these selectors, or as it is in the document."""
    known = ("#text", "#name", ".facing button")
    return str(
        room.tab.evaluate(
            f"{json.dumps(known)}.find((one) => document.activeElement?.matches(one))"
            " ?? document.activeElement?.outerHTML"
        )
    )


def is_in_sight(room: Room, selector: str) -> bool:
    """Whether all of an element is inside the viewport."""
    return bool(
        room.tab.evaluate(
            "((box) => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight"
            " && box.right <= innerWidth && box.width > 0)"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
    )


def overflow(room: Room) -> list[str]:
    """What makes the page wider than the viewport, outermost first; nothing when it fits."""
    found: list[str] = room.tab.evaluate(
        """(() => {
            const wide = [...document.querySelectorAll('body, body *')]
                .filter((one) => one.checkVisibility()
                    && one.getBoundingClientRect().right > innerWidth + 1)
                .map((one) => one.outerHTML.slice(0, 80));
            const root = document.documentElement;
            return root.scrollWidth > innerWidth ? ['the page itself', ...wide] : wide;
        })()"""
    )
    return found
