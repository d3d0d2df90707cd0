"""WebSocket frames from a server, as bytes (RFC 6455, 5.2).

A server's frames carry no mask, so the same bytes serve every reader.
"""

from __future__ import annotations

import struct

_TEXT = 0x81  # FIN and opcode 1
_CLOSE = 0x88  # FIN and opcode 8
_PONG = 0x8A  # FIN and opcode 10

# Close codes (RFC 6455, 7.4.1, and the IANA registry).
NORMAL = 1000
UNSUPPORTED = 1003
ABNORMAL = 1006  # never sent: the connection ended without a code
POLICY = 1008
TOO_BIG = 1009
RESTART = 1012
OVERLOAD = 1013

#: What a label may say: the codes beyond these are the peer's to choose, thousands of them.
STANDARD = frozenset({1000, 1001, 1002, 1003, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013})

REASON_MAX = 123  # bytes: a control frame's payload is at most 125


def text_frame(html: str) -> bytes:
    """One unfragmented text frame."""
    payload = html.encode()
    return _header(_TEXT, len(payload)) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; a reason that is too long is cut at a character."""
    cut = reason.encode()[:REASON_MAX].decode(errors="ignore").encode()
    return _header(_CLOSE, 2 + len(cut)) + struct.pack("!H", code) + cut


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping, with its payload of at most 125 bytes."""
    return _header(_PONG, len(payload)) + payload


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)
