"""The load: readers and senders in C (`client.c`), told what to do a line at a time."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks import machine
from benchmarks.contenders import Running
from benchmarks.errors import Failed
from benchmarks.figures import percentile


@dataclass(frozen=True, slots=True)
class Phase:
    """What the load generator says of one command; the counts of faults are those so far."""

    seconds: float
    own_cpu_s: float
    server_cpu_s: float
    deliveries: int
    completed: int  # messages that came to every reader
    sent: int
    unsent: int
    readers: int
    lost: int
    doubled: int
    reordered: int
    differing: int
    malformed: int
    lost_connections: int
    refused: int
    restarted: int  # readers who were sent the newest page in the place of what they missed
    newest: int  # the highest seq that came
    codes: dict[str, int]  # close codes of the server
    first_us: tuple[int, ...] = ()  # each message at its first reader, from its sending
    last_us: tuple[int, ...] = ()  # and at its last
    seen: int = 0  # messages of this phase that came to any reader
    incomplete: int = 0  # and of these not to all
    connected_s: float = 0.0
    caught_up: bool = True

    @classmethod
    def parse(cls, line: str) -> Phase:
        """Raises Failed where the line is none of the load generator's."""
        try:
            said: dict[str, Any] = json.loads(line)
            for name in ("first_us", "last_us"):
                said[name] = tuple(said.get(name, ()))
            return cls(**said)
        except (ValueError, TypeError) as error:
            raise Failed(
                f"Expected a line of JSON from the load generator with {_NAMES}, "
                f"came {line[:300]!r} ({error})."
            ) from None

    @property
    def faults(self) -> str:
        """What was delivered wrongly, in words; empty where all was well."""
        counts = {
            "lost": self.lost,
            "doubled": self.doubled,
            "reordered": self.reordered,
            "differing": self.differing,
            "malformed": self.malformed,
            "connections lost": self.lost_connections,
        }
        return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)

    @property
    def complete(self) -> bool:
        """Whether all that was sent came to every reader."""
        return not self.unsent and not self.incomplete and self.seen == self.sent

    def last_ms(self, percent: float) -> float:
        """A percentile of the last reader's time, in ms; inf where not all came to everybody."""
        return percentile(self.last_us, percent) / 1000 if self.complete else float("inf")

    @property
    def cpu_us_per_delivery(self) -> float:
        return self.server_cpu_s / self.deliveries * 1e6 if self.deliveries else float("nan")

    @property
    def own_share(self) -> float:
        """How much of its core the load generator itself used."""
        return self.own_cpu_s / self.seconds if self.seconds else 0.0


_NAMES = ", ".join(one.name for one in fields(Phase))


class Load:
    """Readers of one room of a running server; the first `senders` of them also send."""

    def __init__(self, program: Path, core: int, server: Running, **arguments: object) -> None:
        """`arguments` are those of client.c."""
        given: dict[str, object] = {
            "port": server.process.port,
            "pid": server.process.pid,
            "path": server.path,
            "dialect": server.dialect,
            "cookies": server.cookies or "",
        } | arguments
        command = [str(program), *(f"{name}={value}" for name, value in given.items())]
        with machine.pinned(core):
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

    def connect(self, readers: int, at_once: int = 500) -> Phase:
        """Returns when so many readers in all have resumed, or 120 s are over."""
        phase = self._do("connect", readers, at_once)
        if phase.readers != readers:
            raise Failed(
                f"Expected {readers:,} readers, came {phase.readers:,} in {phase.seconds:.0f} s "
                f"({phase.refused:,} handshakes refused, {phase.faults or 'no faults'})."
            )
        return phase

    def open(self, rate: float, seconds: float, drain: float) -> Phase:
        """Sends at times that do not depend on answers; then waits `drain` seconds at most."""
        return self._do("open", rate, seconds, drain)

    def closed(self, window: int, seconds: float, warmup: float) -> Phase:
        """Keeps so many messages under way."""
        return self._do("closed", window, seconds, warmup)

    def listen(self, seconds: float) -> Phase:
        return self._do("listen", seconds)

    def leave(self) -> Phase:
        return self._do("leave")

    def come_back(self, target: int, seconds: float, at_once: int = 0) -> Phase:
        """Returns when all are there and have seen `target`, or the seconds are over."""
        return self._do("return", target, seconds, at_once)

    def churn(self, readers: int) -> Phase:
        """Resets the connections of some, who come back at once."""
        return self._do("churn", readers)

    def state(self) -> Phase:
        return self._do("state")

    def __enter__(self) -> Load:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def _do(self, *words: object) -> Phase:
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin
        assert stdout
        assert stderr
        stdin.write(" ".join(map(str, words)) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise Failed(f"The load generator ended at {words[0]!r}: {stderr.read().strip()}")
        return Phase.parse(line)
