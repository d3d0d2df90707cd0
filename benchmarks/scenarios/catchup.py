"""Catch-up: what those who were away cost when they are back."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.room import cursor, fill
from benchmarks.section import Section
from benchmarks.tables import Table

#: Messages that were missed, and readers who missed them.
CASES = ((100, 200), (10_000, 20))
QUICK = ((100, 200), (2_000, 20))
MOST_S = 60.0

ABOUT = """Readers connect who have missed so many messages, first one alone, then many at once with
the same cursor. `CHATTERPY_CATCH_UP_MAX` is set so high that all missed messages are sent; by
default who has missed more than 500 is sent the newest page instead."""


def run(bench: Bench) -> Section:
    cases = QUICK if bench.quick else CASES
    alone: dict[int, list[float]] = {missed: [] for missed, _ in cases}
    together: dict[int, list[float]] = {missed: [] for missed, _ in cases}
    cpu: dict[int, list[float]] = {missed: [] for missed, _ in cases}
    people = max(readers for _, readers in cases)
    with bench.chat(people, catch_up_max=100_000, cache_size=20_000) as chat:
        with bench.load(chat.running) as load:
            load.connect(16)
            fill(load, cases[-1][0])
        newest = cursor(chat.running)
        for number in range(bench.runs):
            bench.progress(f"catch-up, run {number + 1}")
            for missed, readers in cases:
                for count, times in ((1, alone[missed]), (readers, together[missed])):
                    where = newest - missed
                    with bench.load(chat.running, cursor=where, readers=count) as load:
                        phase = bench.check("Catch-up", load.come_back(newest, MOST_S))
                    times.append(phase.seconds * 1000 if phase.caught_up else float("inf"))
                cpu[missed].append(phase.server_cpu_s / readers * 1000)
    rows = tuple(
        (
            f"{missed:,}",
            Figure.of(alone[missed]),
            f"{readers}",
            Figure.of(together[missed]),
            Figure.of(cpu[missed]),
        )
        for missed, readers in cases
    )
    columns = ("missed", "one reader, ms", "readers", "all of them, ms", "CPU ms each")
    return Section("Catch-up", ABOUT, Table(columns, rows))
