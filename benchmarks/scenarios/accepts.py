"""Accepts: what a connection costs the server until it has resumed."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.bench import READERS, Bench
from benchmarks.figures import Figure
from benchmarks.section import Section, against
from benchmarks.tables import Table

ABOUT = """The server's CPU by connection, from the handshake to the answer to its first frame:
{readers:,} people who were there before come back, at most 500 handshakes at a time. It includes
telling everybody who is here."""


def run(bench: Bench) -> Section:
    cost: dict[str, list[float]] = defaultdict(list)
    rate: dict[str, list[float]] = defaultdict(list)
    for number in range(bench.runs):
        for name in bench.shortlist:
            bench.progress(f"accepts, run {number + 1}, {name}")
            with bench.room(name) as (_, load):
                load.leave()
                load.listen(1)
                phase = load.connect(READERS)
                cost[name].append(phase.server_cpu_s / READERS * 1e6)
                rate[name].append(READERS / phase.seconds)
    found = {name: Figure.of(values) for name, values in cost.items()}
    rows = tuple(
        (name, figure, *against(found, name, True), Figure.of(rate[name]))
        for name, figure in found.items()
    )
    columns = ("", "CPU µs", "of C", "ours is better by", "connections/s")
    return Section("Accepts", ABOUT.format(readers=READERS), Table(columns, rows))
