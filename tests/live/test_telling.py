"""While a room is told of something nobody else may run: a log that waits is no exception."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from types import SimpleNamespace

import gevent
import pytest

from chatterpy.live import socket as live_socket
from chatterpy.live import stream as live_stream
from chatterpy.live.backlog import Backlog
from chatterpy.live.batch import Batch, Part
from chatterpy.live.connection import PeerBounds
from chatterpy.live.frames import text_frame
from chatterpy.live.socket import Peer, SocketPipe
from chatterpy.live.stream import Stream
from chatterpy.meters import Meters

Records = list[logging.LogRecord]


class Waiting(logging.Handler):
    """Lets others run before it takes a record, as a host application's may."""

    def __init__(self) -> None:
        super().__init__()
        self.records: Records = []

    def emit(self, record: logging.LogRecord) -> None:
        gevent.sleep(0)
        self.records.append(record)


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    for module in (live_socket, live_stream):  # of other tests it may have had enough of these
        monkeypatch.setattr(module.log, "_told", {})
    root, handler = logging.getLogger(), Waiting()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.records
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def others() -> Iterator[list[str]]:
    """Who has run meanwhile."""
    ran: list[str] = []
    other = gevent.spawn(ran.append, "another")
    yield ran
    other.join()


def soon(records: Records, event: str) -> bool:
    """Whether it is logged, after a moment."""
    for _ in range(100):
        if any(event in str(record.msg) for record in records):
            return True
        gevent.sleep(0.01)
    return False


def test_a_reader_who_is_let_go(records: Records, others: list[str]) -> None:
    left, right = map(SocketPipe, socket.socketpair())
    page = SimpleNamespace(
        hear=lambda _: None, address="192.0.2.1", end=lambda: None, connection=None, asked=True
    )
    over: list[None] = []
    bounds = PeerBounds(1 << 16, 64, 1000, Backlog(1 << 30), None)
    peer = Peer(left, page, bounds, Meters(), lambda: over.append(None))  # type: ignore[arg-type]
    peer.start(b"", 10)
    outbox = peer._connection.outbox
    for _ in range(2):
        outbox.write(text_frame("x" * 1_000_000))
    assert outbox.closed
    assert others == []
    assert soon(records, "Closed with 1013")
    right.close()
    for _ in range(1000):
        if over:
            break
        gevent.sleep(0.01)
    assert over


def test_a_stream_that_is_let_go(records: Records, others: list[str]) -> None:
    stream = Stream(None, 10, 10, Backlog(1 << 30), "192.0.2.1")
    stream.deliver(Batch("a", (Part(1, b"", b"x" * 11),)))
    assert others == []
    assert soon(records, "A stream was too slow")
