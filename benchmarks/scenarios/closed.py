"""Closed loop: what a delivery costs where there is always something to deliver."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.bench import READERS, Bench
from benchmarks.contenders import LIMIT, OURS
from benchmarks.figures import Figure
from benchmarks.section import Plot, Section, against
from benchmarks.tables import Table

#: Messages under way: few, as a busy room has them, and many.
WINDOWS = (16, 128)

ABOUT = """{readers:,} readers; so many messages are under way, and when one has come to the last
reader, the next is sent. "CPU" is the server's, user and system, by delivery."""


def run(bench: Bench) -> Section:
    cost: dict[int, dict[str, list[float]]] = {window: defaultdict(list) for window in WINDOWS}
    rate: dict[int, dict[str, list[float]]] = {window: defaultdict(list) for window in WINDOWS}
    for number in range(bench.runs):
        for name in bench.contenders:
            bench.progress(f"closed loop, run {number + 1}, {name}")
            with bench.room(name) as (_, load):
                # Peers write to each reader at once: how many are under way is the same to them.
                for window in WINDOWS if name in (OURS, LIMIT) else WINDOWS[:1]:
                    phase = load.closed(window, bench.pick(1.5, 3), bench.pick(0.5, 1))
                    bench.check(name, phase)
                    cost[window][name].append(phase.cpu_us_per_delivery)
                    rate[window][name].append(phase.deliveries / phase.seconds)
    rows = []
    for window in WINDOWS:
        costs = {name: Figure.of(values) for name, values in cost[window].items()}
        for name, figure in costs.items():
            speed = Figure.of(rate[window][name])
            rows.append((name, str(window), figure, *against(costs, name, True), speed))
    columns = ("", "under way", "CPU µs", "of C", "ours is better by", "deliveries/s")
    bars = {name: ((0.0, Figure.of(values).median),) for name, values in rate[WINDOWS[0]].items()}
    plot = Plot(
        f"Deliveries a second, closed loop, {WINDOWS[0]} messages under way",
        "",
        "deliveries a second",
        bars,
        bars=True,
    )
    return Section("Closed loop", ABOUT.format(readers=READERS), Table(columns, tuple(rows)), plot)
