"""The soak: a room that is used for a while, and whether it grows."""

from __future__ import annotations

import time

from benchmarks.bench import Bench
from benchmarks.figures import slope
from benchmarks.section import Plot, Section
from benchmarks.tables import Table

READERS = 500
RATE = 20
STEP_S = 5.0
#: Connections that are reset after each step.
CHURN = 25
#: What grows in less time says nothing.
LONG_S = 120

ABOUT = """{readers} readers, {rate} messages a second for {minutes:.3g} minutes; every {step:.0f}
seconds {churn} connections are reset and come back with their cursor. One run."""


def run(bench: Bench) -> Section:
    seconds = bench.pick(15, 600)
    memory: list[tuple[float, float]] = []
    descriptors = []
    slowest = 0.0
    bench.progress(f"soak, {seconds:.0f} s")
    with bench.chat(READERS) as chat, bench.load(chat.running) as load:
        load.connect(READERS)
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            memory.append((passed / 60, chat.running.process.memory / 1e6))
            descriptors.append(chat.running.process.descriptors)
            phase = load.open(RATE, STEP_S, 2)
            slowest = max(slowest, phase.last_ms(99))
            phase = load.churn(CHURN)
        phase = bench.check("Soak", load.listen(2))
    # What is held for a while (caches, the window) fills first.
    later = memory[len(memory) // 2 :]
    rows = (
        ("messages", float(phase.newest)),
        ("deliveries wrong", phase.faults or "none"),
        ("memory at the start, MB", memory[0][1]),
        ("memory at the end, MB", memory[-1][1]),
        ("growth in the second half, MB an hour", slope(later) * 60 if seconds >= LONG_S else None),
        ("descriptors, least and most", f"{min(descriptors):,} to {max(descriptors):,}"),
        ("worst p99 of the last reader in a step, ms", slowest),
    )
    plot = Plot("Memory in a soak", "minutes", "MB", {"ChatterPy": tuple(memory)})
    about = ABOUT.format(readers=READERS, rate=RATE, minutes=seconds / 60, step=STEP_S, churn=CHURN)
    return Section("Soak", about, Table(("", "ChatterPy"), rows), plot)
