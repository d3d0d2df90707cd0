"""Peers that vanish without a word, and those that do not read: nobody else notices."""

from __future__ import annotations

import time
from contextlib import ExitStack

from chatterpy.live.frames import ABNORMAL
from tests.faults.conftest import Start
from tests.faults.probed import Probed, settled
from tests.server.conftest import arrived
from tests.server.pages import Page
from tests.server.raw import dialled, request, upgraded
from tests.server.test_frames import OVERLOAD, RESUME, WINDOW, say_long_ones
from tests.server.test_metrics import numbers
from tests.server.visitors import OpenPage

#: In place of GONE_AFTER_S: a minute would be long for a test.
GONE_AFTER_S = 2
VANISHED = 5  # of each kind
#: The kernel gives up when it next sends again, and waits twice as long each time.
NOTICED_S = 30

SLOW = 10
OUTBOX_MAX = 1 << 18  # bytes
MEMORY_MAX = 64 << 20  # bytes
#: Much more than what the kernel takes for a reader that does not read, and its outbox together.
SAID_MAX = 600  # messages of 16 kB


def test_who_vanished_is_noticed_and_delays_nobody(start: Start, room: str) -> None:
    server = start(gone_after=GONE_AFTER_S, heartbeat=1, body_timeout=2, keep_alive=2)
    with settled(server), arrived(server).present(room) as page, ExitStack() as stack:
        for _ in range(VANISHED):
            in_room = stack.enter_context(upgraded(server, room))
            in_room.send(RESUME)
            in_room.frame()
            stream = stack.enter_context(dialled(server))
            stream.send(request(f"GET /rooms/{room}/stream HTTP/1.1", Host="x"))
            stream.head()
            posting = stack.enter_context(dialled(server))
            posting.send(request("POST /me/name HTTP/1.1", Host="x", Content_Length="9"), b"name")
            silent = stack.enter_context(dialled(server))
            silent.send(request("GET /healthz HTTP/1.1", Host="x"))
            silent.head()
            for raw in (in_room, stream, posting, silent):
                raw.vanish()
        assert readers(server) == 1 + 2 * VANISHED
        said = 0
        while readers(server) > 1:
            assert said < 10 * NOTICED_S, "those who vanished are still waited for"
            said += 1
            page.line.say(f"Is anybody there? {said}")
            page.until(lambda page, said=said: page.cursor == said)
            time.sleep(0.1)
        assert page.page.seqs == list(range(1, said + 1))
        assert told(server, f"closes_total code={ABNORMAL}") == VANISHED
    server.assert_calm()


def test_who_does_not_read_holds_nobody_up_and_finds_everything_later(
    start: Start, room: str
) -> None:
    server = start(
        heartbeat=60, outbox_max=OUTBOX_MAX, catch_up_max=SAID_MAX, window=SAID_MAX, cache_size=10
    )
    with settled(server), ExitStack() as stack:
        talker, listener = (stack.enter_context(arrived(server).present(room)) for _ in range(2))
        shown = Page(arrived(server).open(room).html)
        for _ in range(SLOW):
            stack.enter_context(upgraded(server, room, WINDOW)).send(RESUME)
        memory, most = server.memory, 0.0
        while told(server, f"closes_total code={OVERLOAD}") < SLOW:
            assert talker.page.cursor < SAID_MAX, "they do not read, and are not closed"
            say_long_ones(talker, 5)
            most = max(most, told(server, "outbox_bytes"))
        listener.until(lambda page: page.texts == talker.page.texts)
        assert most <= SLOW * OUTBOX_MAX, f"{most} bytes waited"
        grown = server.memory - memory
        assert grown < MEMORY_MAX, f"grown by {grown >> 20} MiB"
        with arrived(server).connected(room) as line:
            OpenPage(shown, line).resume()
        assert shown.texts == talker.page.texts
        assert shown.seqs == list(range(1, talker.page.cursor + 1))
    server.assert_calm()


def told(server: Probed, name: str) -> float:
    """A number of the server's; what it does not tell has not happened."""
    return numbers(server).get(f"chatterpy_{name}", 0)


def readers(server: Probed) -> float:
    """How many pages are open, with JavaScript and without."""
    return told(server, "connections") + told(server, "streams")
