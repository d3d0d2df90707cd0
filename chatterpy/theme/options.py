"""Options: what a theme lets its user change without touching it, each with a kind that is checked.

A value may become part of a style sheet, so none can end a declaration there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatterpy.errors import ThemeError

#: What a value of each kind looks like, and how that is said.
_KINDS: dict[str, tuple[re.Pattern[str], str]] = {
    "colour": (
        re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|[a-z-]+\([\w\s#%.,/()+-]*\)"),
        "a colour of CSS such as #4453c5 or light-dark(#fff, #000)",
    ),
    "length": (
        re.compile(r"0|-?\d+(\.\d+)?(px|rem|em|ch|vw|vh|%)"),
        "a length of CSS such as 1.5rem",
    ),
    "number": (re.compile(r"-?\d+(\.\d+)?"), "a number such as 1.45"),
    "switch": (re.compile(r"on|off"), "on or off"),
    "text": (re.compile(r"[^\x00-\x1f]{0,200}"), "a text of at most 200 characters in one line"),
    "file": (re.compile(r"[\w./-]{0,200}"), "the name of a file in the theme's static folder"),
    "choice": (re.compile(r"[\w .,%#()+-]{1,60}"), "one of its choices"),
}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")
_TOKEN = re.compile(r"--[a-z][a-z0-9-]{0,60}")
_KEYS = {"type", "default", "label", "token", "choices"}
#: What may stand in a style sheet as it is.
_STYLED = {"colour", "length", "number", "choice"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its kind, its default, a sentence about it, and the CSS token that it sets."""

    name: str
    kind: str
    default: str
    label: str
    token: str = ""
    choices: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What a value of it is, as it is said to people."""
        return f"one of {', '.join(self.choices)}" if self.choices else _KINDS[self.kind][1]

    def check(self, value: str) -> str:
        """The value; raises ThemeError where it is not of the option's kind."""
        pattern, _ = _KINDS[self.kind]
        right = pattern.fullmatch(value) and not (self.kind == "file" and ".." in value)
        if self.kind == "colour":
            # Only here: a chat without a theme needs no parser of CSS in memory.
            from chatterpy.theme.colours import is_colour

            right = right and is_colour(value)
        if not right or (self.choices and value not in self.choices):
            raise ThemeError(f"The theme's setting {self.name} is {self.expected}, not {value!r}.")
        return value


def parse_options(declared: Any, manifest: Path) -> tuple[Option, ...]:
    """The options that a manifest declares; raises ThemeError."""
    if not isinstance(declared, dict):
        raise ThemeError(f"{manifest}: settings are tables such as [settings.accent].")
    return tuple(_option(name, about, manifest) for name, about in declared.items())


def _option(name: str, about: Any, manifest: Path) -> Option:
    where = f"{manifest}: [settings.{name}]"
    if not _NAME.fullmatch(name):
        raise ThemeError(f"{where}: a name has small letters, digits, - and _.")
    if not isinstance(about, dict) or "type" not in about or "default" not in about:
        raise ThemeError(f"{where}: expected a type and a default.")
    if strange := sorted(set(about) - _KEYS):
        raise ThemeError(f"{where}: there is no {strange[0]!r}; there are {sorted(_KEYS)}.")
    kind, token = str(about["type"]), str(about.get("token", ""))
    if kind not in _KINDS:
        raise ThemeError(f"{where}: type is one of {', '.join(_KINDS)}, not {kind!r}.")
    if token and (not _TOKEN.fullmatch(token) or kind not in _STYLED):
        raise ThemeError(
            f"{where}: token is a custom property such as --accent, "
            f"of a setting of the type {', '.join(sorted(_STYLED))}."
        )
    choices = about.get("choices", [])
    if (kind == "choice") != bool(choices) or not isinstance(choices, list):
        raise ThemeError(f"{where}: choices are a list, and belong to the type choice alone.")
    option = Option(
        name,
        kind,
        str(about["default"]),
        str(about.get("label", "")),
        token,
        tuple(map(str, choices)),
    )
    option.check(option.default)
    return option
