"""Servers as these tests use them, and programs of ours that are expected to end by themselves."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.forks import ROOT, popen
from tests.server_process import ServerProcess

RUN = ("-m", "chatterpy.cli", "run")

START_S = 30
POLL_S = 0.01


def environment(**settings: object) -> dict[str, str]:
    """Settings as the environment has them."""
    return {f"CHATTERPY_{name.upper()}": str(value) for name, value in settings.items()}


class Server(ServerProcess):
    """A server without limits, unless the settings say otherwise; its data is in `folder`."""

    def __init__(self, folder: Path, descriptors: int | None = None, **settings: object) -> None:
        environ = environment(**{"limits": "off"} | settings)
        super().__init__(folder / "data", descriptors=descriptors, **environ)
        self._read = 0

    def assert_calm(self) -> None:
        """Fails where the server ended, or complained since this was last asked."""
        news = self.errors[self._read :]
        self._read += len(news)
        # What pywsgi says of a request that is none is no error of ours.
        wrong = [one for one in news if not re.match(r"<gevent\S+ .*Invalid ", one["event"], re.S)]
        assert not wrong, f"not expected: {wrong}"
        assert self.running.poll() is None, f"the server has ended:\n{self.log}"

    @property
    def running(self) -> subprocess.Popen[str]:
        """Its process; fails where it was ended."""
        return self._running()

    @property
    def serving(self) -> psutil.Process:
        """The process that serves."""
        return psutil.Process(self.running.pid)

    @property
    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return self.serving.num_fds()

    @property
    def worked_s(self) -> float:
        """How many seconds of a processor it has used."""
        times = psutil.Process(self.running.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def memory(self) -> int:
        """How many bytes of it are in memory."""
        return int(self.serving.memory_info().rss)


def attempt(
    *command: str, seconds: float = START_S, **settings: object
) -> subprocess.CompletedProcess[str]:
    """Runs Python with a command of ours that is expected to end by itself."""
    with popen(
        *command,
        cwd=ROOT,
        env=os.environ | environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said, complained = process.communicate(timeout=seconds)
        finally:
            process.kill()
    return subprocess.CompletedProcess(list(command), process.returncode, said, complained)


@contextmanager
def program(*command: str, **settings: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Starts a command of ours; yields it with the one line that it says."""
    with popen(
        *command,
        cwd=ROOT,
        env=os.environ | environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            yield process, line
        finally:
            process.terminate()
            said, complained = process.communicate(timeout=20)
    assert line, f"it said nothing:\n{complained}"
    assert said == "", f"more than one line: {said!r}"
    assert "Traceback" not in complained, complained


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Waits until a condition holds; returns whether it did in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
