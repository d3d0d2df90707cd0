"""A crew: greenlets that take up the next work when one is done.

A new greenlet has its stack mapped into memory and out again by the system: 10 µs, several times
what a short message takes to read.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable

from gevent import get_hub, getcurrent
from greenlet import greenlet

#: So many wait for work at most; each holds 20 kB.
IDLE_MAX = 32

Work = Callable[[], None]


class Crew:
    """For one thread, as greenlets are."""

    def __init__(self) -> None:
        self._idle: list[greenlet] = []
        self._due: deque[Work] = deque()

    def do(self, work: Work) -> None:
        """Has the work done soon, by a greenlet that does nothing else meanwhile: it may wait.

        An error in it is told as that of any greenlet.
        """
        hub = get_hub()
        worker = self._idle.pop() if self._idle else greenlet(self._run, hub)
        # Not handed over: a greenlet holds what it was begun with until its end.
        self._due.append(work)
        hub.loop.run_callback(worker.switch)

    def _run(self) -> None:
        hub = get_hub()
        while True:
            try:
                self._due.popleft()()
            except BaseException:
                hub.handle_error(getcurrent(), *sys.exc_info())
            if len(self._idle) >= IDLE_MAX:
                return
            self._idle.append(getcurrent())
            hub.switch()
