"""Faces: an avatar is the name of a style and a seed, and is always drawn the same.

The styles are DiceBear's under CC0 1.0 (https://www.dicebear.com/licenses): nothing has to be
credited beside them, and no third party learns who chats.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dicebear import Style

STYLES = ("thumbs", "critters", "sprouts", "moods", "voxel-bot", "lorelei")

#: Soft, and dark enough to stand out from a white page as well as from a black one.
BACKGROUNDS = ("b6e3f4", "c0aede", "d1d4f9", "ffd5dc", "ffdfbf", "c8e6c9")

_SEED = re.compile(r"[a-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Face:
    """One avatar: `style` is one of STYLES, `seed` 1 to 32 letters a-z or digits."""

    style: str
    seed: str

    def __str__(self) -> str:
        return f"{self.style}:{self.seed}"

    @classmethod
    def parse(cls, text: str) -> Face | None:
        """The face that `str` wrote; None where it is none."""
        style, _, seed = text.partition(":")
        if style in STYLES and _SEED.fullmatch(seed):
            return cls(style, seed)
        return None

    @classmethod
    def random(cls) -> Face:
        """A face nobody has."""
        return cls(secrets.choice(STYLES), secrets.token_hex(8))


@cache
def _style(name: str) -> Style:
    from dicebear import Style

    definition = files("dicebear_styles").joinpath(f"{name}.json").read_text("utf-8")
    return Style(json.loads(definition))


def draw(face: Face) -> bytes:
    """The face as an SVG document, UTF-8.

    The first of a style takes up to a second (its definition is read and checked), any other
    about a millisecond: never call it on the event loop.
    """
    from dicebear import Avatar  # here, because it takes a tenth of the time that a start takes

    options = {"seed": face.seed, "backgroundColor": list(BACKGROUNDS)}
    return Avatar(_style(face.style), options).to_string().encode()
