"""Open-loop ramp: how many messages a second a room carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from benchmarks.bench import READERS, Bench
from benchmarks.figures import Figure
from benchmarks.load import Load
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
            with bench.room(name) as (_, load):
                steps = list(_climb(bench, name, load))
            curves[name] += steps
            within = [step for step in steps if step[1] <= P99_MAX_MS]
            carried[name].append(within[-1][0] * READERS if within else 0.0)
            p99[name] += [last_ms for _, last_ms in within[-1:]]
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


def _climb(bench: Bench, name: str, load: Load) -> Iterator[tuple[float, float]]:
    """Rates and the last reader's p99 in ms, up to the first that is not carried.

    A step that fails is tried once more: a machine may stall for a moment.
    """
    for rate in LADDER:
        for _ in range(2):
            phase = load.open(rate, bench.pick(1, 1.5), DRAIN_S)
            carried = phase.last_ms(99) <= P99_MAX_MS
            if carried or not phase.complete or phase.faults:
                break
        if carried and phase.faults:
            bench.check(name, phase)
        if not carried:
            bench.check_own(f"{name} at {rate:,} messages a second: the load generator", phase)
        if phase.complete:
            yield rate, phase.last_ms(99)
        if not carried or phase.faults:
            return


def _middle(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The median of the runs at each rate."""
    at: dict[float, list[float]] = defaultdict(list)
    for rate, value in points:
        at[rate].append(value)
    return tuple((rate, Figure.of(values).median) for rate, values in sorted(at.items()))
