"""The promise of the cursor: a stale page plus what it missed equals a fresh page.

Whatever happened meanwhile, whichever frames were lost, and however often it came back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chatterpy.chat.changes import CatchUp, Change, Page
from chatterpy.chat.chat import Chat
from chatterpy.chat.faces import Face
from chatterpy.chat.people import Visitor
from chatterpy.live.backlog import Backlog
from chatterpy.live.batch import Batch, Part
from chatterpy.live.broadcast import Broadcast
from chatterpy.live.frames import text_frame
from chatterpy.live.hub import Hub
from chatterpy.live.outbox import Outbox
from chatterpy.live.page import Live, OpenPage
from chatterpy.live.presence import Presence
from chatterpy.live.replays import Replays
from chatterpy.live.states import States
from chatterpy.store import open_store
from chatterpy.theme.fragments import Fragments
from tests.conftest import BOUNDS, make_templates
from tests.page_model import PageModel

ROOM = "lobby"
TEMPLATES = make_templates()
FRAGMENTS = Fragments(TEMPLATES, 1000, 30)
OUTLINE = """<link class="mine" href="v=0"><div id="chat"><b id="status"></b>
<ol id="messages">{list}</ol><i id="alive"></i><form id="older"></form></div>"""

WHO = st.integers(0, 2)


def fresh_page(page: Page) -> PageModel:
    return PageModel(OUTLINE.format(list=TEMPLATES.render("list.html", page=page)))


def make_live(chat: Chat, hub: Hub) -> Live:
    presence = Presence(15, 0)
    states = States(hub, presence, FRAGMENTS, chat)
    return Live(chat, hub, presence, states, FRAGMENTS, Replays(FRAGMENTS))


class Wire:
    """Stands for a connection and its pipe: keeps what is written, frame by frame, as text."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.outbox = Outbox(self, 1 << 20, Backlog(1 << 20), bytes)
        self.write = self.outbox.write

    def send(self, data: bytes | memoryview) -> int:
        data, size = bytes(data), len(data)
        while data:
            length, start = data[1], 2
            if length == 126:
                length, start = int.from_bytes(data[2:4], "big"), 4
            elif length == 127:
                length, start = int.from_bytes(data[2:10], "big"), 10
            self.frames.append(data[start : start + length].decode())
            data = data[start + length :]
        return size

    def wake(self, write: Callable[[], None] | None) -> None:
        """All is taken at once."""

    def finish(self) -> None:
        raise AssertionError("nothing here is a reason to end")

    cut = finish

    def wait_for_room(self) -> None:
        """There always is."""

    def close(self, code: int) -> None:
        raise AssertionError("nothing here is a reason to close")


