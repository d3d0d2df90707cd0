"""Names: what a person may be called, and names for those who have not chosen one.

A name follows the Nickname profile of PRECIS (RFC 8266): no control or bidirectional override
characters, no line breaks, inner spaces single. That alone lets names through that only look
different, or like nothing at all; so two names are also the same when their skeletons are
(Unicode Technical Standard 39, section 4), and piles of marks and blanks are refused.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from confusable_homoglyphs.confusables import confusables_data
from coolname import generate
from precis_i18n import get_profile

from chatterpy.errors import BadName

_NICKNAME = get_profile("NicknameCasePreserved")
_COMPARED = get_profile("NicknameCaseMapped")

#: After so many generated names that are taken, a third word makes collisions unlikely.
PLAIN_TRIES = 3

#: Vietnamese and Hebrew need two marks on a letter; more climb over the lines above ("zalgo").
MARKS_MAX = 2

#: Counted as letters or symbols by Unicode, and seen by nobody.
_BLANK = set("\u2800\u3164\u115f\u1160\uffa0")


def clean(typed: str, longest: int) -> str:
    """The name as it will be shown; raises BadName with a sentence for its author.

    `longest` is in characters (code points).
    """
    if not typed.strip():
        raise BadName("A name needs at least one character.")
    if len(typed) > longest * 4:
        # Before any table lookup: the length of what comes in is bounded.
        raise _too_long(typed, longest)
    try:
        name: str = _NICKNAME.enforce(typed)
    except UnicodeEncodeError:
        raise BadName("This name has characters that a name cannot have.") from None
    if len(name) > longest:
        raise _too_long(name, longest)
    if not any(_visible(char) for char in name):
        raise BadName("A name needs at least one character that can be seen.")
    if _most_marks(name) > MARKS_MAX:
        raise BadName("A letter of a name has at most {most} marks.", most=MARKS_MAX)
    return name


def key(name: str) -> str:
    """What names have in common that differ in upper and lower case only (RFC 8266, 2.4)."""
    compared: str = _COMPARED.enforce(name)
    return compared


def skeleton(name: str) -> str:
    """What names have in common that look the same."""
    # Twice: a capital has other look-alikes than its small letter (M, and m beside rn).
    return _alike(_alike(unicodedata.normalize("NFD", name)).casefold())


def invent(tries: int = 0) -> str:
    """A friendly name, such as "Brave Otter"; `tries` is how many were taken before."""
    return " ".join(generate(2 if tries < PLAIN_TRIES else 3)).title().replace(" Of ", " of ")


def _too_long(name: str, longest: int) -> BadName:
    return BadName(
        "A name has at most {most} characters; this one has {length}.",
        most=longest,
        length=len(name),
    )


def _alike(text: str) -> str:
    return unicodedata.normalize("NFD", "".join(_prototype(char) for char in text))


@cache
def _prototype(char: str) -> str:
    """The one character that stands for all that look like this one."""
    alike: list[str] = [one["c"].strip("\u200e") for one in confusables_data.get(char, ())]
    if len(alike) != 1:
        return char  # nothing looks like it, or it stands for others itself
    [other] = alike
    return other if len(confusables_data.get(other, ())) > 1 else min(char, other)


def _visible(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANK


def _most_marks(name: str) -> int:
    """The most marks on one letter."""
    most = run = 0
    for char in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        most = max(most, run)
    return most
