"""The hub and its batches."""

from hypothesis import given
from hypothesis import strategies as st

from chatterpy.live.backlog import Backlog
from chatterpy.live.batch import Batch, Part
from chatterpy.live.hub import BREATH, Hub
from chatterpy.live.outbox import Outbox
from tests.live.test_outbox import CLOSE, PLENTY, Peer


class Ear:
    """A reader that remembers."""

    def __init__(self, person_id: int | None = None, address: str | None = None) -> None:
        self.person_id = person_id
        self.address = address
        self.batches: list[Batch] = []
        self.frames: list[bytes] = []

    def deliver(self, batch: Batch) -> None:
        self.batches.append(batch)

    def push(self, frame: bytes) -> None:
        self.frames.append(frame)

    def leave(self, code: int) -> None:
        raise NotImplementedError


class Follower(Ear):
    """Is in step from the first batch on."""

    def __init__(self, room: int = 1_000_000, backlog: Backlog = PLENTY) -> None:
        super().__init__()
        self.peer = Peer(room)
        self.outbox = Outbox(self.peer, 1000, backlog, lambda: CLOSE)

    def deliver(self, batch: Batch) -> Outbox:
        super().deliver(batch)
        self.outbox.write(batch.wire)
        return self.outbox


def batch(room: str, *seqs: int) -> Batch:
    return Batch(room, tuple(Part(seq, b"<%d>" % seq, None) for seq in seqs))


def test_a_batch_reaches_the_readers_of_its_room_as_the_same_bytes() -> None:
    hub, here, also_here, elsewhere = Hub(500), Ear(), Ear(), Ear()
    hub.join("a", here, 0)
    hub.join("a", also_here, 0)
    hub.join("b", elsewhere, 0)
    hub.publish(batch("a", 1, 2))
    assert here.batches[0].wire is also_here.batches[0].wire
    assert here.batches[0].wire == b"<1><2>"
    assert not elsewhere.batches


def test_a_reader_gets_only_what_it_has_not_seen() -> None:
    assert batch("a", 5, 6, 7).after(4) == b"<5><6><7>"
    assert batch("a", 5, 6, 7).after(6) == b"<7>"
    assert batch("a", 5, 6, 7).after(9) == b""


def test_who_left_hears_nothing_and_leaves_nothing_behind() -> None:
    hub, ear = Hub(500), Ear(7)
    hub.join("a", ear, 3)
    assert hub.has_readers("a")
    hub.part("a", ear)
    hub.part("a", ear)
    hub.publish(batch("a", 4))
    hub.tell(7, b"x")
    assert not ear.batches
    assert not ear.frames
    assert not hub.has_readers("a")
    assert hub.rooms() == []


def test_a_person_is_told_on_all_their_pages() -> None:
    hub, one, other, stranger = Hub(500), Ear(7), Ear(7), Ear(8)
    for ear, room in ((one, "a"), (other, "b"), (stranger, "a")):
        hub.join(room, ear, 0)
    hub.tell(7, b"x")
    assert (one.frames, other.frames, stranger.frames) == ([b"x"], [b"x"], [])


def test_a_room_knows_the_seq_its_readers_show() -> None:
    hub = Hub(500)
    hub.join("a", Ear(), 3)
    hub.publish(batch("a", 4, 5))
    hub.join("a", Ear(), 4)
    assert hub.rooms() == [("a", 5)]


def test_a_room_that_empties_while_others_are_told_is_passed_over() -> None:
    hub, ears = Hub(500), [Ear() for _ in range(3)]
    for number, ear in enumerate(ears):
        hub.join(f"r{number}", ear, number)
    for room, _ in hub.rooms():
        hub.part("r1", ears[1])
        hub.tell_room(room, b"x")
    assert [ear.frames for ear in ears] == [[b"x"], [], [b"x"]]


def test_the_window_goes_with_the_last_reader() -> None:
    hub, ear = Hub(8), Ear()
    hub.join("a", ear, 0)
    assert [hub.grow("a", seq) for seq in range(1, 11)] == [None] * 9 + [3]
    hub.part("a", ear)
    assert hub.grow("a", 11) is None


