"""People: who writes. A person is anonymous until they choose a name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import ClassVar

from chatterpy.chat import names
from chatterpy.chat.faces import DICEBEAR, Face, Wardrobe


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has acted: `id` from 1, `version` counts changes of name and face."""

    id: int
    name: str
    face: Face
    version: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has only looked: they live in their cookie, the store knows nothing of them.

    `token` is the secret that makes them the same person later.
    """

    token: str
    name: str
    face: Face
    id: ClassVar[int] = 0  # nobody's id: nothing in any room is theirs

    @classmethod
    def arrive(cls, wardrobe: Wardrobe = DICEBEAR) -> Visitor:
        """A new visitor with a generated name and a random face."""
        return cls(secrets.token_urlsafe(16), names.invent(), wardrobe.random())
