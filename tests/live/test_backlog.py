"""The backlog: the sum over outboxes whose peers take as much as they like."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatterpy.live.backlog import Backlog
from chatterpy.live.frames import text_frame
from tests.live.test_outbox import CLOSE, Peer, outbox

LIMIT = 1000
BOXES = 4

steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "read", "close", "abandon", "shed", "vanish"]),
        st.integers(0, BOXES - 1),
        st.integers(0, 400),
    ),
    max_size=60,
)


@given(steps)
def test_the_sum_is_that_of_the_outboxes_and_never_above_the_bound(
    steps: list[tuple[str, int, int]],
) -> None:
    backlog = Backlog(LIMIT)
    peers = [Peer() for _ in range(BOXES)]
    boxes = [outbox(peer, 600, backlog) for peer in peers]
    sent = [b""] * BOXES
    for what, which, size in steps:
        peer, box = peers[which], boxes[which]
        match what:
            case "write":
                frame = text_frame("x" * size)
                sent[which] += b"" if box.closed else frame
                box.write(frame)
            case "read":
                peer.read(size)
            case "close":
                box.close(CLOSE)
            case "abandon":
                box.abandon()
            case "shed":
                if box.size:
                    box.shed()
            case "vanish":
                peer.gone = True
        assert backlog.size == sum(box.size for box in boxes) <= LIMIT
        assert all(box.size >= 0 for box in boxes)
        for peer, box in zip(peers, boxes, strict=True):
            assert (peer.write is not None) == (box.size > 0), "watched although nothing waits"
    for peer, frames in zip(peers, sent, strict=True):
        peer.read(10_000)
        got = peer.got.removesuffix(CLOSE)
        assert frames.startswith(got), "bytes are missing or out of order"
    assert backlog.size == 0, "what was taken, dropped or lost still counts"


def test_those_furthest_behind_are_let_go_until_there_is_room_for_a_while() -> None:
    backlog = Backlog(LIMIT)
    peers = [Peer() for _ in range(4)]
    boxes = [outbox(peer, LIMIT, backlog) for peer in peers]
    for box, size in zip(boxes, (300, 400, 100, 150), strict=True):
        for _ in range(size // 50):
            box.write(b"x" * 50)
    assert not any(box.closed for box in boxes)
    boxes[2].write(b"x" * 51)  # 1001 bytes
    assert [box.closed for box in boxes] == [False, True, False, False]
    assert backlog.size <= LIMIT * Backlog.RELIEVED
    peers[1].read(LIMIT)
    assert peers[1].got == b"x" * 50 + CLOSE
    peers[0].read(LIMIT)
    assert peers[0].got == b"x" * 300, "who was not let go lost something"


def test_who_writes_may_be_the_one_who_is_let_go() -> None:
    backlog, peer = Backlog(LIMIT), Peer()
    box = outbox(peer, 10 * LIMIT, backlog)
    box.write(b"x" * 50)
    box.write(b"x" * LIMIT)
    assert box.closed
    peer.read(10 * LIMIT)
    assert peer.got == b"x" * 50 + CLOSE
    assert peer.finished == 1
    assert backlog.size == 0


def test_who_does_not_take_what_was_begun_is_cut_off_rather_than_keep_the_room() -> None:
    backlog, stuck, other = Backlog(LIMIT), Peer(room=1), Peer()
    box, beside = outbox(stuck, 10 * LIMIT, backlog), outbox(other, LIMIT, backlog)
    beside.write(b"x" * 400)
    box.write(b"x" * LIMIT)  # one frame, of which the kernel took a byte
    assert stuck.was_cut
    assert stuck.write is None
    assert not beside.closed
    assert backlog.size == beside.size == 400
