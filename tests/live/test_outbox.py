"""The outbox against a peer that takes as much as it likes."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from chatterpy.live.backlog import Backlog
from chatterpy.live.frames import close_frame, text_frame
from chatterpy.live.outbox import Outbox

CLOSE = close_frame(1013, "too slow")
PLENTY = Backlog(1 << 30)


class Peer:
    """A pipe that takes as much as there is room for."""

    def __init__(self, room: int = 0) -> None:
        self.room = room
        self.got = b""
        self.write: Callable[[], None] | None = None
        self.finished = 0
        self.gone = False
        self.was_cut = False

    def send(self, data: bytes | memoryview) -> int:
        if self.gone:
            raise BrokenPipeError
        if self.room == 0:
            raise BlockingIOError
        taken = bytes(data[: self.room])
        self.got += taken
        self.room -= len(taken)
        return len(taken)

    def wake(self, write: Callable[[], None] | None) -> None:
        self.write = write

    def finish(self) -> None:
        self.finished += 1

    def cut(self) -> None:
        self.was_cut = self.gone = True

    def read(self, size: int) -> None:
        """Makes room, as a reader does that takes from its end."""
        self.room += size
        if self.write:
            self.write()


def outbox(peer: Peer, limit: int = 1000, backlog: Backlog = PLENTY) -> Outbox:
    return Outbox(peer, limit, backlog, lambda: CLOSE)


@given(
    st.lists(
        st.integers(0, 400).map(lambda n: ("write", n))
        | st.integers(1, 300).map(lambda n: ("read", n)),
        max_size=60,
    )
)
def test_however_the_peer_reads_it_gets_whole_frames_in_order(steps: list[tuple[str, int]]) -> None:
    peer = Peer()
    box = outbox(peer, limit=10_000_000)
    sent = b""
    for number, (what, size) in enumerate(steps):
        if what == "write":
            frame = text_frame(f"{number}:" + "x" * size)
            sent += frame
            box.write(frame)
            assert peer.got + b"" == sent[: len(peer.got)], "bytes are missing or out of order"
        else:
            peer.read(size)
    assert box.size == len(sent) - len(peer.got)
    peer.read(len(sent) + 1)
    assert peer.got == sent
    assert box.size == 0
    assert peer.write is None, "nothing waits, so nothing should be watched"


def test_a_reader_beyond_the_bound_gets_what_had_begun_and_then_the_close() -> None:
    peer = Peer(room=5)
    box = outbox(peer, limit=100)
    first = text_frame("y" * 50)
    box.write(first)
    for _ in range(20):
        box.write(text_frame("z" * 50))
    assert box.closed
    assert box.size < 100, "a slow reader holds more memory than its bound"
    peer.read(10_000)
    assert peer.got == first + CLOSE
    assert peer.finished == 1


def test_nothing_follows_a_close() -> None:
    peer = Peer(room=10_000)
    box = outbox(peer)
    box.write(b"one")
    box.close(CLOSE)
    box.write(b"two")
    box.close(CLOSE)
    assert peer.got == b"one" + CLOSE
    assert peer.finished == 1


def test_a_close_waits_its_turn() -> None:
    peer = Peer(room=1)
    box = outbox(peer)
    box.write(b"one")
    box.close(CLOSE)
    assert not peer.finished
    peer.read(1000)
    assert peer.got == b"one" + CLOSE
    assert peer.finished == 1


def test_a_peer_that_is_gone_holds_nothing() -> None:
    peer = Peer()
    box = outbox(peer)
    box.write(b"one")
    peer.gone = True
    peer.read(10)
    assert box.size == 0
    assert box.closed
    assert peer.write is None
    box.write(b"two")


def test_room_that_is_there_before_the_peer_says_so_is_not_for_what_comes_later() -> None:
    peer = Peer(room=2)
    box = outbox(peer)
    box.write(b"one")
    peer.room = 2
    box.write(b"two")
    assert peer.got == b"on"
    peer.read(100)
    assert peer.got == b"onetwo"
