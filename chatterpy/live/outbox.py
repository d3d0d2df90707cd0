"""The outbox: every byte that goes to one reader, in order, bounded, without ever waiting.

What the kernel takes at once is gone; the rest waits here until the reader has room for it. A
reader that lets more than the bound wait is told to come back later: its cursor brings it up to
date then, so nothing is lost and memory stays bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol


class Pipe(Protocol):
    """The way to the peer, as a non-blocking socket has it."""

    def send(self, data: bytes | memoryview, /) -> int:
        """Takes what fits; raises BlockingIOError where nothing does, OSError where all is lost."""

    def wake(self, write: Callable[[], None] | None, /) -> None:
        """Calls `write` whenever there is room; None stops that."""

    def finish(self) -> None:
        """Nothing more follows: tells the peer so (FIN)."""


class Outbox:
    """Holds whole frames. After `close` nothing is taken any more."""

    __slots__ = ("_closed", "_finished", "_limit", "_overflow", "_pipe", "_waiting", "size")

    def __init__(self, pipe: Pipe, limit: int, overflow: Callable[[], bytes]) -> None:
        """`limit` is in bytes; `overflow` gives the close frame for a reader beyond it."""
        self._pipe = pipe
        self._limit = limit
        self._overflow = overflow
        self._waiting: deque[bytes | memoryview] = deque()
        self._closed = False
        self._finished = False
        self.size = 0  # bytes that wait

    @property
    def closed(self) -> bool:
        return self._closed

    def write(self, frames: bytes) -> None:
        """Takes whole frames; drops them after `close`. Never blocks."""
        if self._closed:
            return
        if not self._waiting:
            sent = self._send(frames)
            if sent is None or sent == len(frames):
                return
            self._keep(memoryview(frames)[sent:])
            self._pipe.wake(self._flush)
        else:
            self._keep(frames)
        if self.size > self._limit:
            self._shed()

    def close(self, frame: bytes) -> None:
        """The last frame: what waits goes before it, nothing after it, then FIN."""
        if not self._closed:
            self.write(frame)
            self._closed = True
            if not self._waiting:
                self._finish()

    def abandon(self) -> None:
        """The peer is gone: drops what waits."""
        self._closed = True
        self._waiting.clear()
        self.size = 0
        self._pipe.wake(None)

    def _keep(self, frames: bytes | memoryview) -> None:
        self._waiting.append(frames)
        self.size += len(frames)

    def _shed(self) -> None:
        """Over the bound: what has begun is finished, the rest gives way to the close frame."""
        begun = self._waiting[0]
        self._waiting = deque((begun, self._overflow()))
        self.size = sum(map(len, self._waiting))
        self._closed = True

    def _flush(self) -> None:
        while self._waiting:
            frames = self._waiting[0]
            sent = self._send(frames)
            if sent is None:
                return
            self.size -= sent
            if sent < len(frames):
                self._waiting[0] = memoryview(frames)[sent:]
                return
            self._waiting.popleft()
        self._pipe.wake(None)
        if self._closed:
            self._finish()

    def _send(self, frames: bytes | memoryview) -> int | None:
        """How much the kernel took; None where the peer is gone."""
        try:
            return self._pipe.send(frames)
        except BlockingIOError:
            return 0
        except OSError:
            # The reading side notices as well, and ends the connection.
            self.abandon()
            return None

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._pipe.finish()
