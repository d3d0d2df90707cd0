"""The committer: when what is committed is told, alone or with what has queued meanwhile."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import gevent
import pytest

from chatterpy.chat.changes import Change
from chatterpy.chat.people import Visitor
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
