"""The committing writer: one thread owns the write connection and commits whatever has queued.

A commit that waits for the disk costs the same for one write as for many, so the writes that
arrive during one commit share the next. The event loop never waits for the disk.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar, cast

from gevent import get_hub
from gevent.event import AsyncResult, Event
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from chatterpy.chat.changes import Change
from chatterpy.chat.store import Listener, Pending
from chatterpy.crew import Crew
from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.logs import logger
from chatterpy.meters import Meters
from chatterpy.store.prepared import transaction
from chatterpy.store.rows import Outcome
from chatterpy.store.worker import Worker

log = logger(__name__)

BATCH_MAX = 256  # writes in one commit
#: What is committed waits for the next commit where that takes at most so many times as long as
#: telling: in a full room, each reader then gets both in one write.
WORTH_WAITING = 0.5

T = TypeVar("T")

A = TypeVar("A")

#: Stores what some writers ask for, all in one go: an outcome for each, in their order.
Write = Callable[[Connection, Sequence[A]], list[Outcome[T]]]
Result = Outcome[Any] | Exception


@dataclass(frozen=True, slots=True)
class _Asked:
    """One who waits for a write."""

    write: Write[Any, Any]
    asked: Any
    done: AsyncResult[Any]


class Committer:
    """Takes writes from any greenlet of one thread; tells `listener` what each commit changed."""

    def __init__(self, engine: Engine, begin: str, listener: Listener, meters: Meters) -> None:
        """`begin` is the statement that begins a transaction that writes."""
        self._engine = engine
        self._begin = begin
        self._meters = meters
        self._listener = listener
        self._crew = Crew()
        self._thread = Worker()
        self._waiting: deque[_Asked] = deque()
        self._idle = Event()
        self._idle.set()
        self._hub: Any = None  # of the thread that writes are asked for in
        self._closed = False
        self._tell_s = 0.0
        self._db: Connection | None = None

    def write(self, write: Write[A, T], asked: A) -> Pending[T]:
        """Begins a write, whose outcome is there when it is durable and its changes are told.

        Those that follow each other with the same `write` are stored by one call of it. The outcome
        may be what the write refused, or StoreUnavailable.
        """
        hub = get_hub()
        self._hub = self._hub or hub
        if hub is not self._hub:
            raise RuntimeError("Expected a write in the thread of those before it.")
        done: AsyncResult[T] = AsyncResult()
        if self._closed:
            done.set_exception(_unavailable())
            return cast(Pending[T], done)
        self._waiting.append(_Asked(write, asked, done))
        if self._idle.is_set():
            self._idle.clear()
            self._crew.do(self._run)
        return cast(Pending[T], done)

    def close(self) -> None:
        """Waits for what is under way and for what comes of it, and ends the thread."""
        while not self._idle.is_set():  # who was waited for may have gone on to write
            self._idle.wait()
        self._closed = True
        self._thread.close()
        self._crew.close()
        self._disconnect()

    def _run(self) -> None:
        try:
            while self._waiting:
                committed = self._commits()
                # Told in the order of the commits, and before anybody's write returns: who
                # reads after their write is never ahead of what the others were sent.
                began = time.perf_counter()
                self._tell([outcome for _, outcome in committed])
                self._tell_s = time.perf_counter() - began
                for one, outcome in committed:
                    if isinstance(outcome, Exception):
                        one.done.set_exception(outcome)
                    else:
                        one.done.set(outcome[0])
        finally:
            self._idle.set()

    def _commits(self) -> list[tuple[_Asked, Result]]:
        """What has queued, committed; and what has queued meanwhile, while that is worth it."""
        committed: list[tuple[_Asked, Result]] = []
        first_done = None
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH_MAX, len(self._waiting)))]
            began = time.perf_counter()
            outcomes = self._thread.do(partial(self._commit, batch))
            now = time.perf_counter()
            committed += zip(batch, outcomes, strict=True)
            first_done = first_done or now
            # The next commit takes as long as this one did.
            waits_s = now - first_done + (now - began)
            if waits_s > WORTH_WAITING * self._tell_s:
                break
        return committed

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

    def _commit(self, batch: list[_Asked]) -> list[Result]:
        """In the thread: all writes in one transaction, or each in its own where that fails."""
        began = time.perf_counter()
        outcomes: list[Result] = []
        try:
            # Kept: to begin and end one for each commit is a sixth of what storing a message costs.
            db = self._db = self._db or self._connect()
            with transaction(db, self._begin):
                for write, ones in groupby(batch, attrgetter("write")):
                    outcomes += _outcomes(write, [one.asked for one in ones], db)
        except Exception:
            self._disconnect()
            if len(batch) > 1:
                # One write that fails must not take its neighbours with it.
                return [self._commit([one])[0] for one in batch]
            log.exception("A write failed")
            return [_unavailable()]
        self._meters.commit_s.observe(time.perf_counter() - began)
        self._meters.commit_writes.observe(len(batch))
        return outcomes

    def _connect(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _disconnect(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            # What is broken may fail once more: those who wait are answered all the same.
            with suppress(SQLAlchemyError):
                db.close()


def _outcomes(write: Write[Any, Any], asked: list[Any], db: Connection) -> Sequence[Result]:
    try:
        return write(db, asked)
    except Refused as refused:
        # Nothing was written: see the rule in `queries`. What is asked together refuses nothing.
        return [refused] * len(asked)


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable("It could not be stored just now. Please try again in a moment.")
