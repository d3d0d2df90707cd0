"""The backlog: what waits for all readers together, bounded as a whole.

Each outbox has a bound of its own, but a thousand slow readers within theirs could still fill the
memory. Over this bound those who are furthest behind are let go, and come back by their cursors.
"""

from __future__ import annotations

import heapq
from typing import Protocol


class Laggard(Protocol):
    """A reader for whom something may wait."""

    size: int  # bytes that wait

    def shed(self) -> None:
        """Lets go of what waits, as far as can be, and of all at the second time. Never blocks."""


class Backlog:
    """Knows who is behind, and how much waits in all."""

    #: So much of the bound is left when enough have been let go: or each write would search again.
    RELIEVED = 0.75

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes."""
        self._limit = limit
        self._relieved = int(limit * self.RELIEVED)
        self._behind: set[Laggard] = set()
        self._relieving = False
        self.size = 0  # bytes that wait

    def change(self, reader: Laggard, by: int) -> None:
        """What waits for a reader has become more or less by so many bytes.

        May call `shed` of any reader, of this one too: its own state must be whole by now.
        """
        self.size += by
        if reader.size:
            self._behind.add(reader)
        else:
            self._behind.discard(reader)
        if self.size > self._limit and not self._relieving:
            self._relieving = True
            try:
                self._relieve()
            finally:
                self._relieving = False

    def _relieve(self) -> None:
        """Lets those go who are furthest behind, until there is room for a while."""
        # The number decides between equals, which cannot be compared themselves.
        furthest = [(-one.size, number, one) for number, one in enumerate(self._behind)]
        heapq.heapify(furthest)
        while self.size > self._relieved and furthest:
            _, number, reader = heapq.heappop(furthest)
            reader.shed()
            if reader.size:
                heapq.heappush(furthest, (-reader.size, number, reader))
