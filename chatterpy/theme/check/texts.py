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
from chatterpy.theme.texts import COUNT, FORMS, OTHER, forms

if TYPE_CHECKING:
    from chatterpy.theme.check.bench import Bench

#: The code of a language (BCP 47).
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*")
#: Markup in a text, which is shown as text.
_TAG = re.compile(r"</?[a-zA-Z][\w-]*[^<>]*>|&(?:[a-z]+|#\d+);")
#: What strftime(3) puts in the place of a per cent sign and a letter, with the flags of glibc.
_DIRECTIVE = re.compile(r"%[-_0^#]?\d*[EO]?[aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%+]")
#: A value as templates write it.
_DOUBLE = re.compile(r"{{\s*(\w+)\s*}}")
#: A date as other programs write its form.
_PLAIN_DATE = re.compile(r"(?<!%)\b(?:HH|hh|H|h):?mm|\b[yY]{2,4}\b|\b[dD]{1,2}[./ -][mM]{1,2}\b")


@cache
def ours() -> dict[str, Any]:
    """Our own texts by key."""
    return flat(tomllib.loads(BUILT_IN.read_text("utf-8")))


def flat(table: dict[str, Any], head: str = "") -> dict[str, Any]:
    """The texts of a file by their keys, those of the tables around them before them."""
    found: dict[str, Any] = {}
    for key, said in table.items():
        if isinstance(said, dict) and not said.keys() <= FORMS:
            found |= flat(said, f"{head}{key}.")
        else:
            found[head + key] = said
    return found


def values_of(said: Any) -> set[str]:
    """The values that stand in a text, in any of its forms."""
    written = said.values() if isinstance(said, dict) else [said]
    found: set[str] = set()
    for form in written:
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
        yield from _written(key, said, at)
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
        for form, words in forms(said).items():
            needed = known if form == OTHER else known - {COUNT}
            missing = needed - values_of(words)
            # Else one of them is misspelt, or in double braces.
            if missing and values_of(words) <= known and not _DOUBLE.search(words):
                which = f" ({form})" if isinstance(said, dict) else ""
                message = f"The string {key!r}{which} says nothing of {', '.join(sorted(missing))}."
                yield finding("left-out-value", FILE, at, message)
    if not told and text:
        try:
            yield from (
                _refused("string-values", text, one) for one in Catalogue((FILE, text)).refused
            )
        except ThemeError as wrong:
            yield _refused("strings-syntax", text, wrong)


def _refused(rule: str, text: str, error: ThemeError) -> Finding:
    """What the catalogue itself says of a text that it cannot take."""
    message = str(error).removeprefix(f"{FILE}: ")
    return finding(rule, FILE, line_of(text, re.split(r"[ :]", message)[0]), message)


def _written(key: str, said: Any, line: int) -> Iterator[Finding]:
    """Texts that show nothing, and such as show the tags that were written into them."""
    forms = said.values() if isinstance(said, dict) else said if isinstance(said, list) else [said]
    for form in map(str, forms):
        if not form.strip() and str(ours().get(key, "x")).strip():
            message = f"The string {key!r} is empty: nothing is shown, and nothing is said."
            yield finding("string-content", FILE, line, message)
        elif tag := _TAG.search(form):
            message = f"The string {key!r} is text: people would see {tag[0]!r} as it is written."
            yield finding("string-content", FILE, line, message)
        elif (value := _DOUBLE.search(form)) and value[1] in values_of(ours().get(key, "")):
            message = (
                f"The string {key!r} has {value[0]!r}: a value stands in single braces, "
                f"{{{value[1]}}}."
            )
            yield finding("string-values", FILE, line, message)
        elif key == "language" and not LANGUAGE.fullmatch(form):
            message = f"The language {form!r} is not one: it has a code, such as en or de-AT."
            yield finding("string-content", FILE, line, message)
        elif key.startswith("dates.") and isinstance(said, str):
            if _PLAIN_DATE.search(form):
                message = f"{key} is written with %, as in '%H:%M': people would see {form!r}."
                yield finding("string-content", FILE, line, message)
            elif unknown := re.search("%.?", _DIRECTIVE.sub("", form)):
                message = f"{key}: no part of a date is written {unknown[0]!r}."
                yield finding("string-content", FILE, line, message)


CHECKS = (wrong_texts,)
