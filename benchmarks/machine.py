"""The machine: what it is, who else works on it, and which core is whose."""

from __future__ import annotations

import os
import platform
import re
import resource
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: So much of one core may others use before a run is called disturbed.
OTHERS_MAX = 0.05
WATCHED_S = 1.0


@dataclass(frozen=True, slots=True)
class Cores:
    """Which cores the server and the load have; both the same where there is one core only."""

    server: int
    load: int

    @classmethod
    def chosen(cls) -> Cores:
        cores = sorted(os.sched_getaffinity(0))
        return cls(cores[0], cores[-1])

    @property
    def shared(self) -> bool:
        return self.server == self.load


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Processes that are started meanwhile have this core only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def raise_descriptors() -> int:
    """Raises the limit of open files to the hard one, for children too; returns it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def others(seconds: float = WATCHED_S) -> float:
    """How much of a core others use while we wait; blocks for some seconds."""
    before = busy_s()
    time.sleep(seconds)
    return max(0.0, busy_s() - before) / seconds


def busy_s() -> float:
    """The CPU time that all cores have spent, stolen time included, in seconds."""
    return busy_of(Path("/proc/stat").read_text().splitlines()[0])


def own_s() -> float:
    """The CPU time of this process and of those it started that have ended, in seconds."""
    return sum(os.times()[:4])


def busy_of(line: str) -> float:
    """The same from a line "cpu …" of /proc/stat: all but idle (4th) and waiting for disks (5th).

    The guests' time (9th, 10th) is in the first two already.
    """
    ticks = [int(value) for value in line.split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def description() -> list[tuple[str, str]]:
    """What the machine is, as pairs of a word and what it is here."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    hypervisor = "hypervisor" in Path("/proc/cpuinfo").read_text()
    return [
        ("Processor", model[1] if model else platform.machine()),
        ("Cores", f"{len(os.sched_getaffinity(0))}{' (virtual)' if hypervisor else ''}"),
        ("Memory", f"{int(memory[1]) / 1e6:.0f} GB" if memory else "unknown"),
        ("Kernel", f"{platform.system()} {platform.release()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}{_build()}"),
        ("Compiler", _first_line("cc", "--version")),
        ("Open files", f"{resource.getrlimit(resource.RLIMIT_NOFILE)[1]:,} at most"),
    ]


def _build() -> str:
    """Says so where Python was built without what makes it a third faster."""
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return "" if "--enable-optimizations" in arguments else ", built without --enable-optimizations"


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "none"
    return (done.stdout.splitlines() or ["unknown"])[0]
