"""States: who is here, who came and left, who types. Told in ticks, each element whole.

A state has no seq and is stored nowhere as a message: losing one costs nothing, since the next
replaces it, and after every resume a page gets them all (`full`).
"""

from __future__ import annotations

import time

import gevent

from chatterpy.chat.chat import Chat
from chatterpy.live.frames import text_frame
from chatterpy.live.hub import Hub
from chatterpy.live.presence import News, Presence
from chatterpy.logs import logger
from chatterpy.theme.fragments import Fragments

log = logger(__name__)

#: However many come and go, a room is told at most so often.
TICK_S = 0.5
#: The list of rooms changes with every message anywhere: it is told less often.
ROOMS_S = 3.0


class States:
    """Sends the states of all rooms to their readers."""

    def __init__(self, hub: Hub, presence: Presence, fragments: Fragments, chat: Chat) -> None:
        self._hub = hub
        self._chat = chat
        self._rooms_told = float("-inf")
        self._rooms: dict[str, str] = {}
        self._presence = presence
        self._fragments = fragments
        # What a room was told last, so that a herd that resumes is not rendered for each.
        self._people: dict[str, str] = {}

    def forget(self) -> None:
        """Forgets what was rendered: the templates have changed."""
        self._people.clear()
        self._rooms.clear()

    def full(self, room: str) -> str:
        """All states of a room, for a page that resumes."""
        if room not in self._people:
            self._people[room] = self._fragments.people(self._presence.here(room))
        if room not in self._rooms:
            self._rooms[room] = self._render_rooms(room)
        typing = self._fragments.typing(self._presence.typists(room))
        return self._rooms[room] + self._people[room] + typing

    def tell_rooms(self, now: float) -> None:
        """Tells every room how lively the others are, where that has changed."""
        self._rooms_told = now
        rooms, counts = self._chat.rooms(), self._presence.counts()
        for room, _ in self._hub.rooms():
            html = self._fragments.rooms(room, rooms, counts)
            if self._rooms.get(room) != html:
                self._rooms[room] = html
                self._hub.tell_room(room, text_frame(html))
            gevent.sleep(0)  # a thousand rooms must not hold up a message

    def tick(self, now: float) -> None:
        """Tells every room what changed since the last tick; `now` is monotonic."""
        for news in self._presence.tick(now):
            frames = b"".join(text_frame(html) for html in self._render(news))
            if news.joined or news.left:
                comings = text_frame(self._fragments.comings(news.joined, news.left))
                if len(news.joined) == 1 and not news.left:
                    # Who has just come knows it.
                    self._hub.tell_room(news.room, comings, but=news.joined[0].id)
                else:
                    frames += comings
            self._hub.tell_room(news.room, frames)
            gevent.sleep(0)  # many rooms must not hold up a message
        if now - self._rooms_told >= ROOMS_S:
            self.tell_rooms(now)
        for told in (self._people, self._rooms):
            for room in tuple(told):
                if not self._hub.has_readers(room):
                    del told[room]

    def run(self) -> None:
        """Ticks until it is killed."""
        while True:
            gevent.sleep(TICK_S)
            try:
                self.tick(time.monotonic())
            except Exception:
                # A template at fault must not silence the states of every room for good.
                log.exception("A tick failed")

    def _render_rooms(self, room: str) -> str:
        return self._fragments.rooms(room, self._chat.rooms(), self._presence.counts())

    def _render(self, news: News) -> list[str]:
        frames = []
        if news.people is not None:
            self._people[news.room] = self._fragments.people(news.people)
            frames.append(self._people[news.room])
        if news.typists is not None:
            frames.append(self._fragments.typing(news.typists))
        return frames
