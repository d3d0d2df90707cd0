"""A real server in a real process, which tests start, kill, stop and start again.

    with ServerProcess(tmp_path / "data", CHATTERPY_HEARTBEAT="1") as server:
        urlopen(f"{server.url}/healthz")
        server.kill()     # kill -9: nothing is tidied up
        server.start()    # on the same port, with the same data

The environment of the tests is passed on, so that coverage is measured there as well.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tests.forks import ROOT, popen

START_LIMIT_S = 30
STOP_LIMIT_S = 20


class ServerProcess:
    """`chatterpy run` on a port of 127.0.0.1 and a data folder, which outlive its processes."""

    #: What runs: the command itself, or a module that prepares something and then calls it.
    module = "chatterpy.cli"

    #: Whether it begins as a fork of a process that has imported everything (see `tests.forks`).
    forks = True

    def __init__(
        self, data: Path, *, port: int = 0, descriptors: int | None = None, **environ: str
    ) -> None:
        """`port` 0 takes a free one at the first start; `environ` is added to the environment.

        `descriptors` is how many files and sockets it may have open, if it is not as many as we.
        """
        self.data = data
        self.port = port
        self.descriptors_max = descriptors
        self.process: subprocess.Popen[str] | None = None
        self._environ = environ
        self._log = data.with_name(f"{data.name}.log")

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end; the same after every start."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What all its processes have written to stderr."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def records(self) -> list[dict[str, Any]]:
        """The log's records; what was written past the log is a record of level "past"."""
        return [_record(line) for line in self.log.splitlines()]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The records that tell of a defect; a test may expect that there are none."""
        return [one for one in self.records if one["level"] in ("error", "critical", "past")]

    def start(self) -> ServerProcess:
        """Starts a process and returns when it listens."""
        assert self.process is None, "the server runs already; look at who started it"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"cwd": ROOT, "env": {**os.environ, **self._environ}}
        with self._log.open("a", encoding="utf-8") as log:
            options |= {"stdout": subprocess.PIPE, "stderr": log, "text": True}
            if self.forks and not self.descriptors_max:
                self.process = popen(*self._command(), **options)
            else:
                command = [sys.executable, *self._command()]
                if self.descriptors_max:
                    limited = f'ulimit -n {self.descriptors_max} && exec "$@"'
                    command = ["/bin/sh", "-c", limited, "sh", *command]
                self.process = subprocess.Popen(command, **options)
        said = self._first_line()
        where = re.search(r"http://\S+?:(\d+)", said)
        if where is None:
            self.kill()
            raise AssertionError(
                f"expected a line that says where the server listens, but it said {said!r}; "
                f"its log:\n{self.log}"
            )
        self.port = int(where[1])
        return self

    def terminate(self) -> int:
        """Sends SIGTERM, waits for the end, and returns the exit code."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(
                f"the server did not end within {STOP_LIMIT_S} s of SIGTERM; its log:\n{self.log}"
            ) from None
        finally:
            self._forget()

    def kill(self) -> None:
        """Ends the process as a power cut would: no handler runs, nothing is tidied up."""
        process = self._running()
        process.kill()
        process.wait(STOP_LIMIT_S)
        self._forget()

    def restart(self) -> ServerProcess:
        """Stops the process properly and starts another at the same place."""
        code = self.terminate()
        assert code == 0, f"the server ended with {code}; its log:\n{self.log}"
        return self.start()

    def __enter__(self) -> ServerProcess:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self.process is not None:
            self.terminate()

    def _command(self) -> list[str]:
        """What Python is to run."""
        run = ["-m", self.module, "run"]
        return [*run, "--port", str(self.port), "--data", str(self.data)]

    def _running(self) -> subprocess.Popen[str]:
        assert self.process is not None, "the server does not run; look at who ended it"
        return self.process

    def _forget(self) -> None:
        stdout = self._running().stdout
        if stdout is not None:
            stdout.close()
        self.process = None

    def _first_line(self) -> str:
        """The first line of its stdout; what came of it until the process ended or time was up."""
        stdout: IO[str] | None = self._running().stdout
        assert stdout is not None
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if select.select([stdout], [], [], 0.1)[0]:
                return stdout.readline()
        return ""


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    return record if isinstance(record, dict) else {"level": "past", "event": line}
