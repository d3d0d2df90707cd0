"""The easel: where faces are drawn, off the event loop and each at most once at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import gevent
from gevent.threadpool import ThreadPool

from chatterpy.chat.faces import Face

#: A face, and the letters on it where it shows any.
Motif = tuple[Face, str]


class Easel:
    """Draws in one thread of its own, and keeps the drawings that were asked for last.

    One thread: drawing is Python, of which only one thread runs anyway, and the definition of a
    style is read by the first of its faces, not by each of a dozen at once.
    """

    def __init__(self, draw: Callable[[Face, str], bytes], kept: int) -> None:
        """`draw` is called in the thread; `kept` is the most drawings that stay in memory."""
        self._draw = draw
        self._kept = kept
        self._thread = ThreadPool(1)
        self._drawn: OrderedDict[Motif, bytes] = OrderedDict()
        self._under_way: dict[Motif, gevent.Greenlet[..., bytes]] = {}

    def drawing(self, face: Face, text: str) -> bytes:
        """The drawing; may switch greenlets for up to a second, with a style's first face.

        Whoever asks for one that is under way gets the same. Raises what drawing it raised.
        """
        motif = face, text
        if motif in self._drawn:
            self._drawn.move_to_end(motif)
            return self._drawn[motif]
        if motif not in self._under_way:
            # A greenlet of its own: who asked first may give up, and the others still wait.
            self._under_way[motif] = gevent.spawn(self._run, motif)
        drawing: bytes = self._under_way[motif].get()
        return drawing

    def forget(self) -> None:
        """Draws all anew, from now on."""
        self._drawn.clear()

    def close(self) -> None:
        """Waits for the drawings under way, which somebody may wait for, and ends the thread."""
        gevent.joinall(list(self._under_way.values()))
        self._thread.join()
        self._thread.kill()

    def _run(self, motif: Motif) -> bytes:
        try:
            svg: bytes = self._thread.apply(self._draw, motif)
        finally:
            del self._under_way[motif]
        self._drawn[motif] = svg
        while len(self._drawn) > self._kept:
            self._drawn.popitem(last=False)
        return svg
