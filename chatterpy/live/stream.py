"""The room without a script: an HTTP answer that does not end, made of the same fragments."""

from __future__ import annotations

from collections.abc import Iterator

from gevent.queue import SimpleQueue

from chatterpy.crew import Crew
from chatterpy.live.backlog import Backlog
from chatterpy.live.batch import Batch
from chatterpy.logs import RateLimited, logger

log = RateLimited(logger(__name__), later=Crew().do)

#: Between messages, so that a connection that is gone is noticed. White space shows nothing.
KEEP_ALIVE = b"\n"

#: How long after its end an answer is loaded again. A browser that finds nobody then shows an error
#: page, which never tries again: long enough for a restart, and at most one load in so long.
RETRY_S = 5


class Stream:
    """A reader (`chatterpy.live.hub.Reader`) that yields fragments.

    It ends when something earlier changes, since an answer can only be appended to; when it has
    carried `limit` messages; or when its reader is too slow. The browser then loads it again.
    """

    def __init__(
        self, person_id: int | None, limit: int, bound: int, backlog: Backlog, address: str | None
    ) -> None:
        """`limit` is in messages, `bound` in bytes that may wait."""
        self.person_id = person_id
        self.address = address
        self.cursor = 0
        self.size = 0  # bytes that wait
        self._limit = limit
        self._bound = bound
        self._backlog = backlog
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._ended = False

    def deliver(self, batch: Batch) -> None:
        for part in batch.parts:
            if part.seq <= self.cursor:
                continue
            self._limit -= 1
            if part.appends is None or self._limit < 0:
                self._end()
            else:
                self._put(part.appends)

    def push(self, frame: bytes) -> None:
        """A state frame is of no use here, but tells that time has passed."""
        self._put(KEEP_ALIVE)

    def leave(self, code: int) -> None:
        self._end()

    def shed(self) -> None:
        """Lets the reader go, who is too slow (`chatterpy.live.backlog.Laggard`)."""
        self._log_slowness()
        self.abandon()

    def abandon(self) -> None:
        """Ends, and drops what waits."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put(None)
        self._ended = True
        self._resize(-self.size)

    def fragments(self) -> Iterator[bytes]:
        """What came, as it comes; waits in between, and switches greenlets then."""
        while (fragment := self._waiting.get()) is not None:
            self._resize(-len(fragment))
            yield fragment

    def _put(self, fragment: bytes) -> None:
        if self._ended:
            return
        if self.size + len(fragment) > self._bound:
            self._log_slowness()
            self._end()
        else:
            self._waiting.put(fragment)
            self._resize(len(fragment))

    def _log_slowness(self) -> None:
        log.info("A stream was too slow", address=self.address)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._waiting.put(None)

    def _resize(self, by: int) -> None:
        self.size += by
        self._backlog.change(self, by)
