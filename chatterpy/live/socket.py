"""The gevent edge of a connection: the socket that was taken over from the WSGI host.

On other hosts than ours flask-sock and simple-websocket open the door (handshake); from then on all
writing is the outbox's and all reading happens here. What is done around their writing side
(`live/borrowed.py`), and why: they send partially, from several greenlets, and after a close.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import gevent
from gevent import monkey
from gevent.event import Event
from simple_websocket import Server

from chatterpy.crew import Crew
from chatterpy.live.borrowed import duplicate, quieten, read_ahead
from chatterpy.live.connection import Connection, PeerBounds
from chatterpy.live.frames import ABNORMAL, POLICY
from chatterpy.live.handshake import switching
from chatterpy.live.page import OpenPage
from chatterpy.logs import RateLimited, logger
from chatterpy.meters import Meters
from chatterpy.turns import turns

#: Set in the WSGI environ once the connection is no longer HTTP: our host writes nothing more then.
TAKEN = "chatterpy.taken"
#: In the WSGI environ of our host: gives the connection away, as a pipe, with what was read from it
#: already and what is to be called at its end.
GIVE_AWAY = "chatterpy.give_away"

if TYPE_CHECKING:
    from socket import socket as PlainSocket
else:
    #: Sockets as Python has them: gevent's own have two watchers each, for greenlets that wait.
    PlainSocket = monkey.get_original("socket", "socket")

_crew = Crew()

log = RateLimited(logger(__name__), later=_crew.do)

READ_SIZE = 16_384  # bytes
#: How long a peer may take to answer a close before the connection is cut.
LINGER_S = 3
#: A peer that acknowledges nothing for so long is gone: heartbeats are due much more often.
GONE_AFTER_S = 60

_READ, _WRITE = 1, 2  # libev's EV_READ and EV_WRITE


class SocketPipe(PlainSocket):
    """A `chatterpy.live.outbox.Pipe`: the socket itself, which does not block."""

    __slots__ = ("_watcher",)

    def __init__(self, sock: Any) -> None:
        """Takes the connection of a socket, which cannot be used any more."""
        super().__init__(fileno=sock.detach())
        self.setblocking(False)
        self._watcher: Any = None

    def wake(self, write: Callable[[], None] | None) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None
        if write is not None:
            self._watcher = gevent.get_hub().loop.io(self.fileno(), _WRITE)
            self._watcher.start(write)

    def finish(self) -> None:
        self._shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Ends both directions: the reading greenlet sees the end of the stream."""
        self._shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.wake(None)
        super().close()

    def _shutdown(self, how: int) -> None:
        with suppress(OSError):  # the peer was faster
            self.shutdown(how)


class Peer:
    """One connection at work: reads when there is something to read, until it ends.

    In between it is this object and a watcher of the event loop: no greenlet waits for it.
    """

    __slots__ = ("_connection", "_meters", "_over", "_page", "_pipe", "_timer", "_watcher")

    def __init__(
        self,
        pipe: SocketPipe,
        page: OpenPage,
        bounds: PeerBounds,
        meters: Meters,
        over: Callable[[], None],
    ) -> None:
        """`pipe` is closed at the end; `over` is told of the end."""
        self._pipe = pipe
        self._page = page
        self._meters = meters
        self._over = over
        self._timer: Any = None
        self._watcher: Any = None
        self._connection = Connection(
            self._pipe,
            bounds,
            page.hear,
            ending=self._ending,
            pause=turns.pause,
        )
        page.connection = self._connection

    def start(self, early: bytes, resume_s: float, answer: bytes = b"") -> None:
        """Begins with the bytes that came early. The page has so long to say what it shows.

        `answer` is the handshake's, where it was not sent yet.
        """
        if answer:
            self._connection.write(answer)
        self._in_time(resume_s, self._too_late)
        if early:
            _crew.do(partial(self._take_turn, early))
        else:
            self._wait()

    def _wait(self) -> None:
        if self._watcher is None:
            self._watcher = gevent.get_hub().loop.io(self._pipe.fileno(), _READ)
        self._watcher.start(self._readable)

    def _readable(self) -> None:
        """From the event loop, which must not wait."""
        self._watcher.stop()
        _crew.do(self._take_turn)

    def _take_turn(self, data: bytes = b"") -> None:
        """Takes what there is to read; where there is more, the others come first."""
        try:
            data = data or self._pipe.recv(READ_SIZE)
            if data:
                self._connection.receive(data)
                self._wait()
                return
        except BlockingIOError:
            self._wait()
            return
        except OSError:
            pass  # reset by the peer: it comes back, or it does not
        except BaseException:
            self._end()
            raise
        self._end()

    def _end(self) -> None:
        if not self._connection.closing:
            self._meters.closes[ABNORMAL] += 1
        self._page.connection = None
        self._page.end()
        self._stop_timer()
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None
        self._connection.end()
        self._pipe.cut()  # the host may have the same connection open
        self._pipe.close()
        self._over()

    def _ending(self, code: int, reason: str) -> None:
        self._meters.closes[code] += 1
        self._linger()
        if reason:
            log.info(f"Closed with {code}", reason=reason, address=self._page.address)

    def _linger(self) -> None:
        """Who still reads what was begun may finish; who does not has had their time."""
        left = self._connection.outbox.size

        def cut_if_stuck() -> None:
            if 0 < self._connection.outbox.size < left:
                self._linger()
            else:
                self._pipe.cut()

        self._in_time(LINGER_S, cut_if_stuck)

    def _too_late(self) -> None:
        self._stop_timer()
        if not self._page.asked:
            self._connection.close(POLICY, "expected the act 'resume'")

    def _in_time(self, seconds: float, act: Callable[[], None]) -> None:
        """Calls `act` after some time, in the place of what was to be called before."""
        self._stop_timer()
        self._timer = gevent.get_hub().loop.timer(seconds)
        self._timer.start(act)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None


def take_over(
    environ: dict[str, Any], page: OpenPage, bounds: PeerBounds, resume_s: float, meters: Meters
) -> None:
    """Takes a connection from our own host, answers its handshake, and lets it live on.

    `resume_s` is how long it may take to resume. Returns at once.
    """
    environ[TAKEN] = True
    pipe, early, over = environ.pop(GIVE_AWAY)()
    answer = switching(environ["HTTP_SEC_WEBSOCKET_KEY"])
    Peer(pipe, page, bounds, meters, over).start(early, resume_s, answer)


def serve(
    server: Server,
    environ: dict[str, Any],
    page: OpenPage,
    bounds: PeerBounds,
    resume_s: float,
    meters: Meters,
) -> None:
    """Runs a connection of another host after its handshake, until it ends.

    `resume_s` is how long it may take to resume.
    """
    environ[TAKEN] = True
    quieten(server)
    pipe, early = SocketPipe(duplicate(server)), read_ahead(server, environ)
    tune(pipe)
    ended = Event()
    Peer(pipe, page, bounds, meters, ended.set).start(early, resume_s)
    ended.wait()


def tune(sock: Any) -> None:
    """Sends at once, and gives up on a peer that acknowledges nothing any more."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_AFTER_S * 1000)
