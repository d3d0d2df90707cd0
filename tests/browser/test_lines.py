"""A field of several lines, for who has more to say than one."""

from __future__ import annotations

from tests.browser.browsers import Browser
from tests.browser.room import Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

TAG = "document.querySelector('#text').tagName"


def several_lines(room: Room) -> None:
    room.tab.click("#lines")
    room.tab.wait_until(f"{TAG} === 'TEXTAREA'", "the field did not become one of several lines")


def test_the_draft_goes_along_and_every_line_arrives(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    ben = Room.enter(browser.open(), server.url, room)
    anna.type("one")
    several_lines(anna)
    assert anna.draft == "one"
    assert anna.tab.evaluate("document.activeElement.id") == "text"

    anna.tab.fill("#text", "")
    anna.type("one")
    anna.tab.press("Enter")
    anna.tab.type("two")
    anna.tab.click("#composer > button:not(#lines)")

    ben.wait_for("one\ntwo")
    anna.wait_for_acknowledgement()
    anna.tab.wait_until("document.querySelector('#text').value === ''", "the field is not empty")
    assert anna.tab.evaluate("document.activeElement.id") == "text", "the field lost the focus"
    anna.tab.reload()
    anna.tab.wait_until(f"{TAG} === 'TEXTAREA'", "the choice was not kept")
    assert ben.texts == ["one\ntwo"]


def test_lines_are_not_joined_without_a_word(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    several_lines(anna)
    anna.type("one")
    anna.tab.press("Enter")
    anna.tab.type("two")

    anna.tab.click("#lines")

    anna.wait_for_reason("several lines")
    assert anna.draft == "one\ntwo"


def test_what_is_typed_on_in_several_lines_is_kept(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), proxy.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    several_lines(anna)
    anna.type("first")

    proxy.stall()
    anna.tab.click("#composer > button:not(#lines)")
    ben.wait_for("first")
    anna.type(" and more")
    proxy.release()

    anna.tab.wait_until("!document.querySelector('.spent')", "the composer is not settled")
    anna.tab.wait_until("!document.querySelector('#text[minlength]')", "the field is still bound")
    assert anna.draft.endswith(" and more")
    assert ben.texts == ["first"]
