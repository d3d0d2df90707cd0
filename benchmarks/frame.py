"""The frame of a message, as ChatterPy sends it: the others send the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.contenders import chat
from benchmarks.errors import Failed
from benchmarks.load import Load


def capture(client: Path, cores: tuple[int, int], folder: Path) -> str:
    """A frame with the marks {cursor}, {seq} and {text}; `cores` are the server's, the load's."""
    dump = folder / "frame"
    with chat(cores[0], folder, people=2) as started:
        # The first message of a day has its date beside it, and is none that others are like.
        with Load(client, cores[1], started.running, senders=2) as load:
            load.connect(2)
            newest = load.open(20, 0.1, 2).newest
        with Load(client, cores[1], started.running, senders=2, cursor=newest, dump=dump) as load:
            load.connect(2)
            load.open(20, 0.1, 2)
    return marked(dump.read_text())


def marked(html: str) -> str:
    """A frame with marks in the place of what differs from one message to the next."""
    cursor = re.search(r'hx-target="#c(\d+)"', html)
    if cursor is None:
        raise Failed(f"Expected a frame that aims at a cursor, came {html[:300]!r}.")
    seq = int(cursor[1]) + 1
    html = html.replace(cursor[0], 'hx-target="#c{cursor}"')
    html, ids = re.subn(rf'((?:id="[mc]|value="){seq}")', _mark, html)
    html, texts = re.subn(r"sent \d+ [x ]+", "{text}", html)
    if ids != 3 or texts != 1:
        raise Failed(f"Expected a seq three times and a text once, came {html!r}.")
    return html


def _mark(found: re.Match[str]) -> str:
    return re.sub(r"\d+", "{seq}", found[0])


def as_jinja(frame: str) -> str:
    """The same frame as a template."""
    return re.sub(r"\{(cursor|seq|text)\}", r"{{ \1 }}", frame)
