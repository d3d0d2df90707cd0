"""A thread that works for the greenlets of another: the event loop goes on meanwhile.

gevent's pool of threads does that as well, for any number of threads and jobs at once. For one job
at a time this takes half as long on both ways, and what it takes is in the way of each message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from gevent import get_hub, getcurrent, monkey

# Of threads, where Python's modules may have been patched to be of greenlets.
_start_thread = monkey.get_original("_thread", "start_new_thread")
_Queue = monkey.get_original("queue", "SimpleQueue")

J = TypeVar("J")
R = TypeVar("R")


class Worker(Generic[J, R]):
    """Does one kind of work in a thread of its own."""

    def __init__(self, work: Callable[[J], R]) -> None:
        self._work = work
        self._jobs = _Queue()  # each in a tuple; None is the end
        self._results: list[tuple[R, None] | tuple[None, BaseException]] = []
        self._done: Any = None  # a watcher of the event loop

    def do(self, job: J) -> R:
        """The result, or what the work raises.

        Lets other greenlets run meanwhile, none of which may ask for more.
        """
        hub = get_hub()
        if self._done is None:
            self._done = hub.loop.async_()
            _start_thread(self._run, ())
        self._done.start(getcurrent().switch)
        self._jobs.put((job,))
        while not self._results:
            hub.switch()
        self._done.stop()
        result, error = self._results.pop()
        if error is not None:
            raise error
        return result  # type: ignore[return-value]

    def close(self) -> None:
        """Ends the thread; nothing may be under way."""
        if self._done is not None:
            self._jobs.put(None)
            self._done.close()
            self._done = None

    def _run(self) -> None:
        while job := self._jobs.get():
            try:
                self._results.append((self._work(*job), None))
            except BaseException as error:
                self._results.append((None, error))
            del job  # or the last one is held until the next one comes
            self._done.send()
