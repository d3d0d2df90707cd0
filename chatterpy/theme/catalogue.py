"""The catalogue: every text that people read, which a theme or a host can put into its own words.

The texts lie in `templates/strings.toml`; templates name them by their keys:
`{{ t('people.rest', count=3) }}`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from string import Formatter
from typing import Any

from jinja2 import UndefinedError
from markupsafe import Markup

from chatterpy.errors import ThemeError
from chatterpy.theme.environment import FOLDER

FILE = "strings.toml"
BUILT_IN = FOLDER / FILE

#: A text that depends on this value may have two forms.
COUNT = "count"
FORMS = {"one", "other"}

#: Texts that are values of HTML's attributes, what they look like, and how that is said.
_VALUES = {
    "language": (re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"), "a language such as pt-BR"),
    "dir": (re.compile(r"ltr|rtl"), "ltr or rtl"),
}
_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)


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


class Catalogue:
    """All texts by their keys, in the words of the last file that has them."""

    def __init__(self, *others: tuple[str, str]) -> None:
        """`others` are files with other words: the name of each, and its content.

        Raises ThemeError where one has a text that is not used, or cannot be.
        """
        #: What was written, by key: a text, both forms of one, or a list.
        self.written = dict(_entries(str(BUILT_IN), BUILT_IN.read_text("utf-8")))
        known = dict(self.written)
        for file, content in others:
            for key, said in _entries(file, content):
                _check(file, key, said, known)
                self.written[key] = said
        self._texts = {
            key: {form: Text.parse(text) for form, text in _forms(said).items()}
            for key, said in self.written.items()
        }
        # What stands for itself is made once.
        self._ready = {
            key: Markup("").join(text["other"].parts({}))
            for key, text in self._texts.items()
            if text.keys() == {"other"} and not text["other"].names
        }

    def __call__(self, key: str, /, **values: Any) -> Markup:
        """A text as HTML: it is escaped, and so are the values that are not Markup.

        Raises UndefinedError where there is no such text, or a value is missing.
        """
        ready = self._ready.get(key)
        return self._html(key, values) if ready is None else ready

    def date(self, at: datetime, form: str) -> str:
        """A time as strftime writes it; `form` is a format, or the key of one.

        Raises UndefinedError where there is no such text.
        """
        if "%" not in form:
            form = self.written[self._known(form)]
        # By itself strftime has the names in the language of the server.
        names = {"A": "weekdays", "a": "weekdays-short", "B": "months", "b": "months-short"}

        def name(found: re.Match[str]) -> str:
            if found[1] not in names:
                return found[0]
            number = at.weekday() if found[1] in "Aa" else at.month - 1
            return str(self.written[f"dates.{names[found[1]]}"][number])

        return at.strftime(_DIRECTIVE.sub(name, form))

    def _html(self, key: str, values: Mapping[str, Any]) -> Markup:
        forms = self._texts[self._known(key)]
        try:
            form = "one" if "one" in forms and values[COUNT] == 1 else "other"
            return Markup("").join(forms[form].parts(values))
        except KeyError as missing:
            raise UndefinedError(f"the text {key!r} needs the value {missing}") from None

    def _known(self, key: str) -> str:
        if key not in self.written:
            raise UndefinedError(f"there is no text {key!r}{_meant(key, self.written)}")
        return key


def _forms(said: Any) -> dict[str, str]:
    """The forms of a text by their names; a list has none."""
    if isinstance(said, list):
        return {}
    return said if isinstance(said, dict) else {"other": said}


def _entries(file: str, content: str) -> Iterator[tuple[str, Any]]:
    """The keys of a file, with those of the tables around them, and what is said there.

    Raises ThemeError.
    """
    try:
        tables = tomllib.loads(content.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{file} cannot be read: {error}.") from error

    def flat(table: dict[str, Any], head: str) -> Iterator[tuple[str, Any]]:
        for key, said in table.items():
            name = head + key
            if isinstance(said, dict) and (not said or said.keys() - FORMS):
                yield from flat(said, f"{name}.")
                continue
            if isinstance(said, dict) and said.keys() != FORMS:
                raise ThemeError(f"{file}: {name} has both, one and other, or neither.")
            texts = said if isinstance(said, list) else _forms(said).values()
            if not all(isinstance(text, str) for text in texts):
                raise ThemeError(f"{file}: {name} is a text in quotes.")
            yield name, said

    yield from flat(tables, "")


def _names(file: str, key: str, said: Any) -> set[str]:
    """The values that stand in a text; raises ThemeError."""
    try:
        return {name for text in _forms(said).values() for name in Text.parse(text).names}
    except ValueError as error:
        raise ThemeError(f"{file}: {key}: {error}; a brace that is meant is doubled.") from error


def _check(file: str, key: str, said: Any, known: dict[str, Any]) -> None:
    """Raises ThemeError where something cannot be said in the place of what is known."""
    if key not in known:
        raise ThemeError(f"{file}: there is no text {key!r}{_meant(key, known)}.")
    was = known[key]
    if isinstance(was, list):
        if not isinstance(said, list) or len(said) != len(was):
            raise ThemeError(f"{file}: {key} is a list of {len(was)} texts.")
        return
    if isinstance(said, list):
        raise ThemeError(f"{file}: {key} is a text in quotes, not a list.")
    there = _names(file, key, was)
    if strange := sorted(_names(file, key, said) - there):
        values = ", ".join(f"{{{name}}}" for name in sorted(there)) or "none"
        raise ThemeError(f"{file}: {key} has no value {{{strange[0]}}}; there are: {values}.")
    if isinstance(said, dict) and COUNT not in there:
        raise ThemeError(f"{file}: {key} has no {{{COUNT}}}, so it has one form.")
    if key in _VALUES:
        pattern, expected = _VALUES[key]
        if not pattern.fullmatch(said):
            raise ThemeError(f"{file}: {key} is {expected}, not {said!r}.")


def _meant(key: str, known: Mapping[str, Any]) -> str:
    """What was probably meant by a key, as the end of a sentence."""
    near = get_close_matches(key, known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""
