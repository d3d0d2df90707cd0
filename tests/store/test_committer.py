"""The committer: when what is committed is told, alone or with what has queued meanwhile."""

from __future__ import annotations

import gc
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import gevent
import pytest

from chatterpy.chat.changes import Change
from chatterpy.chat.people import Visitor
from chatterpy.errors import StoreUnavailable
from chatterpy.store import open_store

TELLING_S = 1.0


class Told:
    """Takes what is told, and as long as a full room would."""

    def __init__(self, takes_s: float) -> None:
        self.seqs: list[list[int]] = []
        self._takes_s = takes_s

    def __call__(self, changes: list[Change]) -> None:
        self.seqs.append([change.seq for change in changes])
        time.sleep(self._takes_s)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else writes, so that a commit that has begun waits."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("takes_s", "seqs"),
    [
        pytest.param(0, [[1], [2], [3]], id="in a quiet room at once"),
        pytest.param(TELLING_S, [[1], [2, 3]], id="in a full room both"),
    ],
)
def test_what_is_committed_is_told_with_the_next_commit_where_telling_takes_long(
    tmp_path: Path, takes_s: float, seqs: list[list[int]]
) -> None:
    file, told = tmp_path / "chat.sqlite3", Told(takes_s)
    store = open_store(file, "FULL", told)
    anna = store.settle(Visitor.arrive())
    store.say(anna.id, "lobby", "how long it takes to tell of one", "n1").get()
    with locked(file):
        first = store.say(anna.id, "lobby", "begins a commit", "n2")
        gevent.sleep(0.05)
        second = store.say(anna.id, "lobby", "queues meanwhile", "n3")
        gevent.sleep(0.05)
    first.get()
    second.get()
    store.close()
    assert told.seqs == seqs


def test_what_follows_from_a_write_that_was_under_way_is_stored_before_the_end(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path / "chat.sqlite3", "FULL", list)
    order: list[str] = []

    def first_post() -> None:
        anna = store.settle(Visitor.arrive())
        store.say(anna.id, "lobby", "my first words", "n1").get()
        order.append("said")

    posting = gevent.spawn(first_post)
    gevent.sleep(0)
    store.close()
    order.append("closed")
    posting.join(10)
    assert order == ["said", "closed"]


def test_after_the_end_nothing_is_stored(tmp_path: Path) -> None:
    store = open_store(tmp_path / "chat.sqlite3", "FULL", list)
    anna = store.settle(Visitor.arrive())
    store.close()
    with pytest.raises(StoreUnavailable):
        store.say(anna.id, "lobby", "too late", "n1").get()
    assert not (tmp_path / "chat.sqlite3-wal").exists()


def test_a_write_from_another_thread_is_refused_and_ends_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "chat.sqlite3", "FULL", list)
    anna = store.settle(Visitor.arrive())
    with pytest.raises(RuntimeError, match="in the thread of those before it"):
        gevent.get_hub().threadpool.apply(store.say, (anna.id, "lobby", "from elsewhere", "n1"))
    assert store.say(anna.id, "lobby", "from here", "n2").get().seq == 1
    store.close()


def test_a_store_that_is_closed_leaves_nothing_behind(tmp_path: Path) -> None:
    store = open_store(tmp_path / "chat.sqlite3", "FULL", list)
    store.settle(Visitor.arrive())
    store.close()
    left = [weakref.ref(store._committer), weakref.ref(store._committer._crew)]
    del store
    gevent.sleep(0.01)
    gc.collect()
    assert [one() for one in left] == [None, None]
