"""The hub: who reads which room, and who is whose page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from chatterpy.live.batch import Batch

K = TypeVar("K", str, int)


class Reader(Protocol):
    """An open page. None of its methods may block, or raise."""

    person_id: int | None

    def deliver(self, batch: Batch, /) -> None:
        """Takes what is new in the reader's room; skips what it has seen already."""

    def push(self, frame: bytes, /) -> None:
        """Takes a state frame."""

    def leave(self, code: int, /) -> None:
        """Ends, with a WebSocket close code."""


class Hub:
    """Topics and their readers. A reader is in one room; a person may have many readers."""

    def __init__(self) -> None:
        #: Every open page, from its first byte to its last, whether or not it has joined a room.
        self.readers: set[Reader] = set()
        self._rooms: dict[str, set[Reader]] = {}
        self._people: dict[int, set[Reader]] = {}
        self._seqs: dict[str, int] = {}

    def join(self, room: str, reader: Reader, seq: int) -> None:
        """The reader gets what comes after `seq`, which it has seen."""
        self._rooms.setdefault(room, set()).add(reader)
        if reader.person_id is not None:
            self._people.setdefault(reader.person_id, set()).add(reader)
        self._seqs[room] = max(seq, self._seqs.get(room, 0))

    def part(self, room: str, reader: Reader) -> None:
        """The reader gets nothing any more; it need not have joined."""
        _discard(self._rooms, room, reader)
        if room not in self._rooms:
            self._seqs.pop(room, None)
        if reader.person_id is not None:
            _discard(self._people, reader.person_id, reader)

    def publish(self, batch: Batch) -> None:
        """Hands a batch to every reader of its room."""
        self._seqs[batch.room] = batch.last
        # A copy: a reader that fails may leave while this goes on.
        for reader in self.in_room(batch.room):
            reader.deliver(batch)

    def tell(self, person_id: int, frame: bytes) -> None:
        """Hands a state frame to every page of a person."""
        for reader in tuple(self._people.get(person_id, ())):
            reader.push(frame)

    def in_room(self, room: str) -> tuple[Reader, ...]:
        """The readers of a room, safe to go through while they come and go."""
        return tuple(self._rooms.get(room, ()))

    def has_readers(self, room: str) -> bool:
        return room in self._rooms

    def rooms(self) -> Iterator[tuple[str, int, Iterable[Reader]]]:
        """Each room that is read: its slug, the seq its readers were sent, and they."""
        for room, readers in tuple(self._rooms.items()):
            yield room, self._seqs[room], tuple(readers)


def _discard(topics: dict[K, set[Reader]], topic: K, reader: Reader) -> None:
    readers = topics.get(topic)
    if readers is not None:
        readers.discard(reader)
        if not readers:
            del topics[topic]
