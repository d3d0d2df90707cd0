"""A crew: a greenlet that takes up the next work when one is done, and others while it has to wait.

A new greenlet has its stack mapped into memory and out again by the system: 10 µs, several times
what a short message takes to read.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable

from gevent import get_hub, getcurrent
from greenlet import greenlet

Work = Callable[[], None]


class Crew:
    """For one thread, as greenlets are."""

    def __init__(self) -> None:
        self._due: deque[Work] = deque()
        self._idle: greenlet | None = None  # waits for work

    def do(self, work: Work) -> None:
        """Has the work done soon, by a greenlet that does nothing else meanwhile: it may wait.

        An error in it is told as that of any greenlet.
        """
        self._due.append(work)
        # One call for each: between two of them the loop looks after whoever else is due.
        get_hub().loop.run_callback(self._call)

    def close(self) -> None:
        """Lets go of the greenlet that waits; nothing may be under way, or follow."""
        idle, self._idle = self._idle, None
        if idle:
            get_hub().loop.run_callback(idle.throw)  # its end leads to the hub

    def _call(self) -> None:
        """From the event loop: has one work done, as far as it goes without waiting."""
        worker, self._idle = self._idle or greenlet(self._run, get_hub()), None
        worker.switch()

    def _run(self) -> None:
        hub = get_hub()
        while True:
            try:
                self._due.popleft()()
            except BaseException:
                hub.handle_error(getcurrent(), *sys.exc_info())
            if self._idle:
                return  # another one waits already
            self._idle = getcurrent()
            hub.switch()
