"""Turns: long work, one after the other, and in between the event loop looks after all others.

Without them everybody who has asked for a page would have it made before anything else happens:
gevent looks at its sockets again when it has run fifty callbacks, however long each takes.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from typing import Any

import gevent
from gevent import get_hub, getcurrent
from greenlet import greenlet

#: So much of it is done before the loop looks after the others, and what was begun then.
SLICE_S = 0.005


class Turns:
    """For one thread, as greenlets are."""

    def __init__(self, slice_s: float = SLICE_S) -> None:
        self._slice_s = slice_s
        self._waiting: deque[greenlet] = deque()
        self._next: Any = None  # a watcher of the event loop

    def wait(self) -> None:
        """Returns when it is the turn of the greenlet that calls, behind those who wait already.

        At once where nobody waits, and the loop has looked after the others just now.
        """
        hub, me = get_hub(), getcurrent()
        if not self._waiting and time.time() - hub.loop.now() < self._slice_s:
            return
        if self._next is None:
            self._next = hub.loop.async_()
        if not self._next.active:
            self._next.start(self._take)
            self._next.send()
        self._waiting.append(me)
        try:
            hub.switch()
        except BaseException:  # from who ends greenlets
            with suppress(ValueError):
                self._waiting.remove(me)
            raise

    def pause(self, seconds: float) -> None:
        """The same after some time."""
        if seconds:
            gevent.sleep(seconds)
        self.wait()

    def _take(self) -> None:
        """From the event loop, once in each of its turns while somebody waits."""
        end = time.perf_counter() + self._slice_s
        while self._waiting:
            self._waiting.popleft().switch()
            if time.perf_counter() >= end:
                break
        if self._waiting:
            self._next.send()
        else:
            self._next.stop()


#: Of this process: who has a page made waits for those who catch up, and they for them.
turns = Turns()
