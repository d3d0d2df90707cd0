"""The window: an open page must not grow for ever, so a room drops what is far behind its end."""

from __future__ import annotations

from collections import deque


class Window:
    """Remembers the seqs of a room's live messages, a quarter more than the window holds."""

    def __init__(self, size: int) -> None:
        """`size` is in messages, at least 4."""
        self._size = size
        self._step = size // 4
        self._seqs: deque[int] = deque()

    def add(self, seq: int) -> int | None:
        """Takes a new message; every quarter window returns the oldest message still shown."""
        self._seqs.append(seq)
        if len(self._seqs) < self._size + self._step:
            return None
        for _ in range(self._step):
            self._seqs.popleft()
        return self._seqs[0]