class CatchUpMachine(RuleBasedStateMachine):
    """One open page, people who talk, and a bad network."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.hub = Hub(8)
        broadcast = Broadcast(self.hub, FRAGMENTS)
        self.store = open_store(Path(self.folder.name) / "x.sqlite3", "NORMAL", broadcast)
        self.chat = Chat(self.store, BOUNDS)
        self.live = make_live(self.chat, self.hub)
        self.visitors = [Visitor.arrive() for _ in range(3)]
        self.reader: OpenPage | None = None
        self.said = 0

    @initialize(before=st.integers(0, 15))
    def arrive(self, before: int) -> None:
        for _ in range(before):
            self.say(0)
        self.model = fresh_page(self.chat.open(ROOM))

    @rule(who=WHO)
    def say(self, who: int) -> None:
        self.said += 1
        self.chat.say(self.visitors[who], ROOM, f"message {self.said} <b>&amp;", f"n{self.said}")
        if self.reader:
            assert self.reader in self.hub._rooms[ROOM].in_step, "it is written to the long way"

    @rule(who=WHO, count=st.integers(20, 45))
    def talk_on(self, who: int, count: int) -> None:
        for _ in range(count):
            self.say(who)

    @rule(who=WHO)
    def rename(self, who: int) -> None:
        self.said += 1
        self.chat.rename(self.visitors[who], f"Name {self.said}")

    @rule(who=WHO)
    def reface(self, who: int) -> None:
        self.store.reface(self.chat.settle(self.visitors[who]).id, Face("thumbs", str(self.said)))

    @rule()
    def connect(self) -> None:
        """The page's socket opens (anew), and says the cursor, as #link does."""
        self.disconnect()
        self.reader = OpenPage(self.live, ROOM, self.visitors[0], known=True, address=None)
        self.wire = Wire()
        self.reader.connection = self.wire  # type: ignore[assignment]
        self.reader._resume(self.model.cursor, self.model.before)
        self.receive()

    @rule()
    def resume_again(self) -> None:
        """The page says its cursor once more on the same connection."""
        if self.reader:
            self.receive()
            self.reader.hear(f'{{"act":"resume","cursor":"{self.model.cursor}"}}')

    @rule()
    def disconnect(self) -> None:
        """Frames that were under way are lost."""
        if self.reader:
            self.hub.part(ROOM, self.reader)
            self.reader = None

    @rule()
    def receive(self) -> None:
        if self.reader:
            for frame in self.wire.frames:
                self.model.receive(frame)
            self.wire.frames.clear()

    @rule(data=st.data())
    def lose_a_frame(self, data: st.DataObject) -> None:
        if self.reader and self.wire.frames:
            self.wire.frames.pop(data.draw(st.integers(0, len(self.wire.frames) - 1)))

    @rule()
    def replay(self) -> None:
        """The same frames twice must not show anything twice."""
        if self.reader:
            frames = tuple(self.wire.frames)
            self.receive()
            self.wire.frames.extend(frames)

    @rule()
    def scroll_up(self) -> None:
        if self.reader and self.model.before is not None:
            self.receive()
            if (before := self.model.before) is not None:
                self.reader.hear(f'{{"act":"older","before":"{before}"}}')
                self.receive()

    @invariant()
    def nothing_is_twice_or_out_of_order(self) -> None:
        if hasattr(self, "model"):
            seqs = [int(entry[0][1:]) for entry in self.model.log()]
            assert seqs == sorted(set(seqs)), f"the page shows {seqs}"

    def teardown(self) -> None:
        try:
            if hasattr(self, "model"):
                self.connect()
                self.receive()
                everything = fresh_page(self.store.newest(ROOM, 100_000)).log()
                shown = self.model.log()
                assert shown == everything[-len(shown) :] if shown else not everything
                newest = fresh_page(self.chat.open(ROOM)).log()
                assert len(shown) >= min(len(newest), 8), "the page shows less than a fresh one"
                assert self.model.cursor == self.store.seq(ROOM)
                assert self.reader is not None
                [(_, seq)] = self.hub.rooms()
                self.model.receive(FRAGMENTS.alive(ROOM, seq))
                alive = self.model.soup.select_one("#alive")
                assert alive is not None
                assert alive.has_attr("hx-get"), "the heartbeat does not find a whole page"
        finally:
            self.store.close()
            self.folder.cleanup()


# Without shrinking: each step commits to a file, and a failure names its steps anyway.
CatchUpMachine.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
TestCatchUp = CatchUpMachine.TestCase


def test_a_page_that_is_too_far_behind_or_ahead_gets_the_newest_page(chat: Chat) -> None:
    visitor = Visitor.arrive()
    for number in range(BOUNDS.catch_up_max + 2):
        chat.say(visitor, ROOM, str(number), str(number))
    seq = chat.store.seq(ROOM)
    assert isinstance(chat.catch_up(ROOM, 1), Page)
    assert isinstance(chat.catch_up(ROOM, 2), CatchUp)
    assert isinstance(chat.catch_up(ROOM, seq), CatchUp)
    assert isinstance(chat.catch_up(ROOM, seq + 1), Page)


