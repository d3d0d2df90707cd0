"""Reload: a change of the code starts the server anew, at the same place."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from tests.server.processes import ROOT, RUN, attempt, environment, eventually

EXIT_SETUP = 2
WAIT_S = 20


@dataclass(frozen=True, slots=True)
class Checkout:
    """A copy of the code, and the one who watches it."""

    folder: Path
    process: subprocess.Popen[str]
    out: Path
    err: Path

    @property
    def addresses(self) -> list[str]:
        """Where the servers said they were, one after the other."""
        return re.findall(r"is at (\S+) ", self.out.read_text())

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def said(self, count: int) -> bool:
        """Whether so many servers have come to listen, in time."""
        return eventually(lambda: len(self.addresses) >= count, WAIT_S)

    def get(self, path: str) -> str:
        connection = HTTPConnection(self.addresses[-1].removeprefix("http://"), timeout=WAIT_S)
        connection.request("GET", path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text


@contextmanager
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """Watches a copy of the code with `chatterpy run --reload`."""
    folder, out, err = tmp_path / "code", tmp_path / "out", tmp_path / "err"
    for part in ("chatterpy", "templates"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, *RUN, "--reload", "--port", "0", "--data", str(tmp_path / "data")],
            cwd=folder,
            env=os.environ | environment(drain=1),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    try:
        yield Checkout(folder, process, out, err)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(WAIT_S)


def test_a_change_of_a_template_or_the_code_is_served_at_the_same_address(tmp_path: Path) -> None:
    with checkout(tmp_path) as code:
        assert code.said(1), code.err.read_text()
        assert code.get("/healthz") == "ok\n"
        code.change("chatterpy/web/health.py", '"ok\\n", mimetype', '"well\\n", mimetype')
        assert code.said(2), code.err.read_text()
        assert code.get("/healthz") == "well\n"
        code.change("templates/layout.html", "<body", "<body data-changed")
        assert code.said(3), code.err.read_text()
        assert "data-changed" in code.get("/rooms/lobby")
        assert len(set(code.addresses)) == 1, "open pages would not find the server"
        assert len(code.children()) == 1
    assert "Traceback" not in code.err.read_text()


def test_after_a_start_that_failed_it_waits_for_the_next_change(tmp_path: Path) -> None:
    with checkout(tmp_path) as code:
        assert code.said(1), code.err.read_text()
        code.change("chatterpy/web/health.py", "import time\n", "import time it\n")
        assert eventually(lambda: "SyntaxError" in code.err.read_text(), WAIT_S)
        assert eventually(lambda: not running(code.children()), WAIT_S)
        assert code.process.poll() is None
        assert code.err.read_text().count("SyntaxError") == 1, "it was tried again"
        code.change("chatterpy/web/health.py", "import time it\n", "import time\n")
        assert code.said(2), code.err.read_text()
        assert code.get("/healthz") == "ok\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_both(tmp_path: Path, number: signal.Signals) -> None:
    with checkout(tmp_path) as code:
        assert code.said(1), code.err.read_text()
        [server] = code.children()
        code.process.send_signal(number)
        assert code.process.wait(WAIT_S) == 0
        assert not server.is_running()
    assert "Traceback" not in code.err.read_text()


def test_ctrl_c_which_both_are_sent_ends_both(tmp_path: Path) -> None:
    with checkout(tmp_path) as code:
        assert code.said(1), code.err.read_text()
        [server] = code.children()
        os.killpg(code.process.pid, signal.SIGINT)
        assert code.process.wait(WAIT_S) == 0
        assert not server.is_running()
    assert "Traceback" not in code.err.read_text()


def test_without_the_library_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    # None in sys.modules is how Python marks a module that is not to be found.
    code = (
        "import sys; sys.modules['watchfiles'] = None; sys.argv[1:] = ['run', '--reload'];"
        "from chatterpy.cli import main; main()"
    )
    done = attempt("-c", code, port=0, data=tmp_path)
    assert done.returncode == EXIT_SETUP
    assert done.stderr.count("\n") == 1
    assert "pip install 'chatterpy[dev]'" in done.stderr


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended; who waits to be asked how has."""
    return [one for one in processes if one.status() != psutil.STATUS_ZOMBIE]
