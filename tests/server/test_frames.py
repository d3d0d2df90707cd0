"""Frames that no good client sends, and readers that are no good ones."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack, suppress
from itertools import chain

import pytest

from chatterpy.live.socket import LINGER_S
from chatterpy.settings import Settings
from tests.server.conftest import Start, arrived
from tests.server.pages import Page, moved_sentinels
from tests.server.processes import Server, eventually
from tests.server.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Frame,
    Raw,
    closing,
    masked,
    unmasked,
    upgraded,
)
from tests.server.visitors import OpenPage, Visitor, fresh_room

FRAME_MAX = Settings().frame_max
FRAGMENTS_MAX = Settings().fragments_max
PROTOCOL, UNSUPPORTED, BAD_DATA, POLICY, TOO_BIG, OVERLOAD = 1002, 1003, 1007, 1008, 1009, 1013
OUTBOX_MAX = 65536
WINDOW = 4096  # bytes that the kernel takes for a reader who does not read

#: 16 kB each, so that few of them fill what the kernel takes.
LONG = "🦦" * 3990
RESUME = masked(TEXT, '{"act":"resume","cursor":"0"}')
RESUME_ANEW = masked(TEXT, '{"act":"resume"}')


class TestBreaches:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (unmasked(TEXT, b'{"act":"resume"}'), PROTOCOL),
            (masked(TEXT, "x", bits=0x40), PROTOCOL),
            (masked(TEXT, "x", bits=0x20), PROTOCOL),
            (masked(TEXT, "x", bits=0x10), PROTOCOL),
            (masked(0x3, b"x"), PROTOCOL),
            (masked(0xB, b"x"), PROTOCOL),
            (masked(PING, b"x" * 126), PROTOCOL),
            (masked(PING, b"x", fin=False), PROTOCOL),
            (masked(CONTINUATION, b"x"), PROTOCOL),
            (masked(TEXT, "x", fin=False) + masked(TEXT, "y"), PROTOCOL),
            (masked(CLOSE, b"\x03"), PROTOCOL),
            (masked(CLOSE, b"\x00\x00"), PROTOCOL),
            (masked(CLOSE, b"\x03\xed"), PROTOCOL),
            (masked(TEXT, b"\xff\xfe"), BAD_DATA),
            (masked(TEXT, b"\xed\xa0\x80"), BAD_DATA),
            (masked(TEXT, b"\xf0\x9f\xa6"), BAD_DATA),
            (masked(TEXT, b"\xf0\x9f", fin=False) + masked(CONTINUATION, b"\xff"), BAD_DATA),
            (masked(CLOSE, b"\x03\xe8\xff"), BAD_DATA),
            (masked(BINARY, b"x"), UNSUPPORTED),
            (masked(TEXT, b" " * (FRAME_MAX + 1)), TOO_BIG),
            (masked(TEXT, b" " * FRAME_MAX, fin=False) + masked(CONTINUATION, b" "), TOO_BIG),
            (masked(TEXT, "é" * (FRAME_MAX // 2 + 1)), TOO_BIG),
            (
                masked(TEXT, b"", fin=False) + masked(CONTINUATION, fin=False) * FRAGMENTS_MAX,
                TOO_BIG,
            ),
            (b"\x81\xff" + (1 << 40).to_bytes(8) + b"mask" + b" " * (FRAME_MAX + 1), TOO_BIG),
            (b"\x81\xff" + b"\xff" * 8 + b"mask", PROTOCOL),
        ],
        ids=[
            "unmasked",
            "reserved bit 1",
            "reserved bit 2",
            "reserved bit 3",
            "unknown data frame",
            "unknown control frame",
            "long ping",
            "ping in fragments",
            "continuation of nothing",
            "text within a text",
            "close of one byte",
            "close with no such code",
            "close with a code never sent",
            "no UTF-8",
            "a surrogate",
            "UTF-8 cut short",
            "no UTF-8 in the second fragment",
            "a reason that is no UTF-8",
            "binary",
            "too long",
            "too long in two fragments",
            "too long in bytes, not in characters",
            "too many fragments",
            "a length of one TiB",
            "a length beyond 63 bits",
        ],
    )
    def test_each_is_closed_with_its_code(
        self, server: Server, room: str, said: bytes, code: int
    ) -> None:
        with upgraded(server, room) as raw:
            raw.send(said)
            assert raw.frame().code == code
            assert raw.rest(seconds=2) == b""

    def test_the_largest_message_is_accepted_in_as_many_fragments_as_may_be(
        self, server: Server, room: str
    ) -> None:
        message = json.dumps({"act": "resume", "cursor": "0"}).ljust(FRAME_MAX).encode()
        size = FRAME_MAX // FRAGMENTS_MAX
        pieces = [message[start : start + size] for start in range(0, FRAME_MAX, size)]
        frames = [
            masked(CONTINUATION if number else TEXT, piece, fin=number == len(pieces) - 1)
            for number, piece in enumerate(pieces)
        ]
        with upgraded(server, room) as raw:
            raw.send(masked(PING, b"in between").join(frames))
            for _ in frames[1:]:
                assert raw.frame() == Frame(PONG, b"in between")
            assert "Connected" in raw.frame().text
            raw.send(masked(TEXT, b" " * FRAME_MAX))
            assert "#why" in raw.frame().text

    def test_a_refused_frame_costs_others_nothing(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        with anna.present(room) as page, upgraded(server, room) as raw:
            raw.send(masked(TEXT, b" " * (FRAME_MAX + 1)))
            assert raw.frame().code == TOO_BIG
            page.line.say("All is well")
            page.until(lambda page: page.texts == ["All is well"])

    def test_every_character_cut_anywhere_arrives_whole(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        said = json.dumps({"act": "say", "text": "é€🦦"}, ensure_ascii=False).encode()
        with upgraded(server, room, Cookie=anna.cookie) as raw:
            raw.send(RESUME)
            assert "Connected" in raw.frame().text
            for cut in range(1, len(said)):
                raw.send(masked(TEXT, said[:cut], fin=False), masked(CONTINUATION, said[cut:]))
                while "é€🦦" not in (frame := raw.frame().text):
                    assert "#why" not in frame, f"cut at {cut}: {frame}"


class TestPings:
    def test_a_ping_gets_its_pong(self, server: Server, room: str) -> None:
        with upgraded(server, room) as raw:
            for payload in (b"", b"x", b"\x00\xff" * 62):
                raw.send(masked(PING, payload))
                assert raw.frame() == Frame(PONG, payload)

    def test_a_pong_nobody_asked_for_is_ignored(self, server: Server, room: str) -> None:
        with upgraded(server, room) as raw:
            raw.send(masked(PONG, b"unasked"), RESUME)
            assert "Connected" in raw.frame().text

    def test_pongs_keep_their_place_although_much_waits_to_be_read(self, start: Start) -> None:
        """What was asked first is answered first, and no frame lands within another."""
        server, room = start(heartbeat=60), fresh_room()
        with arrived(server).present(room) as page:
            say_long_ones(page, 12)
        with upgraded(server, room, window=WINDOW) as raw:
            for number in range(4):
                raw.send(RESUME_ANEW, masked(PING, b"%d" % number))
                time.sleep(0.1)
            raw.send(closing())
            got = [name for frame in raw.frames() if (name := kind(frame)) != "state"]
        rounds = [("newest", "own", f"pong {number}") for number in range(4)]
        assert got == [*chain.from_iterable(rounds), "close 1000"]
        server.assert_calm()


class TestSlowReaders:
    def test_who_does_not_read_is_closed_with_1013_and_catches_up_by_its_cursor(
        self, start: Start
    ) -> None:
        server, room = start(outbox_max=OUTBOX_MAX, heartbeat=60), fresh_room()
        ben = arrived(server)
        with ben.present(room) as attentive, upgraded(server, room, window=WINDOW) as raw:
            slow = Page(ben.open(room).html)
            raw.send(RESUME)
            said = choke(raw, attentive)
            *frames, last = raw.frames()
            assert last.code == OVERLOAD
            assert raw.rest(seconds=2) == b""
            for frame in frames:
                slow.apply(frame.text)
            assert 0 < slow.cursor < said, "some of it must have come, and some been shed"
            with ben.connected(room) as line:
                again = OpenPage(slow, line)
                again.resume()
                assert again.page.seqs == attentive.page.seqs == list(range(1, said + 1))
                assert again.page.texts == attentive.page.texts
        server.assert_calm()

    def test_who_does_not_even_read_the_close_is_cut(self, start: Start) -> None:
        server, room = start(outbox_max=OUTBOX_MAX, heartbeat=60), fresh_room()
        with arrived(server).present(room) as page:
            before = server.descriptors
            with upgraded(server, room, window=WINDOW) as raw:
                raw.send(RESUME)
                choke(raw, page)
                assert server.descriptors > before
                assert eventually(lambda: server.descriptors <= before, seconds=LINGER_S + 5)
        server.assert_calm()

    @pytest.mark.parametrize(
        "asked", [RESUME_ANEW, masked(PING, b"x" * 125) * 300], ids=["pages", "pongs"]
    )
    def test_who_asks_and_never_reads_cannot_fill_the_memory(
        self, start: Start, asked: bytes
    ) -> None:
        server, room = start(outbox_max=OUTBOX_MAX), fresh_room()
        with arrived(server).present(room) as page:
            say_long_ones(page, 30)
            files = server.descriptors
            with upgraded(server, room, window=WINDOW) as raw:
                raw.send(RESUME)
                raw.frame()
                before = highest = server.memory
                with suppress(OSError):  # cut in the middle
                    for _ in range(300):
                        raw.send(asked)

                def cut() -> bool:
                    nonlocal highest
                    highest = max(highest, server.memory)
                    return server.descriptors <= files

                ended = eventually(cut, seconds=LINGER_S + 10)
            grown = highest - before
            assert grown < 30 << 20, f"grown by {grown >> 20} MiB"
            assert ended, "it asks and never reads, and is connected all the same"
            say_long_ones(page, 1)
        server.assert_calm()

    def test_many_slow_readers_delay_nobody(self, start: Start) -> None:
        server, room = start(outbox_max=OUTBOX_MAX, heartbeat=60), fresh_room()
        with arrived(server).present(room) as page, ExitStack() as stack:
            for _ in range(10):
                raw = stack.enter_context(upgraded(server, room, window=WINDOW))
                raw.send(RESUME)
            choke(raw, page)
            slowest = max(say_long_ones(page, 20))
            assert slowest < 2, f"a message took {slowest:.1f} s to come back to its author"
        server.assert_calm()


class TestEnds:
    def test_a_page_that_never_says_where_it_is_is_closed_with_1008(self, start: Start) -> None:
        server, room = start(resume_timeout=1), fresh_room()
        with upgraded(server, room) as silent, upgraded(server, room) as talker:
            talker.send(RESUME)
            assert "Connected" in talker.frame().text
            assert silent.frame().code == POLICY
            assert silent.rest(seconds=2) == b""
            talker.send(masked(PING, b"still here"))
            assert talker.frame() == Frame(PONG, b"still here")

    def test_who_only_pings_never_says_where_it_is_either(self, start: Start) -> None:
        server, room = start(resume_timeout=1), fresh_room()
        with upgraded(server, room) as raw:
            began = time.monotonic()
            while True:
                raw.send(masked(PING))
                if raw.frame().opcode == CLOSE:
                    break
                time.sleep(0.05)
                assert time.monotonic() - began < 5, "pings kept it open"

    def test_connections_leave_nothing_behind(self, server: Server, anna: Visitor) -> None:
        room = fresh_room()
        come_and_go(server, room, 20)  # the first ones open what is kept for all
        assert eventually(lambda: at_rest(server))
        before = server.descriptors
        come_and_go(server, room, 200)
        assert eventually(lambda: server.descriptors <= before), (
            f"{server.descriptors} files are open, {before} were before"
        )

    def test_handshakes_that_are_given_up_leave_nothing_behind(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        come_and_go(server, room, 20)
        assert eventually(lambda: at_rest(server))
        before = server.descriptors
        for number in range(50):
            with upgraded(server, room, Sec_WebSocket_Extensions=f"x{number}") as raw:
                raw.send(masked(TEXT, "{", fin=False))
                raw.reset()
        assert eventually(lambda: server.descriptors <= before)


def come_and_go(server: Server, room: str, count: int) -> None:
    """Connections that end in every way there is."""
    for number in range(count):
        with upgraded(server, room) as raw:
            raw.send(RESUME)
            match number % 4:
                case 0:
                    raw.send(closing())
                    *_, last = raw.frames()
                    assert last.opcode == CLOSE
                case 1:
                    raw.reset()
                case 2:
                    assert "Connected" in raw.frame().text
                    raw.reset()
                case 3:
                    pass  # FIN without a close frame


def at_rest(server: Server) -> bool:
    """Whether the number of open files has come to rest."""
    count = server.descriptors
    time.sleep(0.2)
    return server.descriptors == count


def say_long_ones(page: OpenPage, count: int) -> list[float]:
    """Says long messages; returns how many seconds each took to come back."""
    took = []
    for _ in range(count):
        began, seq = time.monotonic(), page.page.cursor + 1
        page.line.say(f"{seq} {LONG}")
        page.until(lambda page, seq=seq: page.cursor == seq)
        took.append(time.monotonic() - began)
    return took


def choke(raw: Raw, page: OpenPage) -> int:
    """Talks at a reader until its kernel and its outbox hold no more; returns the last seq.

    From then on the reader has LINGER_S to read the close.
    """
    taken, slowest = -1, 0.0
    while raw.unread > taken:
        taken = raw.unread
        assert page.page.cursor < 600, f"the kernel took {taken} bytes, and takes more"
        slowest = max(slowest, *say_long_ones(page, 10))
    assert slowest < 2, f"a message took {slowest:.1f} s while somebody did not read"
    return page.page.cursor


def kind(frame: Frame) -> str:
    """What a frame is, in a word."""
    if frame.opcode == PONG:
        return f"pong {frame.payload.decode()}"
    if frame.opcode == CLOSE:
        return f"close {frame.code}"
    if 'hx-target="#messages"' in frame.text:
        return "newest"
    if moved_sentinels(frame.text):
        return "change"
    return "own" if 'hx-target="#status"' in frame.text else "state"
