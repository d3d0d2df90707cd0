"""The poster: HTTP requests one behind the other on kept connections (`poster.c`)."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.contenders import Running
from benchmarks.errors import Failed
from benchmarks.figures import percentile


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of it while it was measured."""

    seconds: float
    own_cpu_s: float
    server_cpu_s: float
    good: int  # with the status that was expected
    bad: int
    reconnected: int
    bytes: int
    took_us: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.good / self.seconds

    @property
    def own_share(self) -> float:
        return self.own_cpu_s / self.seconds

    @property
    def cpu_us_per_answer(self) -> float:
        return self.server_cpu_s / self.good * 1e6 if self.good else float("nan")

    def took_ms(self, percent: float) -> float:
        return percentile(self.took_us, percent) / 1000


def requests(program: Path, core: int, server: Running, **arguments: object) -> Answers:
    """Asks for as long as `seconds` says; `arguments` are those of poster.c. Raises Failed."""
    given: dict[str, object] = {
        "port": server.process.port,
        "pid": server.process.pid,
        "cookies": server.cookies or "",
    } | arguments
    command = [str(program), *(f"{name}={value}" for name, value in given.items())]
    with machine.pinned(core):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"The poster failed: {done.stderr.strip()}")
    said: dict[str, Any] = json.loads(done.stdout)
    return Answers(**said | {"took_us": tuple(said["took_us"])})
