"""One HTTP connection of our own host: what is read from it, by when, and how it is given away."""

from __future__ import annotations

import errno
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import gevent
from gevent.pywsgi import WSGIHandler

from chatterpy.fields import Fields
from chatterpy.live import borrowed
from chatterpy.live.socket import GIVE_AWAY, TAKEN, SocketPipe, tune
from chatterpy.logs import RateLimited, logger
from chatterpy.turns import turns
from chatterpy.web.rooms import CLOSE_DELIMITED

if TYPE_CHECKING:
    from chatterpy.serve import Host

often = RateLimited(logger(__name__))

#: How often it is looked who is late: deadlines are whole seconds.
LOOK_S = 0.5

#: A request target in absolute form, which a server must understand (RFC 9112, 3.2.2).
_ABSOLUTE = re.compile(r"https?://([^/?#@]+)(?:/(.*)|(\?.*))?", re.IGNORECASE | re.DOTALL)


class Handler(WSGIHandler):
    """Serves HTTP on one connection, and stays silent once it is a socket's."""

    server: Host
    environ: dict[str, Any]
    MessageClass = Fields  # type: ignore[assignment]  # as much of a message as pywsgi asks for
    #: A peer that vanished (TCP_USER_TIMEOUT) is as little an error of ours as one that left.
    ignored_socket_errors = (*WSGIHandler.ignored_socket_errors, errno.ETIMEDOUT)
    #: What is to be read next, and by when (monotonic, in seconds).
    _due = float("inf")
    _due_what = ""
    #: Of a request in absolute form; it stands in the place of the field Host.
    _authority: str | None = None

    def handle(self) -> None:
        tune(self.socket)
        self._due_in(self.server.settings.header_timeout, "headers")
        self.server.handlers.add(self)
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            pass  # the peer is gone before it could be told that its request is none
        finally:
            self.server.handlers.discard(self)

    def read_requestline(self) -> str:
        line: str = super().read_requestline()
        self._due_in(self.server.settings.header_timeout, "headers")
        return line

    def _due_in(self, seconds: float, what: str) -> None:
        """What is read next must be there by then, in place of what was due before."""
        self._due, self._due_what = time.monotonic() + seconds, what

    def end_if_late(self, now: float) -> None:
        """Ends what can be read where it is late; what is being written may go on.

        pywsgi has no deadlines, and gevent's Timeout raises wherever the greenlet is, which may be
        in the application.
        """
        if now < self._due or self.socket is None:
            return
        self._due = float("inf")
        # Browsers open connections that they may need, and so do this all the time.
        often.debug(f"Expected {self._due_what} earlier", address=ip_of(self.client_address))
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RD)

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        if self._authority is not None:
            environ["HTTP_HOST"] = self._authority
        environ[GIVE_AWAY] = self.give_away
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return environ

    def give_away(self) -> tuple[SocketPipe, bytes, Callable[[], None]]:
        """The connection, which is nobody's but the caller's now; what was read from it; and what
        is to be called when it has ended.
        """
        sock, early = borrowed.give_away(self)
        self.server.given.add(sock)
        return SocketPipe(sock), early, partial(self.server.door.leave, ip_of(self.client_address))

    def handle_one_response(self) -> None:
        self.server.active += 1
        try:
            turns.wait()
            super().handle_one_response()
        finally:
            self.server.active -= 1
            # It holds this, which holds it: with buffers and all they would wait for a collector.
            self.environ.pop(GIVE_AWAY, None)
        # Who waits for this answer to send the next request has sent it when it is read now: that
        # saves to wait for it.
        gevent.sleep(0)
        self._due_in(self.server.settings.keep_alive, "another request")
        if TAKEN in self.environ:
            # No second request may be read from an upgraded connection (request smuggling).
            self.close_connection = True

    def read_request(self, raw_requestline: str) -> Any:
        try:
            understood = super().read_request(raw_requestline)
            self._authority = None
            path = self.path or ""
            if not path.startswith("/") and "://" in path:
                found = _ABSOLUTE.fullmatch(path)
                if found is None:
                    raise ValueError(f"Expected a path or an address of ours, not {path[:80]!r}.")
                self._authority, self.path = found[1], "/" + (found[2] or found[3] or "")
            return understood
        except OSError as error:
            # Too slow headers: the client's fault, and no traceback.
            raise ValueError(str(error)) from error
        finally:
            self._due_in(self.server.settings.body_timeout, "a body")

    def write(self, data: bytes) -> None:
        """Nothing but frames may follow a handshake, least of all "HTTP/1.1 500"."""
        if TAKEN not in self.environ:
            super().write(data)

    def log_error(self, msg: str, *args: object) -> None:
        """What came cannot be understood as a request. Anybody can do that, and often."""
        why = str(args[-1] if args else msg)
        often.warning("Expected a request", why=why, address=ip_of(self.client_address))

    def log_request(self) -> None:
        """Nothing: pywsgi would make up a line for each request, and throw it away."""

    def finalize_headers(self) -> None:
        super().finalize_headers()
        if CLOSE_DELIMITED in self.environ:
            borrowed.end_with_connection(self)


class _Body:
    """A request's body (PEP 3333). Who had to wait for it waits for their turn once more."""

    __slots__ = ("_input",)

    def __init__(self, input_: Any) -> None:
        self._input = input_

    def read(self, size: int | None = None) -> bytes:
        data: bytes = self._input.read(size)
        turns.wait()
        return data

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._input)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._input, name)


def end_the_late(handlers: set[Handler]) -> None:
    """Looks again and again who is late, of all together: a timer for each cost more than it."""
    while True:
        gevent.sleep(LOOK_S)
        now = time.monotonic()
        for handler in tuple(handlers):
            handler.end_if_late(now)


def ip_of(address: Any) -> str | None:
    """The IP address in what the system calls a peer's address; sockets of UNIX have none."""
    return str(address[0]) if isinstance(address, tuple) else None
