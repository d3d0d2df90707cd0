"""Changes: what a room's log shows. Each has the room's next seq and is seen after its commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person


@dataclass(frozen=True, slots=True)
class Renaming:
    """The notice of a rename: `was` and `now` are names at that time, `at` is UTC.

    `previous` is when the entry before it was made; None: it is the room's first.
    """

    seq: int
    person_id: int
    was: str
    now: str
    at: datetime
    previous: datetime | None = None


#: What a row of the log shows.
Entry = Message | Renaming


@dataclass(frozen=True, slots=True)
class Posted:
    """A message is new in the room."""

    room: str
    message: Message

    @property
    def seq(self) -> int:
        return self.message.seq


@dataclass(frozen=True, slots=True)
class Renamed:
    """A person who wrote in the room has a new name."""

    room: str
    notice: Renaming
    person: Person

    @property
    def seq(self) -> int:
        return self.notice.seq


@dataclass(frozen=True, slots=True)
class Refaced:
    """A person who wrote in the room has a new face; the log shows no notice of it."""

    room: str
    seq: int
    person: Person


Change = Posted | Renamed | Refaced


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a room's log, oldest first, as of `seq`.

    `before` is the seq to ask older entries with; None where there are none.
    """

    room: str
    seq: int
    entries: tuple[Entry, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What a page that shows `cursor` misses: by state, so a hundred changes of one thing are one.

    `entries` came after the cursor, oldest first; `people` had their name or face changed since
    and may stand in older entries.
    """

    room: str
    cursor: int
    seq: int
    entries: tuple[Entry, ...]
    people: tuple[Person, ...]
