"""The heartbeat: one greenlet tells every open page, a room at a time, that all is well."""

from __future__ import annotations

import gevent

from chatterpy.live.frames import text_frame
from chatterpy.live.hub import Hub
from chatterpy.logs import logger
from chatterpy.theme.fragments import Fragments

log = logger(__name__)


def beat(hub: Hub, fragments: Fragments) -> None:
    """Sends each room one heartbeat: the same bytes to all its readers."""
    for room, seq in hub.rooms():
        hub.tell_room(room, text_frame(fragments.alive(room, seq)))
        gevent.sleep(0)  # a herd of rooms must not hold up a message


def run(hub: Hub, fragments: Fragments, every_s: float) -> None:
    """Beats until it is killed; gevent's sleep counts monotonic time."""
    while True:
        gevent.sleep(every_s)
        try:
            beat(hub, fragments)
        except Exception:
            # A template at fault must not silence the pulse of every page for good.
            log.exception("A heartbeat failed")
