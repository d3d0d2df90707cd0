"""Pages: room pages a second."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.contenders import ROOM
from benchmarks.figures import Figure
from benchmarks.room import say_many
from benchmarks.section import Section
from benchmarks.tables import Table

CONNECTIONS = 32
MESSAGES = 50

ABOUT = """{connections} people load the page of a room with {messages} messages, each on a kept
connection, one page after the other."""


def run(bench: Bench) -> Section:
    rate, cpu, half, most, size = [], [], [], [], []
    for number in range(bench.runs):
        bench.progress(f"pages, run {number + 1}")
        with bench.chat(CONNECTIONS) as chat:
            say_many(chat.running, MESSAGES)
            answers = bench.requests(
                chat.running,
                path=f"/rooms/{ROOM}",
                connections=CONNECTIONS,
                seconds=bench.pick(3, 5),
            )
        rate.append(answers.rate)
        cpu.append(answers.cpu_us_per_answer)
        half.append(answers.took_ms(50))
        most.append(answers.took_ms(99))
        size.append(answers.bytes / max(answers.good, 1) / 1000)
    figures = tuple(map(Figure.of, (rate, cpu, half, most, size)))
    columns = ("", "pages/s", "CPU µs", "p50, ms", "p99, ms", "kB each")
    about = ABOUT.format(connections=CONNECTIONS, messages=MESSAGES)
    return Section("Room pages", about, Table(columns, (("ChatterPy", *figures),)))
