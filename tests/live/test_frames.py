"""Frames, read back by an independent implementation."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from chatterpy.live.frames import close_frame, text_frame


def read_back(wire: bytes) -> list[tuple[Opcode, bytes]]:
    client = ClientProtocol(parse_uri("ws://localhost/"), state=OPEN, max_size=None)
    client.receive_data(wire)
    assert client.parser_exc is None
    return [(frame.opcode, bytes(frame.data)) for frame in client.events_received()]


@given(st.lists(st.text(max_size=200), max_size=5))
def test_joined_frames_are_read_one_by_one(texts: list[str]) -> None:
    wire = b"".join(map(text_frame, texts))
    assert read_back(wire) == [(Opcode.TEXT, text.encode()) for text in texts]


def test_all_three_lengths_are_encoded() -> None:
    for length in (0, 125, 126, 65_535, 65_536, 200_000):
        assert read_back(text_frame("x" * length)) == [(Opcode.TEXT, b"x" * length)]


@given(st.text(max_size=300))
def test_a_close_frame_fits_whatever_its_reason(reason: str) -> None:
    frame = close_frame(1013, reason)
    assert len(frame) <= 127
    [(opcode, data)] = read_back(frame)
    assert opcode is Opcode.CLOSE
    assert data[:2] == (1013).to_bytes(2, "big")
    assert reason.encode().startswith(data[2:])
