"""States: who is here, who came and left, who types. Told in ticks, each element whole.

A state has no seq and is stored nowhere as a message: losing one costs nothing, since the next
replaces it, and after every resume a page gets them all (`full`).
"""

from __future__ import annotations

import logging
import time

import gevent

from chatterpy.live.frames import text_frame
from chatterpy.live.hub import Hub
from chatterpy.live.presence import News, Presence
from chatterpy.theme.fragments import Fragments

log = logging.getLogger(__name__)

#: However many come and go, a room is told at most so often.
TICK_S = 0.5


class States:
    """Sends the states of all rooms to their readers."""

    def __init__(self, hub: Hub, presence: Presence, fragments: Fragments) -> None:
        self._hub = hub
        self._presence = presence
        self._fragments = fragments
        # What a room was told last, so that a herd that resumes is not rendered for each.
        self._people: dict[str, str] = {}

    def full(self, room: str) -> list[str]:
        """The frames with all states of a room, for a page that resumes."""
        if room not in self._people:
            self._people[room] = self._fragments.people(room, self._presence.here(room))
        return [self._people[room], self._fragments.typing(self._presence.typists(room))]

    def tick(self, now: float) -> None:
        """Tells every room what changed since the last tick; `now` is monotonic."""
        for news in self._presence.tick(now):
            frames = b"".join(text_frame(html) for html in self._render(news))
            for reader in self._hub.in_room(news.room):
                reader.push(frames)
            gevent.sleep(0)  # many rooms must not hold up a message
        for room in tuple(self._people):
            if not self._hub.has_readers(room):
                del self._people[room]

    def run(self) -> None:
        """Ticks until it is killed."""
        while True:
            gevent.sleep(TICK_S)
            try:
                self.tick(time.monotonic())
            except Exception:
                # A template at fault must not silence the states of every room for good.
                log.exception("A tick failed")

    def _render(self, news: News) -> list[str]:
        frames = []
        if news.people is not None:
            self._people[news.room] = self._fragments.people(news.room, news.people)
            frames.append(self._people[news.room])
        if news.joined or news.left:
            frames.append(self._fragments.comings(news.joined, news.left))
        if news.typists is not None:
            frames.append(self._fragments.typing(news.typists))
        return frames
