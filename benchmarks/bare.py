"""The least that a durable chat in Python does: what ours takes beyond it is the application's.

A message is read, stored by one INSERT in a thread (`synchronous=FULL`), rendered by Jinja and sent
to each reader. There is no person, no room, no limit, and no care: who is slow or gone ends it.
Arguments: the frame as a template, and the database.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from jinja2 import Environment
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request, TextMessage
from wsproto.frame_protocol import FrameProtocol

READ_SIZE = 16_384
READY = TextMessage('<hx-partial hx-target="#status">')


class Book:
    """Stores texts in a thread; `fileno` is readable when one is stored."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._asked: SimpleQueue[str] = SimpleQueue()
        self._stored: SimpleQueue[tuple[int, str]] = SimpleQueue()
        self.fileno = os.eventfd(0, os.EFD_SEMAPHORE)
        Thread(target=self._run, daemon=True).start()

    def store(self, text: str) -> None:
        self._asked.put(text)

    def stored(self) -> tuple[int, str]:
        """The next seq, and its text."""
        os.eventfd_read(self.fileno)
        return self._stored.get()

    def _run(self) -> None:
        db = sqlite3.connect(self._file, isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("DROP TABLE IF EXISTS entries")
        db.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, text TEXT)")
        while True:
            text = self._asked.get()
            stored = db.execute("INSERT INTO entries (text) VALUES (?)", (text,))
            self._stored.put((stored.lastrowid or 0, text))
            os.eventfd_write(self.fileno, 1)


class Reader:
    """One connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.ws = WSConnection(ConnectionType.SERVER)

    def read(self, book: Book, sends: list[Callable[[bytes], int]]) -> bool:
        """Does what came; whether there may be more."""
        data = self.sock.recv(READ_SIZE)
        if not data:
            return False
        self.ws.receive_data(data)
        for event in self.ws.events():
            match event:
                case Request():
                    self.sock.send(self.ws.send(AcceptConnection()))
                case TextMessage():
                    act = json.loads(event.data)
                    if act["act"] == "resume":
                        self.sock.send(self.ws.send(READY))
                        sends.append(self.sock.send)
                    else:
                        book.store(act["text"])
        return True


def main() -> None:
    sys.setswitchinterval(0.0005)  # as ours
    template = Environment(autoescape=True).from_string(Path(sys.argv[1]).read_text())
    book = Book(sys.argv[2])
    encoder = FrameProtocol(client=False, extensions=[])
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    readers: dict[int, Reader] = {}
    sends: list[Callable[[bytes], int]] = []
    poll = select.epoll()
    for fileno in (listener.fileno(), book.fileno):
        poll.register(fileno, select.EPOLLIN)
    while True:
        for fileno, _ in poll.poll():
            if fileno == listener.fileno():
                sock, _ = listener.accept()
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                readers[sock.fileno()] = Reader(sock)
                poll.register(sock.fileno(), select.EPOLLIN)
            elif fileno == book.fileno:
                seq, text = book.stored()
                html = template.render(cursor=seq - 1, seq=seq, text=text)
                frame = bytes(encoder.send_data(html))
                for send in sends:
                    if send(frame) < len(frame):
                        return
            elif not readers[fileno].read(book, sends):
                return


if __name__ == "__main__":
    main()
