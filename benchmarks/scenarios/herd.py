"""The herd: everybody comes back at once after a restart."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.room import cursor, say_many
from benchmarks.section import Section
from benchmarks.tables import Table

READERS = 5_000
MISSED = 100
MOST_S = 60.0

ABOUT = """{readers:,} readers, each another person, are connected; the server is ended by SIGTERM
and started again; {missed} messages are posted; then all readers connect at once, with no pause
between them, and are sent what they missed."""


def run(bench: Bench) -> Section:
    readers = READERS // 5 if bench.quick else READERS
    there, caught_up, cpu, down = [], [], [], []
    for number in range(bench.runs):
        bench.progress(f"herd, run {number + 1}")
        with bench.chat(readers) as chat, bench.load(chat.running) as load:
            load.connect(readers)
            load.open(20, 0.5, 2)
            chat.restart()
            before = load.listen(1)
            say_many(chat.running, MISSED)
            target = cursor(chat.running)
            # The load generator knows the new process by its id no more: its CPU is looked at here.
            began = chat.running.process.cpu_s
            phase = load.come_back(target, MOST_S)
            cpu.append((chat.running.process.cpu_s - began) / readers * 1e6)
            if phase.lost_connections != before.lost_connections or phase.lost or phase.doubled:
                bench.note(f"Herd: {phase.faults}.")
            there.append(phase.connected_s)
            caught_up.append(phase.seconds if phase.caught_up else float("inf"))
            down.append(float(before.lost_connections))
    rows = (
        ("all are connected, s", Figure.of(there)),
        ("all are caught up, s", Figure.of(caught_up)),
        ("the server's CPU by reader, µs", Figure.of(cpu)),
        ("connections that the restart ended", Figure.of(down)),
    )
    about = ABOUT.format(readers=readers, missed=MISSED)
    return Section("Herd after a restart", about, Table(("", "ChatterPy"), rows))
