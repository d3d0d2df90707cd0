"""Sends: the messages that share a commit, stored with as few statements as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from chatterpy.chat.changes import Change, Posted
from chatterpy.chat.messages import Message, digest
from chatterpy.store.rows import (
    ENTRY,
    PERSON,
    Outcome,
    Place,
    now,
    place_before,
    relation,
    to_message,
    to_person,
    utc,
)
from chatterpy.store.schema import MESSAGE, entries, people, rooms, writers

# The statements, built once: building one takes longer than SQLite takes to run it.
_OTHERS = entries.alias()
_LAST = select(func.max(_OTHERS.c.seq)).where(_OTHERS.c.room_id == rooms.c.id)
_END = (
    select(rooms.c.id, rooms.c.seq, entries.c.kind, entries.c.person_id, entries.c.at)
    .select_from(rooms)
    .outerjoin(
        entries, and_(entries.c.room_id == rooms.c.id, entries.c.seq == _LAST.scalar_subquery())
    )
    .where(rooms.c.slug == bindparam("room"))
)
_ROOM = insert(rooms).returning(rooms.c.id)
_AUTHORS = (
    select(*PERSON, writers.c.person_id.label("wrote"))
    .select_from(people)
    .outerjoin(
        writers,
        and_(writers.c.person_id == people.c.id, writers.c.room_id == bindparam("room_id")),
    )
    .where(people.c.id.in_(bindparam("ids", expanding=True)))
)
_SENT_BEFORE = ENTRY.where(
    entries.c.room_id == bindparam("room_id"),
    entries.c.person_id == bindparam("person_id"),
    entries.c.nonce == bindparam("nonce"),
    entries.c.digest == bindparam("digest"),
)
_AFTER = select(entries.c.seq).where(
    entries.c.room_id == bindparam("room_id"), entries.c.seq > bindparam("seq")
)
#: Passes over what was sent before, and over nothing else: a seq that is taken is a fault.
_ENTRIES = sqlite.insert(entries).on_conflict_do_nothing(
    index_elements=(entries.c.person_id, entries.c.room_id, entries.c.nonce, entries.c.digest)
)
_WRITERS = insert(writers)
_DROP_AFTER = delete(entries).where(
    entries.c.room_id == bindparam("room_id"), entries.c.seq > bindparam("seq")
)
_NEW_END = (
    update(rooms)
    .where(rooms.c.id == bindparam("room_id"))
    .values(seq=bindparam("last"), at=bindparam("now"))
)

#: What makes two sends the same message: author, nonce, and the digest of the text.
Key = tuple[int, str, bytes]


@dataclass(frozen=True)
class Send:
    """A message to store."""

    person_id: int
    room: str
    text: str
    nonce: str

    @cached_property
    def key(self) -> Key:
        return self.person_id, self.nonce, digest(self.text)


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a room's log: its seq, and the last entry."""

    room_id: int
    seq: int
    last: Place | None


def say(db: Connection, sends: Sequence[Send]) -> list[Outcome[Message]]:
    """Stores messages in their order, a room at a time.

    One that was sent before, earlier or in the same call, is the same message, and no change.
    """
    by_room: dict[str, dict[Key, Send]] = {}
    for one in sends:
        by_room.setdefault(one.room, {}).setdefault(one.key, one)
    stored: dict[tuple[str, Key], Message] = {}
    new: set[tuple[str, Key]] = set()
    for room, wanted in by_room.items():
        before, messages = _say_in(db, room, wanted)
        stored.update({(room, key): one for key, one in (before | messages).items()})
        new.update((room, key) for key in messages)
    outcomes: list[Outcome[Message]] = []
    for one in sends:
        place = one.room, one.key
        changes: list[Change] = [Posted(one.room, stored[place])] if place in new else []
        outcomes.append((stored[place], changes))
        new.discard(place)
    return outcomes


def _say_in(
    db: Connection, room: str, wanted: dict[Key, Send]
) -> tuple[dict[Key, Message], dict[Key, Message]]:
    """What was sent to a room before, and what is new.

    Hardly ever was anything sent before. So it is not looked for until the table passes one over.
    """
    end = _end_of(db, room)
    messages = _append(db, end, wanted.values())
    if len(messages) == len(wanted):
        return {}, messages
    before = {key: _sent_before(db, room, end, key) for key in wanted if key not in messages}
    # Seqs have no gaps: the others are stored once more, close up.
    db.execute(_DROP_AFTER, {"room_id": end.room_id, "seq": end.seq})
    fresh = [one for key, one in wanted.items() if key in messages]
    return before, _append(db, end, fresh) if fresh else {}


def _end_of(db: Connection, room: str) -> _End:
    """Where a room goes on; makes the room with its first message."""
    row = db.execute(_END, {"room": room}).first()
    if row is None:
        room_id = db.scalars(_ROOM, {"slug": room, "seq": 0, "at": now()}).one()
        return _End(room_id, 0, None)
    last = None if row.kind is None else Place(row.kind, row.person_id, row.at)
    return _End(row.id, row.seq, last)


def _sent_before(db: Connection, room: str, end: _End, key: Key) -> Message:
    """The message of a room that has this key already."""
    person_id, nonce, digest_ = key
    row = db.execute(
        _SENT_BEFORE,
        {"room_id": end.room_id, "person_id": person_id, "nonce": nonce, "digest": digest_},
    ).one()
    return to_message(row, place_before(db, room, row.seq))


def _append(db: Connection, end: _End, sends: Collection[Send]) -> dict[Key, Message]:
    """Stores messages at the end of a room, but for those it has already: returns the others."""
    ids = {one.person_id for one in sends}
    rows = db.execute(_AUTHORS, {"room_id": end.room_id, "ids": list(ids)}).all()
    authors = {row.id: to_person(row.id, row.name, row.face, row.version) for row in rows}
    last, at, first = end.last, now(), end.seq + 1
    messages: dict[Key, Message] = {}
    for seq, one in enumerate(sends, first):
        related = relation(one.person_id, at, last)
        messages[one.key] = Message(seq, authors[one.person_id], one.text, utc(at), *related)
        last = Place(MESSAGE, one.person_id, at)
    stored = db.execute(
        _ENTRIES,
        [
            {
                "room_id": end.room_id,
                "seq": seq,
                "changed": seq,
                "kind": MESSAGE,
                "person_id": one.person_id,
                "at": at,
                "text": one.text,
                "nonce": one.nonce,
                "digest": one.key[2],
            }
            for seq, one in enumerate(sends, first)
        ],
    )
    if stored.rowcount < len(messages):
        seqs = set(db.scalars(_AFTER, {"room_id": end.room_id, "seq": end.seq}))
        if len(seqs) < len(messages):
            return {key: one for key, one in messages.items() if one.seq in seqs}
    db.execute(_NEW_END, {"room_id": end.room_id, "last": end.seq + len(messages), "now": at})
    if strangers := [row.id for row in rows if row.wrote is None]:
        db.execute(
            _WRITERS,
            [{"room_id": end.room_id, "person_id": one, "changed": 0} for one in strangers],
        )
    return messages
