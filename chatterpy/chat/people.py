"""People: who writes. A person is anonymous until they choose a name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar

from chatterpy.chat import names
from chatterpy.chat.faces import DICEBEAR, Face, Wardrobe
from chatterpy.errors import BadName


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has acted: `id` from 1, `version` counts changes of name and face."""

    id: int
    name: str
    face: Face
    version: int


@dataclass(frozen=True, slots=True)
class Identity:
    """A user of the application that the chat is mounted in.

    `key` is theirs alone and never changes; `name` is what they are called at first.
    """

    key: str
    name: str = ""

    def __post_init__(self) -> None:
        if not self.key or not isinstance(self.key, str):
            # Everybody who has none would be one person.
            raise ValueError(f"Expected the key of a user as a text, not {self.key!r}.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has only looked: they live in their cookie, the store knows nothing of them.

    `token` is the secret that makes them the same person later; `named`: the name is their own,
    and was not invented.
    """

    token: str
    name: str
    face: Face
    named: bool = False
    id: ClassVar[int] = 0  # nobody's id: nothing in any room is theirs

    @classmethod
    def arrive(cls, wardrobe: Wardrobe = DICEBEAR) -> Visitor:
        """A new visitor with a generated name and a random face."""
        return cls(secrets.token_urlsafe(16), names.invent(), wardrobe.random())

    @classmethod
    def of(cls, user: Identity, secret: str, longest: int, wardrobe: Wardrobe) -> Visitor:
        """The visitor that a host's user is, on all their devices; named as they are there.

        `secret` keeps their key from being guessed by what is stored and shown; `longest` is in
        characters. A name that the chat cannot show is replaced by a generated one.
        """
        token = blake2b(user.key.encode(), key=secret.encode(), person=b"user").hexdigest()
        face = wardrobe.first(token)
        try:
            return cls(token, names.clean(user.name.strip()[:longest], longest), face, named=True)
        except BadName:
            return cls(token, names.invent(), face)
