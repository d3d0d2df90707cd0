"""Connections that are reset (RST), whatever they were about: nothing of them is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest

from tests.faults.probed import Probed, settled
from tests.server.conftest import arrived
from tests.server.processes import eventually
from tests.server.raw import (
    BINARY,
    TEXT,
    Raw,
    closing,
    dialled,
    handshake,
    masked,
    request,
    upgraded,
)
from tests.server.test_frames import LONG, RESUME, RESUME_ANEW, WINDOW
from tests.server.test_metrics import numbers

SETTINGS = {"heartbeat": 1}
TIMES = 30
PAUSE_S = 0.01  # long enough for the server to have read what came, mostly

FORM = "application/x-www-form-urlencoded"
POST = request(
    "POST /rooms/lobby/messages HTTP/1.1", Host="x", Content_Type=FORM, Content_Length="1000"
)

#: What has been said when the connection is reset, in HTTP ...
REQUESTS = {
    "nothing": b"",
    "half a line": b"GET /rooms/lo",
    "half of the headers": b"GET /rooms/lobby HTTP/1.1\r\nHost: x\r\nX-",
    "a request whose answer nobody reads": request("GET /rooms/lobby HTTP/1.1", Host="x"),
    "half of a body": POST + b"text=half",
    "a stream": request("GET /rooms/lobby/stream HTTP/1.1", Host="x"),
    "a handshake whose answer nobody reads": handshake("/rooms/lobby/socket"),
}
#: ... and over a socket.
FRAMES = {
    "not yet where it is": b"",
    "half a frame": masked(TEXT, "x" * 100)[:50],
    "half of a message": RESUME + masked(TEXT, '{"act":', fin=False),
    "something that is answered": RESUME,
    "its close": RESUME + closing(),
    "what the server closes for": RESUME + masked(BINARY, b"x"),
}


@pytest.mark.parametrize("said", REQUESTS.values(), ids=REQUESTS)
def test_a_request_may_end_anywhere(server: Probed, said: bytes) -> None:
    assert_nothing_is_left(server, said, lambda: dialled(server))


@pytest.mark.parametrize("said", FRAMES.values(), ids=FRAMES)
def test_a_socket_may_end_anywhere(server: Probed, said: bytes) -> None:
    assert_nothing_is_left(server, said, lambda: upgraded(server, "lobby"))


def test_a_socket_may_end_while_much_waits_for_it(server: Probed, room: str) -> None:
    anna = arrived(server)
    for _ in range(50):
        assert anna.say(room, LONG).status == 303
    with settled(server), ExitStack() as stack:
        for _ in range(TIMES):
            raw = stack.enter_context(upgraded(server, room, WINDOW))
            raw.send(RESUME_ANEW * 5)
            stack.callback(raw.reset)
        assert eventually(lambda: waits(server) > 0), "the kernel has taken everything"


def assert_nothing_is_left(
    server: Probed, said: bytes, opened: Callable[[], AbstractContextManager[Raw]]
) -> None:
    """Says it on many connections and resets each, before and after the server has read it."""
    with settled(server):
        for number in range(TIMES):
            with opened() as raw:
                raw.send(said)
                time.sleep(PAUSE_S * (number % 2))
                raw.reset()


def waits(server: Probed) -> float:
    """How many bytes wait for readers of sockets."""
    return numbers(server)["chatterpy_outbox_bytes"]
