"""Faces: an avatar is the name of a style and a seed, and always looks the same.

What is stored is only that. Which styles there are is told by a wardrobe, one for each provider of
avatars; a face from another one is shown as one of its own, so that a change of the provider
leaves nobody without.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

from chatterpy.chat import initials
from chatterpy.errors import BadFace

#: Those of DiceBear under CC0 1.0 (https://www.dicebear.com/licenses) that suit a chat.
STYLES = ("thumbs", "critters", "sprouts", "moods", "voxel-bot", "lorelei")

#: How many faces are shown at once to choose from.
DOZEN = 12

_STYLE = re.compile(r"[a-z-]{1,32}")
_SEED = re.compile(r"[a-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Face:
    """One avatar: `style` is 1 to 32 letters a-z or hyphens, `seed` letters a-z or digits."""

    style: str
    seed: str

    def __str__(self) -> str:
        return f"{self.style}:{self.seed}"

    @classmethod
    def parse(cls, text: str) -> Face | None:
        """The face that `str` wrote; None where it is none."""
        style, _, seed = text.partition(":")
        if _STYLE.fullmatch(style) and _SEED.fullmatch(seed):
            return cls(style, seed)
        return None

    @classmethod
    def random(cls, styles: Sequence[str] = STYLES) -> Face:
        """A face nobody has."""
        return cls(secrets.choice(styles), secrets.token_hex(8))


def _itself(face: Face) -> Hashable:
    return face


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """The faces that there are.

    Two faces with the same `look` cannot be told apart; `endless` where each seed looks different.
    There are a dozen looks at least.
    """

    styles: tuple[str, ...]
    look: Callable[[Face], Hashable] = _itself
    endless: bool = True

    def fit(self, face: Face) -> Face:
        """The face itself, or what stands for it where its style is not among these."""
        if face.style in self.styles:
            return face
        return Face(self.styles[crc32(str(face).encode()) % len(self.styles)], face.seed)

    def random(self, unlike: Face | None = None) -> Face:
        """A face nobody has, which looks different from another one."""
        while True:
            face = Face.random(self.styles)
            if unlike is None or self.look(face) != self.look(self.fit(unlike)):
                return face

    def first(self, whose: str) -> Face:
        """The face that somebody begins with, the same each time; `whose` is their secret."""
        seed = blake2b(whose.encode(), digest_size=8, person=b"first").hexdigest()
        return self.fit(Face("", seed))

    def choose(self, text: str) -> Face:
        """The face that somebody chose, by what `str` wrote; raises BadFace."""
        face = Face.parse(text)
        if face is None or face.style not in self.styles:
            raise BadFace("There is no such face here. Please choose one of those that are shown.")
        return face

    def dozen(self, style: str, whose: str, number: int) -> tuple[Face, ...]:
        """A dozen faces of a style to choose from, and the next ones for the next `number`.

        They are the same each time for one person, and others for everybody else. `whose` is the
        secret of who chooses; nobody can find it out from the faces.
        """
        found: dict[Hashable, Face] = {}
        index = 0
        while len(found) < DOZEN:
            text = f"{style} {number} {index} {whose}"
            face = Face(style, blake2b(text.encode(), digest_size=8, person=b"faces").hexdigest())
            found.setdefault(self.look(face), face)
            index += 1
        return tuple(found.values())


def _colour(face: Face) -> Hashable:
    return initials.colour(face.seed)


DICEBEAR = Wardrobe(STYLES)
INITIALS = Wardrobe(("initials",), _colour, endless=False)
LIARA = Wardrobe(("boy", "girl", "anyone"))
