"""What the documentation says of a chat in somebody's own application, word for word."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from websockets.sync.client import ClientConnection, connect

from tests.server.processes import eventually
from tests.server_process import ROOT

README, MOUNTING = ROOT / "README.md", ROOT / "docs" / "mounting.md"


def test_the_application_in_the_readme_has_a_live_chat(tmp_path: Path) -> None:
    with served(block("embed"), tmp_path) as port, connect(socket_of(port), proxy=None) as ws:
        ws.send('{"act": "resume", "cursor": "0"}')
        assert "Connected" in str(ws.recv(timeout=10))
        assert ">hello</p>" in said(ws, "hello")


def test_the_one_in_the_page_about_mounting_has_its_own_users_and_head(tmp_path: Path) -> None:
    for mark, file in (("front", "front.html"), ("room", "chatterpy/room.html")):
        template = tmp_path / "templates" / file
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_text(block(mark, MOUNTING))
    program = block("mounted", MOUNTING)
    members = block("members", MOUNTING)
    program = program.replace("ChatterPy(app", f"{members}\n\nChatterPy(app")
    with served(program, tmp_path) as port:
        anna = Client(f"http://127.0.0.1:{port}")
        assert "Log in" in anna.get("/chat/"), "only members were to come in"
        page = anna.post("/login", user="anna")
        assert '<a href="/">Garden club</a>' in page
        assert '<bdi data-me="name">Anna</bdi>' in page
        headers = {"Cookie": anna.cookies}
        with connect(socket_of(port), proxy=None, additional_headers=headers) as ws:
            ws.send('{"act": "resume", "cursor": "0"}')
            assert '<hx-partial hx-target="[data-me=name]" hx-swap="textContent">Anna<' in said(ws)
            frame = said(ws, "hello")
            assert ">Anna</bdi>" in frame
        assert "Log in" in anna.post("/logout")
        assert "Log in" in anna.get("/chat/")


@contextmanager
def served(program: str, folder: Path) -> Iterator[int]:
    """Runs a program in a folder until the end; yields its port once the chat answers there."""
    port = free_port()
    (folder / "app.py").write_text(program.replace("8000", str(port)))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            assert eventually(lambda: answers(port), 30), (folder / "log").read_text()
            yield port
        finally:
            process.terminate()
            process.wait(10)


class Client:
    """A browser without a face: it follows, and keeps cookies."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._jar = CookieJar()
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self._jar))

    @property
    def cookies(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self._jar)

    def get(self, path: str) -> str:
        return self._read(self._url + path)

    def post(self, path: str, **form: str) -> str:
        return self._read(Request(self._url + path, urlencode(form).encode()))

    def _read(self, what: str | Request) -> str:
        with self._opener.open(what, timeout=20) as answer:
            return str(answer.read().decode())


def socket_of(port: int) -> str:
    return f"ws://127.0.0.1:{port}/chat/rooms/lobby/socket"


def said(ws: ClientConnection, text: str = "") -> str:
    """What comes until a text is among it, after that was said; the first frame without one."""
    if text:
        ws.send(json.dumps({"act": "say", "text": text}))
    frames = ""
    while f">{text}" not in frames or not frames:
        frames += str(ws.recv(timeout=10))
    return frames


def block(mark: str, file: Path = README) -> str:
    """The fenced block below a mark in a document."""
    found = re.search(rf"^<!-- {mark} -->\n```\w*\n(.*?)^```", file.read_text(), re.M | re.S)
    assert found, f"expected a fenced block below <!-- {mark} --> in {file.name}"
    return found[1]


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/chat/rooms/lobby")
        return connection.getresponse().status < 400
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
