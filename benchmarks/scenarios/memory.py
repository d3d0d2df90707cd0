"""Memory: what an idle connection holds."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.bench import SPARE, Bench
from benchmarks.contenders import LIMIT, OURS
from benchmarks.figures import Figure
from benchmarks.section import Plot, Section, against
from benchmarks.tables import Table

COUNTS = (1_000, 5_000, 20_000)
#: Connections that are there before the first look, so that what all share is not counted.
FEW = 100
SETTLE_S = 2.0

ABOUT = """The server's memory (PSS) with so many idle connections, each of another person, less
what it was with {few}, by connection. The kernel's buffers are not in it."""


def run(bench: Bench) -> Section:
    most = COUNTS[0] if bench.quick else COUNTS[-1]
    peers = COUNTS[0]
    found: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(bench.runs):
        for name in bench.shortlist:
            bench.progress(f"memory, run {number + 1}, {name}")
            # Peers are told apart by fewer well enough.
            for count, size in _sizes(bench, name, most if name in (OURS, LIMIT) else peers):
                found[count][name].append(size)
    rows = []
    for count, sizes in sorted(found.items()):
        figures = {name: Figure.of(values) for name, values in sizes.items()}
        rows += [
            (name, f"{count:,}", figure, against(figures, name, True)[1])
            for name, figure in figures.items()
        ]
    columns = ("", "connections", "bytes each", "ours is better by")
    bars = {name: ((0.0, Figure.of(values).median),) for name, values in found[COUNTS[0]].items()}
    plot = Plot("Bytes of an idle connection", "", "bytes", bars, bars=True)
    about = ABOUT.format(few=FEW)
    return Section("Memory of an idle connection", about, Table(columns, tuple(rows)), plot)


def _sizes(bench: Bench, name: str, most: int) -> list[tuple[int, float]]:
    """Counts of connections, and the bytes each of them takes."""
    sizes: list[tuple[int, float]] = []
    people = most if name == OURS else 1
    contender = bench.contender(name, people)
    with contender.start(bench.cores.server) as server, bench.load(server) as load:
        load.connect(FEW)
        load.listen(SETTLE_S)
        before, held = server.process.memory, server.process.descriptors
        each = max(1, round((held - SPARE / 4) / FEW))
        room = (bench.descriptors - SPARE) // each
        for count in COUNTS:
            here = min(count, room, most)
            if here <= (sizes[-1][0] if sizes else FEW):
                break
            if here < count <= most:
                bench.note(
                    f"{name}: {here:,} connections in the place of {count:,}, by {each} "
                    f"descriptors each and a limit of {bench.descriptors:,}."
                )
            load.connect(here)
            bench.check(name, load.listen(SETTLE_S))
            sizes.append((here, (server.process.memory - before) / (here - FEW)))
    return sizes
