"""The room around the messages: who is here, who types, where else something happens."""

from __future__ import annotations

from tests.browser.browsers import Browser
from tests.browser.poster import Poster
from tests.browser.room import Room
from tests.server_process import ServerProcess


def wait_for_text(room: Room, selector: str, words: str, within_s: float = 15) -> None:
    room.tab.wait_until(
        f"document.querySelector({selector!r}).textContent.includes({words!r})",
        f"{selector} does not say {words!r}",
        within_s,
    )


def test_who_comes_is_listed_and_who_renames_is_too(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    ben = Room.enter(browser.open(), server.url, room)
    wait_for_text(anna, "#people", ben.person)
    wait_for_text(anna, "#count", "2")
    ben.rename(f"Ben {room[-8:]}")
    wait_for_text(anna, "#people", f"Ben {room[-8:]}")


def test_others_see_who_types_until_it_is_sent_and_never_what(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    ben = Room.enter(browser.open(), server.url, room)
    ben.type("a secret")
    wait_for_text(anna, "#typing", ben.person)
    assert "secret" not in anna.tab.evaluate("document.documentElement.outerHTML")
    hidden = "getComputedStyle(document.querySelector('#typing > span')).display === 'none'"
    assert ben.tab.evaluate(f"!document.querySelector('#typing > span') || {hidden}"), (
        "who types is told of themselves"
    )
    ben.tab.press("Enter")
    anna.wait_for("a secret")
    anna.tab.wait_until(
        "document.querySelector('#typing').textContent.trim() === ''", "still typing"
    )


def test_a_room_that_is_opened_appears_in_the_lists_of_others(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    opened = f"corner-of-{chromium.__class__.__name__.lower()}"

    ben.tab.fill("#slug", opened.upper())
    ben.tab.click("#opening button")
    ben.tab.wait_until(f"location.pathname === '/rooms/{opened}'", "the room was not entered")

    wait_for_text(anna, "#rooms", opened)
    assert anna.tab.count(f"#rooms a[href='/rooms/{room}'][aria-current=page]") <= 1


def test_messages_of_one_person_stand_under_one_name(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    anna.say("one")
    ben.wait_for("one")
    anna.say("two")
    ben.wait_for("one", "two")
    ben.say("three")
    anna.wait_for("three")
    named = "[...document.querySelectorAll('.message')].map(m => !m.matches('.continues'))"
    assert anna.tab.evaluate(named) == [True, False, True]
    assert ben.fresh().tab.evaluate(named) == [True, False, True]
    assert anna.tab.count(".message.newday") == 1, "one line says which day it is"
