"""Open-loop ramp: how many messages a second a room carries."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.bench import OWN_MAX, READERS, Bench
from benchmarks.figures import Figure
from benchmarks.section import Plot, Section, against
from benchmarks.tables import Table

#: Messages a second, one step after the other.
LADDER = (20, 40, 80, 160, 320, 640, 1000, 1500, 2000, 2500, 3200, 4000)
P99_MAX_MS = 250.0
DRAIN_S = 2.0

ABOUT = """{readers:,} readers; messages are sent at fixed times, whether or not the server keeps
up, and each counts from the time at which it was due. A rate is carried if every message comes to
every reader, and 99 % of them to the last reader within {most:.0f} ms."""


def run(bench: Bench) -> Section:
    carried: dict[str, list[float]] = defaultdict(list)
    p99: dict[str, list[float]] = defaultdict(list)
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for number in range(bench.runs):
        for name in bench.shortlist:
            bench.progress(f"ramp, run {number + 1}, {name}")
            best, best_p99 = 0.0, float("nan")
            with bench.room(name) as (_, load):
                for rate in LADDER:
                    phase = load.open(rate, bench.pick(1, 2), DRAIN_S)
                    last_ms = phase.last_ms(99)
                    if phase.faults and phase.complete:
                        bench.check(name, phase)
                    if phase.complete:
                        curves[name].append((rate, last_ms))
                    if last_ms > P99_MAX_MS:
                        if phase.own_share > OWN_MAX:
                            bench.check(name, phase)
                        break
                    best, best_p99 = rate, last_ms
            carried[name].append(best * READERS)
            p99[name].append(best_p99)
    found = {name: Figure.of(values) for name, values in carried.items()}
    rows = tuple(
        (name, figure.median / READERS, figure, *against(found, name, False), Figure.of(p99[name]))
        for name, figure in found.items()
    )
    columns = ("", "messages/s", "deliveries/s", "of C", "ours is better by", "its p99, ms")
    plot = Plot(
        "When the last reader has a message (p99)",
        "messages a second",
        "ms",
        {name: _middle(points) for name, points in curves.items()},
        logarithmic=True,
    )
    about = ABOUT.format(readers=READERS, most=P99_MAX_MS)
    return Section("Open-loop ramp", about, Table(columns, rows), plot)


def _middle(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The median of the runs at each rate."""
    at: dict[float, list[float]] = defaultdict(list)
    for rate, value in points:
        at[rate].append(value)
    return tuple((rate, Figure.of(values).median) for rate, values in sorted(at.items()))
