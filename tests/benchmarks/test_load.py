"""The load generator sees what a server delivers wrongly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.load import Load
from chatterpy.live.frames import text_frame

READERS = 20
MESSAGES = 10
LISTEN_S = 0.3

Wire = Callable[[int], list[bytes]]


def message(seq: int, text: str = "hello") -> bytes:
    """A frame as the chat sends it."""
    return text_frame(
        f'<hx-partial hx-target="#c{seq - 1}" hx-swap="outerHTML">'
        f'<li class="message" id="m{seq}"><p class="text">{text}</p></li></hx-partial>'
    )


def right(_: int) -> list[bytes]:
    return [message(seq) for seq in range(1, MESSAGES + 1)]


class FakeServer:
    """Answers handshakes, and when all readers have resumed sends each what `wire` says."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=READERS)
        self._peers: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def running(self) -> Any:
        """What the load knows of a server."""
        port = self._listener.getsockname()[1]
        process = SimpleNamespace(port=port, pid=0)
        return SimpleNamespace(process=process, path="/", dialect="raw", cookies=None)

    @property
    def sending(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        self._thread.join()
        for peer in self._peers:
            peer.close()
        self._listener.close()

    def _run(self) -> None:
        for _ in range(READERS):
            peer, _ = self._listener.accept()
            self._peers.append(peer)
            came = b""
            while not came.endswith(b"\r\n\r\n"):
                came += peer.recv(4096)
            peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            assert peer.recv(4096), "the reader left without its first act"
            peer.sendall(text_frame("<p>resumed</p>"))
        for number, peer in enumerate(self._peers):
            peer.sendall(b"".join(self._wire(number)))


@contextmanager
def heard(client: Path, wire: Wire) -> Iterator[Any]:
    """What the load generator says of a server."""
    server = FakeServer(wire)
    try:
        with Load(client, 0, server.running) as load:
            load.connect(READERS, at_once=1)
            while server.sending:  # a busy machine may take its time
                load.listen(LISTEN_S)
            yield load.listen(LISTEN_S)
    finally:
        server.close()


def but(number: int, frames: list[bytes]) -> Wire:
    """One reader is sent something else than all others."""
    return lambda reader: frames if reader == number else right(reader)


def test_a_server_that_does_all_right_has_no_faults(client: Path) -> None:
    with heard(client, right) as phase:
        assert phase.faults == ""
        assert phase.newest == MESSAGES


@pytest.mark.parametrize(
    ("frames", "faults"),
    [
        pytest.param(right(0)[:4] + right(0)[5:], "1 lost", id="lost in the middle"),
        pytest.param(right(0)[:-2], "2 lost", id="lost at the end"),
        pytest.param(right(0)[:5] + right(0)[4:], "1 doubled", id="doubled"),
        pytest.param(
            [*right(0)[:3], message(5), message(4), *right(0)[5:]], "1 reordered", id="reordered"
        ),
        pytest.param(
            [*right(0)[:3], message(4, "other"), *right(0)[4:]], "1 differing", id="differing"
        ),
    ],
)
def test_what_one_reader_is_sent_wrongly_is_counted(
    client: Path, frames: list[bytes], faults: str
) -> None:
    with heard(client, but(7, frames)) as phase:
        assert phase.faults == faults


def test_messages_in_one_frame_are_told_apart(client: Path) -> None:
    caught_up = [
        text_frame("".join(f'<li id="m{seq}"><p class="text">hello</p></li>' for seq in (1, 2, 3)))
    ]
    both = caught_up + right(0)[3:]
    with heard(client, but(7, both)) as phase:
        assert phase.faults == ""
    with heard(client, but(7, caught_up + right(0)[4:])) as phase:
        assert phase.faults == "1 lost"


def test_a_frame_may_come_in_pieces(client: Path) -> None:
    with heard(client, lambda _: [message(1, "long " * 200_000)]) as phase:
        assert phase.faults == ""
        assert phase.newest == 1
