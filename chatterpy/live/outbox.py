"""The outbox: every byte that goes to one reader, in order, bounded, without ever waiting.

What the kernel takes at once is gone; the rest waits here until the reader has room for it. A
reader that lets more than the bound wait is told to come back later: its cursor brings it up to
date then, so nothing is lost and memory stays bounded. The backlog, which bounds what waits for all
readers, is told of each change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from chatterpy.live.backlog import Backlog


class Pipe(Protocol):
    """The way to the peer, as a non-blocking socket has it."""

    def send(self, data: bytes | memoryview, /) -> int:
        """Takes what fits; raises BlockingIOError where nothing does, OSError where all is lost."""

    def wake(self, write: Callable[[], None] | None, /) -> None:
        """Calls `write` whenever there is room; None stops that."""

    def finish(self) -> None:
        """Nothing more follows: tells the peer so (FIN)."""

    def cut(self) -> None:
        """Ends both directions, whatever is under way: the reading side sees the end."""


#: What waits for most readers. Shared, and so never changed: a queue of one's own is 750 bytes.
_NOTHING: deque[bytes | memoryview] = deque()


class Outbox:
    """Holds whole frames. After `close` nothing is taken any more."""

    __slots__ = (
        "_backlog",
        "_closed",
        "_finished",
        "_limit",
        "_overflow",
        "_pipe",
        "_waiting",
        "size",
        "take",
    )

    def __init__(
        self, pipe: Pipe, limit: int, backlog: Backlog, overflow: Callable[[], bytes]
    ) -> None:
        """`limit` is in bytes; `overflow` gives the close frame for a reader who is let go."""
        self._pipe = pipe
        self._limit = limit
        self._backlog = backlog
        self._overflow = overflow
        self._waiting = _NOTHING
        self._closed = False
        self._finished = False
        self.size = 0  # bytes that wait
        #: Takes frames as a pipe does, for `write_to_all`: the pipe itself, while nothing waits.
        self.take: Callable[[bytes], int] = pipe.send

    @property
    def closed(self) -> bool:
        return self._closed

    def write(self, frames: bytes) -> None:
        """Takes whole frames; drops them after `close`. Never blocks."""
        write_to_all((self,), frames)

    def keep(self, frames: bytes | memoryview) -> None:
        """Takes what the pipe did not, until it does; not after `close`."""
        if not self._waiting:
            self._waiting = deque()
            self._pipe.wake(self._flush)
            self.take = self._queue
        self._waiting.append(frames)
        self._resize(len(frames))
        if self.size > self._limit and not self._closed:
            self.shed()

    def close(self, frame: bytes) -> None:
        """The last frame: what waits goes before it, nothing after it, then FIN."""
        if not self._closed:
            self.write(frame)
            self._close()
            if not self._waiting:
                self._finish()

    def abandon(self) -> None:
        """The peer is gone: drops what waits."""
        self._close()
        self._waiting = _NOTHING
        self._pipe.wake(None)
        self._resize(-self.size)

    def end(self) -> None:
        """All is over; whoever is told of it lets go of this, too."""
        self.abandon()
        self._overflow = bytes

    def shed(self) -> None:
        """Over a bound: what has begun is finished, the rest gives way to the close frame.

        Who has a close frame coming already, and is in the way all the same, is cut off.
        """
        if self._closed:
            self.abandon()
            self._pipe.cut()
            return
        last = self._overflow()
        self._close()
        self._waiting = deque((self._waiting[0], last))
        self._resize(sum(map(len, self._waiting)) - self.size)

    def _queue(self, frames: bytes) -> int:
        self.keep(frames)
        return len(frames)

    def _close(self) -> None:
        self._closed = True
        self.take = len  # as if it took all

    def _resize(self, by: int) -> None:
        """The backlog may shed this outbox at once: nothing may rest on what was before."""
        self.size += by
        self._backlog.change(self, by)

    def _flush(self) -> None:
        while self._waiting:
            frames = self._waiting[0]
            try:
                sent = self._pipe.send(frames)
            except BlockingIOError:
                return
            except OSError:
                self.abandon()
                return
            if sent < len(frames):
                self._waiting[0] = memoryview(frames)[sent:]
                self._resize(-sent)
                return
            self._waiting.popleft()
            self._resize(-sent)
        self._waiting = _NOTHING
        self._pipe.wake(None)
        if self._closed:
            self._finish()
        else:
            self.take = self._pipe.send

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._pipe.finish()


def write_to_all(outboxes: Iterable[Outbox], frames: bytes) -> None:
    """Writes the same whole frames to each, with no call of Python for who takes them at once.

    The slower this is, the more readers have caught up and gone to sleep meanwhile, and to wake
    one takes as long as several sends.
    """
    size = len(frames)
    for outbox in outboxes:
        try:
            sent = outbox.take(frames)
        except BlockingIOError:
            sent = 0
        except OSError:
            outbox.abandon()  # the reading side notices as well, and ends the connection
            continue
        if sent < size:
            outbox.keep(memoryview(frames)[sent:])
