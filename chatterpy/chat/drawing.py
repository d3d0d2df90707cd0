"""Drawing: DiceBear's faces as SVG, made here, so that no third party learns who chats.

The styles are those under CC0 1.0 (https://www.dicebear.com/licenses): nothing has to be credited
beside them.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from chatterpy.chat.faces import Face

if TYPE_CHECKING:
    from dicebear import Style

#: Soft, and dark enough to stand out from a white page as well as from a black one.
BACKGROUNDS = ("b6e3f4", "c0aede", "d1d4f9", "ffd5dc", "ffdfbf", "c8e6c9")


@cache
def _style(name: str) -> Style:
    from dicebear import Style

    definition = files("dicebear_styles").joinpath(f"{name}.json").read_text("utf-8")
    return Style(json.loads(definition))


def draw(face: Face) -> bytes:
    """The face as an SVG document, UTF-8. Its style is one of `faces.STYLES`.

    The first of a style takes up to a second (its definition is read and checked), any other
    about a millisecond: never call it on the event loop, and only in one thread at a time, or
    each would read the definition for itself.
    """
    from dicebear import Avatar  # here, because it takes a tenth of the time that a start takes

    options = {"seed": face.seed, "backgroundColor": list(BACKGROUNDS)}
    return Avatar(_style(face.style), options).to_string().encode()
