"""The committing writer: one thread owns the write connection and commits whatever has queued.

A commit that waits for the disk costs the same for one write as for many, so the writes that
arrive during one commit share the next. The event loop never waits for the disk.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar, cast

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool
from sqlalchemy import Connection, Engine

from chatterpy.chat.changes import Change
from chatterpy.chat.store import Listener
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.logs import logger
from chatterpy.meters import Meters
from chatterpy.store.queries import Outcome

log = logger(__name__)

BATCH_MAX = 256  # writes in one commit

T = TypeVar("T")

Write = Callable[[Connection], Outcome[T]]
Result = Outcome[Any] | Exception


class Committer:
    """Takes writes from any greenlet of one thread; tells `listener` what each commit changed."""

    def __init__(self, engine: Engine, listener: Listener, meters: Meters) -> None:
        self._engine = engine
        self._meters = meters
        self._listener = listener
        self._thread = ThreadPool(1)
        self._waiting: deque[tuple[Write[Any], AsyncResult[Any]]] = deque()
        self._running = False

    def write(self, write: Write[T]) -> T:
        """Returns the write's result when it is durable and its changes are told.

        Switches greenlets. Raises what the write refused, or StoreUnavailable.
        """
        done: AsyncResult[T] = AsyncResult()
        self._waiting.append((write, done))
        if not self._running:
            self._running = True
            gevent.spawn(self._run)
        return cast(T, done.get())

    def close(self) -> None:
        """Waits for the commit under way, and ends the thread."""
        self._thread.join()
        self._thread.kill()

    def _run(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH_MAX, len(self._waiting)))]
                outcomes = self._thread.apply(self._commit, ([write for write, _ in batch],))
                # Told in the order of the commits, and before anybody's write returns: who
                # reads after their write is never ahead of what the others were sent.
                self._tell(outcomes)
                for (_, done), outcome in zip(batch, outcomes, strict=True):
                    if isinstance(outcome, Exception):
                        done.set_exception(outcome)
                    else:
                        done.set(outcome[0])
        finally:
            self._running = False

    def _tell(self, outcomes: list[Result]) -> None:
        changes: list[Change] = []
        for outcome in outcomes:
            if not isinstance(outcome, Exception):
                changes.extend(outcome[1])
        if changes:
            try:
                self._listener(changes)
            except Exception:
                # What is committed is true even if it could not be shown: pages catch up by
                # their cursor when the watchdog finds their chain broken.
                log.exception("Committed changes could not be shown", changes=len(changes))

    def _commit(self, writes: list[Write[Any]]) -> list[Result]:
        """In the thread: all writes in one transaction, or each in its own where that fails."""
        began = time.perf_counter()
        try:
            with self._engine.begin() as db:
                outcomes = [_outcome(write, db) for write in writes]
        except Exception:
            if len(writes) > 1:
                # One write that fails must not take its neighbours with it.
                return [self._commit([write])[0] for write in writes]
            log.exception("A write failed")
            return [_unavailable()]
        self._meters.commit_s.observe(time.perf_counter() - began)
        self._meters.commit_writes.observe(len(writes))
        return outcomes


def _outcome(write: Write[Any], db: Connection) -> Result:
    try:
        return write(db)
    except Refused as refused:
        return refused  # nothing was written: see the rule in `queries`


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable("It could not be stored just now. Please try again in a moment.")
