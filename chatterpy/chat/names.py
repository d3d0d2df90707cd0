"""Names: what a person may be called, and names for those who have not chosen one.

A name follows the Nickname profile of PRECIS (RFC 8266): no control or bidirectional override
characters, no line breaks, inner spaces single. Two names are the same when their comparison
forms are (RFC 8266, 2.4): upper and lower case do not tell people apart.
"""

from __future__ import annotations

from coolname import generate
from precis_i18n import get_profile

from chatterpy.errors import BadName

_NICKNAME = get_profile("NicknameCasePreserved")
_COMPARED = get_profile("NicknameCaseMapped")

#: After so many generated names that are taken, a third word makes collisions unlikely.
PLAIN_TRIES = 3


def clean(typed: str, longest: int) -> str:
    """The name as it will be shown; raises BadName with a sentence for its author.

    `longest` is in characters (code points).
    """
    if not typed.strip():
        raise BadName("A name needs at least one character.")
    if len(typed) > longest * 4:
        # Before any table lookup: the length of what comes in is bounded.
        raise BadName(f"A name has at most {longest} characters; this one has {len(typed)}.")
    try:
        name: str = _NICKNAME.enforce(typed)
    except UnicodeEncodeError:
        raise BadName("This name has characters that a name cannot have.") from None
    if len(name) > longest:
        raise BadName(f"A name has at most {longest} characters; this one has {len(name)}.")
    return name


def key(name: str) -> str:
    """What two names have in common when people would take them for the same."""
    compared: str = _COMPARED.enforce(name)
    return compared


def invent(tries: int = 0) -> str:
    """A friendly name, such as "Brave Otter"; `tries` is how many were taken before."""
    return " ".join(generate(2 if tries < PLAIN_TRIES else 3)).title().replace(" Of ", " of ")
