"""A thread that works for the greenlets of another: the event loop goes on meanwhile.

gevent's pool of threads does that as well, for any number of threads and jobs at once. For one job
at a time this takes half as long on both ways, and what it takes is in the way of each message.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar, cast

from gevent import get_hub, getcurrent, monkey

# Of threads, where Python's modules may have been patched to be of greenlets.
_start_thread = monkey.get_original("_thread", "start_new_thread")
_Queue = monkey.get_original("queue", "SimpleQueue")

R = TypeVar("R")

#: What some work came to: its result and None, or None and what it raised.
Answer = list[Any]


class Worker:
    """One thread, which ends with this object."""

    def __init__(self) -> None:
        self._jobs = _Queue()  # (work, answer, watcher); None is the end
        self._end = weakref.finalize(self, self._jobs.put, None)
        self._done: Any = None  # a watcher of the event loop

    def do(self, work: Callable[[], R]) -> R:
        """What the work returns or raises. Lets other greenlets of this thread run meanwhile."""
        hub = get_hub()
        if self._done is None:
            self._done = hub.loop.async_()
            _start_thread(_run, (self._jobs,))
        answer: Answer = []
        self._done.start(getcurrent().switch)
        try:
            self._jobs.put((work, answer, self._done))
            while not answer:
                hub.switch()
        finally:
            self._done.stop()
        result, error = answer
        if error is None:
            return cast(R, result)
        try:
            raise error
        finally:
            del answer, error  # or the error would hold itself

    def close(self) -> None:
        """Ends the thread; nothing may be under way, or follow."""
        self._end()
        if self._done is not None:
            self._done.close()


def _run(jobs: Any) -> None:
    """In the thread. It holds nothing of a job that is done."""
    while job := jobs.get():
        work, answer, done = job
        try:
            answer.extend((work(), None))
        except BaseException as error:
            answer.extend((None, error))
        del job, work, answer
        done.send()
