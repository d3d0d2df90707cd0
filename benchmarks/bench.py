"""The bench: what every scenario works with, and how much of it there is to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import machine
from benchmarks.compiler import compiled
from benchmarks.contenders import (
    DURABLE,
    LIMIT,
    OURS,
    UNBATCHED,
    Chat,
    Contender,
    Running,
    bare,
    chat,
    ours,
    simple,
)
from benchmarks.frame import as_jinja, capture
from benchmarks.load import Load, Phase
from benchmarks.machine import Cores
from benchmarks.peers import available
from benchmarks.poster import Answers, requests

#: Readers of the scenarios that compare.
READERS = 1000
#: So much of its core may the load generator use before it counts as the bottleneck.
OWN_MAX = 0.9
#: Descriptors that a server needs beside its connections.
SPARE = 100


@dataclass(slots=True)
class Bench:
    """Programs, cores and contenders; `notes` are what a reader of the figures must know."""

    quick: bool
    folder: Path
    cache: Path
    cores: Cores
    descriptors: int
    say: Callable[[str], None]
    client: Path = field(init=False)
    poster: Path = field(init=False)
    contenders: dict[str, Contender] = field(init=False)
    #: Who does less than ours, but as durably.
    floors: dict[str, Contender] = field(init=False)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Compiles, looks at one frame of ours, and makes the peers' environments."""
        self.client = compiled("client", self.folder)
        self.poster = compiled("poster", self.folder)
        limit = compiled("limit", self.folder)
        frame = capture(self.client, (self.cores.server, self.cores.load), self.folder)
        (self.folder / "frame.html").write_text(frame)
        (self.folder / "frame.jinja").write_text(as_jinja(frame))
        command = [str(limit), f"frame={self.folder / 'frame.html'}"]
        found = [
            ours(self.folder, READERS),
            simple(LIMIT, [*command, "batched=1"], self.folder),
            simple(UNBATCHED, [*command, "batched=0"], self.folder),
            *available(self.cache, self.folder / "frame.jinja", self.missing),
        ]
        self.contenders = {one.name: one for one in found}
        floors = [
            simple(DURABLE, [*command, f"book={self.folder / 'book'}"], self.folder),
            bare(self.folder / "frame.jinja", self.folder),
        ]
        self.floors = {one.name: one for one in floors}

    @property
    def runs(self) -> int:
        """How many runs a figure is the median of."""
        return 1 if self.quick else 3

    def pick(self, quick: float, full: float) -> float:
        """How long something takes, in seconds."""
        return quick if self.quick else full

    @property
    def shortlist(self) -> list[str]:
        """Who is compared where it takes long: in a quick run only ours and the limit."""
        return [OURS, LIMIT] if self.quick else [one for one in self.contenders if one != UNBATCHED]

    def contender(self, name: str, people: int) -> Contender:
        """A contender, with so many people where it knows any."""
        return ours(self.folder, people) if name == OURS else self.contenders[name]

    @contextmanager
    def room(self, name: str, readers: int = READERS) -> Iterator[tuple[Running, Load]]:
        """A contender's server, with readers in its room."""
        with (
            (self.contenders | self.floors)[name].start(self.cores.server) as server,
            self.load(server) as load,
        ):
            load.connect(readers)
            # Those who came are told of: that must not be in what is measured.
            load.listen(1)
            yield server, load

    def load(self, server: Running, **arguments: object) -> Load:
        return Load(self.client, self.cores.load, server, **arguments)

    @contextmanager
    def chat(self, people: int = 1, **settings: object) -> Iterator[Chat]:
        """A ChatterPy of a scenario's own."""
        with chat(self.cores.server, self.folder, people, **settings) as started:
            yield started

    def requests(self, server: Running, **arguments: object) -> Answers:
        """Runs the poster."""
        answers = requests(self.poster, self.cores.load, server, **arguments)
        self.check_own("The poster", answers)
        if answers.bad:
            self.note(f"{answers.bad:,} answers had another status than was expected.")
        return answers

    def check(self, who: str, phase: Phase) -> Phase:
        """Notes what was delivered wrongly, and a load generator at its limit."""
        if phase.faults:
            self.note(f"{who}: {phase.faults}.")
        self.check_own(f"{who}: the load generator", phase)
        return phase

    def check_own(self, who: str, measured: Phase | Answers) -> None:
        """Notes a load generator that was at its limit while the server was not."""
        server_share = measured.server_cpu_s / measured.seconds
        if measured.own_share > OWN_MAX > server_share:
            self.note(
                f"{who} used {measured.own_share:.0%} of its core and the server {server_share:.0%}"
                " of its own: it may be faster than this."
            )

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    @contextmanager
    def watched(self, name: str) -> Iterator[None]:
        """Notes others who work on this machine before and while a scenario runs.

        Blocks for a second. Only processes that have ended by then are known to be ours.
        """
        if (before := machine.others()) > machine.OTHERS_MAX:
            self.note(f"Disturbed: others used {before:.0%} of a core just before {name} began.")
        began, busy, ours = time.monotonic(), machine.busy_s(), machine.own_s()
        yield
        theirs = (machine.busy_s() - busy) - (machine.own_s() - ours)
        share = theirs / (time.monotonic() - began)
        if share > machine.OTHERS_MAX:
            self.note(f"Disturbed: others used {share:.0%} of a core while {name} ran.")

    def progress(self, what: str) -> None:
        self.say(f"{time.strftime('%H:%M:%S')} {what}")
