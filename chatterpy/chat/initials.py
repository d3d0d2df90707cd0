"""Initials: what a name comes down to, and the colour behind it."""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

#: How many letters stand for a name.
MOST = 2

#: Behind white letters: each has a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3).
WHITE = "ffffff"
COLOURS = (
    "b91c1c",
    "c2410c",
    "a16207",
    "4d7c0f",
    "15803d",
    "0f766e",
    "0e7490",
    "1d4ed8",
    "4338ca",
    "7e22ce",
    "be185d",
    "57534e",
)

#: What readers take for one letter may be any number of characters; of a longer one the first.
LONGEST = 8

_JOINER, _NON_JOINER = "\u200d", "\u200c"
#: Makes one of the consonants around it, in the scripts of India.
_VIRAMA = 9  # a canonical combining class (Unicode Standard, 4.3)

_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")


def initials(name: str) -> str:
    """The first letters of the first words, as a reader sees letters; `name` is a clean one.

    Punctuation before a word is passed over, where there is anything else in it.
    """
    words = [word.lstrip(_punctuation(word)) for word in name.split()]
    firsts = [_first(word) for word in words if word][:MOST] or [_first(name)]
    # Arabic letters side by side would be written together, as if they were a word.
    cursive = len(firsts) > 1 and unicodedata.bidirectional(firsts[1][0]) == "AL"
    return (_NON_JOINER if cursive else "").join(firsts)


def are_initials(text: str) -> bool:
    """Whether a text could be what `initials` makes of some name."""
    visible = text.replace(_JOINER, "").replace(_NON_JOINER, "")
    return (
        0 < len(text) <= MOST * LONGEST + len(_NON_JOINER)
        and 0 < len(letters(visible)) <= MOST
        and not any(unicodedata.category(char)[0] in "CZ" for char in visible)
    )


def colour(seed: str) -> str:
    """One of COLOURS, always the same for a seed."""
    return COLOURS[crc32(seed.encode()) % len(COLOURS)]


def letters(text: str) -> list[str]:
    """What readers take for one letter each, from left to right.

    The part of extended grapheme clusters (Unicode Standard Annex 29) that matters where a name
    has passed `names.clean`: marks, skin tones, flags, and consonants that a virama joins.
    """
    found: list[str] = []
    for char in text:
        if found and _continues(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _continues(letter: str, char: str) -> bool:
    extends = unicodedata.category(char)[0] == "M" or char in (_JOINER, _NON_JOINER)
    if extends or _SKIN.match(char):
        return True
    last = letter[-1]
    if _FLAG_LETTER.match(char):
        return len(letter) == 1 and _FLAG_LETTER.match(last) is not None
    joins = last == _JOINER or unicodedata.combining(last) == _VIRAMA
    return joins and unicodedata.category(char)[0] in "LS"


def _first(word: str) -> str:
    """The first letter of a word, as it begins a title; as it is where that would be several."""
    letter = letters(word)[0]
    if len(letter) > LONGEST:
        letter = letter[0]
    title = letter.title()
    return title if len(title) == len(letter) else letter


def _punctuation(word: str) -> str:
    return "".join(char for char in word if unicodedata.category(char)[0] == "P")
