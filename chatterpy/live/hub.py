"""The hub: who reads which room, and who is whose page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from chatterpy.addresses import Crowd
from chatterpy.live.batch import Batch
from chatterpy.live.outbox import Outbox, Taker, nothing, write_to_all
from chatterpy.live.window import Window
from chatterpy.meters import Meters

#: After so many readers of a batch the others get their turn: a full room must not keep the quiet
#: ones waiting.
BREATH = 1000


class Reader(Protocol):
    """An open page. None of its methods may block, or raise."""

    person_id: int | None
    address: str | None  # where its reader is

    def deliver(self, batch: Batch, /) -> Outbox | None:
        """Takes what is new in the reader's room; skips what it has seen already.

        Whose cursor then is the batch's last is in step, and may return an outbox: the next batches
        are written to it whole, in the place of this.
        """

    def push(self, frame: bytes, /) -> None:
        """Takes a state frame."""

    def leave(self, code: int, /) -> None:
        """Ends, with a WebSocket close code."""


class _Lane(NamedTuple):
    """Readers who are in step, and who takes what is written to them.

    It is kept from batch to batch: a full room's readers and outboxes are in no cache of the
    processor, and to look through them takes an eighth of the time that it takes to write to all.
    """

    readers: tuple[Reader, ...]
    takers: tuple[Taker, ...]


class _Topic:
    """A room that is read: its readers, and the seq they were sent."""

    __slots__ = ("_lane", "in_step", "others", "seq", "window")

    def __init__(self, window: Window) -> None:
        self.window = window
        self.seq = 0
        self.in_step: dict[Reader, Outbox] = {}
        self.others: dict[Reader, None] = {}
        #: All who are in step; None where somebody came, left, fell behind or caught up since.
        self._lane: _Lane | None = None

    @property
    def count(self) -> int:
        return len(self.in_step) + len(self.others)

    def readers(self) -> tuple[Reader, ...]:
        return (*self.in_step, *self.others)

    def add(self, reader: Reader) -> None:
        self.remove(reader)
        self.others[reader] = None

    def remove(self, reader: Reader) -> None:
        if outbox := self.in_step.pop(reader, None):
            outbox.moved = nothing
            self._forget_lane()
        self.others.pop(reader, None)

    def publish(self, batch: Batch, pause: Callable[[], None]) -> None:
        self.seq = batch.last
        others = tuple(self.others)  # a reader may come or go in a pause
        self._write(batch.wire, pause)
        for number, reader in enumerate(others, 1):
            outbox = reader.deliver(batch)
            if outbox and reader in self.others:
                del self.others[reader]
                self.in_step[reader] = outbox
                outbox.moved = self._forget_lane
                self._forget_lane()
            if number % BREATH == 0:
                pause()

    def _write(self, frames: bytes, pause: Callable[[], None]) -> None:
        """To those in step. Who comes in a pause has seen the frames: they are committed."""
        self._lane = lane = self._lane or self._lane_of(self.in_step)
        for start in range(0, len(lane.readers), BREATH):
            turn = slice(start, start + BREATH)
            part = _Lane(lane.readers[turn], lane.takers[turn])
            if start:
                pause()
                if self._lane is not lane:
                    part = self._lane_of(part.readers)
            for number, sent in write_to_all(part.takers, frames):
                self.in_step[part.readers[number]].keep(frames, sent)

    def _lane_of(self, readers: Iterable[Reader]) -> _Lane:
        """Those of the readers who are in step."""
        boxes = {reader: self.in_step[reader] for reader in readers if reader in self.in_step}
        return _Lane(tuple(boxes), tuple(box.taker for box in boxes.values()))

    def _forget_lane(self) -> None:
        self._lane = None


class Hub:
    """Topics and their readers. A reader is in one room; a person may have many readers."""

    def __init__(
        self,
        window: int,
        meters: Meters | None = None,
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        """`window` is how many messages an open page shows; `pause` lets the others run."""
        self._meters = meters or Meters()
        #: Every open page, from its first byte to its last, whether or not it has joined a room.
        self.readers: set[Reader] = set()
        self._crowd = Crowd()
        self._window = window
        self._pause = pause
        self._rooms: dict[str, _Topic] = {}
        self._people: dict[int, set[Reader]] = {}

    def arrive(self, reader: Reader) -> None:
        """A page is open."""
        self.readers.add(reader)
        self._crowd.arrive(reader.address)

    def depart(self, reader: Reader) -> None:
        """A page is open no longer; it may have departed before."""
        if reader in self.readers:
            self.readers.remove(reader)
            self._crowd.depart(reader.address)

    def near(self, address: str | None) -> int:
        """How many pages are open in the neighbourhood of an address."""
        return self._crowd.near(address)

    def join(self, room: str, reader: Reader, seq: int) -> None:
        """The reader gets what comes after `seq`, which it has seen."""
        topic = self._rooms.get(room)
        if topic is None:
            topic = self._rooms[room] = _Topic(Window(self._window))
        topic.add(reader)
        topic.seq = max(seq, topic.seq)
        if reader.person_id is not None:
            self._people.setdefault(reader.person_id, set()).add(reader)

    def part(self, room: str, reader: Reader) -> None:
        """The reader gets nothing any more; it need not have joined."""
        if topic := self._rooms.get(room):
            topic.remove(reader)
            if not topic.count:
                del self._rooms[room]
        if reader.person_id is not None and (pages := self._people.get(reader.person_id)):
            pages.discard(reader)
            if not pages:
                del self._people[reader.person_id]

    def publish(self, batch: Batch) -> None:
        """Hands a batch to every reader of its room. May switch greenlets in a full room."""
        if topic := self._rooms.get(batch.room):
            self._meters.deliveries += topic.count
            topic.publish(batch, self._pause)

    def grow(self, room: str, seq: int) -> int | None:
        """Counts a new message of a room; the oldest to show, where open pages are to be cut."""
        topic = self._rooms.get(room)
        return topic.window.add(seq) if topic else None

    def tell(self, person_id: int, frame: bytes) -> None:
        """Hands a state frame to every page of a person."""
        for reader in tuple(self._people.get(person_id, ())):
            reader.push(frame)

    def tell_room(self, room: str, frame: bytes, but: int | None = None) -> None:
        """Hands a state frame to every reader of a room, but for the pages of one person."""
        if topic := self._rooms.get(room):
            for reader in topic.readers():
                if but is None or reader.person_id != but:
                    reader.push(frame)

    def has_readers(self, room: str) -> bool:
        return room in self._rooms

    def rooms(self) -> list[tuple[str, int]]:
        """The rooms that are read, each with the seq that its readers were sent."""
        return [(room, topic.seq) for room, topic in self._rooms.items()]
