"""Bare connections: bytes as they are on the wire, for what no well-behaved client does."""

from __future__ import annotations

import base64
import ctypes
import os
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server.processes import Server

WAIT_S = 30

#: From Linux' asm-generic/socket.h and linux/filter.h, which Python does not name.
SO_ATTACH_FILTER, BPF_RETURN = 26, 0x06

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN = 0x80


def masked(opcode: int, payload: bytes | str = b"", *, fin: bool = True, bits: int = 0) -> bytes:
    """A client's frame (RFC 6455, 5.2); `bits` are reserved ones to set."""
    data = payload.encode() if isinstance(payload, str) else payload
    key = os.urandom(4)
    head = bytes([(FIN if fin else 0) | bits | opcode]) + _length(len(data), 0x80) + key
    stream = (key * (len(data) // 4 + 1))[: len(data)]
    return head + (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


def unmasked(opcode: int, payload: bytes) -> bytes:
    """A frame as only servers may send it."""
    return bytes([FIN | opcode]) + _length(len(payload), 0) + payload


def closing(code: int = 1000) -> bytes:
    return masked(CLOSE, struct.pack("!H", code))


def _length(length: int, mask: int) -> bytes:
    if length < 126:
        return bytes([mask | length])
    if length < 1 << 16:
        return struct.pack("!BH", mask | 126, length)
    return struct.pack("!BQ", mask | 127, length)


def handshake(path: str, **headers: str | None) -> bytes:
    """A good handshake, with headers changed or (None) left out."""
    lines = {
        "Host": "127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(b"sixteen bytes...").decode(),
        "Sec-WebSocket-Version": "13",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return request(f"GET {path} HTTP/1.1", **lines)


def request(line: str, **headers: str | None) -> bytes:
    """The head of a request; a header Transfer_Encoding is written Transfer-Encoding."""
    fields = [
        f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None
    ]
    return "\r\n".join([line, *fields, "", ""]).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame from the server, checked to be one that servers may send."""

    opcode: int
    payload: bytes

    @property
    def code(self) -> int:
        """Why the server closes."""
        assert self.opcode == CLOSE, f"expected a close frame, came {self}"
        return int(struct.unpack("!H", self.payload[:2])[0])

    @property
    def text(self) -> str:
        assert self.opcode == TEXT, f"expected a text frame, came {self}"
        return self.payload.decode()


class Raw:
    """A TCP connection to the server."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._buffer = b""

    def send(self, *parts: bytes) -> None:
        self.sock.sendall(b"".join(parts))

    def head(self) -> tuple[int, dict[str, str]]:
        """The status and the headers (in lower case) of the next answer."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        found = re.match(r"HTTP/1\.[01] (\d{3}) ", first)
        assert found, f"expected an HTTP answer, came {first!r}"
        fields = (line.split(":", 1) for line in lines)
        return int(found[1]), {name.lower(): value.strip() for name, value in fields}

    def upgraded(self) -> Raw:
        """Reads the answer to a handshake, which must be a good one."""
        status, headers = self.head()
        assert status == 101, f"the handshake was answered with {status}: {headers}"
        return self

    def frame(self) -> Frame:
        """The next frame."""
        first, second = self._take(2)
        assert first & 0x70 == 0, f"reserved bits are set: {first:#x}"
        assert first & FIN, "the server sends whole messages only"
        assert second < 128, "a server's frame carries no mask"
        length = second
        if length == 126:
            length = struct.unpack("!H", self._take(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._take(8))[0]
        opcode = first & 0x0F
        assert opcode in (TEXT, CLOSE, PING, PONG), f"no frame begins with {first:#x}"
        return Frame(opcode, self._take(length))

    def frames(self) -> Iterator[Frame]:
        """All frames up to the close frame, which is the last."""
        while True:
            frame = self.frame()
            yield frame
            if frame.opcode == CLOSE:
                return

    def rest(self, seconds: float = WAIT_S) -> bytes:
        """All that comes until the server ends the stream, which must be in time."""
        deadline = time.monotonic() + seconds
        while True:
            self.sock.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self.sock.recv(65536)
            except TimeoutError:
                raise AssertionError(
                    f"no end of the stream in {seconds} s; so far came {self._buffer[:500]!r}"
                ) from None
            if not data:
                rest, self._buffer = self._buffer, b""
                return rest
            self._buffer += data

    @property
    def unread(self) -> int:
        """How many bytes the server's kernel holds for us, beyond what ours has taken."""
        host, port = self.sock.getpeername(), self.sock.getsockname()[1]
        pair = f":{host[1]:04X} 0100007F:{port:04X}"
        for line in Path("/proc/net/tcp").read_text().splitlines():
            _, local, remote, _, queues, *_ = line.split()
            if f"{local} {remote}".endswith(pair):
                return int(queues.split(":")[0], 16)
        raise AssertionError("the connection is not there any more")

    def reset(self) -> None:
        """Ends the connection with a RST, as a crashed machine or a careless proxy does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def vanish(self) -> None:
        """From now on nothing reaches us, not even to be acknowledged, and we say nothing.

        So it looks to the server when the machine or the network on this side is gone. It is a
        filter of our own socket that accepts no packet (BPF: return 0), so it needs no privileges.
        """
        nothing = ctypes.create_string_buffer(struct.pack("HBBI", BPF_RETURN, 0, 0, 0))
        program = struct.pack("HxxxxxxP", 1, ctypes.addressof(nothing))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _more(self) -> None:
        data = self.sock.recv(65536)
        assert data, f"the stream ended in the middle, after {self._buffer[:200]!r}"
        self._buffer += data


@contextmanager
def dialled(server: Server, window: int | None = None, source: str = "127.0.0.1") -> Iterator[Raw]:
    """A connection; `window` bounds what the kernel takes for us while we do not read.

    `source` is our address, any of 127.0.0.0/8 (Linux).
    """
    with socket.socket() as sock:
        sock.bind((source, 0))
        if window:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        sock.settimeout(WAIT_S)
        sock.connect(("127.0.0.1", server.port))
        yield Raw(sock)


@contextmanager
def upgraded(
    server: Server, room: str, window: int | None = None, **headers: str | None
) -> Iterator[Raw]:
    """A connection whose handshake is done."""
    with dialled(server, window) as raw:
        raw.send(handshake(f"/rooms/{room}/socket", **headers))
        yield raw.upgraded()
