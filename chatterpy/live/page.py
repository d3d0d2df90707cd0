"""An open page: what it shows, what it asks, and what it is sent."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from chatterpy.chat.changes import CatchUp, Page
from chatterpy.chat.chat import Chat
from chatterpy.chat.people import Visitor
from chatterpy.errors import BadAct, Refused, StoreUnavailable
from chatterpy.live import acts
from chatterpy.live.acts import Older, Resume, Say, Typing
from chatterpy.live.batch import Batch
from chatterpy.live.connection import Connection
from chatterpy.live.frames import POLICY, text_frame
from chatterpy.live.hub import Hub
from chatterpy.live.presence import Presence
from chatterpy.live.states import States
from chatterpy.theme.fragments import Fragments

log = logging.getLogger(__name__)

#: So many messages that are no acts, and the connection is closed.
BAD_ACTS_MAX = 5


@dataclass(frozen=True, slots=True)
class Live:
    """The parts that every open page works with."""

    chat: Chat
    hub: Hub
    presence: Presence
    states: States
    fragments: Fragments


class OpenPage:
    """A reader (`chatterpy.live.hub.Reader`) behind a socket.

    Nothing is sent before the page has said where it is. Then comes what it missed, then
    everything as it happens. What happens meanwhile waits in `_pending`.
    """

    __slots__ = (
        "_bad_acts",
        "_cursor",
        "_live",
        "_pending",
        "connection",
        "known",
        "person_id",
        "resumed",
        "room",
        "visitor",
    )

    def __init__(self, live: Live, room: str, visitor: Visitor, known: bool) -> None:
        """`known`: the visitor has a cookie, and so will be the same person next time."""
        self._live = live
        self.room = room
        self.visitor = visitor
        self.known = known
        self.person_id: int | None = None
        self.connection: Connection | None = None
        self.resumed = False
        self._cursor = 0
        self._pending: list[Batch] | None = None
        self._bad_acts = 0

    def hear(self, data: str) -> None:
        """Does what the page says. May switch greenlets."""
        try:
            match acts.parse(data):
                case Resume(cursor, before):
                    self._resume(cursor, before)
                case _ if not self.resumed:
                    raise BadAct("Expected the act 'resume' first.")
                case Say(text, nonce):
                    self._live.chat.say(self.visitor, self.room, text, nonce)
                case Typing():
                    if self.person_id is not None:
                        self._live.presence.type(self.room, self.person_id, time.monotonic())
                case Older(before):
                    page = self._live.chat.older(self.room, before)
                    self._send(self._live.fragments.older(page, before))
        except (Refused, StoreUnavailable) as refused:
            self._send(self._live.fragments.why(str(refused)))
        except BadAct as bad:
            self._send(self._live.fragments.why(str(bad)))
            self._bad_acts += 1
            if self._bad_acts >= BAD_ACTS_MAX:
                self.leave(POLICY)

    def deliver(self, batch: Batch) -> None:
        if self._pending is not None:
            self._pending.append(batch)
        elif batch.last > self._cursor:
            self._write(batch.after(self._cursor))

    def push(self, frame: bytes) -> None:
        if self._pending is None:
            self._write(frame)

    def leave(self, code: int) -> None:
        if self.connection:
            self.connection.close(code)

    def end(self) -> None:
        """The connection has ended."""
        self._live.hub.readers.discard(self)
        self._live.hub.part(self.room, self)
        if self.person_id is not None:
            self._live.presence.depart(self.room, self.person_id, time.monotonic())

    def _resume(self, cursor: int | None, before: int | None) -> None:
        """Sends what came after the cursor, and joins the room without a gap or an overlap."""
        live, fragments = self._live, self._live.fragments
        person = live.chat.settle(self.visitor) if self.known else None
        live.hub.part(self.room, self)
        if person and self.person_id is None:
            live.presence.arrive(self.room, person, time.monotonic())
        self.person_id = person.id if person else None
        self._pending = []
        live.hub.join(self.room, self, 0)
        try:
            missed: Page | CatchUp = (
                live.chat.open(self.room)
                if cursor is None
                else live.chat.catch_up(self.room, cursor)
            )
        finally:
            pending, self._pending = self._pending, None
        if isinstance(missed, Page):
            frames = [fragments.newest(missed)]
        else:
            frames = [fragments.catch_up(missed)]
            if before:
                # A request for older entries may have been lost with the last connection.
                frames.append(fragments.rearm(before))
        frames += [fragments.own(person), *live.states.full(self.room)]
        self._write(b"".join(text_frame(frame) for frame in frames if frame))
        self._cursor = missed.seq
        live.hub.join(self.room, self, missed.seq)
        self.resumed = True
        for batch in pending:
            self.deliver(batch)

    def _send(self, html: str) -> None:
        self._write(text_frame(html))

    def _write(self, frames: bytes) -> None:
        if self.connection:
            self.connection.write(frames)
