"""A program that serves: started on its core, looked at from outside, and ended."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import machine
from benchmarks.errors import Failed

START_S = 30
STOP_S = 20


class Process:
    """Runs a command that says "http://<host>:<port>" in its first line."""

    def __init__(
        self, command: Sequence[str], core: int, log: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        """Returns when it listens; raises Failed. `log` takes what it writes to stderr."""
        with machine.pinned(core), log.open("a") as errors:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **(environ or {})},
            )
        line = self._first_line()
        where = re.search(r"http://\S+?:(\d+)", line)
        if where is None:
            self.end(signal.SIGKILL)
            raise Failed(
                f"{command[0]} was expected to say where it listens, and said {line!r}; "
                f"its log ends with:\n{log.read_text()[-2000:]}"
            )
        self.port = int(where[1])

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def memory(self) -> int:
        """Its bytes in memory, shared ones by share (PSS)."""
        return pss(Path(f"/proc/{self.pid}/smaps_rollup").read_text())

    @property
    def cpu_s(self) -> float:
        """The CPU time of all its threads, user and system."""
        return cpu_of(Path(f"/proc/{self.pid}/stat").read_text())

    @property
    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends it, and by force where it does not end by itself."""
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            assert self._process.stdout
            self._process.stdout.close()

    def _first_line(self) -> str:
        assert self._process.stdout
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if select.select([self._process.stdout], [], [], 0.1)[0]:
                return self._process.stdout.readline()
        return ""


def pss(rollup: str) -> int:
    """The bytes after "Pss:" in /proc/<pid>/smaps_rollup."""
    found = re.search(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)
    if found is None:
        raise Failed(f"Expected a line 'Pss:' in smaps_rollup, came {rollup[:200]!r}.")
    return int(found[1]) * 1024


def cpu_of(stat: str) -> float:
    """The seconds in a line of /proc/<pid>/stat; the name in it may hold any character."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
