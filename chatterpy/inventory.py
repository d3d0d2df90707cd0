"""The inventory: every setting with its value and where that came from, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any

import click

from chatterpy.settings import PREFIX, Settings, typed, variable
from chatterpy.theme.folder import PREFIX as THEME_PREFIX

WIDTH = 80  # columns
INDENT = "    "

#: What stands in the place of a secret.
NOT_SHOWN = "set, not shown"

#: Where a value came from.
DEFAULT, ENVIRONMENT, OPTION = "default", "environment", "option"


@dataclass(frozen=True, slots=True)
class Item:
    """One setting. `value` and `default` are a text, a number, a switch or a list of texts."""

    name: str
    variable: str
    value: Any
    default: Any
    unit: str
    meaning: str
    origin: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A variable that looks like a setting and is none; `nearest` is the one that is most alike."""

    name: str
    nearest: str | None

    def __str__(self) -> str:
        hint = f"did you mean {self.nearest}?" if self.nearest else "see docs/settings.md."
        return f"There is no setting {self.name}; {hint}"


def items(environ: Mapping[str, str], given: Mapping[str, Any]) -> list[Item]:
    """All settings as `Settings.load` understands them; raises SettingError as it does."""
    settings, standard = Settings.load(environ, **given), Settings()
    return [
        Item(
            one.name,
            variable(one),
            _shown(getattr(settings, one.name), one.metadata["secret"]),
            _shown(getattr(standard, one.name), secret=False),
            one.metadata["unit"],
            one.metadata["sentence"],
            _origin(one.name, variable(one), environ, given),
        )
        for one in fields(Settings)
    ]


def unknown(environ: Mapping[str, str]) -> list[Unknown]:
    """The variables that begin as our settings do and are none.

    Those of a theme's own settings are left to the theme. No error: container hosts invent such
    variables for their services.
    """
    # Compared without what all have in common, or everything would be alike.
    known = {variable(one).removeprefix(PREFIX): variable(one) for one in fields(Settings)}
    return [
        Unknown(name, next(map(known.__getitem__, get_close_matches(rest.upper(), known, 1)), None))
        for name in sorted(environ)
        if name.startswith(PREFIX)
        and not name.startswith(THEME_PREFIX)
        and (rest := name.removeprefix(PREFIX)) not in known
    ]


def for_people(found: list[Item], strangers: list[Unknown]) -> str:
    """Two or three lines for each setting, that fit a narrow terminal."""
    lines: list[str] = []
    for item in found:
        value = f"{_typed(item.value)} {item.unit}".strip() or "(empty)"
        origin = item.origin
        if origin != DEFAULT:
            origin += f"; default: {_typed(item.default) or '(empty)'}"
        lines += (
            _wrapped(f"{item.variable} = {value}  [{origin}]", first=""),
            _wrapped(item.meaning, first=INDENT),
            "",
        )
    lines += (_wrapped(str(one), first="") for one in strangers)
    return "\n".join(lines).rstrip() + "\n"


def for_programs(found: list[Item], strangers: list[Unknown]) -> str:
    """The same as JSON."""
    listed = {
        "settings": [asdict(item) for item in found],
        "unknown": [asdict(one) for one in strangers],
    }
    return json.dumps(listed, indent=2) + "\n"


def _shown(value: Any, secret: bool) -> Any:
    if secret and value:
        return NOT_SHOWN
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool | int) else str(value)


def _typed(value: Any) -> str:
    return typed(tuple(value) if isinstance(value, list) else value)


def _origin(name: str, variable: str, environ: Mapping[str, str], given: Mapping[str, Any]) -> str:
    if given.get(name) is not None:
        return OPTION
    return ENVIRONMENT if variable in environ else DEFAULT


def _wrapped(text: str, first: str) -> str:
    return click.wrap_text(text, WIDTH, initial_indent=first, subsequent_indent=INDENT)
