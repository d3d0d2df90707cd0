"""The room without a script: an HTTP answer that does not end, made of the same fragments."""

from __future__ import annotations

from collections.abc import Iterator

from gevent.queue import SimpleQueue

from chatterpy.live.batch import Batch

#: Between messages, so that a connection that is gone is noticed. White space shows nothing.
KEEP_ALIVE = "\n"

#: How long after its end an answer is loaded again. A browser that finds nobody then shows an error
#: page, which never tries again: long enough for a restart, and at most one load in so long.
RETRY_S = 5


class Stream:
    """A reader (`chatterpy.live.hub.Reader`) that yields fragments.

    It ends when something earlier changes, since an answer can only be appended to; when it has
    carried `limit` messages; or when its reader is too slow. The browser then loads it again.
    """

    def __init__(self, person_id: int | None, limit: int, bound: int) -> None:
        """`limit` is in messages, `bound` in characters that may wait."""
        self.person_id = person_id
        self.cursor = 0
        self._limit = limit
        self._bound = bound
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._size = 0
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

    def fragments(self) -> Iterator[str]:
        """What came, as it comes; waits in between, and switches greenlets then."""
        while (fragment := self._waiting.get()) is not None:
            self._size -= len(fragment)
            yield fragment

    def _put(self, fragment: str) -> None:
        self._size += len(fragment)
        if self._size > self._bound:
            self._end()
        elif not self._ended:
            self._waiting.put(fragment)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._waiting.put(None)
