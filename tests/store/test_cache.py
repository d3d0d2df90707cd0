"""What the store keeps in memory is never older than what it has told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatterpy.cache import Kept
from chatterpy.chat.drafts import Draft
from chatterpy.chat.faces import Face
from chatterpy.chat.people import Person, Visitor
from chatterpy.store.sqlite import SqliteStore


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    kept: Kept[str, int] = Kept(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.find("a") == 1
    kept.keep("c", 3)
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == (1, None, 3)
    kept.drop("a")
    kept.drop("nothing")
    assert kept.find("a") is None


def test_a_page_is_read_once_until_its_room_changes(
    store: SqliteStore, somebody: Callable[[], Person], reads: list[str]
) -> None:
    anna = somebody()
    store.say(anna.id, "lobby", "one", "1").get()
    page = store.newest("lobby", 10)
    assert store.seq("lobby") == 1
    reads.clear()
    store.say(anna.id, "attic", "elsewhere", "1").get()
    assert store.newest("lobby", 10) is page
    assert store.seq("lobby") == 1
    assert reads == []
    assert store.newest("lobby", 5) is not page, "it is a page of another size"

    store.say(anna.id, "lobby", "two", "2").get()
    assert [entry.seq for entry in store.newest("lobby", 10).entries] == [1, 2]
    store.rename(anna.id, "Anna")
    assert store.seq("lobby") == 3
    assert {entry.author.name for entry in store.newest("lobby", 10).entries[:2]} == {"Anna"}


def test_a_person_is_read_once_until_they_change(store: SqliteStore, reads: list[str]) -> None:
    visitor = Visitor.arrive()
    assert store.person(visitor.token) is None
    anna = store.settle(visitor)
    assert store.person(visitor.token) == anna, "a visitor who became a person stays unknown"
    reads.clear()
    assert store.person(visitor.token) == anna
    assert reads == []
    store.rename(anna.id, "Anna")
    assert store.person(visitor.token).name == "Anna"  # type: ignore[union-attr]
    store.reface(anna.id, Face("thumbs", "abc"))
    assert store.person(visitor.token).face == Face("thumbs", "abc")  # type: ignore[union-attr]


def test_a_draft_is_read_once_until_it_changes_or_is_sent(
    store: SqliteStore, somebody: Callable[[], Person], reads: list[str]
) -> None:
    anna = somebody()
    assert store.draft(anna.id, "lobby") is None
    store.keep_draft(anna.id, "lobby", Draft("hello", "n"), 9)
    assert store.draft(anna.id, "lobby") == Draft("hello", "n")
    reads.clear()
    assert store.draft(anna.id, "lobby") == Draft("hello", "n")
    assert reads == []
    store.say(anna.id, "lobby", "hello", "n").get()
    assert store.draft(anna.id, "lobby") is None


@pytest.fixture
def reads(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the queries that were made, from the first use on."""
    made: list[str] = []
    read = store._read

    def counted(query: Callable[..., object], *args: object) -> object:
        made.append(query.__name__)
        return read(query, *args)

    monkeypatch.setattr(store, "_read", counted)
    return made
