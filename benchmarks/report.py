"""The report: all sections with the machine they were measured on, as docs/performance.md."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks import plots
from benchmarks.section import Section

INTRODUCTION = """# How fast a room is

Written by `python -m benchmarks`, which anybody can run: see the end of this page. Server and load
share one machine, each with a core of its own, over loopback: so compare ratios, not figures.
"C" is an epoll server in C that hands out the same bytes and does nothing else: the limit.
ChatterPy runs whole: session, database (durable, `synchronous=FULL`), templates, presence; each
reader is another person with a cookie. The others are given the same bytes and render them once for
each message, and know neither people nor a database, which is in their favour. Every delivery of
every run is checked: lost, double, out of order, or with other bytes than the first reader got.
"""

ENDING = """## Run it yourself

```sh
pip install -e '.[benchmarks]'
python -m benchmarks            # all, in under 30 minutes; writes this page
python -m benchmarks --quick    # in about 3 minutes, one run of each; writes nothing
python -m benchmarks posts      # single ones by name; --help lists them
```

It takes Linux, a C compiler, and for the peers a network (their packages are installed once, into
`~/.cache/chatterpy-benchmarks`); what is missing is named and left out. Leave the machine alone
meanwhile.

## What limits these figures

- One machine: the kernel's loopback does the receiver's work in the sender's `send`, so a server's
  CPU includes what a network card and the other machine would do. C pays the same.
- One core for the server. Two cores that are virtual may share a real one.
- A rate is one of a ladder of steps: the next step was not carried.
- The load generator is one thread. Where it used most of its core, that is said.
- Memory is the process's; the kernel's buffers of a connection come on top, for C as well.
- Disks differ: "durable" is what `fsync` of this machine promises.
"""


def markdown(
    sections: Sequence[Section],
    machine: Sequence[tuple[str, str]],
    notes: Sequence[str],
    runs: int,
    pictures: bool,
) -> str:
    """The page; `pictures`: the plots are beside it, in the folder `performance`."""
    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    parts = [INTRODUCTION]
    each = "One run of each" if runs == 1 else f"Each figure is the median of {runs} runs"
    parts.append(f"{each}, on {when}. `~` stands behind a figure whose runs lie far apart.\n")
    parts.append("".join(f"- {what}: {value}\n" for what, value in machine))
    if notes:
        parts.append("What to know of these runs:\n\n" + "".join(f"- {note}\n" for note in notes))
    for section in sections:
        parts.append(f"## {section.title}\n\n{section.about.strip()}\n")
        parts.append(section.table.markdown())
        if section.plot and pictures:
            parts.append(f"![{section.plot.title}](performance/{_name(section)}.svg)\n")
    parts.append(ENDING)
    return "\n".join(parts)


def write(
    sections: Sequence[Section],
    machine: Sequence[tuple[str, str]],
    notes: Sequence[str],
    runs: int,
    file: Path,
) -> None:
    """Writes the page, and its plots where they can be drawn."""
    pictures = plots.can_draw()
    file.write_text(markdown(sections, machine, notes, runs, pictures))
    if pictures:
        folder = file.parent / "performance"
        folder.mkdir(parents=True, exist_ok=True)
        for section in sections:
            if section.plot:
                plots.draw(section.plot, folder / f"{_name(section)}.svg")


def _name(section: Section) -> str:
    return re.sub(r"\W+", "-", section.title.lower())
