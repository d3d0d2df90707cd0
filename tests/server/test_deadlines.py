"""Who lets the server wait for a request is let go; who is served slowly is not."""

from __future__ import annotations

import time

import pytest

from tests.server.conftest import Start
from tests.server.processes import Server
from tests.server.raw import Raw, dialled, handshake, request
from tests.server.visitors import Visitor

LATE_S = 4


@pytest.fixture
def strict(start: Start) -> Server:
    """A server that gives headers, bodies and silent connections a second each."""
    return start(header_timeout=1, body_timeout=1, keep_alive=1, resume_timeout=60)


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX-Never-Ending: "],
    ids=["nothing", "half a line", "no headers", "half of the headers"],
)
def test_headers_that_do_not_come_end_the_connection(strict: Server, begun: bytes) -> None:
    with dialled(strict) as raw:
        raw.send(begun)
        assert_ended(raw)
    strict.assert_calm()


def test_a_body_that_does_not_come_ends_the_connection_and_nothing_is_stored(
    strict: Server,
) -> None:
    with dialled(strict) as raw:
        form = "application/x-www-form-urlencoded"
        head = request(
            "POST /rooms/lobby/messages HTTP/1.1", Content_Type=form, Content_Length="100"
        )
        raw.send(head, b"text=half")
        assert_ended(raw)
    assert "half" not in Visitor(strict).open("lobby").html


def test_a_silent_connection_ends_and_a_busy_one_does_not(strict: Server) -> None:
    with dialled(strict) as raw:
        for _ in range(3):
            raw.send(request("GET /healthz HTTP/1.1"))
            status, _ = raw.head()
            assert status == 200
            raw._take(3)
            time.sleep(0.6)
        assert_ended(raw)


def test_a_socket_and_a_stream_know_no_deadline(strict: Server) -> None:
    with dialled(strict) as socket, dialled(strict) as stream:
        socket.send(handshake("/rooms/lobby/socket"))
        socket.upgraded()
        stream.send(request("GET /rooms/lobby/stream HTTP/1.1"))
        assert stream.head()[0] == 200
        time.sleep(2.5)
        Visitor(strict).say("lobby", "still there?")
        while b"still there?" not in stream._buffer:
            stream._more()  # raises where nothing comes
        socket.send(b"\x81\x80\x00\x00\x00\x00")  # an empty text: no act, but understood
        assert "Expected a JSON object" in socket.frame().text


def assert_ended(raw: Raw) -> None:
    """The peer closes within the deadline, whatever it says before."""
    began = time.monotonic()
    raw.rest(seconds=LATE_S)
    assert time.monotonic() - began < LATE_S, "the connection is still open"
