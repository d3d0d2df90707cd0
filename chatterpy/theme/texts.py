"""Texts: a file of them, what stands in the place of values, and what can replace what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from string import Formatter
from typing import Any

from chatterpy.errors import ThemeError

#: What is said: a text, both forms of one by their names, or a list of texts.
Said = str | dict[str, str] | list[str]

#: A text in which this value stands may have both forms.
COUNT = "count"
ONE, OTHER = "one", "other"
FORMS = {ONE, OTHER}

#: Texts that are values of attributes of HTML, what they look like, and how that is said.
_VALUES = {
    "language": (re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"), "a language such as pt-BR"),
    "dir": (re.compile(r"ltr|rtl"), "ltr or rtl"),
}
#: Some editors begin a file with it.
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in pieces: each is what stands before a value, and the name of that value."""

    pieces: tuple[tuple[str, str | None], ...]

    @classmethod
    def parse(cls, text: str) -> Text:
        """Raises ValueError where what is in braces is no name."""
        pieces = []
        for before, name, form, conversion in Formatter().parse(text):
            if name is not None and (form or conversion or not name.isidentifier()):
                raise ValueError(f"{{{name}}} is no name of a value")
            pieces.append((before, name))
        return cls(tuple(pieces))

    @property
    def names(self) -> set[str]:
        """The values that stand in it."""
        return {name for _, name in self.pieces if name is not None}

    def parts(self, values: Mapping[str, Any]) -> list[Any]:
        """What it is made of, with the values; raises KeyError where one is missing."""
        parts: list[Any] = []
        for before, name in self.pieces:
            parts.append(before)
            if name is not None:
                parts.append(values[name])
        return parts


def forms(said: Said) -> dict[str, str]:
    """The forms of a text by their names; a list has none."""
    if isinstance(said, list):
        return {}
    return said if isinstance(said, dict) else {OTHER: said}


def read(file: str, content: str) -> dict[str, Said]:
    """What a file says, by its keys with those of the tables around them; raises ThemeError."""
    try:
        tables = tomllib.loads(content.removeprefix(_MARK))
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{file} cannot be read: {error}.") from error
    return dict(_flat(file, tables, ""))


def names(file: str, key: str, said: Said) -> set[str]:
    """The values that stand in a text; raises ThemeError."""
    try:
        return {name for text in forms(said).values() for name in Text.parse(text).names}
    except ValueError as error:
        raise ThemeError(f"{file}: {key}: {error}; a brace that is meant is doubled.") from error


def check(file: str, key: str, said: Said, known: Mapping[str, Said]) -> None:
    """Raises ThemeError where something cannot be said in the place of what is known."""
    if key not in known:
        raise ThemeError(f"{file}: there is no text {key!r}{meant(key, known) or '.'}")
    was = known[key]
    if isinstance(was, list):
        if not isinstance(said, list) or len(said) != len(was):
            raise ThemeError(f"{file}: {key} is a list of {len(was)} texts.")
        return
    if isinstance(said, list):
        raise ThemeError(f"{file}: {key} is a text in quotes, not a list.")
    there = names(file, key, was)
    if strange := sorted(names(file, key, said) - there):
        values = ", ".join(f"{{{name}}}" for name in sorted(there)) or "none"
        raise ThemeError(f"{file}: {key} has no value {{{strange[0]}}}; there are: {values}.")
    if isinstance(said, dict):
        if COUNT not in there:
            raise ThemeError(f"{file}: {key} has no {{{COUNT}}}, so it has one form.")
        return
    if key in _VALUES:
        pattern, expected = _VALUES[key]
        if not pattern.fullmatch(said):
            raise ThemeError(f"{file}: {key} is {expected}, not {said!r}.")


def meant(key: str, known: Mapping[str, Any]) -> str:
    """What was probably meant by a key, as the end of a sentence."""
    near = get_close_matches(key, known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _flat(file: str, table: dict[str, Any], head: str) -> Iterator[tuple[str, Said]]:
    for name, said in table.items():
        key = f"{head}{name}"
        if isinstance(said, dict) and (not said or said.keys() - FORMS):
            yield from _flat(file, said, f"{key}.")
            continue
        if isinstance(said, dict) and said.keys() != FORMS:
            raise ThemeError(f"{file}: {key} has both forms, {ONE} and {OTHER}, or is one text.")
        told = said if isinstance(said, list) else forms(said).values()
        if not all(isinstance(text, str) for text in told):
            raise ThemeError(f"{file}: {key} is a text in quotes.")
        yield key, said
