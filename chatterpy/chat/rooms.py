"""Rooms: a room is a link. It exists from its first message, and its slug never changes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatterpy.errors import BadSlug

SLUG_MAX = 64  # characters
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Room:
    """A room and the seq of its last change; `seq` is 0 where nobody has spoken."""

    slug: str
    seq: int


def check_slug(slug: str) -> str:
    """The slug, or BadSlug with a sentence for the person who typed it."""
    if len(slug) > SLUG_MAX or not _SLUG.fullmatch(slug):
        raise BadSlug(
            f"A room's name is made of the letters a to z, digits, and single - or _ between them, "
            f"at most {SLUG_MAX} of them."
        )
    return slug
