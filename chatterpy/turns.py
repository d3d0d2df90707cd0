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
        #: A watcher of the event loop, active until a turn of the loop in which nobody waits.
        self._next: Any = None
        self._end = 0.0  # of this turn's slice, by `time.perf_counter`

    def wait(self) -> None:
        """Returns when it is the turn of the greenlet that calls, behind those who wait already.

        At once where nobody waits, and there is something left of this slice.
        """
        if self._next is None:
            self._next = get_hub().loop.async_()
        if not self._next.active:
            self._next.start(self._take)
            self._begin()
        if self._waiting or time.perf_counter() >= self._end:
            self._line_up()

    def pause(self, seconds: float) -> None:
        """The same after some time, if any."""
        if seconds:
            gevent.sleep(seconds)
        self.wait()

    def _line_up(self) -> None:
        me = getcurrent()
        self._waiting.append(me)
        try:
            get_hub().switch()
        except BaseException:  # from who ends greenlets
            with suppress(ValueError):
                self._waiting.remove(me)
            raise

    def _begin(self) -> None:
        """Begins a slice; the next turn of the event loop comes soon."""
        self._end = time.perf_counter() + self._slice_s
        self._next.send()

    def _take(self) -> None:
        """From the event loop, in its next turn."""
        if not self._waiting:
            self._next.stop()
            return
        self._begin()  # first: one that fails must not stop the others
        while self._waiting:
            self._waiting.popleft().switch()
            if time.perf_counter() >= self._end:
                break


#: Of this process: who has a page made waits for those who catch up, and they for them.
turns = Turns()
