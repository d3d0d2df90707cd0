"""What the README says of a chat in somebody's own application, word for word."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

from websockets.sync.client import connect

from tests.server.processes import eventually
from tests.server_process import ROOT


def test_the_application_in_the_readme_has_a_live_chat(tmp_path: Path) -> None:
    program = block("embed")
    port = free_port()
    (tmp_path / "app.py").write_text(program.replace("8000", str(port)))
    log = (tmp_path / "log").open("w")
    served = subprocess.Popen(
        [sys.executable, "app.py"], cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        assert eventually(lambda: answers(port), 30), (tmp_path / "log").read_text()
        with connect(f"ws://127.0.0.1:{port}/chat/rooms/lobby/socket", proxy=None) as ws:
            ws.send('{"act": "resume", "cursor": "0"}')
            assert "Connected" in str(ws.recv(timeout=10))
            ws.send('{"act": "say", "text": "hello"}')
            frames = iter(lambda: str(ws.recv(timeout=10)), "")
            assert any(">hello</p>" in frame for frame in frames)
    finally:
        served.terminate()
        served.wait(10)
        log.close()


def block(mark: str) -> str:
    """The fenced block below a mark in the README."""
    found = re.search(
        rf"^<!-- {mark} -->\n```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S
    )
    assert found, f"expected a fenced block below <!-- {mark} --> in README.md"
    return found[1]


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/chat/rooms/lobby")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
