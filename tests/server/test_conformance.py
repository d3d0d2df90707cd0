"""The Autobahn cases, on our own host and on gunicorn: what RFC 6455 asks of a server.

They talk to an echo (tests/server/echo.py). Left out are groups 12 and 13: they are about deflate,
which the chat never accepts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server.hosts import Gunicorn
from tests.server.processes import Server

#: The cases of a quiet machine take 20 s.
CASES_S = 240
CASES = 301

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


@pytest.fixture(scope="module", params=[on_our_host, on_gunicorn])
def report(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What came of each case."""
    folder = tmp_path_factory.mktemp("cases")
    with request.param(folder) as server:
        run(f"ws://127.0.0.1:{server.port}/rooms/lobby/socket", folder / "report")
        server.assert_calm()
    [cases] = json.loads((folder / "report" / "index.json").read_text()).values()
    return cases


def test_every_case_passes_but_those_whose_reason_is_known(
    report: dict[str, dict[str, Any]],
) -> None:
    assert len(report) == CASES
    failed = {
        name: (case["behavior"], case["behaviorClose"])
        for name, case in report.items()
        if not {case["behavior"], case["behaviorClose"]} <= PASSED
    }
    assert failed.keys() == DEVIATIONS.keys(), f"failed: {failed}; expected: {DEVIATIONS}"


def test_what_the_standard_leaves_open_is_answered_as_is_written_here(
    report: dict[str, dict[str, Any]],
) -> None:
    left_open = {
        name: case["remoteCloseCode"]
        for name, case in report.items()
        if case["behavior"] == "INFORMATIONAL"
    }
    assert left_open == INFORMATIONAL


def run(url: str, report: Path) -> None:
    """Runs the cases, of which some may fail."""
    kosoku = Path(sys.executable).with_name("kosoku")
    command = [kosoku, "-p", "1", "-x", "12.*", "-x", "13.*", "-o", report, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=CASES_S, check=False)
    assert (report / "index.json").exists(), done.stderr
