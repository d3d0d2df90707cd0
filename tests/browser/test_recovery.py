"""After any fault the page comes back by itself and shows what was missed: once, in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.browsers import Browser
from tests.browser.poster import Poster, flowing, numbered
from tests.browser.room import Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: The watchdog asks after 1.5 s of silence, and gives each try 5 s.
HEALED_S = 40

#: How many messages a page shows when it is loaded.
PAGE = 50


def test_kill_nine_while_messages_flow_loses_doubles_and_swaps_nothing(
    browser: Browser, mortal_server: ServerProcess, room: str
) -> None:
    reader = Room.enter(browser.open(), mortal_server.url, room)

    with flowing(Poster(mortal_server.url), room) as flow:
        for _ in range(2):
            flow.wait_for(20)
            mortal_server.kill()
            mortal_server.start()
        flow.wait_for(20)

    reader.wait_for(*flow.acknowledged)
    assert reader.texts == flow.acknowledged
    assert reader.messages[-PAGE:] == reader.fresh().messages


def test_a_proper_restart_while_messages_flow_is_seamless(
    browser: Browser, mortal_server: ServerProcess, room: str
) -> None:
    reader = Room.enter(browser.open(), mortal_server.url, room)

    with flowing(Poster(mortal_server.url), room) as flow:
        flow.wait_for(20)
        mortal_server.restart()
        flow.wait_for(20)

    reader.wait_for(*flow.acknowledged)
    assert reader.texts == flow.acknowledged


def test_a_cut_network_heals(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    reader = Room.enter(browser.open(), proxy.url, room)

    with flowing(poster, room) as flow:
        for _ in range(2):
            flow.wait_for(5)
            proxy.cut()
            reader.wait_for_loss()
            flow.wait_for(10)
            proxy.mend()
            reader.wait_for_connection()
        flow.wait_for(10)

    reader.wait_for(*flow.acknowledged)
    assert reader.texts == flow.acknowledged
    assert reader.messages[-PAGE:] == reader.fresh().messages


def test_a_half_open_connection_heals_by_the_watchdog(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    reader = Room.enter(browser.open(), proxy.url, room)

    with flowing(poster, room) as flow:
        flow.wait_for(10)
        reader.wait_for(*flow.acknowledged)
        proxy.hold_sockets()
        flow.wait_for(50)
        flow.wait_for(10)

    reader.wait_for(*flow.acknowledged, within_s=HEALED_S)
    assert reader.texts == flow.acknowledged


def test_a_half_open_connection_is_not_called_connected_for_long(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    reader = Room.enter(chromium.open(), proxy.url, room)

    proxy.hold()

    # The watchdog has asked in vain by then.
    reader.wait_for_loss()
    proxy.mend()
    reader.wait_for_connection(within_s=HEALED_S)


def test_that_the_connection_is_lost_is_said_once_however_often_it_is_tried(
    browser: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    reader = Room.enter(browser.open(), proxy.url, room)
    reader.tab.evaluate(
        """(() => {
            window.closes = 0;
            document.addEventListener('htmx:ws:close', () => closes++);
        })()"""
    )

    proxy.cut()
    reader.wait_for_loss()
    reader.tab.evaluate(
        "void (document.querySelector('#status .lost').said = closes)"
    )  # a screen reader would read it out again, and its dot would blink
    reader.tab.wait_until(
        "closes > document.querySelector('#status .lost').said + 1",
        "it is said anew with each try, or there are none",
    )
    proxy.mend()
    reader.wait_for_connection()


def test_while_all_is_well_the_watchdog_asks_for_nothing(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    reader = Room.enter(browser.open(), server.url, room)
    reader.tab.evaluate(
        """(() => {
            window.beats = [];
            new MutationObserver(() => beats.push(performance.now()))
                .observe(document.querySelector('#alive').parentElement, {childList: true});
        })()"""
    )

    reader.tab.wait_until("beats.length >= 5", "no heartbeats come")

    late = reader.tab.evaluate("beats.slice(1).filter((at, n) => at - beats[n] > 1400).length")
    assert requests_for_a_link(reader) <= late, "the watchdog asked although heartbeats came"


def test_a_frame_lost_on_the_way_is_fetched_again(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    poster.say(room, "one")
    reader = Room.enter(browser.open(), proxy.url, room)

    proxy.drop(b">two<")
    poster.say(room, "two", "three")
    reader.wait_for("two", "three", within_s=HEALED_S)

    assert proxy.dropped == 1, "no frame was lost, so the test proves nothing"
    assert reader.texts == ["one", "two", "three"]
    poster.say(room, "four")
    reader.wait_for("four")
    assert reader.messages == reader.fresh().messages


BREAKS = {
    "the sentinel is gone": "document.querySelector('#messages > [hidden]:last-child').remove()",
    "the sentinel is ahead of the room": """(() => {
        const sentinel = document.querySelector('#messages > [hidden]:last-child');
        sentinel.id = 'c999999';
        sentinel.querySelector('input').value = '999999';
    })()""",
    "the page shows less than it was sent": """(() => {
        const sentinel = document.querySelector('#messages > [hidden]:last-child');
        sentinel.id = 'c2';
        sentinel.querySelector('input').value = '2';
        document.querySelectorAll('.message').forEach(
            (message) => Number(message.id.slice(1)) > 2 && message.remove());
    })()""",
    "the sentinel has an unknown id": "document.querySelector('#messages > [id^=c]').id = 'c0x'",
    "the list is empty": "document.querySelector('#messages').replaceChildren()",
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_chain_broken_on_purpose_heals(
    browser: Browser, server: ServerProcess, poster: Poster, room: str, fault: str
) -> None:
    poster.say(room, *numbered("before", range(5)))
    reader = Room.enter(browser.open(), server.url, room)

    reader.tab.evaluate(BREAKS[fault])
    poster.say(room, *numbered("after", range(3)))
    reader.wait_for(*numbered("before", range(5)), *numbered("after", range(3)), within_s=HEALED_S)

    poster.say(room, "live again")
    reader.wait_for("live again")
    assert reader.messages == reader.fresh().messages


def test_a_page_far_behind_gets_the_newest_page(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    poster.say(room, *numbered("seen", range(3)))
    reader = Room.enter(browser.open(), proxy.url, room)
    proxy.cut()
    reader.wait_for_loss()

    poster.say(room, *numbered("missed", range(520)))
    proxy.mend()
    reader.wait_for("missed 519")

    assert reader.texts == numbered("missed", range(470, 520)), "it is not the newest page"
    assert reader.messages == reader.fresh().messages
    # And it is live, in both directions.
    poster.say(room, "live again")
    reader.wait_for("live again")
    while "missed 469" not in reader.texts:
        reader.tab.wheel("#scroller", -10_000)


def test_the_back_button_leads_to_a_live_page(
    browser: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, "before")
    reader = Room.enter(browser.open(), server.url, room)
    reader.type("a draft")
    reader.tab.goto(f"{server.url}/rooms/lobby")
    poster.say(room, "while away")

    reader.tab.back()
    reader.tab.wait_until(f"location.href === '{reader.address}'", "Back does not lead back")
    reader.wait_for("before", "while away")
    poster.say(room, "live again")
    reader.wait_for("live again")

    assert reader.texts == ["before", "while away", "live again"]


def test_a_rename_that_was_missed_reaches_old_messages(
    browser: Browser, server: ServerProcess, poster: Poster, proxy: TcpProxy, room: str
) -> None:
    poster.say(room, "old")
    reader = Room.enter(browser.open(), proxy.url, room)
    proxy.cut()
    reader.wait_for_loss()

    poster.rename(new := f"Late {room[-20:]}")
    poster.take_another_face()
    proxy.mend()

    reader.tab.wait_until(
        f"document.querySelector('#{reader.id_of('old')} .name').textContent === '{new}'",
        "the old message has not got the new name",
    )
    face = f"document.querySelector('#{reader.id_of('old')} .face').getAttribute('src')"
    assert reader.tab.evaluate(face) == reader.fresh().tab.evaluate(face)


def requests_for_a_link(room: Room) -> int:
    """How often the page has asked for a new connection."""
    return int(
        room.tab.evaluate(
            "performance.getEntriesByType('resource')"
            ".filter((entry) => new URL(entry.name).pathname.endsWith('/link')).length"
        )
    )


@pytest.mark.parametrize("status", [200, 404])
def test_what_others_answer_in_our_place_does_nothing(
    browser: Browser, mortal_server: ServerProcess, room: str, status: int
) -> None:
    """A proxy's own page for a server that is away; and a network that wants a login first."""
    reader = Room.enter(browser.open(), mortal_server.url, room)
    mortal_server.kill()
    reader.wait_for_loss()
    with stand_in(mortal_server.port, status) as asked:
        deadline = time.monotonic() + 30
        while len(asked) < 2:
            assert time.monotonic() < deadline, "the watchdog does not ask"
            time.sleep(0.1)

    mortal_server.start()
    Poster(mortal_server.url).say(room, "back again")
    reader.wait_for("back again", within_s=60)
    reader.tab.console_errors.clear()  # of the stranger's answers


@contextmanager
def stand_in(port: int, status: int) -> Iterator[list[str]]:
    """Answers with a page of its own, and lists what it was asked for the connection."""
    asked: list[str] = []

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.split("?")[0].endswith("/link"):
                asked.append(self.path)
            body = b"<!doctype html><p>Not who you think</p>"
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield asked
        server.shutdown()
        thread.join()
