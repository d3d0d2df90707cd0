"""Drafts: what somebody has typed in a room and not sent yet.

A draft carries the nonce that it would be sent with. So it is over as soon as the message is
stored, without another write; and who reloads before the acknowledgement and presses Send again
sends the same message, not a second one.
"""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.chat.messages import clean_nonce, normal
from chatterpy.errors import BadText


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, and the nonce to send it with; an empty text is no draft."""

    text: str
    nonce: str


def clean_draft(typed: str, nonce: str | None, longest: int) -> Draft:
    """The draft to keep; raises BadText, BadNonce. `longest` is in characters (code points)."""
    text = normal(typed)
    if len(text) > longest:
        raise BadText(
            "A draft is kept up to {most} characters; this one has {length}. "
            "It stays in the field, but not after a reload.",
            most=longest,
            length=len(text),
        )
    return Draft(text if text.strip() else "", clean_nonce(nonce))
