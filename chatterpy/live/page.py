"""An open page: what it shows, what it asks, and what it is sent."""

from __future__ import annotations

import time
from dataclasses import dataclass

from chatterpy.chat.changes import Page
from chatterpy.chat.chat import Chat
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.store import Pending
from chatterpy.errors import BadAct, Refused, StoreUnavailable, Told
from chatterpy.live import acts
from chatterpy.live.acts import Act, Older, Resume, Say, Typing
from chatterpy.live.batch import Batch
from chatterpy.live.connection import Connection
from chatterpy.live.frames import OVERLOAD, POLICY, text_frame
from chatterpy.live.hub import Hub
from chatterpy.live.outbox import Outbox
from chatterpy.live.presence import Presence
from chatterpy.live.replays import Replays
from chatterpy.live.states import States
from chatterpy.theme.fragments import Fragments
from chatterpy.turns import turns

#: So many messages that are no acts, and the connection is closed.
BAD_ACTS_MAX = 5
#: What may wait for a page that is being caught up; beyond it, it is read from the store again.
PENDING_MAX = 1 << 18  # bytes
#: So many messages of one page may wait for their commit before it is read on.
UNSTORED_MAX = 32


@dataclass(frozen=True, slots=True)
class Live:
    """The parts that every open page works with."""

    chat: Chat
    hub: Hub
    presence: Presence
    states: States
    fragments: Fragments
    replays: Replays

    def forget(self) -> None:
        """Forgets what was rendered: the templates have changed."""
        for part in (self.fragments, self.replays, self.states):
            part.forget()


class _Pending:
    """What comes while a page is being caught up, within a bound."""

    __slots__ = ("_size", "batches", "overflowed")

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.overflowed = False
        self._size = 0

    def add(self, batch: Batch) -> None:
        self._size += len(batch.wire)
        if self._size > PENDING_MAX:
            self.overflowed = True
            self.batches.clear()
        else:
            self.batches.append(batch)


