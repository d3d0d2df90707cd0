"""Users: those of the application that the chat is mounted in, as visitors of the chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from chatterpy.chat.faces import Wardrobe
from chatterpy.chat.people import Identity, Visitor

#: Says who asks, in a request: one of the application's users, or nobody whom it knows.
Identify = Callable[[], Identity | None]

#: In the WSGI environ: the visitor of the request, in a tuple, since that may be none.
_ASKED = "chatterpy.user"


@dataclass(frozen=True, slots=True)
class Users:
    """The application is asked anew in each request: who logs out is gone with the next one."""

    identify: Identify
    secret: str
    name_max: int  # characters
    wardrobe: Wardrobe

    def asking(self) -> Visitor | None:
        """The user who asks; None where the application knows nobody."""
        asked: tuple[Visitor | None] | None = request.environ.get(_ASKED)
        if asked is None:
            asked = (self._ask(),)
            request.environ[_ASKED] = asked
        return asked[0]

    def _ask(self) -> Visitor | None:
        user = self.identify()
        if user is None:
            return None
        if not isinstance(user, Identity):
            raise TypeError(
                f"Expected identity to return a chatterpy.Identity or None, not {user!r}."
            )
        return Visitor.of(user, self.secret, self.name_max, self.wardrobe)
