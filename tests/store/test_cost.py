"""What the store is asked for costs the same however long a room's log has grown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.store import Pending
from chatterpy.store import open_store
from chatterpy.store.sqlite import SqliteStore

#: How long the log is first, and then.
SHORT, LONG = 200, 4_000
#: B-trees grow a level, and pages of the log differ: not by a factor, as a scan would.
ALLOWED = 1.5
#: Of what was not said before.
NUMBERS = count(1_000_000)


class Steps:
    """Counts what SQLite's virtual machine does (sqlite.org, "opcodes"), in tens."""

    def __init__(self) -> None:
        self.count = 0

    def step(self) -> None:
        self.count += 1

    def watch(self, connection: sa.PoolProxiedConnection, *_: object) -> None:
        connection.set_progress_handler(self.step, 10)  # type: ignore[attr-defined]


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def store(tmp_path: Path, steps: Steps) -> Iterator[SqliteStore]:
    made = open_store(tmp_path / "chat.sqlite3", "OFF", lambda _: None)
    for engine in (made._writes, made._reads):
        sa.event.listen(engine, "checkout", steps.watch)
    yield made
    made.close()


def say(store: SqliteStore, who: Person, number: int, room: str = "lobby") -> Pending[Message]:
    return store.say(who.id, room, f"This is said for the {number}th time.", f"n{number}")


def together(store: SqliteStore, who: Person, numbers: list[int]) -> None:
    """All in one commit, or all but the first."""
    for send in [say(store, who, number) for number in numbers]:
        send.get()


def fresh(many: int) -> list[int]:
    return [next(NUMBERS) for _ in range(many)]


ACTS: dict[str, Callable[[SqliteStore, Person], object]] = {
    "one message": lambda store, who: say(store, who, next(NUMBERS)).get(),
    "a few at once": lambda store, who: together(store, who, fresh(5)),
    "many at once": lambda store, who: together(store, who, fresh(100)),
    "one again": lambda store, who: say(store, who, 7).get(),
    "some again": lambda store, who: together(store, who, [*fresh(5), 7, *fresh(5), 8]),
    "a name": lambda store, who: store.rename(who.id, f"Anna {next(NUMBERS)}"),
    "a face": lambda store, who: store.reface(who.id, Face.random()),
    "a newcomer": lambda store, _: store.settle(Visitor.arrive()),
    "a draft": lambda store, who: store.keep_draft(who.id, "lobby", Draft("so", "d"), 9),
    "a room": lambda store, _: store.open_room(f"room-{next(NUMBERS)}"),
    "the newest": lambda store, _: store.newest("lobby", 50),
    "older ones": lambda store, _: store.before("lobby", 150, 50),
    "what was missed": lambda store, _: store.since("lobby", store.seq("lobby") - 20),
    "the rooms": lambda store, _: store.rooms(10),
    "what was begun": lambda store, who: store.draft(who.id, "lobby"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_it_costs_the_same_in_a_long_log(
    store: SqliteStore, steps: Steps, act: Callable[[SqliteStore, Person], object]
) -> None:
    anna = store.settle(Visitor("anna", "Anna", Face.random()))
    took = []
    said = 0
    for length in (SHORT, LONG):
        while said < length:
            together(store, anna, list(range(said + 1, said + 101)))
            said += 100
        act(store, anna)  # what is looked up once is no part of it
        for kept in (store._pages, store._missed):  # a room is looked up again with each change
            kept.drop("lobby")
        store._drafts.drop((anna.id, "lobby"))
        before = steps.count
        act(store, anna)
        took.append(steps.count - before)
    assert took[0] > 0, "it asks SQLite for nothing, so the test proves nothing"
    assert took[1] <= ALLOWED * took[0] + 20