def test_a_state_can_be_kept_from_the_person_it_is_about() -> None:
    hub, anna, her_tab, ben, stranger = Hub(500), Ear(1), Ear(1), Ear(2), Ear()
    for reader in (anna, her_tab, ben, stranger):
        hub.join("a", reader, 0)
    hub.tell_room("a", b"Anna joined", but=1)
    hub.tell_room("a", b"all")
    assert anna.frames == her_tab.frames == [b"all"]
    assert ben.frames == stranger.frames == [b"Anna joined", b"all"]


def test_pages_are_counted_where_they_are_until_they_have_departed() -> None:
    hub = Hub(500)
    here, beside, elsewhere = Ear(address="192.0.2.1"), Ear(address="192.0.2.1"), Ear(address="::1")
    for reader in (here, beside, elsewhere):
        hub.arrive(reader)
    assert (hub.near("192.0.2.1"), hub.near("::1"), hub.near("192.0.2.2")) == (2, 1, 0)
    hub.depart(here)
    hub.depart(here)
    assert hub.readers == {beside, elsewhere}
    assert hub.near("192.0.2.1") == 1


def test_who_is_in_step_has_what_follows_written_to_their_outbox() -> None:
    hub, follower, ear = Hub(500), Follower(), Ear()
    hub.join("a", follower, 0)
    hub.join("a", ear, 0)
    for seq in (1, 2, 3):
        hub.publish(batch("a", seq))
    assert [one.last for one in follower.batches] == [1]
    assert follower.peer.got == b"<1><2><3>"
    assert [one.last for one in ear.batches] == [1, 2, 3]
    hub.tell_room("a", b"x")
    assert follower.frames == ear.frames == [b"x"]


def test_who_comes_back_is_handed_batches_until_they_are_in_step_again() -> None:
    hub, follower = Hub(500), Follower()
    hub.join("a", follower, 0)
    hub.publish(batch("a", 1))
    hub.part("a", follower)
    hub.publish(batch("a", 2))
    hub.join("a", follower, 2)
    hub.publish(batch("a", 3))
    hub.publish(batch("a", 4))
    assert [one.last for one in follower.batches] == [1, 3]
    assert follower.peer.got == b"<1><3><4>"


def test_one_who_reads_slowly_or_is_gone_is_in_nobodys_way() -> None:
    hub, slow, gone, well = Hub(500), Follower(5), Follower(), Follower()
    for reader in (slow, gone, well):
        hub.join("a", reader, 0)
    hub.publish(batch("a", 1))
    gone.peer.gone = True
    hub.publish(batch("a", 2))
    hub.publish(batch("a", 3))
    assert well.peer.got == b"<1><2><3>"
    assert slow.peer.got == b"<1><2"
    slow.peer.read(100)
    hub.publish(batch("a", 4))
    assert slow.peer.got == well.peer.got == b"<1><2><3><4>"
    assert gone.outbox.closed


def test_what_follows_goes_behind_what_waits_whatever_made_it_wait() -> None:
    hub, follower = Hub(500), Follower(3)
    hub.join("a", follower, 0)
    hub.publish(batch("a", 1))
    follower.outbox.write(b"own")
    hub.publish(batch("a", 2))
    follower.peer.read(100)
    assert follower.peer.got == b"<1>own<2>"
    hub.publish(batch("a", 3))
    follower.peer.room = 0
    follower.outbox.write(b"own")
    follower.peer.room = 100  # there is room before the peer says so
    hub.publish(batch("a", 4))
    follower.peer.read(100)
    assert follower.peer.got == b"<1>own<2><3>own<4>"


def test_who_is_closed_hears_nothing_after_the_close() -> None:
    hub, closed, open_ = Hub(500), Follower(), Follower()
    for reader in (closed, open_):
        hub.join("a", reader, 0)
    hub.publish(batch("a", 1))
    hub.publish(batch("a", 2))
    closed.outbox.close(CLOSE)
    hub.publish(batch("a", 3))
    assert closed.peer.got == b"<1><2>" + CLOSE
    assert open_.peer.got == b"<1><2><3>"