class OpenPage:
    """A reader (`chatterpy.live.hub.Reader`) behind a socket.

    Nothing is sent before the page has said where it is. Then comes what it missed, then
    everything as it happens. What happens meanwhile waits.
    """

    __slots__ = (
        "_bad_acts",
        "_cursor",
        "_live",
        "_pending",
        "_saying",
        "_unstored",
        "address",
        "asked",
        "connection",
        "known",
        "person_id",
        "resumed",
        "room",
        "visitor",
    )

    def __init__(
        self, live: Live, room: str, visitor: Visitor, known: bool, address: str | None
    ) -> None:
        """`known`: the visitor has a cookie, and so will be the same person next time."""
        self._live = live
        self.room = room
        self.visitor = visitor
        self.known = known
        self.address = address
        self.person_id: int | None = None
        self.connection: Connection | None = None
        self.asked = False  # it has said where it is, and is answered when it is its turn
        self.resumed = False
        self._cursor = 0
        self._pending: _Pending | None = None
        self._bad_acts = 0
        self._saying: Pending[Message] | None = None  # the last message that is not stored yet
        self._unstored = 0

    def hear(self, data: str) -> None:
        """Does what the page says, in that order. May switch greenlets."""
        try:
            act = acts.parse(data)
            if isinstance(act, Say) and self.resumed:
                self._say_soon(act)
            else:
                self._wait_for_says()
                self._do(act)
        except (Refused, StoreUnavailable) as refused:
            self._send(self._live.fragments.why(refused.sentence))
        except BadAct as bad:
            self._wait_for_says()
            self._send(self._live.fragments.why(bad.sentence))
            self._bad_acts += 1
            if self._bad_acts >= BAD_ACTS_MAX and self.connection:
                self.connection.close(POLICY, "too much that is no act")

    def _do(self, act: Act) -> None:
        match act:
            case Resume(cursor, before):
                self.asked = True
                turns.wait()
                self._resume(cursor, before)
            case _ if not self.resumed:
                raise BadAct("Expected the act 'resume' first.")
            case Typing():
                if self.person_id is not None:
                    self._live.presence.type(self.room, self.person_id, time.monotonic())
            case Older(before):
                turns.wait()
                page = self._live.chat.older(self.room, before)
                self._send(self._live.fragments.older(page, before))

    def _say_soon(self, say: Say) -> None:
        """Lets a message be stored while the page is read on.

        Who sends many in a row shares commits with themselves, as with all others.
        """
        self._saying = self._live.chat.say_soon(self.visitor, self.room, say.text, say.nonce)
        self._unstored += 1
        self._saying.rawlink(self._said)
        if self._unstored >= UNSTORED_MAX:
            self._wait_for_says()

    def _said(self, said: Pending[Message]) -> None:
        self._unstored -= 1
        if said is self._saying:
            self._saying = None  # or the page would hold its last message
        if isinstance(said.exception, Told):
            self._send(self._live.fragments.why(said.exception.sentence))

    def _wait_for_says(self) -> None:
        """Returns when all that was said is stored: they end in the order in which they began."""
        if self._saying is not None:
            self._saying.wait()
            self._saying = None

    def deliver(self, batch: Batch) -> Outbox | None:
        if self._pending is not None:
            self._pending.add(batch)
            return None
        if batch.last > self._cursor:
            self._write(batch.after(self._cursor))
            self._cursor = batch.last
        if batch.last == self._cursor and self.connection:
            return self.connection.outbox
        return None

    def push(self, frame: bytes) -> None:
        if self._pending is None:
            self._write(frame)

    def leave(self, code: int) -> None:
        if self.connection:
            self.connection.close(code)

    def end(self) -> None:
        """The connection has ended."""
        self._live.hub.depart(self)
        self._live.hub.part(self.room, self)
        if self.person_id is not None:
            self._live.presence.depart(self.room, self.person_id, time.monotonic())

    def _resume(self, cursor: int | None, before: int | None) -> None:
        """Sends what came after the cursor, and joins the room without a gap or an overlap."""
        live, fragments = self._live, self._live.fragments
        person = self._person()
        live.hub.part(self.room, self)
        if person and self.person_id is None:
            live.presence.arrive(self.room, person, time.monotonic())
        if person:  # once here, they stay the same until the end
            self.person_id = person.id
        self._pending = _Pending()
        live.hub.join(self.room, self, 0)
        try:
            cursor = self._catch_up(cursor, before)
            self.resumed = True
            own = fragments.own(person) if person else ""
            resumed = live.replays.resumed(self.room, cursor)
            self._send(resumed + own + live.states.full(self.room))
            while self._pending.overflowed:
                # So slow that more came meanwhile than may wait: the store has it.
                self._pending = _Pending()
                cursor = self._catch_up(cursor, None)
        except StoreUnavailable:
            self.leave(OVERLOAD)
            raise
        finally:
            pending, self._pending = self._pending, None
        self._cursor = cursor
        live.hub.join(self.room, self, cursor)
        for batch in pending.batches:
            self.deliver(batch)

    def _catch_up(self, cursor: int | None, before: int | None) -> int:
        """Sends what came after the cursor, at the reader's own pace; returns the new cursor."""
        chat, fragments = self._live.chat, self._live.fragments
        missed = chat.open(self.room) if cursor is None else chat.catch_up(self.room, cursor)
        if isinstance(missed, Page):
            frames = [text_frame(fragments.newest(missed))]
        else:
            frames = list(self._live.replays.missed(missed))
            if before:
                # A request for older entries may have been lost with the last connection.
                frames.append(text_frame(fragments.rearm(before)))
        for frame in frames:
            self._write(frame)
            if self.connection:
                self.connection.wait_for_room()
        return missed.seq

    def _person(self) -> Person | None:
        """Who reads; nobody where they have no cookie, or where they cannot be stored now."""
        if not self.known:
            return None
        try:
            return self._live.chat.settle(self.visitor)
        except StoreUnavailable:
            return None  # a store that takes no writes is no reason not to read

    def _send(self, html: str) -> None:
        self._write(text_frame(html))

    def _write(self, frames: bytes) -> None:
        if self.connection:
            self.connection.write(frames)
