"""Sends: the messages that share a commit, stored with as few statements as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from chatterpy.chat.changes import Change, Posted
from chatterpy.chat.messages import Message, digest
from chatterpy.chat.people import Person
from chatterpy.store.prepared import Prepared
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

_OTHERS = entries.alias()
_LAST = select(func.max(_OTHERS.c.seq)).where(_OTHERS.c.room_id == rooms.c.id)
_END = Prepared(
    select(rooms.c.id, rooms.c.seq, entries.c.kind, entries.c.person_id, entries.c.at)
    .select_from(rooms)
    .outerjoin(
        entries, and_(entries.c.room_id == rooms.c.id, entries.c.seq == _LAST.scalar_subquery())
    )
    .where(rooms.c.slug == bindparam("room")),
    "room",
)
_ROOM = Prepared(insert(rooms).returning(rooms.c.id), "slug", "seq", "at")
_AUTHOR = Prepared(
    select(*PERSON, writers.c.person_id)
    .select_from(people)
    .outerjoin(
        writers,
        and_(writers.c.person_id == people.c.id, writers.c.room_id == bindparam("room_id")),
    )
    .where(people.c.id == bindparam("person_id")),
    "room_id",
    "person_id",
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
_ENTRIES = Prepared(
    sqlite.insert(entries).on_conflict_do_nothing(
        index_elements=(entries.c.person_id, entries.c.room_id, entries.c.nonce, entries.c.digest)
    ),
    "room_id",
    "seq",
    "changed",
    "kind",
    "person_id",
    "at",
    "text",
    "nonce",
    "digest",
)
_WRITER = Prepared(insert(writers), "room_id", "person_id", "changed")
_DROP_AFTER = delete(entries).where(
    entries.c.room_id == bindparam("room_id"), entries.c.seq > bindparam("seq")
)
_NEW_END = Prepared(
    update(rooms)
    .where(rooms.c.id == bindparam("room_id"))
    .values(seq=bindparam("last"), at=bindparam("now")),
    "last",
    "now",
    "room_id",
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
    row = _END.first(db, room)
    if row is None:
        (room_id,) = _ROOM.first(db, room, 0, now())
        return _End(room_id, 0, None)
    room_id, seq, kind, person_id, at = row
    return _End(room_id, seq, None if kind is None else Place(kind, person_id, at))


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
    authors: dict[int, Person] = {}
    strangers: list[int] = []
    for id_ in {one.person_id for one in sends}:
        *person, wrote = _AUTHOR.first(db, end.room_id, id_)
        authors[id_] = to_person(*person)
        if wrote is None:
            strangers.append(id_)
    last, at, first = end.last, now(), end.seq + 1
    messages: dict[Key, Message] = {}
    for seq, one in enumerate(sends, first):
        related = relation(one.person_id, at, last)
        messages[one.key] = Message(seq, authors[one.person_id], one.text, utc(at), *related)
        last = Place(MESSAGE, one.person_id, at)
    stored = _ENTRIES.change_many(
        db,
        [
            (
                end.room_id,
                seq,
                seq,
                MESSAGE,
                one.person_id,
                at,
                one.text,
                one.nonce,
                one.key[2],
            )
            for seq, one in enumerate(sends, first)
        ],
    )
    if stored < len(messages):
        seqs = set(db.scalars(_AFTER, {"room_id": end.room_id, "seq": end.seq}))
        if len(seqs) < len(messages):
            return {key: one for key, one in messages.items() if one.seq in seqs}
    _NEW_END.change(db, end.seq + len(messages), at, end.room_id)
    for id_ in strangers:
        _WRITER.change(db, end.room_id, id_, 0)
    return messages
