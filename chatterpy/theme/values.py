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


def parse(theme: Theme, pairs: Sequence[str]) -> dict[str, str]:
    """What `KEY=VALUE` gives options; an empty value stands for the theme's own.

    Raises ThemeError where there is no such option, or the value is not of its kind.
    """
    options = {option.name: option for option in theme.options}
    if not options:
        raise ThemeError(f"The theme {theme.name} has no settings.")
    given = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ThemeError(f"Expected KEY=VALUE, such as {next(iter(options))}=…, not {pair!r}.")
        if name not in options:
            near = get_close_matches(name, options, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(options)}."
            raise ThemeError(f"The theme {theme.name} has no setting {name!r}{hint}")
        given[name] = theme.check(options[name], value) if value else ""
    return given


def keep(file: Path, theme: Theme, given: Mapping[str, str]) -> None:
    """Stores values beside those that were; an empty one is forgotten.

    Raises ThemeError where the file holds something else, DataFolderError where it is not written.
    """
    try:
        kept: Any = json.loads(file.read_text("utf-8")) if file.exists() else {}
        mine = {**kept.get(theme.name, {}), **given}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ThemeError(f"{file} cannot be read ({error}). Correct or delete it.") from error
    kept[theme.name] = {name: value for name, value in mine.items() if value}
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
    default = "" if one.origin == OF_THEME else f"; default: {one.option.default}"
    lines = [f"{one.option.name} = {one.value}  [{one.origin}{default}]"]
    if one.option.label:
        lines.append(f"    {one.option.label}")
    lines.append(f"    {one.option.kind}: {one.option.expected}; {variable(one.option)}")
    return "\n".join(lines)
