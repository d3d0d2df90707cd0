"""Whatever is read here is read as wsproto reads it; and what is usual is read here."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection as WireConnection
from wsproto.connection import ConnectionType
from wsproto.events import CloseConnection, Event, Pong, TextMessage

from chatterpy.live.incoming import SHORT_MAX, Incoming
from tests.server.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, masked, unmasked

#: A payload of these lengths has another header than its neighbour, or another reader.
LENGTHS = (0, 1, 2, 3, 4, 5, 125, 126, 127, SHORT_MAX, SHORT_MAX + 1, 65_535, 65_536)

texts = st.text(max_size=200) | st.sampled_from(LENGTHS).map("x".__mul__)
usual = st.builds(masked, st.sampled_from([TEXT, PONG]), st.text(max_size=30))
any_frame = st.builds(
    masked,
    st.sampled_from([CONTINUATION, TEXT, BINARY, 0x3, CLOSE, PING, PONG]),
    texts | st.binary(max_size=200),
    fin=st.booleans(),
    bits=st.sampled_from([0, 0, 0, 0x40]),
)
frames = st.lists(
    usual | any_frame | st.builds(unmasked, st.just(TEXT), st.just(b"hi")), max_size=8
)


def as_wsproto_reads(data: Iterable[bytes]) -> list[object]:
    wire = WireConnection(ConnectionType.SERVER)

    def events(part: bytes) -> Iterable[Event]:
        wire.receive_data(part)
        return wire.events()

    return told(event for part in data for event in events(part))


def as_read_here(data: Iterable[bytes]) -> list[object]:
    incoming = Incoming()
    return told(event for part in data for event in incoming.events(part))


def told(events: Iterable[str | Event]) -> list[object]:
    """What the events say, up to a close: texts whole, however many pieces they came in."""
    said: list[object] = []
    pieces: list[str] = []
    for event in events:
        if isinstance(event, TextMessage):
            pieces.append(event.data)
            if event.message_finished:
                said.append("".join(pieces))
                pieces.clear()
        elif isinstance(event, Pong):
            said.append(Pong)  # nobody asks what it carries
        else:
            said.append(event)
        if isinstance(event, CloseConnection):
            break
    return said


@given(frames, st.data())
def test_bytes_cut_anywhere_say_what_they_say_to_wsproto(
    sent: list[bytes], data: st.DataObject
) -> None:
    wire = b"".join(sent)
    cuts = data.draw(st.lists(st.integers(0, len(wire)), max_size=6))
    places = [0, *sorted(cuts), len(wire)]
    parts = [wire[start:end] for start, end in pairwise(places)]
    assert as_read_here(parts) == as_wsproto_reads(parts)


@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_is_read_byte_for_byte(length: int) -> None:
    wire = masked(TEXT, "x" * length) + masked(TEXT, "end")
    bytewise = [wire[at : at + 1] for at in range(len(wire))] if length < 5000 else [wire]
    assert as_read_here(bytewise) == ["x" * length, "end"]


def test_a_text_that_is_no_utf_8_is_judged_by_wsproto() -> None:
    [*texts, close] = as_read_here([masked(TEXT, "before") + masked(TEXT, b"\xff")])
    assert texts == ["before"]
    assert isinstance(close, CloseConnection)
    assert close.code == 1007


@given(st.lists(usual, max_size=5), usual)
def test_the_usual_leaves_no_reader_behind(before: list[bytes], cut: bytes) -> None:
    incoming = Incoming()
    for part in (b"".join(before) + cut[:3], cut[3:]):
        for event in incoming.events(part):
            assert isinstance(event, str | Pong)
    assert (incoming._begun, incoming._wire) == (b"", None)
