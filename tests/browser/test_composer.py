"""The composer never loses a text, and sends each exactly once."""

from __future__ import annotations

import pytest

from tests.browser.browsers import Browser
from tests.browser.poster import Poster
from tests.browser.room import Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

UNSENT = "Not sent yet"


def test_what_is_typed_while_a_message_is_on_its_way_is_kept(
    browser: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(browser.open(), proxy.url, room)
    ben = Room.enter(browser.open(), server.url, room)
    anna.type("first")

    proxy.stall()
    anna.tab.press("Enter")
    ben.wait_for("first")
    anna.tab.type(" and the rest")
    proxy.release()

    wait_until_settled(anna)
    assert anna.draft.endswith(" and the rest"), f"the composer holds {anna.draft!r}"
    assert anna.tab.evaluate("document.activeElement.id") == "text", "the field lost the focus"
    rest = anna.draft
    anna.tab.press("Enter")
    ben.wait_for(rest)
    anna.wait_for_acknowledgement()
    assert ben.texts == ["first", rest]


def test_not_one_key_is_lost_by_who_never_stops_typing(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    anna.type("first")
    anna.tab.press("Enter")
    typed = ""
    for number in range(25):
        word = f" {number}"
        anna.tab.type(word)
        typed += word

    wait_until_settled(anna)
    assert anna.draft.endswith(typed), f"typed {typed!r}, but the composer holds {anna.draft!r}"
    assert anna.texts == ["first"]


def test_a_fast_second_enter_sends_nothing_twice(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), proxy.url, room)
    anna.type("once")

    proxy.stall()
    for _ in range(3):
        anna.tab.press("Enter")
    proxy.release()
    anna.wait_for_acknowledgement()
    anna.tab.press("Enter")
    anna.wait_for_reason("nothing to send")

    anna.say("then this")
    anna.wait_for("then this")
    assert anna.texts == ["once", "then this"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("   ", "nothing to send"), ("x" * 4001, "Please shorten it by 1")],
    ids=["only-spaces", "too-long"],
)
def test_a_refused_message_says_why_and_keeps_the_text(
    chromium: Browser, server: ServerProcess, room: str, text: str, reason: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)

    anna.tab.fill("#text", text)
    anna.tab.press("Enter")

    anna.wait_for_reason(reason)
    assert anna.draft == text, "what was typed is gone"
    # The reason goes when the message does.
    anna.tab.fill("#text", "y" * 4000)
    anna.tab.press("Enter")
    anna.wait_for("y" * 4000)
    anna.wait_for_acknowledgement()
    assert anna.tab.text_of("#why") == ""


def test_offline_it_says_so_and_keeps_the_text_until_send_is_pressed_again(
    browser: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(browser.open(), proxy.url, room)

    proxy.cut()
    anna.wait_for_loss()
    anna.type("written offline")
    anna.tab.press("Enter")
    anna.wait_for_reason(UNSENT)
    assert anna.draft == "written offline"
    proxy.mend()
    anna.wait_for_connection()
    assert anna.draft == "written offline"
    assert anna.texts == [], "it was sent without being asked to"

    anna.tab.press("Enter")
    anna.wait_for("written offline")
    anna.wait_for_acknowledgement()
    assert anna.tab.text_of("#why") == "", "it still says that the message was not sent"
    assert anna.texts == anna.fresh().texts == ["written offline"]


def test_while_the_server_is_down_the_text_is_kept(
    chromium: Browser, mortal_server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), mortal_server.url, room)

    mortal_server.kill()
    anna.wait_for_loss()
    anna.type("written meanwhile")
    anna.tab.press("Enter")
    anna.wait_for_reason(UNSENT)
    mortal_server.start()
    anna.wait_for_connection()
    assert anna.draft == "written meanwhile"

    anna.tab.press("Enter")
    anna.wait_for("written meanwhile")
    anna.wait_for_acknowledgement()
    assert anna.texts == ["written meanwhile"]


def test_a_message_whose_acknowledgement_was_lost_is_not_sent_twice(
    browser: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(browser.open(), proxy.url, room)
    ben = Room.enter(browser.open(), server.url, room)
    anna.type("exactly once")

    proxy.mute()
    anna.tab.press("Enter")
    ben.wait_for("exactly once")
    proxy.cut()
    anna.wait_for_reason(UNSENT)
    assert anna.draft == "exactly once"
    proxy.mend()
    anna.wait_for_connection()
    anna.tab.press("Enter")
    anna.wait_for_acknowledgement()

    # Whatever came of it comes before this.
    anna.say("the next")
    for page in (anna, ben):
        page.wait_for("the next")
        assert page.texts == ["exactly once", "the next"]


def test_a_half_open_network_does_not_keep_send_dead(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), proxy.url, room)
    anna.type("into the void")

    proxy.hold()
    anna.tab.press("Enter")
    # The form gives up after 10 s.
    anna.wait_for_reason(UNSENT)
    assert anna.draft == "into the void"
    proxy.cut()
    anna.wait_for_loss()
    proxy.mend()
    anna.wait_for_connection()

    anna.tab.press("Enter")
    anna.wait_for("into the void")
    anna.wait_for_acknowledgement()
    assert anna.texts == ["into the void"]


def test_a_draft_survives_what_others_write(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    anna.type("half a thou")

    poster.say(room, "an interruption")
    anna.wait_for("an interruption")
    poster.rename(f"Somebody {room[-20:]}")
    anna.tab.wait_until("document.querySelector('#messages .notice')")
    anna.tab.type("ght")

    assert anna.draft == "half a thought"


def wait_until_settled(room: Room) -> None:
    """Waits until the acknowledgement has come, whatever the composer holds now."""
    room.tab.wait_until(
        """document.querySelectorAll('#nonces > input').length === 1
            && !document.querySelector('#text').hasAttribute('pattern')
            && document.querySelectorAll('.message').length""",
        "the acknowledgement did not settle",
    )
