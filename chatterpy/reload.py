"""Reload, for who changes the code: a server that starts anew when a file of it changes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from chatterpy.errors import ExtraError
from chatterpy.theme.environment import FOLDER

PACKAGE = Path(__file__).parent

Watch = Callable[..., Iterator[Any]]


def serve_again_and_again(options: Sequence[str], open_browser: bool) -> int:
    """Runs `chatterpy run` with these options until SIGTERM or SIGINT; returns the exit code.

    A server that could not start is not tried again before something changes. Raises ExtraError.
    """
    watch = _watch()
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    command = [sys.executable, "-m", "chatterpy.cli", "run", *options]
    server = subprocess.Popen([*command, "--open"] if open_browser else command)
    try:
        folders = {PACKAGE, FOLDER}
        for _ in watch(*folders, stop_event=stopping, raise_interrupt=False):
            _stop(server)
            print("Something changed: ChatterPy starts anew.", file=sys.stderr, flush=True)
            server = subprocess.Popen(command)
    finally:
        _stop(server)
    return 0


def free_port(host: str) -> int:
    """A port that nobody listens on now: the pages that are open find the next server there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as sock:
        try:
            sock.bind((host, 0))
        except OSError:
            return 0  # the server says what is wrong with the host
        return int(sock.getsockname()[1])


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Lets the server finish what it does, if it runs."""
    if server.poll() is None:
        server.terminate()
    server.wait()


def _watch() -> Watch:
    # Loaded here: nobody else needs it, and most do not have it.
    try:
        from watchfiles import watch
    except ImportError:
        raise ExtraError(
            "--reload needs the library watchfiles: install it with pip install 'chatterpy[dev]'."
        ) from None
    return watch
