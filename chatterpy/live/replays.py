"""Replays: the frames that bring a page to the present, made once for all that need the same.

After a restart thousands come back, most from the same place.
"""

from __future__ import annotations

from chatterpy.cache import Kept
from chatterpy.chat.changes import CatchUp
from chatterpy.live.frames import text_frame
from chatterpy.theme.fragments import Fragments

#: How many are kept. One has at most as much HTML as `catch_up_max` changes have.
KEPT_MAX = 32


class Replays:
    """Frames, by what they show."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._missed: Kept[tuple[str, int, int], tuple[bytes, ...]] = Kept(KEPT_MAX)
        self._resumed: Kept[tuple[str, int], str] = Kept(KEPT_MAX)

    def forget(self) -> None:
        """Forgets what was rendered: the templates have changed."""
        self._missed.clear()
        self._resumed.clear()

    def missed(self, missed: CatchUp) -> tuple[bytes, ...]:
        """The frames with what came after a cursor; none where nothing did."""
        if missed.seq == missed.cursor:
            return ()
        key = missed.room, missed.cursor, missed.seq
        frames = self._missed.find(key)
        if frames is None:
            frames = tuple(text_frame(html) for html in self._fragments.catch_up(missed))
            self._missed.keep(key, frames)
        return frames

    def resumed(self, room: str, seq: int) -> str:
        """What ends a resume, for all viewers: a frame's HTML, to which their own things come."""
        html = self._resumed.find((room, seq))
        if html is None:
            html = self._fragments.resumed(room, seq)
            self._resumed.keep((room, seq), html)
        return html
