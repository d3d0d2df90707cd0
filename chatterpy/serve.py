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
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

import gevent
from flask import Flask
from gevent import monkey
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from chatterpy import __version__, logs, memory
from chatterpy.app import ChatterPy, create_app
from chatterpy.door import Door, capacity, raise_descriptors, turn_away
from chatterpy.errors import AddressError, HostError, SetupError
from chatterpy.farewell import say_goodbye
from chatterpy.handler import Handler, end_the_late, ip_of
from chatterpy.live.socket import SocketPipe
from chatterpy.logs import logger
from chatterpy.settings import PREFIX, Settings
from chatterpy.web.host import NEEDS_GEVENT
from chatterpy.web.parts import EXTENSION, Parts

log = logger(__name__)

BACKLOG = 1024  # connections that wait to be accepted
POLL_S = 0.02
#: How long new connections wait in the backlog when there is no descriptor left for them.
EXHAUSTED_S = 0.5

#: Addresses that stand for all of a machine's.
EVERYWHERE = ("", "0.0.0.0", "::")

#: The settings that say where to listen.
ADDRESS = ("host", "port")

EXIT_SETUP = 2

#: The number of the first descriptor that is handed over (SD_LISTEN_FDS_START).
FIRST_INHERITED = 3

#: The loop and the writing thread hand the interpreter to each other at every message. With
#: Python's 5 ms a single poster's messages took 1.9 times as long.
SWITCH_S = 0.0005

#: New objects until the young are looked through for cycles, and how often that is until the older
#: and the oldest are. (Python's are 700, 10, 10.)
GC_THRESHOLDS = 1_000, 20, 100


class Host(WSGIServer):
    """A WSGI server for one application; `active` counts the answers under way."""

    handler_class = Handler

    def __init__(
        self,
        app: Flask,
        descriptors: int,
        inherited: socket.socket | None = None,
        options: Container[str] = (),
    ) -> None:
        """`descriptors` is how many files and sockets this process may have open.

        `inherited` is a socket that listens already, in the place of the settings' address.
        `options` are the settings that the command has as options.
        """
        parts: Parts = app.extensions[EXTENSION]
        self.app = app
        self.settings: Settings = parts.settings
        self.asked = self.settings.host, self.settings.port
        self._chosen_by = " and ".join(
            f"--{name}" if name in options else f"{PREFIX}{name.upper()}" for name in ADDRESS
        )
        self.active = 0
        #: Connections from which requests are read.
        self.handlers: set[Handler] = set()
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
                f"Choose another with {self._chosen_by}."
            ) from error
        gevent.spawn(end_the_late, self.handlers)
        if host in EVERYWHERE:
            host = _own_address()
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}:{self.server_port}"

    def do_handle(self, sock: Any, address: Any) -> None:
        """Begins to serve a connection, or turns it away. From the event loop: must not wait."""
        if why := self.door.enter(ip_of(address)):
            turn_away(SocketPipe(sock), why)
        else:
            super().do_handle(sock, address)

    def do_close(self, sock: Any, address: Any) -> None:
        """A handler is done with a connection, which has ended if it was not given away."""
        super().do_close(sock, address)
        if sock in self.given:
            self.given.remove(sock)
        else:
            self.door.leave(ip_of(address))

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


def main(
    settings: Mapping[str, Any],
    open_browser: bool = False,
    make: Callable[..., Flask] = create_app,
    also: Sequence[tuple[str, str]] = (),
) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit code.

    `settings` are those that the command has as options, None where one was not given: the others
    are the environment's. `make` makes the application of them. `open_browser`: a browser of this
    machine is led to the chat once it listens. `also` are pages to tell of, each by what it is and
    its path.
    """
    try:
        chosen = Settings.load(os.environ, **settings)
        logs.configure(chosen.log_format, chosen.log_level)
        if not monkey.is_module_patched("socket"):
            raise HostError(NEEDS_GEVENT)
        app = make(**settings)
        parts: Parts = app.extensions[EXTENSION]
        host = Host(app, raise_descriptors(), inherited_socket(), settings)
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
    gevent.spawn(memory.keep_small, lambda: len(parts.hub.readers))
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    data = parts.folder.path.absolute()
    print(f"ChatterPy {__version__} is at {where} (data in {data})", flush=True)
    for page, path in also:
        print(f"{page} is at {where}{path}", flush=True)
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