def test_what_happens_while_a_page_resumes_is_neither_lost_nor_double(chat: Chat) -> None:
    """A change may become visible between reading what was missed and joining the room."""
    hub, visitor = Hub(500), Visitor.arrive()
    chat.say(visitor, ROOM, "first", "1")
    model = fresh_page(chat.open(ROOM))
    broadcast = Broadcast(hub, FRAGMENTS)
    told: list[Change] = []
    chat.store._listener = told.extend  # type: ignore[attr-defined]
    reader = OpenPage(make_live(chat, hub), ROOM, visitor, known=False, address=None)
    wire = Wire()
    reader.connection = wire  # type: ignore[assignment]
    catch_up = chat.catch_up

    def slow_catch_up(room: str, cursor: int) -> CatchUp | Page:
        chat.say(visitor, ROOM, "stored and told before the read", "2")
        broadcast(told[-1:])
        missed = catch_up(room, cursor)
        chat.say(visitor, ROOM, "stored and told after the read", "3")
        broadcast(told[-1:])
        return missed

    chat.catch_up = slow_catch_up  # type: ignore[method-assign]
    reader._resume(model.cursor, None)
    for frame in wire.frames:
        model.receive(frame)
    assert model.log() == fresh_page(chat.open(ROOM)).log()


def test_a_long_absence_is_caught_up_in_several_frames_that_follow_each_other(
    chat: Chat, monkeypatch
) -> None:
    monkeypatch.setattr("chatterpy.theme.fragments.FRAME_SIZE", 5000)
    visitor = Visitor.arrive()
    chat.say(visitor, ROOM, "seen", "0")
    model = fresh_page(chat.open(ROOM))
    for number in range(1, 9):
        chat.say(visitor, ROOM, "long " * 400, str(number))
    chat.rename(visitor, "Anna")
    missed = chat.catch_up(ROOM, model.cursor)
    assert isinstance(missed, CatchUp)
    frames = FRAGMENTS.catch_up(missed)
    assert len(frames) >= 4
    assert max(map(len, frames)) < 9000
    for frame in frames:
        model.receive(frame)
    assert model.log() == fresh_page(chat.open(ROOM)).log()


def test_what_is_too_much_to_wait_is_read_from_the_store_again(chat: Chat, monkeypatch) -> None:
    monkeypatch.setattr("chatterpy.live.page.PENDING_MAX", 3000)
    hub, visitor = Hub(500), Visitor.arrive()
    chat.say(visitor, ROOM, "first", "1")
    model = fresh_page(chat.open(ROOM))
    chat.say(visitor, ROOM, "missed", "2")
    broadcast = Broadcast(hub, FRAGMENTS)
    chat.store._listener = broadcast  # type: ignore[attr-defined]
    reader = OpenPage(make_live(chat, hub), ROOM, visitor, known=False, address=None)
    wire = Wire()
    said = iter(range(3, 23))

    def slowly() -> None:
        for number in said:
            chat.say(visitor, ROOM, f"while it waits {number}", str(number))

    monkeypatch.setattr(wire, "wait_for_room", slowly)
    reader.connection = wire  # type: ignore[assignment]
    reader._resume(model.cursor, None)
    for frame in wire.frames:
        model.receive(frame)
    shown = model.log()
    assert shown == fresh_page(chat.store.newest(ROOM, 100)).log()


def test_a_page_that_was_read_ahead_of_what_is_told_is_in_step_when_that_has_caught_up(
    chat: Chat,
) -> None:
    page = OpenPage(make_live(chat, Hub(8)), ROOM, Visitor.arrive(), known=False, address=None)
    wire = Wire()
    page.connection = wire  # type: ignore[assignment]
    page._cursor = 5
    parts = [Part(seq, text_frame(str(seq)), None) for seq in range(4, 8)]
    assert page.deliver(Batch(ROOM, (parts[0],))) is None
    assert page.deliver(Batch(ROOM, tuple(parts[1:3]))) is wire.outbox
    assert page.deliver(Batch(ROOM, (parts[3],))) is wire.outbox
    assert wire.frames == ["6", "7"]
