"""A server that tells what it holds, and whose clock can be set."""

from __future__ import annotations

import json
import os
import re
import signal
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.server.conftest import arrived
from tests.server.processes import Server, eventually
from tests.server.visitors import fresh_room

#: How long it may take until nothing is left: peers that do not answer a close have 3 s of it.
SETTLES_S = 20
#: Python and malloc keep some of what they once needed.
SLACK = 32 << 20  # bytes


class Probed(Server):
    """Started by `tests.faults.launcher`, which says what can be set in its environment."""

    module = "tests.faults.launcher"

    def __init__(
        self,
        folder: Path,
        *,
        gone_after: int | None = None,
        **settings: object,
    ) -> None:
        """`gone_after` is the seconds a silent peer is given."""
        super().__init__(folder, **settings)
        folder.mkdir(parents=True, exist_ok=True)
        self._census, self._clock = folder / "census", folder / "clock"
        self.set_clock(0)
        faults = {"CENSUS": self._census, "CLOCK": self._clock}
        faults |= {"GONE_AFTER": gone_after} if gone_after else {}
        self._environ |= {f"FAULTS_{name}": str(value) for name, value in faults.items()}

    def set_clock(self, ahead: float) -> None:
        """The server's wall clock jumps: it is so many seconds ahead of ours, or behind."""
        with self._clock.open("r+b" if self._clock.exists() else "wb") as clock:
            clock.write(struct.pack("d", ahead))

    def held(self) -> Counter[str]:
        """What the process holds: its greenlets and its descriptors, by what they are for."""
        with suppress(FileNotFoundError):
            self._census.unlink()
        self.running.send_signal(signal.SIGUSR1)
        assert eventually(self._census.exists, 30), "the event loop stands still"
        return Counter(json.loads(self._census.read_text())) + self._descriptors()

    def _descriptors(self) -> Counter[str]:
        held: Counter[str] = Counter()
        for link in Path(f"/proc/{self.running.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                held[re.sub(r"\[\d+\]", "", os.readlink(link))] += 1
        return held


@contextmanager
def settled(server: Probed) -> Iterator[None]:
    """Afterwards the server holds no more than before: descriptors, greenlets and memory."""
    use(server)
    before, memory = at_rest(server), server.memory
    yield
    left: Counter[str] = Counter()

    def is_back() -> bool:
        nonlocal left
        left = server.held() - before
        return not left

    assert eventually(is_back, SETTLES_S), f"after {SETTLES_S} s there is still {dict(left)}"
    grown = server.memory - memory
    assert grown < SLACK, f"{grown >> 20} MiB more memory than before"


def use(server: Probed) -> None:
    """Opens what is opened once, at the first use, and kept."""
    room, anna = fresh_room(), arrived(server)
    with anna.present(room) as page:
        anna.say(room, "Warm")
        page.until(lambda page: page.texts == ["Warm"])


def at_rest(server: Probed) -> Counter[str]:
    """What the server holds when that changes no more."""
    held = server.held()
    for _ in range(SETTLES_S * 5):
        time.sleep(0.2)
        if held == (held := server.held()):
            return held
    raise AssertionError(f"the server does not come to rest: {dict(held)}")
