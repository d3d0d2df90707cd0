"""Rooms: a room is a link. It exists from its first message, and its slug never changes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from chatterpy.errors import BadSlug

SLUG_MAX = 64  # characters
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Room:
    """A room that was opened or spoken in: the seq of its last change, and when that was (UTC)."""

    slug: str
    seq: int
    at: datetime


def to_slug(typed: str) -> str:
    """The slug that somebody means who types a room's name; raises BadSlug."""
    return check_slug(re.sub(r"[\s_-]+", "-", typed.strip().removeprefix("#").lower()))


def likely_slug(typed: str) -> str | None:
    """A slug that somebody may have meant who wrote one that cannot be; None where none is near."""
    letters = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:SLUG_MAX].strip("-")
    return slug or None


def check_slug(slug: str) -> str:
    """The slug, or BadSlug with a sentence for the person who typed it."""
    if len(slug) > SLUG_MAX or not _SLUG.fullmatch(slug):
        raise BadSlug(
            "A room's name is made of the letters a to z, digits, and single - or _ between them, "
            "at most {most} of them.",
            most=SLUG_MAX,
        )
    return slug
