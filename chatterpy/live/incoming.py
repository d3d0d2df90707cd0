"""What a peer sends, as bytes, becomes events (RFC 6455, 5.2).

Nearly all of it is short texts, each in one frame, and pongs: these are read here, in an eighth of
the time and without memory in between. From the first byte that is anything else, wsproto reads the
connection to its end. So whatever is fragmented, large, or wrong is wsproto's to judge; a text that
is no UTF-8 once it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from wsproto.connection import Connection as WireConnection
from wsproto.connection import ConnectionType
from wsproto.events import Event, Pong

#: Bytes of payload: a longer text is read by wsproto. What has come of a frame is copied with each
#: read until all has, so this also bounds what a peer can make us copy by sending byte for byte.
SHORT_MAX = 4096

_TEXT = 0x81  # FIN and opcode 1
_PONG = 0x8A  # FIN and opcode 10
_MASKED = 0x80
_MASK_SIZE = 4

_A_PONG = Pong()


class Incoming:
    """The reading half of a connection. A text that came in one frame is a `str`."""

    __slots__ = ("_begun", "_wire")

    def __init__(self) -> None:
        self._begun = b""  # the beginning of a frame
        self._wire: WireConnection | None = None

    def events(self, data: bytes) -> Iterator[str | Event]:
        """What is whole with these bytes; to be taken to its end before the next ones come."""
        if self._wire is None:
            data = self._begun + data
            self._begun = b""
            start = 0
            while start < len(data):
                place = _payload(data, start)
                if place is None:
                    break
                payload, end = place
                if end > len(data):
                    self._begun = data[start:]
                    return
                if data[start] == _PONG:
                    yield _A_PONG
                else:
                    try:
                        text = _unmasked(data, payload, end).decode()
                    except UnicodeDecodeError:
                        break
                    yield text
                start = end
            else:
                return
            data = data[start:]
            self._wire = WireConnection(ConnectionType.SERVER)
        self._wire.receive_data(data)
        yield from self._wire.events()


def _payload(data: bytes, start: int) -> tuple[int, int] | None:
    """Where a frame's payload begins and ends, perhaps beyond what has come; None: not for here.

    Where the header is not whole yet, the end is beyond what has come as well.
    """
    kind = data[start]
    if kind != _TEXT and kind != _PONG:
        return None
    if start + 1 == len(data):
        return start, start + 2
    length = data[start + 1] - _MASKED
    payload = start + 2 + _MASK_SIZE
    if 0 <= length < 126:
        return payload, payload + length
    if length != 126 or kind == _PONG:
        return None
    if start + 4 > len(data):
        return start, start + 4
    length = data[start + 2] << 8 | data[start + 3]
    if not 126 <= length <= SHORT_MAX:
        return None
    payload += 2
    return payload, payload + length


def _unmasked(data: bytes, start: int, end: int) -> bytes:
    """A payload without its mask, which stands before it (RFC 6455, 5.3)."""
    length = end - start
    mask = data[start - _MASK_SIZE : start] * (length // _MASK_SIZE + 1)
    plain = int.from_bytes(data[start:end], "little") ^ int.from_bytes(mask[:length], "little")
    return plain.to_bytes(length, "little")
