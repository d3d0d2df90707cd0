"""Batches: the changes that became visible together in one room, rendered and encoded once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Part:
    """One change: its WebSocket frame, and the fragment that it appends to the list, as bytes.

    `appends` is None where it also changes what came earlier.
    """

    seq: int
    frame: bytes
    appends: bytes | None


@dataclass(frozen=True)
class Batch:
    """Parts of one room with consecutive seqs, oldest first."""

    room: str
    parts: tuple[Part, ...]

    @cached_property
    def first(self) -> int:
        return self.parts[0].seq

    @cached_property
    def last(self) -> int:
        return self.parts[-1].seq

    @cached_property
    def wire(self) -> bytes:
        """All frames, joined: one write for each reader."""
        return b"".join(part.frame for part in self.parts)

    def after(self, cursor: int) -> bytes:
        """The frames that a reader who has seen `cursor` lacks."""
        if cursor < self.first:
            return self.wire
        return b"".join(part.frame for part in self.parts if part.seq > cursor)
