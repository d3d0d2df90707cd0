"""The limit in C is a server like the others, for the load generator at least."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compiler import compiled
from benchmarks.contenders import simple
from benchmarks.load import Load
from benchmarks.machine import Cores

READERS = 20
FRAME = '<li hx-target="#c{cursor}" id="m{seq}"><p>{text}</p></li>'


@pytest.mark.parametrize("batched", [0, 1])
def test_the_limit_hands_every_message_to_every_reader(
    client: Path, tmp_path: Path, batched: int
) -> None:
    (tmp_path / "frame").write_text(FRAME)
    program = compiled("limit", tmp_path)
    command = [str(program), f"frame={tmp_path / 'frame'}", f"batched={batched}"]
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
