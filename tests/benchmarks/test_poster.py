"""The poster counts answers with the status that it expects, and no others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest

from benchmarks.compiler import compiled
from benchmarks.poster import requests

BODY = b"a page\n" * 20_000  # more than comes at once


class Handler(BaseHTTPRequestHandler):
    """Answers posts with 303, and every third of them with 503; pages with a long body."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.nonces += form["nonce"]
        self._answer(503 if len(self.server.nonces) % 3 == 0 else 303, b"")

    def do_GET(self) -> None:
        self._answer(200, BODY)

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Host(ThreadingHTTPServer):
    """Leaves connections that end in the middle without a word: that is how the poster ends."""

    def handle_error(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def host() -> Iterator[Any]:
    with Host(("127.0.0.1", 0), Handler) as host:
        host.nonces = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        yield host
        host.shutdown()
        thread.join()


@pytest.fixture
def poster(client: Path, tmp_path: Path) -> Path:
    """Skipped, as `client` is, where there is no compiler."""
    return compiled("poster", tmp_path)


def measured(poster: Path, host: Any, **arguments: object) -> Any:
    process = SimpleNamespace(port=host.server_address[1], pid=0)
    server: Any = SimpleNamespace(process=process, cookies=None)
    return requests(poster, 0, server, path="/", connections=3, seconds=0.3, **arguments)


def test_posts_have_nonces_of_their_own_and_refusals_do_not_count(poster: Path, host: Any) -> None:
    answers = measured(poster, host, post=1, warmup=0)
    assert len(set(host.nonces)) == len(host.nonces)
    assert answers.good > 10
    assert answers.bad == pytest.approx(answers.good / 2, abs=3)
    assert len(answers.took_us) == answers.good
    assert answers.reconnected == 0, "connections are kept"


def test_a_page_counts_when_all_of_it_is_there(poster: Path, host: Any) -> None:
    answers = measured(poster, host, warmup=0.1)
    assert answers.bad == 0
    assert answers.bytes == pytest.approx(answers.good * len(BODY), rel=0.5)
