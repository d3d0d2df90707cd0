"""Presence: who is in which room, who just came or left, who types. State, never stored.

A reload, a second page, and a connection that is back within the grace are neither coming nor
leaving. Nor is a restart of the server: while everybody finds back after a start, nobody "joins".
Time is monotonic, in seconds, and comes from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chatterpy.chat.people import Person

#: How long somebody counts as typing after the last sign of it.
TYPING_S = 6.0
#: Signs of typing that follow each other faster are dropped.
TYPING_EVERY_S = 2.0
#: How long after a start nobody joins, in graces: a page asks anew after half a minute at most.
QUIET_GRACES = 3


@dataclass(slots=True)
class _Guest:
    person: Person
    pages: int = 0
    typed: float = float("-inf")


@dataclass(slots=True)
class _Hall:
    """A room as presence sees it."""

    guests: dict[int, _Guest] = field(default_factory=dict)
    leaving: dict[int, float] = field(default_factory=dict)  # since when they have no page
    joined: dict[int, Person] = field(default_factory=dict)  # not told yet
    typists: dict[int, float] = field(default_factory=dict)
    people_changed: bool = False
    typing_changed: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What changed in a room since the last tick; `None` where nothing did."""

    room: str
    people: tuple[Person, ...] | None
    typists: tuple[Person, ...] | None
    joined: tuple[Person, ...]
    left: tuple[Person, ...]


class Presence:
    """Takes what happens at once, tells it in ticks: a herd costs as much as one."""

    def __init__(self, grace: float, now: float) -> None:
        """`grace` is how long somebody without a page is still here, in seconds."""
        self._grace = grace
        self._quiet_until = now + QUIET_GRACES * grace
        self._halls: dict[str, _Hall] = {}

    def arrive(self, room: str, person: Person, now: float) -> None:
        """A page of the person is open."""
        hall = self._halls.setdefault(room, _Hall())
        guest = hall.guests.get(person.id)
        if guest is None:
            guest = hall.guests[person.id] = _Guest(person)
            hall.people_changed = True
            if now >= self._quiet_until:
                hall.joined[person.id] = person
        guest.pages += 1
        hall.leaving.pop(person.id, None)

    def depart(self, room: str, person_id: int, now: float) -> None:
        """A page of the person is closed."""
        hall = self._halls.get(room)
        guest = hall.guests.get(person_id) if hall else None
        if hall is None or guest is None:
            return
        guest.pages -= 1
        if guest.pages == 0:
            hall.leaving[person_id] = now

    def type(self, room: str, person_id: int, now: float) -> None:
        """The person types; too many signs of it are dropped."""
        hall = self._halls.get(room)
        guest = hall.guests.get(person_id) if hall else None
        if hall is None or guest is None or now - guest.typed < TYPING_EVERY_S / 2:
            return
        guest.typed = hall.typists[person_id] = now
        hall.typing_changed = True

    def stop_typing(self, room: str, person_id: int, now: float) -> None:
        """What the person typed is sent."""
        hall = self._halls.get(room)
        guest = hall.guests.get(person_id) if hall else None
        if hall is None or guest is None:
            return
        # The last sign of it may still be on its way: browsers send at most one in two seconds.
        guest.typed = now + TYPING_EVERY_S / 2
        if hall.typists.pop(person_id, None) is not None:
            hall.typing_changed = True

    def update(self, person: Person) -> None:
        """The person has another name or face."""
        for hall in self._halls.values():
            if guest := hall.guests.get(person.id):
                guest.person = person
                hall.people_changed = True
                hall.typing_changed |= person.id in hall.typists

    def here(self, room: str) -> tuple[Person, ...]:
        """Who is in the room, in the order in which they came."""
        hall = self._halls.get(room)
        return tuple(guest.person for guest in hall.guests.values()) if hall else ()

    def typists(self, room: str) -> tuple[Person, ...]:
        """Who types in the room."""
        hall = self._halls.get(room)
        return _persons(hall, hall.typists) if hall else ()

    def counts(self) -> dict[str, int]:
        """How many are in each room where anybody is."""
        return {room: len(hall.guests) for room, hall in self._halls.items() if hall.guests}

    def count(self) -> int:
        """How many people are in any room."""
        return len({person_id for hall in self._halls.values() for person_id in hall.guests})

    def tick(self, now: float) -> list[News]:
        """What changed since the last tick, a room at a time."""
        news = []
        for room, hall in tuple(self._halls.items()):
            left = self._let_go(hall, now)
            for person_id, typed in tuple(hall.typists.items()):
                if now - typed > TYPING_S or person_id not in hall.guests:
                    del hall.typists[person_id]
                    hall.typing_changed = True
            if hall.people_changed or hall.typing_changed:
                news.append(
                    News(
                        room,
                        self.here(room) if hall.people_changed else None,
                        self.typists(room) if hall.typing_changed else None,
                        tuple(hall.joined.values()),
                        left,
                    )
                )
                hall.joined.clear()
                hall.people_changed = hall.typing_changed = False
            if not hall.guests:
                del self._halls[room]
        return news

    def _let_go(self, hall: _Hall, now: float) -> tuple[Person, ...]:
        """Those whose grace is over; who was never told to have joined leaves as quietly."""
        left = []
        for person_id, since in tuple(hall.leaving.items()):
            if now - since >= self._grace:
                del hall.leaving[person_id]
                person = hall.guests.pop(person_id).person
                hall.people_changed = True
                if hall.joined.pop(person_id, None) is None:
                    left.append(person)
        return tuple(left)


def _persons(hall: _Hall, ids: Iterable[int]) -> tuple[Person, ...]:
    return tuple(hall.guests[one].person for one in ids if one in hall.guests)
