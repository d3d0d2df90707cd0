"""What is typed and not sent is still there after a reload, and in its own room only."""

from __future__ import annotations

import time

from tests.browser.browsers import WAIT_S, Browser
from tests.browser.room import Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: Asks a fresh page for what stands in its field, as a reload would show it.
KEPT = """fetch(location.href).then((answer) => answer.text()).then((html) =>
    new DOMParser().parseFromString(html, 'text/html').querySelector('#text').value)"""


def wait_until_kept(room: Room, text: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while (kept := room.tab.evaluate(KEPT)) != text:
        assert time.monotonic() < deadline, f"expected {text!r} to be kept, but it is {kept!r}"
        time.sleep(0.1)


def test_a_draft_survives_a_reload_and_other_rooms_have_their_own(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.type("not sent yet")
    wait_until_kept(anna, "not sent yet")

    anna.tab.reload()
    anna.wait_for_connection()
    assert anna.draft == "not sent yet"
    other = Room.enter(anna.tab, server.url, f"o-{room}"[:64])
    assert other.draft == ""
    other.type("something else")
    wait_until_kept(other, "something else")
    back = Room.enter(anna.tab, server.url, room)
    assert back.draft == "not sent yet"


def test_who_leaves_the_field_at_once_loses_nothing(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    Room.enter(browser.open(), server.url, f"n-{room}"[:64]).say("a room to go to")
    anna = Room.enter(browser.open(), server.url, room)
    anna.tab.wait_until(f"document.querySelector('#room-{f'n-{room}'[:64]}')", "no such room")
    anna.type("gone in a blink")
    anna.tab.click(f"#room-{f'n-{room}'[:64]}")
    anna.tab.wait_until(f"location.pathname === '/rooms/{f'n-{room}'[:64]}'", "the link is dead")

    anna.wait_for_connection()
    anna.tab.console_errors.clear()  # of what the page that was left had begun to load
    anna.tab.goto(anna.address)
    assert anna.draft == "gone in a blink"


def test_what_was_sent_is_no_draft(browser: Browser, server: ServerProcess, room: str) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.type("hello")
    wait_until_kept(anna, "hello")
    anna.tab.press("Enter")
    anna.wait_for("hello")
    anna.wait_for_acknowledgement()
    anna.tab.click("h1")

    anna.tab.reload()
    anna.wait_for("hello")
    assert anna.draft == ""
    assert anna.texts == ["hello"]


def test_whose_acknowledgement_was_lost_finds_the_message_and_no_draft(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), proxy.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    anna.type("only once")
    wait_until_kept(anna, "only once")
    nonce = anna.tab.value_of("[name=nonce]")
    anna.tab.reload()
    anna.wait_for_connection()
    assert anna.tab.value_of("[name=nonce]") == nonce, "sent again, it would be another message"

    proxy.stall()
    anna.tab.click("#text")
    anna.tab.press("Enter")
    ben.wait_for("only once")
    proxy.release()
    anna.tab.reload()

    anna.wait_for("only once")
    assert anna.draft == ""
    assert ben.texts == anna.texts == ["only once"]


def test_a_page_that_was_not_typed_in_overwrites_nothing(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    idle = anna.fresh()
    anna.type("typed here")
    wait_until_kept(anna, "typed here")

    idle.tab.click("#text")
    idle.tab.click("h1")
    idle.tab.press("Tab")

    assert anna.tab.evaluate(KEPT) == "typed here"


def test_what_was_typed_without_a_connection_is_kept_when_it_is_back(
    browser: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(browser.open(), proxy.url, room)
    proxy.cut()
    anna.wait_for_loss()
    anna.type("typed in a tunnel")
    proxy.mend()
    anna.wait_for_connection(60)

    wait_until_kept(anna, "typed in a tunnel")


def test_a_long_draft_is_kept_in_any_script(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    anna.tab.fill("#text", "漢" * 8999)
    anna.tab.type("漢")
    wait_until_kept(anna, "漢" * 9000)
