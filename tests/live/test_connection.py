"""A connection, without a socket."""

from __future__ import annotations

import time

from chatterpy.chat.limits import Bucket
from chatterpy.live.backlog import Backlog
from chatterpy.live.connection import Connection, PeerBounds
from tests.server.raw import PING, TEXT, masked

BOUNDS = PeerBounds(65_536, 64, 1 << 20, Backlog(1 << 30), None)


class Pipe:
    """Takes all, until the peer is gone."""

    def __init__(self) -> None:
        self.gone = False
        self.sent = b""

    def send(self, data: bytes | memoryview) -> int:
        if self.gone:
            raise ConnectionResetError
        self.sent += bytes(data)
        return len(data)

    def wake(self, _: object) -> None:
        """Never has to."""

    def finish(self) -> None:
        """Nothing follows."""

    def cut(self) -> None:
        """Nothing is to be cut."""


def connection(pipe: Pipe, heard: list[str]) -> Connection:
    return Connection(pipe, BOUNDS, heard.append, ending=lambda *_: None, pause=lambda _: None)


def test_nothing_is_made_of_what_follows_the_end_of_the_peer() -> None:
    """However it is cut: what lies within a message is never taken for one."""
    pipe, heard = Pipe(), []
    made = connection(pipe, heard)
    made.receive(masked(TEXT, "heard"))
    pipe.gone = True
    inner = masked(TEXT, "forged")
    wire = masked(PING) + masked(TEXT, b"x" * 100) + inner
    for part in (wire[: -len(inner)], inner, masked(TEXT, "after")):
        made.receive(part)
    assert heard == ["heard"]


def test_a_message_over_the_bound_is_refused_however_it_is_read() -> None:
    for text in ("x" * 65_537, "é" * 40_000):
        pipe, heard = Pipe(), []
        connection(pipe, heard).receive(masked(TEXT, text))
        assert heard == []
        assert pipe.sent[:1] == b"\x88"
    small = PeerBounds(10, 64, 1 << 20, Backlog(1 << 30), None)
    for text, allowed in (("x" * 10, True), ("x" * 11, False), ("é" * 5, True), ("é" * 6, False)):
        pipe, heard = Pipe(), []
        made = Connection(pipe, small, heard.append, lambda *_: None, lambda _: None)
        made.receive(masked(TEXT, text))
        assert heard == ([text] if allowed else [])


def test_one_byte_at_a_time_is_no_way_around_the_pace() -> None:
    pipe, heard, endings = Pipe(), [], []
    pace = Bucket(rate=1, burst=20, now=time.monotonic())
    bounds = PeerBounds(65_536, 64, 1 << 20, Backlog(1 << 30), pace)
    made = Connection(
        pipe, bounds, heard.append, lambda *ending: endings.append(ending), lambda _: None
    )
    for byte in masked(TEXT, b"x" * 100):
        made.receive(bytes([byte]))
    assert heard == []
    assert endings == [(1008, "too much at once")]


def test_nothing_is_heard_after_a_close_that_came_in_a_pause() -> None:
    pipe, heard = Pipe(), []
    made: Connection

    def pause(_: float) -> None:
        made.close(1012)

    made = Connection(pipe, BOUNDS, heard.append, lambda *_: None, pause)
    made.receive(b"".join(masked(TEXT, str(number)) for number in range(20)))
    assert heard == [str(number) for number in range(15)]
