"""The easel: each face is drawn once, however many ask for it at the same time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

import gevent
import pytest

from chatterpy.chat.faces import Face
from chatterpy.web.easel import Easel

OTTER = Face("thumbs", "otter")


class Artist:
    """Takes its time, and counts."""

    def __init__(self) -> None:
        self.drawn: Counter[Face] = Counter()
        self.at_once = self.most_at_once = 0
        self.threads: set[int] = set()
        self.broken = False

    def draw(self, face: Face, text: str) -> bytes:
        self.drawn[face] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.threads.add(threading.get_ident())
        time.sleep(0.02)
        self.at_once -= 1
        if self.broken:
            raise OSError("no paint")
        return f"{face} {text}".encode()


@pytest.fixture
def artist() -> Artist:
    return Artist()


@pytest.fixture
def easel(artist: Artist) -> Iterator[Easel]:
    easel = Easel(artist.draw, kept=3)
    yield easel
    easel.close()


def test_many_who_ask_at_once_get_one_drawing(artist: Artist, easel: Easel) -> None:
    asking = [gevent.spawn(easel.drawing, OTTER, "") for _ in range(20)]
    gevent.joinall(asking)
    assert {one.value for one in asking} == {b"thumbs:otter "}
    assert artist.drawn == {OTTER: 1}


def test_one_is_drawn_after_the_other_off_the_loop(artist: Artist, easel: Easel) -> None:
    """So that a dozen of a new style read its definition once."""
    asking = [gevent.spawn(easel.drawing, Face("thumbs", str(seed)), "") for seed in range(12)]
    gevent.joinall(asking)
    assert len(artist.drawn) == 12
    assert artist.most_at_once == 1
    assert threading.get_ident() not in artist.threads


def test_who_asks_first_may_give_up_and_the_others_still_get_it(
    artist: Artist, easel: Easel
) -> None:
    first, second = (gevent.spawn(easel.drawing, OTTER, "") for _ in range(2))
    gevent.sleep(0.005)
    first.kill()
    assert second.get() == b"thumbs:otter "
    assert artist.drawn == {OTTER: 1}


def test_a_drawing_that_failed_is_tried_again(artist: Artist, easel: Easel, capsys) -> None:
    artist.broken = True
    for _ in range(2):
        with pytest.raises(OSError, match="no paint"):
            easel.drawing(OTTER, "")
    artist.broken = False
    assert easel.drawing(OTTER, "") == b"thumbs:otter "
    assert artist.drawn == {OTTER: 3}


def test_only_the_drawings_that_were_asked_for_last_are_kept(artist: Artist, easel: Easel) -> None:
    faces = [Face("thumbs", seed) for seed in "abcd"]
    for face in (*faces[:3], faces[0], faces[3], faces[0], faces[1]):
        easel.drawing(face, "")
    assert artist.drawn == {faces[0]: 1, faces[1]: 2, faces[2]: 1, faces[3]: 1}


def test_the_letters_on_a_face_make_another_drawing(artist: Artist, easel: Easel) -> None:
    assert easel.drawing(OTTER, "A") != easel.drawing(OTTER, "B")
