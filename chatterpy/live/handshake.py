"""The opening handshake's answer, as bytes (RFC 6455, 4.2.2)."""

from __future__ import annotations

import base64
import hashlib

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def switching(key: str) -> bytes:
    """The answer to a handshake with this Sec-WebSocket-Key: no extension, no subprotocol."""
    digest = hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )
