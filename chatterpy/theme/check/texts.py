"""Texts: what the theme's strings.toml says in other words, held against our catalogue."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any

from chatterpy.errors import ThemeError
from chatterpy.theme.catalogue import BUILT_IN, FILE, Catalogue
from chatterpy.theme.check.findings import Finding, finding, line_of, meant

if TYPE_CHECKING:
    from chatterpy.theme.check.bench import Bench

_FORMS = {"one", "other"}


@cache
def ours() -> dict[str, Any]:
    """Our own texts by key."""
    return flat(tomllib.loads(BUILT_IN.read_text("utf-8")))


def flat(table: dict[str, Any], head: str = "") -> dict[str, Any]:
    """The texts of a file by their keys, those of the tables around them before them."""
    found: dict[str, Any] = {}
    for key, said in table.items():
        if isinstance(said, dict) and not said.keys() <= _FORMS:
            found |= flat(said, f"{head}{key}.")
        else:
            found[head + key] = said
    return found


def values_of(said: Any) -> set[str]:
    """The values that stand in a text, in any of its forms."""
    forms = said.values() if isinstance(said, dict) else [said]
    found: set[str] = set()
    for form in forms:
        try:
            found |= {name for _, name, _, _ in Formatter().parse(str(form)) if name is not None}
        except ValueError:
            continue  # a brace that is not closed: the catalogue itself says so
    return found


def wrong_texts(bench: Bench) -> Iterator[Finding]:
    """Texts that are not there, and values that a text does not have."""
    text = bench.texts
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        line = re.search(r"line (\d+)", str(wrong))
        last = text.count("\n") + 1
        yield finding("strings-syntax", FILE, int(line[1]) if line else last, f"{wrong}.")
        return
    told = False
    for key, said in bench.words.items():
        at = line_of(text, key)
        if key not in ours():
            told = True
            yield finding(
                "unknown-string", FILE, at, f"There is no string {key!r}.{meant(key, ours())}"
            )
            continue
        known = values_of(ours()[key])
        for name in sorted(values_of(said) - known):
            told = True
            there = f" It has {', '.join(sorted(known))}." if known else ""
            message = f"The string {key!r} has no value {name!r}.{meant(name, known) or there}"
            yield finding("string-values", FILE, at, message)
        if isinstance(said, str) and (missing := known - values_of(said)):
            message = f"The string {key!r} says nothing of {', '.join(sorted(missing))}."
            yield finding("left-out-value", FILE, at, message)
    if not told and text:
        try:
            Catalogue((FILE, text))
        except ThemeError as wrong:
            message = str(wrong).removeprefix(f"{FILE}: ")
            yield finding("strings-syntax", FILE, line_of(text, message.split(" ")[0]), message)


CHECKS = (wrong_texts,)
