"""Values: what `chatterpy theme set` keeps of a theme's options, in the data folder.

A server that runs has the folder's lock, but never writes this file: so it is written without the
lock, and read at the next start.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from chatterpy.errors import DataFolderError, ThemeError
from chatterpy.theme.folder import Theme, variable
from chatterpy.theme.options import Option

#: Where a value came from.
OF_THEME, STORED, ENVIRONMENT = "default", "set", "environment"


@dataclass(frozen=True, slots=True)
class Value:
    """An option, its value, and where that came from."""

    option: Option
    value: str
    origin: str


def values(theme: Theme, environ: Mapping[str, str], stored: Mapping[str, str]) -> list[Value]:
    """The value of each option, whether it is of the option's kind or not."""
    found = []
    for option in theme.options:
        if (name := variable(option)) in environ:
            value, origin = environ[name], ENVIRONMENT
        elif option.name in stored:
            value, origin = stored[option.name], STORED
        else:
            value, origin = option.default, OF_THEME
        found.append(Value(option, value, origin))
    return found


def parse(theme: Theme, pairs: Sequence[str], reset: Sequence[str] = ()) -> dict[str, str | None]:
    """What `KEY=VALUE` gives options; None stands for the theme's own, for those that are `reset`.

    Raises ThemeError where there is no such option, or the value is not of its kind.
    """
    if not theme.options:
        raise ThemeError(f"The theme {theme.name} has no settings.")
    given: dict[str, str | None] = {_known(theme, name).name: None for name in reset}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ThemeError(
                f"Expected KEY=VALUE, such as {theme.options[0].name}=…, not {pair!r}."
            )
        option = _known(theme, name)
        try:
            given[name] = theme.check(option, value)
        except ThemeError as error:
            if value:
                raise
            # Who leaves it out may want what was there before.
            raise ThemeError(f"{error} --reset {name} goes back to the theme's own.") from error
    return given


def _known(theme: Theme, name: str) -> Option:
    """The option of that name; raises ThemeError."""
    options = {option.name: option for option in theme.options}
    if name not in options:
        near = get_close_matches(name, options, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(options)}."
        raise ThemeError(f"The theme {theme.name} has no setting {name!r}{hint}")
    return options[name]


def keep(file: Path, theme: Theme, given: Mapping[str, str | None]) -> None:
    """Stores values beside those that were; what is None is forgotten.

    Raises ThemeError where the file holds something else, DataFolderError where it is not written.
    """
    try:
        kept: Any = json.loads(file.read_text("utf-8")) if file.exists() else {}
        mine = {**kept.get(theme.name, {}), **given}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ThemeError(f"{file} cannot be read ({error}). Correct or delete it.") from error
    kept[theme.name] = {name: value for name, value in mine.items() if value is not None}
    content = json.dumps({name: own for name, own in kept.items() if own}, indent=2)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written aside and renamed: a server that starts meanwhile reads the one or the other.
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(f"{content}\n", "utf-8")
        draft.replace(file)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {file.parent} cannot be written ({error.strerror}). "
            "Choose another with --data or CHATTERPY_DATA."
        ) from error


def report(theme: Theme, found: Sequence[Value]) -> str:
    """The options for people: each with its value, what it may be, and where that came from."""
    if not found:
        return f"The theme {theme.name} has no settings.\n"
    return "".join(f"{paragraph(one)}\n" for one in found)


def paragraph(one: Value) -> str:
    """One option in a few lines."""
    default = "" if one.origin == OF_THEME else f"; default: {_shown(one.option.default)}"
    lines = [f"{one.option.name} = {_shown(one.value)}  [{one.origin}{default}]"]
    if one.option.label:
        lines.append(f"    {one.option.label}")
    lines.append(f"    {one.option.kind}: {one.option.expected}; {variable(one.option)}")
    return "\n".join(lines)


def _shown(value: str) -> str:
    return value or "(empty)"
