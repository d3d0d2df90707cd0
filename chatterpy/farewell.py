"""The farewell: open pages are told that the server goes, and come back to the next one."""

from __future__ import annotations

import random
import signal
import time
from types import FrameType

import gevent
from flask import Flask

from chatterpy.live.frames import RESTART
from chatterpy.live.hub import Hub
from chatterpy.web.parts import EXTENSION, Parts

#: How many pages are told to leave together, and how long it is until the next ones are.
LEAVE_TOGETHER, LEAVE_S = 50, 0.01
#: How often those are told who came while a host of somebody else stops.
AGAIN_S = 0.2


def say_goodbye(hub: Hub) -> None:
    """Tells every open page to come back. Switches greenlets."""
    readers = list(hub.readers)
    # Who comes back comes back when they left: not all in one moment.
    random.shuffle(readers)
    for number, reader in enumerate(readers, 1):
        reader.leave(RESTART)
        if number % LEAVE_TOGETHER == 0:
            gevent.sleep(LEAVE_S)


def leave_with_host(app: Flask) -> None:
    """On a host that handles SIGTERM itself, open pages are told of it as well.

    gunicorn would wait for them to end by themselves, and cut them off in the end.
    """
    hosts_own = signal.getsignal(signal.SIGTERM)
    if not callable(hosts_own):
        return
    parts: Parts = app.extensions[EXTENSION]

    def handle(number: int, frame: FrameType | None) -> None:
        gevent.spawn(_leave, parts.hub, parts.settings.drain)
        hosts_own(number, frame)

    signal.signal(signal.SIGTERM, handle)


def _leave(hub: Hub, seconds: float) -> None:
    """Again and again, since the host goes on to take connections for a moment."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        say_goodbye(hub)
        gevent.sleep(AGAIN_S)
