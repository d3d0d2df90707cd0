"""Acts: what a page says over its socket, as JSON objects with the key "act".

htmx adds a key "headers", which is of no interest here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from chatterpy.errors import BadAct

#: Larger numbers are not exact in the browsers that send them (ECMA-262, Number.MAX_SAFE_INTEGER).
SEQ_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Resume:
    """The page shows everything up to `cursor` (None: it does not know), and older to `before`."""

    cursor: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Say:
    """A message; the page posts its form instead, this is for programs."""

    text: str
    nonce: str | None


@dataclass(frozen=True, slots=True)
class Older:
    """The page wants the entries before a seq."""

    before: int


@dataclass(frozen=True, slots=True)
class Typing:
    """The person types."""


Act = Resume | Say | Older | Typing


def parse(data: str) -> Act:
    """The act in a text message; raises BadAct with a sentence that says what was expected."""
    try:
        said = _decoder.decode(data)
    except (ValueError, RecursionError):
        raise BadAct("Expected a JSON object.") from None
    if not isinstance(said, dict):
        raise BadAct("Expected a JSON object.")
    match said.get("act"):
        case "resume":
            return Resume(_optional(said, "cursor"), _optional(said, "before"))
        case "say":
            return Say(_text(said, "text"), _text(said, "nonce") if "nonce" in said else None)
        case "older":
            return Older(_seq(said, "before"))
        case "typing":
            return Typing()
        case other:
            raise BadAct(
                "There is no act {act}; there are: resume, say, older, typing.",
                act=repr(str(other)[:40]),
            )


def _integer(digits: str) -> int:
    if len(digits) > len(str(SEQ_MAX)):
        raise BadAct("A number has at most {most} digits.", most=len(str(SEQ_MAX)))
    return int(digits)


#: Digits without end would take time that grows with their square.
_decoder = json.JSONDecoder(parse_int=_integer)


def _optional(said: dict[str, Any], key: str) -> int | None:
    return None if said.get(key) in (None, "") else _seq(said, key)


def _seq(said: dict[str, Any], key: str) -> int:
    value = said.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= SEQ_MAX:
        return value
    raise BadAct("Expected '{key}' to be a seq, a whole number such as '{key}': '104'.", key=key)


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    if isinstance(value, str):
        return value
    raise BadAct("Expected '{key}' to be a text.", key=key)
