"""The limits, in C and in Python, are servers like the others, for the load generator at least."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.compiler import compiled
from benchmarks.contenders import bare, simple
from benchmarks.frame import as_jinja
from benchmarks.load import Load
from benchmarks.machine import Cores

READERS = 20
FRAME = '<li hx-target="#c{cursor}" id="m{seq}"><p>{text}</p></li>'


@pytest.mark.parametrize("how", ["batched=0", "batched=1", "book={}/book"])
def test_the_limit_hands_every_message_to_every_reader(
    client: Path, tmp_path: Path, how: str
) -> None:
    (tmp_path / "frame").write_text(FRAME)
    program = compiled("limit", tmp_path)
    command = [str(program), f"frame={tmp_path / 'frame'}", how.format(tmp_path)]
    core = Cores.chosen().server
    with (
        simple("limit", command, tmp_path).start(core) as server,
        Load(client, core, server, senders=3) as load,
    ):
        load.connect(READERS)
        phase = load.closed(8, seconds=0.2, warmup=0.1)
        assert phase.faults == ""
        assert phase.deliveries
        phase = load.open(100, seconds=0.2, drain=2)
        assert phase.complete, phase
        assert len(phase.last_us) == len(phase.first_us) == phase.sent == 20
        load.churn(5)
        load.leave()
        phase = load.come_back(target=phase.newest, seconds=0.5)
        assert phase.readers == READERS
        assert phase.faults == ""


def test_what_the_durable_limit_handed_out_is_in_its_book(client: Path, tmp_path: Path) -> None:
    (tmp_path / "frame").write_text(FRAME)
    program, book = compiled("limit", tmp_path), tmp_path / "book"
    command = [str(program), f"frame={tmp_path / 'frame'}", f"book={book}"]
    core = Cores.chosen().server
    with (
        simple("limit", command, tmp_path).start(core) as server,
        Load(client, core, server) as load,
    ):
        load.connect(2)
        assert load.open(50, seconds=0.2, drain=2).complete
        assert book.read_bytes().count(b"</li>") == 10


def test_the_bare_chat_stores_every_message_and_hands_it_to_every_reader(
    client: Path, tmp_path: Path
) -> None:
    (tmp_path / "frame").write_text(as_jinja(FRAME))
    core = Cores.chosen().server
    with (
        bare(tmp_path / "frame", tmp_path).start(core) as server,
        Load(client, core, server) as load,
    ):
        load.connect(READERS)
        phase = load.open(50, seconds=0.4, drain=2)
        assert phase.complete, phase
        with closing(sqlite3.connect(tmp_path / "bare.db")) as db:
            assert db.execute("SELECT count(*) FROM entries").fetchone() == (20,)
