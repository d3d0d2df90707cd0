"""The gevent host: listens, serves, and on SIGTERM lets everybody finish."""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from typing import Any

import gevent
from flask import Flask
from gevent import monkey
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer

from chatterpy import __version__, logs
from chatterpy.app import ChatterPy, create_app
from chatterpy.door import Door, capacity, raise_descriptors, turn_away
from chatterpy.errors import AddressError, HostError, SetupError
from chatterpy.farewell import say_goodbye
from chatterpy.live import borrowed
from chatterpy.live.socket import GIVE_AWAY, TAKEN, plain, tune
from chatterpy.logs import RateLimited, logger
from chatterpy.settings import Settings
from chatterpy.web.host import NEEDS_GEVENT
from chatterpy.web.parts import EXTENSION, Parts
from chatterpy.web.rooms import CLOSE_DELIMITED

log = logger(__name__)
often = RateLimited(log)

BACKLOG = 1024  # connections that wait to be accepted
POLL_S = 0.02
#: How long new connections wait in the backlog when there is no descriptor left for them.
EXHAUSTED_S = 0.5

#: Addresses that stand for all of a machine's.
EVERYWHERE = ("", "0.0.0.0", "::")

EXIT_SETUP = 2

#: The number of the first descriptor that is handed over (SD_LISTEN_FDS_START).
FIRST_INHERITED = 3

#: The loop and the writing thread hand the interpreter to each other at every message. With
#: Python's 5 ms a single poster's messages took 1.9 times as long.
SWITCH_S = 0.0005

#: New objects until the young are looked through for cycles, and how often that is until the older
#: and the oldest are. (Python's are 700, 10, 10.)
GC_THRESHOLDS = 20_000, 20, 20


class Handler(WSGIHandler):
    """Serves HTTP on one connection, and stays silent once it is a socket's."""

    server: Host
    environ: dict[str, Any]
    #: A peer that vanished (TCP_USER_TIMEOUT) is as little an error of ours as one that left.
    ignored_socket_errors = (*WSGIHandler.ignored_socket_errors, errno.ETIMEDOUT)
    _deadline: Any = None

    def handle(self) -> None:
        tune(self.socket)
        self._due_in(self.server.settings.header_timeout, "headers")
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            pass  # the peer is gone before it could be told that its request is none
        finally:
            self._in_time()

    def read_requestline(self) -> str:
        line: str = super().read_requestline()
        self._due_in(self.server.settings.header_timeout, "headers")
        return line

    def _due_in(self, seconds: float, what: str) -> None:
        """What is read next must be there by then, in place of what was due before.

        A timer of the event loop: pywsgi has none, and gevent's Timeout raises wherever the
        greenlet is, which may be in the application.
        """
        self._in_time()
        self._deadline = gevent.get_hub().loop.timer(seconds)
        self._deadline.start(self._too_late, what)

    def _in_time(self) -> None:
        """What was due has come."""
        if self._deadline is not None:
            self._deadline.stop()
            self._deadline.close()
            self._deadline = None

    def _too_late(self, what: str) -> None:
        """Ends what can be read; what is being written may go on."""
        # Browsers open connections that they may need, and so do this all the time.
        often.debug(f"Expected {what} earlier", address=_ip(self.client_address))
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RD)

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[GIVE_AWAY] = self.give_away
        return environ

    def give_away(self) -> tuple[Any, bytes, Callable[[], None]]:
        """The connection, which is nobody's but the caller's now; what was read from it; and what
        is to be called when it has ended.
        """
        self._in_time()
        sock, early = borrowed.give_away(self)
        self.server.given.add(sock)
        return plain(sock), early, partial(self.server.door.leave, _ip(self.client_address))

    def handle_one_response(self) -> None:
        self.server.active += 1
        try:
            super().handle_one_response()
        finally:
            self.server.active -= 1
        # Who sends one request behind the other must not keep the others waiting.
        gevent.sleep(0)
        self._in_time()
        if self.socket is not None:
            self._due_in(self.server.settings.keep_alive, "another request")
        if TAKEN in self.environ:
            # No second request may be read from an upgraded connection (request smuggling).
            self.close_connection = True

    def read_request(self, raw_requestline: str) -> Any:
        try:
            return super().read_request(raw_requestline)
        except (HTTPException, OSError) as error:
            # Too many, too long or too slow headers: the client's fault, and no traceback.
            raise ValueError(str(error)) from error
        finally:
            self._due_in(self.server.settings.body_timeout, "a body")

    def write(self, data: bytes) -> None:
        """Nothing but frames may follow a handshake, least of all "HTTP/1.1 500"."""
        if TAKEN not in self.environ:
            super().write(data)

    def log_request(self) -> None:
        """Nothing: pywsgi would make up a line for each request, and throw it away."""

    def finalize_headers(self) -> None:
        super().finalize_headers()
        if CLOSE_DELIMITED in self.environ:
            borrowed.end_with_connection(self)


def _ip(address: Any) -> str | None:
    """The IP address in what the system calls a peer's address; sockets of UNIX have none."""
    return str(address[0]) if isinstance(address, tuple) else None


