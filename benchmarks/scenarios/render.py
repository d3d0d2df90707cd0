"""Rendering: what a message costs in each theme that comes with ChatterPy."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.section import Section
from benchmarks.tables import Table, times
from chatterpy.chat.changes import Posted
from chatterpy.chat.faces import STYLES, Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person
from chatterpy.theme.contract.fixtures import fixtures
from chatterpy.theme.contract.pages import RoomPage
from chatterpy.theme.folder import DEFAULT, SHIPPED, find_theme
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.templates import Templates

#: So much is rendered before anything is measured, and then in each run.
WARM, MESSAGES, PAGES = 200, 3_000, 300
AUTHORS = 16
CACHED, SHOWN = 1_000, 100

ABOUT = """{messages:,} messages of {authors} people, each as the frame that is pushed to all
readers; and {pages} times the page of a room whose messages were rendered before. In this process,
without a server."""


def run(bench: Bench) -> Section:
    names = [DEFAULT, *sorted(one.name for one in SHIPPED.iterdir() if one.is_dir())]
    frames: dict[str, list[float]] = defaultdict(list)
    pages: dict[str, list[float]] = defaultdict(list)
    for number in range(bench.runs):
        for name in names:
            bench.progress(f"render, run {number + 1}, {name}")
            frame, page = _renderers(name)
            frames[name].append(_took_us(frame, MESSAGES))
            pages[name].append(_took_us(page, PAGES))
    rows = []
    for name in names:
        figures = Figure.of(frames[name]), Figure.of(pages[name])
        usual = Figure.of(frames[DEFAULT]), Figure.of(pages[DEFAULT])
        ratios = (times(one.over(other)) for one, other in zip(figures, usual, strict=True))
        rows.append((name, *(cell for pair in zip(figures, ratios, strict=True) for cell in pair)))
    columns = ("", "a message, µs", "of the default", "a page, µs", "of the default")
    about = ABOUT.format(messages=MESSAGES, authors=AUTHORS, pages=PAGES)
    return Section("Rendering, by theme", about, Table(columns, tuple(rows)))


def _renderers(name: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """What renders the next message in a theme, and what renders a page."""
    theme = find_theme(name)
    templates = Templates(
        _url, zone=UTC, theme=theme, options=theme.chosen({}, {}), silence_ms=30_000
    )
    fragments = Fragments(templates, CACHED, SHOWN)
    for _ in templates.load():
        pass
    face = Face(STYLES[0], "1")
    people = [Person(number, f"Brave Badger {number}", face, 1) for number in range(AUTHORS)]
    seqs, now = count(1), datetime.now(UTC)
    room = next(one.context for one in fixtures() if isinstance(one.context, RoomPage))

    def frame() -> object:
        seq = next(seqs)
        message = Message(
            seq, people[seq % AUTHORS], f"This is said for the {seq}th time.", now, now
        )
        return fragments.change(Posted("lobby", message))

    return frame, lambda: templates.show(room)


def _took_us(render: Callable[[], object], times_: int) -> float:
    for _ in range(WARM):
        render()
    began = time.process_time()
    for _ in range(times_):
        render()
    return (time.process_time() - began) / times_ * 1e6


def _url(endpoint: str, /, **values: object) -> str:
    return f"/{endpoint}?" + "&".join(f"{key}={value}" for key, value in values.items())
