"""Out of descriptors: who is connected stays so, and who leaves makes room."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil

from tests.faults.conftest import Start
from tests.faults.probed import Probed, settled
from tests.server.conftest import arrived
from tests.server.processes import eventually
from tests.server.raw import dialled
from tests.server.test_stream import streaming
from tests.server.visitors import OpenPage, Visitor

FILES = 64
HOARDERS = 100
WATCHED_S = 2.0
BUSY_S = 1.0  # of CPU time in that; a loop that spins needs all of it


def test_who_is_connected_goes_on_and_who_leaves_makes_room(start: Start, room: str) -> None:
    server = start(header_timeout=600, heartbeat=1)
    # From outside, and so late that the server does not know of it: its own bound is higher.
    resource.prlimit(server.running.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
    anna = arrived(server)
    with settled(server), ExitStack() as stack:
        pages = [stack.enter_context(arrived(server).present(room)) for _ in range(4)]
        stream = stack.enter_context(streaming(server, room))
        stream.until()
        with hoarders(server):
            spent = cpu(server)
            time.sleep(WATCHED_S)
            spent = cpu(server) - spent
            assert spent < BUSY_S, f"{spent:.2f} s of CPU in {WATCHED_S} s: the loop spins"
            talk(pages, "While nobody can connect")
            stream.until("While nobody can connect")
        assert eventually(lambda: is_served(anna)), "nobody new is served although all left"
        talk(pages, "Afterwards")
        with arrived(server).present(room) as fresh:
            assert fresh.page.texts == ["While nobody can connect", "Afterwards"]
    assert "no descriptor is left" in server.log
    server.assert_calm()


@contextmanager
def hoarders(server: Probed) -> Iterator[None]:
    """More connections than the server may have: some are taken, the others wait or are closed."""
    with ExitStack() as stack:
        for _ in range(HOARDERS):
            stack.enter_context(dialled(server))
        yield


def talk(pages: list[OpenPage], text: str) -> None:
    """One page says something, and all show it."""
    pages[0].line.say(text)
    for page in pages:
        page.until(lambda page: page.texts[-1:] == [text])


def cpu(server: Probed) -> float:
    """The seconds of CPU time that the server has used."""
    times = psutil.Process(server.running.pid).cpu_times()
    return times.user + times.system


def is_served(visitor: Visitor) -> bool:
    try:
        return visitor.get("/healthz").status == 200
    except OSError:
        return False
