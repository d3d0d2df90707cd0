"""The outbox: every byte that goes to one reader, in order, bounded, without ever waiting.

What the kernel takes at once is gone; the rest waits here until the reader has room for it. A
reader that lets more than the bound wait is told to come back later: its cursor brings it up to
date then, so nothing is lost and memory stays bounded. The backlog, which bounds what waits for all
readers, is told of each change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from chatterpy.live.backlog import Backlog


class Taker(Protocol):
    """What takes bytes for one reader."""

    def send(self, data: bytes | memoryview, /) -> int:
        """Takes what fits; raises BlockingIOError where nothing does, OSError where all is lost."""


class Pipe(Taker, Protocol):
    """The way to the peer, as a non-blocking socket has it."""

    def wake(self, write: Callable[[], None] | None, /) -> None:
        """Calls `write` whenever there is room; None stops that."""

    def finish(self) -> None:
        """Nothing more follows: tells the peer so (FIN)."""

    def cut(self) -> None:
        """Ends both directions, whatever is under way: the reading side sees the end."""


#: In the place of the bytes that were taken: the connection is lost.
LOST = -1

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
        "moved",
        "size",
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
        #: Told when another than before may be the taker.
        self.moved: Callable[[], None] = nothing

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def taker(self) -> Taker:
        """Who takes what comes next: while nothing waits, the pipe itself."""
        return self if self._waiting or self._closed else self._pipe

    def write(self, frames: bytes) -> None:
        """Takes whole frames; drops them after `close`. Never blocks."""
        for _, sent in write_to_all((self.taker,), frames):
            self.keep(frames, sent)

    def send(self, data: bytes | memoryview) -> int:
        """Takes whole frames, all of them, behind what waits (`Taker`)."""
        if not self._closed:
            self.keep(data, 0)
        return len(data)

    def keep(self, frames: bytes | memoryview, sent: int) -> None:
        """Takes what its taker did not, of which so many bytes are sent, or LOST."""
        if sent == LOST:
            self.abandon()  # the reading side notices as well, and ends the connection
            return
        if not self._waiting:
            self._waiting = deque()
            self._pipe.wake(self._flush)
            self.moved()
        self._waiting.append(memoryview(frames)[sent:] if sent else frames)
        self._resize(len(frames) - sent)
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

    def _close(self) -> None:
        self._closed = True
        self.moved()

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
            self.moved()

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._pipe.finish()


def write_to_all(takers: Sequence[Taker], frames: bytes) -> list[tuple[int, int]]:
    """Writes the same whole frames to each, with nothing between one send and the next.

    Returns who did not take them all: their numbers in `takers`, and the bytes they took, or LOST.
    Their outboxes must be told (`keep`) before anything else is written to them.

    The slower this is, the more readers have caught up and gone to sleep meanwhile, and to wake
    one takes as long as several sends.
    """
    size = len(frames)
    late: list[tuple[int, int]] = []
    for number, taker in enumerate(takers):
        try:
            sent = taker.send(frames)
        except BlockingIOError:
            sent = 0
        except OSError:
            sent = LOST
        if sent != size:
            late.append((number, sent))
    return late


def nothing(*_: object) -> None:
    """Takes the place of what is to be told no more."""
