"""The gevent edge of a connection: the socket that was taken over from the WSGI host.

flask-sock and simple-websocket open the door (handshake); from then on all writing is the
outbox's and all reading happens here. What is done around their writing side, and why: they send
partially, from several greenlets, and after a close.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from simple_websocket import Server

from chatterpy.live.connection import Connection, PeerBounds
from chatterpy.live.frames import ABNORMAL, POLICY
from chatterpy.live.page import OpenPage
from chatterpy.meters import Meters

#: Set in the WSGI environ once the connection is no longer HTTP: our host writes nothing more then.
TAKEN = "chatterpy.taken"

READ_SIZE = 16_384  # bytes
#: How long a peer may take to answer a close before the connection is cut.
LINGER_S = 3
#: A peer that acknowledges nothing for so long is gone: heartbeats are due much more often.
GONE_AFTER_S = 60

_WRITE = 2  # libev's EV_WRITE


class InertThread:
    """Takes the place of simple-websocket's reading thread: we read ourselves."""

    name = ""

    def start(self) -> None:
        """Starts nothing."""


class InertEvent:
    """Takes the place of simple-websocket's event, which nobody waits for."""

    def set(self) -> None:
        """Wakes nobody."""


class SocketPipe:
    """A `chatterpy.live.outbox.Pipe` over a gevent socket of our own."""

    __slots__ = ("_sock", "_watcher")

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._watcher: Any = None
        sock.settimeout(0)  # never wait in send

    def send(self, data: bytes | memoryview) -> int:
        return int(self._sock.send(data))

    def wake(self, write: Callable[[], None] | None) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None
        if write is not None:
            self._watcher = gevent.get_hub().loop.io(self._sock.fileno(), _WRITE)
            self._watcher.start(write)

    def finish(self) -> None:
        self._shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Ends both directions: the reading greenlet sees the end of the stream."""
        self._shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.wake(None)
        self._sock.close()

    def _shutdown(self, how: int) -> None:
        with suppress(OSError):  # the peer was faster
            self._sock.shutdown(how)


def serve(
    server: Server,
    environ: dict[str, Any],
    page: OpenPage,
    bounds: PeerBounds,
    resume_s: float,
    meters: Meters,
) -> None:
    """Runs a connection in the host's greenlet until it ends.

    `resume_s` is how long the page may take to say where it is.
    """
    environ[TAKEN] = True
    # simple-websocket would write a second close of its own when the view returns.
    server.connected = False
    read, sock = _take(server, environ)
    pipe = SocketPipe(sock)
    timers: list[Any] = []

    def in_time(seconds: float, act: Callable[[], None]) -> None:
        timers.append(gevent.spawn_later(seconds, act))

    def too_late() -> None:
        if not page.resumed:
            connection.close(POLICY, "expected the act 'resume'")

    def linger() -> None:
        """Who still reads what was begun may finish; who does not has had their time."""
        left = connection.outbox.size

        def cut_if_stuck() -> None:
            if 0 < connection.outbox.size < left:
                linger()
            else:
                pipe.cut()

        in_time(LINGER_S, cut_if_stuck)

    def ending(code: int) -> None:
        meters.closes[code] += 1
        linger()

    connection = Connection(server.ws, pipe, bounds, page.hear, ending=ending, pause=gevent.sleep)
    page.connection = connection
    in_time(resume_s, too_late)
    try:
        with suppress(OSError):  # reset by the peer: it comes back, or it does not
            while data := read(READ_SIZE):
                connection.receive(data)
                gevent.sleep(0)  # reading does not switch while there is something to read
    finally:
        if not connection.closing:
            meters.closes[ABNORMAL] += 1
        page.connection = None
        gevent.killall(timers, block=False)
        connection.outbox.abandon()
        pipe.cut()
        pipe.close()


def _take(server: Server, environ: dict[str, Any]) -> tuple[Callable[[int], bytes], Any]:
    """How to read the connection, and a socket of our own to write to."""
    rfile = environ["wsgi.input"]
    if hasattr(rfile, "read1"):
        # gevent's own server: what came right behind the handshake waits in its buffer, and
        # simple-websocket has duplicated the socket already.
        read, sock = rfile.read1, server.sock
    else:
        read, sock = server.sock.recv, server.sock.dup()
    tune(sock)
    return read, sock


def tune(sock: Any) -> None:
    """Sends at once, and gives up on a peer that acknowledges nothing any more."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_AFTER_S * 1000)
