"""Latency: when the last reader of a calm room has a message."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.bench import READERS, Bench
from benchmarks.figures import Figure, percentile
from benchmarks.section import Section, against
from benchmarks.tables import Table

RATE = 20

ABOUT = """{readers:,} readers, {rate} messages a second at fixed times; from the time at which a
message was due to the time at which the first and the last reader had it. "Durable" is who hands a
message out when it is on the disk, as ours does, and does nothing else: C writes it to a file,
Python stores it by one INSERT in a thread and renders it."""


def run(bench: Bench) -> Section:
    first: dict[str, list[float]] = defaultdict(list)
    half: dict[str, list[float]] = defaultdict(list)
    most: dict[str, list[float]] = defaultdict(list)
    for number in range(bench.runs):
        for name in (*bench.shortlist, *bench.floors):
            bench.progress(f"latency, run {number + 1}, {name}")
            with bench.room(name) as (_, load):
                load.open(RATE, 1, 2)  # a warm-up: templates, caches, the first commit
                phase = bench.check(name, load.open(RATE, bench.pick(3, 5), 2))
            first[name].append(percentile(phase.first_us, 50) / 1000)
            half[name].append(phase.last_ms(50))
            most[name].append(phase.last_ms(99))
    found = {name: Figure.of(values) for name, values in half.items()}
    rows = tuple(
        (name, Figure.of(first[name]), figure, *against(found, name, True), Figure.of(most[name]))
        for name, figure in found.items()
    )
    columns = ("", "first p50, ms", "last p50, ms", "of C", "ours is better by", "last p99, ms")
    about = ABOUT.format(readers=READERS, rate=RATE)
    return Section("Latency of the last reader", about, Table(columns, rows))
