"""The Autobahn cases, on our own host and on gunicorn: what RFC 6455 asks of a server.

They talk to an echo (tests/server/echo.py). Left out are groups 12 and 13: they are about deflate,
which the chat never accepts. Group 9 (large messages, many fragments) is slow and asks nothing of a
host: it runs on ours alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.hosts import Gunicorn
from tests.server.processes import Server

#: The cases of a quiet machine take 20 s.
CASES_S = 240

PASSED = {"OK", "NON-STRICT", "INFORMATIONAL"}

#: Cases that we do not pass, each with the reason.
DEVIATIONS: dict[str, str] = {}

#: Cases that only ask what a server does: the close code that ours answers with.
INFORMATIONAL = {
    "7.1.6": 1000,  # a close right behind 256 KiB: they are sent back first
    "7.13.1": 1002,  # a close with the code 5000
    "7.13.2": 1002,  # a close with the code 65535
}

#: As large as the cases need: 16 MiB, and 4 MiB in frames of 64 bytes.
BOUNDS = {"frame_max": 1 << 24, "fragments_max": 1 << 16, "outbox_max": 1 << 26}


class Echo(Server):
    """The echo on our own host."""

    def _command(self) -> list[str]:
        return ["-m", "tests.server.echo"]


def on_our_host(folder: Path) -> Server:
    return Echo(folder, data=folder / "data", port=0, **BOUNDS)


def on_gunicorn(folder: Path) -> Server:
    return Gunicorn(folder, app="tests.server.echo:app", **BOUNDS)


# One test for each host, or two workers would run the same cases.
@pytest.mark.parametrize(
    ("start", "left_out", "count"),
    [(on_our_host, (), 301), (on_gunicorn, ("9.*",), 247)],
    ids=["our host", "gunicorn"],
)
def test_every_case_passes_but_those_whose_reason_is_known(
    tmp_path: Path, start: Callable[[Path], Server], left_out: tuple[str, ...], count: int
) -> None:
    with start(tmp_path) as server:
        run(f"ws://127.0.0.1:{server.port}/rooms/lobby/socket", left_out, tmp_path / "report")
        server.assert_calm()
    [cases] = json.loads((tmp_path / "report" / "index.json").read_text()).values()
    assert len(cases) == count
    failed = {
        name: (case["behavior"], case["behaviorClose"])
        for name, case in cases.items()
        if not {case["behavior"], case["behaviorClose"]} <= PASSED
    }
    assert failed.keys() == DEVIATIONS.keys(), f"failed: {failed}; expected: {DEVIATIONS}"
    left_open = {
        name: case["remoteCloseCode"]
        for name, case in cases.items()
        if case["behavior"] == "INFORMATIONAL"
    }
    assert left_open == INFORMATIONAL


def run(url: str, left_out: tuple[str, ...], report: Path) -> None:
    """Runs the cases, of which some may fail."""
    kosoku = Path(sys.executable).with_name("kosoku")
    command = [kosoku, "-p", "1", "-o", report, url]
    for cases in ("12.*", "13.*", *left_out):
        command += ["-x", cases]
    done = subprocess.run(command, capture_output=True, text=True, timeout=CASES_S, check=False)
    assert (report / "index.json").exists(), done.stderr