def test_who_is_let_go_for_another_while_their_room_is_told_hears_nothing_more() -> None:
    backlog = Backlog(60)
    hub, behind, further = Hub(500), Follower(3, backlog), Follower(3, backlog)
    for reader in (behind, further):
        hub.join("a", reader, 0)
    hub.publish(batch("a", 1))
    behind.outbox.write(b"x")
    further.outbox.write(b"yyy")
    further.outbox.write(b"z" * 55)
    hub.publish(batch("a", 2))  # is too much with the first: the second is let go
    assert further.outbox.closed
    for reader in (behind, further):
        reader.peer.read(100)
    assert behind.peer.got == b"<1>x<2>"
    assert further.peer.got == b"<1>yyy" + CLOSE


def test_who_leaves_while_a_full_room_is_told_hears_nothing_more() -> None:
    readers = [Follower() for _ in range(BREATH + 2)]
    *_, leaves, stays = readers

    def pause() -> None:
        if len(leaves.batches) == 1 and hub.has_readers("a"):
            hub.part("a", leaves)

    hub = Hub(500, pause=lambda: None)
    for reader in readers:
        hub.join("a", reader, 0)
    hub.publish(batch("a", 1))
    hub._pause = pause
    hub.publish(batch("a", 2))
    assert readers[0].peer.got == stays.peer.got == b"<1><2>"
    assert leaves.peer.got == b"<1>"


def test_who_leaves_while_those_not_in_step_are_told_is_in_no_room_any_more() -> None:
    readers = [Follower() for _ in range(BREATH + 2)]
    hub = Hub(500, pause=lambda: hub.part("a", readers[-1]))
    for reader in readers:
        hub.join("a", reader, 0)
    hub.publish(batch("a", 1))
    hub.publish(batch("a", 2))
    assert readers[0].peer.got == readers[-2].peer.got == b"<1><2>"
    assert readers[-1].peer.got == b"<1>"  # as one who has left: what it is sent goes nowhere


def test_a_full_room_lets_the_others_run() -> None:
    paused: list[None] = []
    hub = Hub(500, pause=lambda: paused.append(None))
    for _ in range(2 * BREATH + 1):
        hub.join("a", Follower(), 0)
    hub.publish(batch("a", 1))
    assert len(paused) == 2
    hub.publish(batch("a", 2))
    assert len(paused) == 4


WHO = st.integers(0, 2)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("publish", "publish", "write", "close", "come", "part", "lose")), WHO
    )
    | st.tuples(st.sampled_from(("read", "room")), WHO, st.integers(1, 30)),
    min_size=10,
    max_size=60,
)


@given(STEPS, st.sampled_from((5, 60)), st.sampled_from((40, 1 << 30)))
def test_whatever_happens_a_reader_gets_whole_frames_in_their_order(
    steps: list[tuple[str, int]], room: int, bound: int
) -> None:
    backlog = Backlog(bound)
    readers = [Follower(room, backlog) for _ in range(3)]
    meant = [b"" for _ in readers]
    here = set(range(len(readers)))
    hub = Hub(500)
    for reader in readers:
        hub.join("a", reader, 0)
    for number, (what, who, *size) in enumerate(steps, 1):
        reader, frame = readers[who], b"<%d>" % number
        match what:
            case "publish":
                for one in here:
                    meant[one] += frame
                hub.publish(batch("a", number))
            case "write":
                meant[who] += frame
                reader.outbox.write(frame)
            case "read":
                reader.peer.read(*size)
            case "room":
                reader.peer.room += size[0]  # it says so later
            case "close":
                reader.outbox.close(CLOSE)
            case "lose":
                reader.peer.gone = True
            case "come":
                here.add(who)
                hub.join("a", reader, number)
            case "part":
                here.discard(who)
                hub.part("a", reader)
        for one, reader in enumerate(readers):
            got, close, after = reader.peer.got.partition(CLOSE)
            assert not after
            if close or reader.outbox.closed:
                continue
            assert meant[one].startswith(got)
            assert reader.outbox.size == len(meant[one]) - len(got)
    for one, reader in enumerate(readers):
        reader.peer.read(10_000)
        got, close, after = reader.peer.got.partition(CLOSE)
        assert not after
        if not reader.peer.gone:
            assert close or got == meant[one]
            assert meant[one].startswith(got)
            assert got[-1:] in (b"", b">"), "a frame was not finished"