class Host(WSGIServer):
    """A WSGI server for one application; `active` counts the answers under way."""

    handler_class = Handler

    def __init__(
        self, app: Flask, descriptors: int, inherited: socket.socket | None = None
    ) -> None:
        """`descriptors` is how many files and sockets this process may have open.

        `inherited` is a socket that listens already, in the place of the settings' address.
        """
        parts: Parts = app.extensions[EXTENSION]
        self.app = app
        self.settings: Settings = parts.settings
        self.asked = self.settings.host, self.settings.port
        self.active = 0
        #: Connections that were given away, until their handler has noticed.
        self.given: set[Any] = set()
        # Through a proxy all come from its address: of clients, open pages are counted then.
        apart = self.settings.limits and not self.settings.proxy_hops
        self.door = Door(
            capacity(self.settings.connections_max, descriptors),
            self.settings.connections_per_address if apart else 0,
            parts.meters,
        )
        self._exhausted = False
        listener = inherited or self.asked
        # pywsgi knows loggers of the standard library only.
        errors = logging.getLogger(__name__)
        backlog = None if inherited else BACKLOG
        super().__init__(listener, app, backlog=backlog, log=None, error_log=errors)

    def listen(self) -> str:
        """Starts to listen, and returns where; raises AddressError."""
        host, port = self.asked
        try:
            self.start()
        except (OSError, TypeError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise AddressError(
                f"Cannot listen on {host} port {port} ({why}). "
                "Choose another with --host and --port."
            ) from error
        if host in EVERYWHERE:
            host = _own_address()
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}:{self.server_port}"

    def do_handle(self, sock: Any, address: Any) -> None:
        """Begins to serve a connection, or turns it away. From the event loop: must not wait."""
        if why := self.door.enter(_ip(address)):
            turn_away(plain(sock), why)
        else:
            super().do_handle(sock, address)

    def do_close(self, sock: Any, address: Any) -> None:
        """A handler is done with a connection, which has ended if it was not given away."""
        super().do_close(sock, address)
        if sock in self.given:
            self.given.remove(sock)
        else:
            self.door.leave(_ip(address))

    def do_read(self) -> Any:
        """The next connection, None where there is none or no descriptor for it.

        gevent tries again, too, but with a traceback each time: who looks for the reason in the
        log finds it in one sentence.
        """
        try:
            accepted = super().do_read()
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            if not self._exhausted:
                log.warning("New connections wait: no descriptor is left", reason=error.strerror)
            self._exhausted = True
            self.stop_accepting()
            gevent.spawn_later(EXHAUSTED_S, self._accept_again)
            return None
        self._exhausted = self._exhausted and accepted is None
        return accepted

    def _accept_again(self) -> None:
        if self.started:
            self.start_accepting()

    def drain(self, seconds: float) -> None:
        """Stops listening, tells every open page to come back, and waits for all to finish."""
        parts: Parts = self.app.extensions[EXTENSION]
        self.close()
        say_goodbye(parts.hub)
        deadline = time.monotonic() + seconds
        while (self.active or parts.hub.readers) and time.monotonic() < deadline:
            gevent.sleep(POLL_S)


def main(settings: Mapping[str, Any], open_browser: bool = False) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit code.

    `settings` are those given on the command line; the others are the environment's.
    `open_browser`: a browser of this machine is led to the chat once it listens.
    """
    try:
        chosen = Settings.load(os.environ, **settings)
        logs.configure(chosen.log_format, chosen.log_level)
        if not monkey.is_module_patched("socket"):
            raise HostError(NEEDS_GEVENT)
        app = create_app(**settings)
        parts: Parts = app.extensions[EXTENSION]
        host = Host(app, raise_descriptors(), inherited_socket())
        where = host.listen()
    except SetupError as error:
        print(error, file=sys.stderr)
        return EXIT_SETUP
    sys.setswitchinterval(SWITCH_S)
    # What is here now stays, and what connections are made of lives long: looking through all of it
    # for cycles again and again was a tenth of what a herd costs.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    data = parts.folder.path.absolute()
    print(f"ChatterPy {__version__} is at {where} (data in {data})", flush=True)
    if open_browser:
        gevent.spawn(_open_browser, where)
    stopping.wait()
    host.drain(parts.settings.drain)
    ChatterPy.of(app).close()
    return 0


def inherited_socket() -> socket.socket | None:
    """The listening socket that systemd, or whoever speaks its protocol, hands to this process.

    It goes on to take connections while the chat restarts (sd_listen_fds(3)).
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return None
    if os.environ.get("LISTEN_FDS") != "1":
        raise AddressError(
            f"Expected one listening socket, but LISTEN_FDS is {os.environ.get('LISTEN_FDS')!r}."
        )
    inherited = socket.socket(fileno=FIRST_INHERITED)
    inherited.setblocking(False)
    return inherited


def _own_address() -> str:
    """What others on the network reach this machine by; loopback where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            # Of a datagram socket this only chooses the way: nothing is sent. (RFC 5737: nobody's.)
            sock.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(sock.getsockname()[0])


def _open_browser(where: str) -> None:
    """Waits for as long as a browser in a terminal runs; a chat without one is still a chat."""
    try:
        opened = webbrowser.open(where)
    except webbrowser.Error:
        opened = False
    if not opened:
        log.warning("No browser could be opened", address=where)
