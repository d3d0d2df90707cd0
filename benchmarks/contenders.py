"""Contenders: the servers that are compared, each with a room that readers join and speak in."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cookies import write_cookies
from benchmarks.process import Process

OURS, LIMIT, UNBATCHED = "ChatterPy", "C, one write a turn", "C, a write a message"
#: Do less than ours, but have each message on the disk before they hand it out.
DURABLE, BARE = "C, durable", "bare Python, durable"
ROOM = "lobby"
#: Where the socket is, in the dialects that the load generator speaks.
PATHS = {"raw": f"/rooms/{ROOM}/socket", "socketio": "/socket.io/?EIO=4&transport=websocket"}


@dataclass(slots=True)
class Running:
    """A server that runs, and how the load reaches it."""

    process: Process
    path: str = PATHS["raw"]
    dialect: str = "raw"
    cookies: Path | None = None


@dataclass(frozen=True, slots=True)
class Contender:
    """A server by name; `start` runs it on a core for as long as the context lasts."""

    name: str
    start: Callable[[int], AbstractContextManager[Running]]


def simple(name: str, command: Sequence[str], folder: Path, dialect: str = "raw") -> Contender:
    """A server that keeps nothing and knows nobody."""

    @contextmanager
    def start(core: int) -> Iterator[Running]:
        process = Process(command, core, folder / f"{name}.log")
        try:
            yield Running(process, PATHS[dialect], dialect)
        finally:
            process.end()

    return Contender(name, start)


def bare(frame: Path, folder: Path) -> Contender:
    """The least that a durable chat in Python does; `frame` is a template."""
    program = Path(__file__).with_name("bare.py")
    return simple(BARE, [sys.executable, str(program), str(frame), str(folder / "bare.db")], folder)


class Chat:
    """A ChatterPy with a data folder of its own, which outlives its processes."""

    def __init__(self, core: int, folder: Path, people: int = 1, **settings: object) -> None:
        """Starts it; so many people have a cookie. `settings` are added to those without limits."""
        self._core = core
        self._folder = folder
        self._environ = {"CHATTERPY_LIMITS": "off", "CHATTERPY_LOG_LEVEL": "WARNING"} | {
            f"CHATTERPY_{name.upper()}": str(value) for name, value in settings.items()
        }
        self.running = Running(self._started(0))
        self.running.cookies = write_cookies(folder / "data", folder / "cookies", people)

    def restart(self) -> None:
        """Ends the process as a restart by the system does, and starts another at its place."""
        port = self.running.process.port
        self.running.process.end()
        self.running.process = self._started(port)

    def _started(self, port: int) -> Process:
        data = str(self._folder / "data")
        command = [sys.executable, "-m", "chatterpy.cli", "run", "--port", str(port)]
        return Process(
            [*command, "--data", data], self._core, self._folder / "log", environ=self._environ
        )


@contextmanager
def chat(core: int, folder: Path, people: int = 1, **settings: object) -> Iterator[Chat]:
    """A ChatterPy that ends with the context."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        started = Chat(core, Path(own), people, **settings)
        try:
            yield started
        finally:
            started.running.process.end()


def ours(folder: Path, people: int) -> Contender:
    """ChatterPy as the others are compared with it: whole, durable, each reader a person."""

    @contextmanager
    def start(core: int) -> Iterator[Running]:
        with chat(core, folder, people) as started:
            yield started.running

    return Contender(OURS, start)
