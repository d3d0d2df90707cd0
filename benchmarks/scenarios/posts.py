"""Posts: durable messages a second by HTTP."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.contenders import ROOM
from benchmarks.figures import Figure
from benchmarks.room import cursor
from benchmarks.section import Section
from benchmarks.tables import Cell, Table

CONNECTIONS = 64
#: As the server sets them, and one that may lose the last messages in a power cut.
MODES = ("FULL", "NORMAL")

ABOUT = """{connections} people post the composer's form, each on a kept connection, one message
after the other; an answer counts if it is 303, which comes after the commit. One reader is in the
room, who must get them all."""


def run(bench: Bench) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for mode in MODES[:1] if bench.quick else MODES:
        rate, cpu, half, most = [], [], [], []
        for number in range(bench.runs):
            bench.progress(f"posts, run {number + 1}, {mode}")
            with (
                bench.chat(CONNECTIONS, synchronous=mode) as chat,
                bench.load(chat.running) as load,
            ):
                load.connect(1)
                answers = bench.requests(
                    chat.running,
                    path=f"/rooms/{ROOM}/messages",
                    post=1,
                    connections=CONNECTIONS,
                    seconds=bench.pick(3, 5),
                )
                phase = bench.check("Posts", load.listen(0.5))
                stored = cursor(chat.running)
                if stored < answers.good or stored != phase.newest:
                    bench.note(
                        f"Posts: {answers.good:,} were acknowledged while it was measured, "
                        f"{stored:,} stored and {phase.newest:,} delivered."
                    )
            rate.append(answers.rate)
            cpu.append(answers.cpu_us_per_answer)
            half.append(answers.took_ms(50))
            most.append(answers.took_ms(99))
        rows.append((mode, *map(Figure.of, (rate, cpu, half, most))))
    columns = ("synchronous", "posts/s", "CPU µs", "p50, ms", "p99, ms")
    about = ABOUT.format(connections=CONNECTIONS)
    return Section("Durable posts by HTTP", about, Table(columns, tuple(rows)))
