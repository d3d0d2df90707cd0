"""Worth: the values of properties, where a browser would leave them out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.sheets import Declared, Sheet, flat
from chatterpy.theme.check.words import (
    BARE,
    BORDERS,
    COLOURS,
    GLOBAL,
    KEYWORDS,
    LENGTHS,
    TIMES,
    UNITS,
)
from chatterpy.theme.colours import SYSTEM, is_colour, may_be_colour

#: Shorthands that have a colour among others.
_COLOURED = ("background", "border", "outline", "box-shadow", "text-shadow", "column-rule")
_NO_COLOUR = {"fill": {"none", "context-fill"}, "stroke": {"none", "context-stroke"}}
_AUTO = {"accent-color", "caret-color"}
_LINED = {"outline", "border"} | {
    f"border-{side}" for side in ("top", "right", "bottom", "left", "block", "inline")
}
_NUMBERS = ("number", "percentage", "dimension")
#: What a colour was meant to be, if it is misspelt.
_NAMED = SYSTEM | {
    "red", "green", "blue", "black", "white", "gray", "purple", "orange", "yellow", "crimson",
    "teal", "navy", "maroon", "olive", "silver", "pink", "brown", "gold", "indigo", "violet",
    "coral", "salmon", "tomato", "turquoise", "rebeccapurple", "lightgray", "darkgray", "aqua",
}  # fmt: skip


def values(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """Values that the property cannot have: words, colours, lengths."""
    coloured = _colour_tokens(bench)
    for one in sheet.declarations:
        if not one.selector.startswith("@"):
            for message in _wrong(one, coloured):
                yield finding("unknown-css-value", *sheet.place(one.line), message, sheet.seen)


def _wrong(one: Declared, coloured: frozenset[str]) -> Iterator[str]:
    """What is wrong with a value, as sentences."""
    written = [token for token in one.value if token.type not in ("whitespace", "comment")]
    if any(token.type == "literal" and token.value == "!" for token in written):
        return  # that is told already
    if any(token.type == "{} block" for token in flat(one.value)):
        return  # something is not closed, which is told already: it took the next rules in
    yield from _units(one)
    yield from _functions(one)
    if not one.name.startswith("--") or one.name in coloured:
        for token in flat(one.value):
            if token.type == "hash" and not may_be_colour(token):
                yield f"#{token.value} is no colour: it has 3, 4, 6 or 8 digits from 0 to f."
    if one.name in COLOURS or one.name in coloured:
        yield from _colours(one.name, written)
    elif one.name.startswith(_COLOURED):
        if one.name == "background" and len(written) == 1 and written[0].type == "ident":
            yield from _colours(one.name, written)
        if one.name in _LINED:
            yield from _lined(one.name, written)
    if one.name in KEYWORDS:
        yield from _keywords(one.name, written)


def _colours(name: str, written: list[Any]) -> Iterator[str]:
    for token in written:
        if token.type == "ident":
            word = token.lower_value
            allowed = _NO_COLOUR.get(name, set()) | ({"auto"} if name in _AUTO else set())
            if name == "background":
                allowed = {"none"}
            if not (word in GLOBAL | allowed or may_be_colour(token)):
                yield f"CSS knows no colour {token.value!r}.{meant(word, _NAMED)}"
        elif token.type in ("number", "string", "dimension", "percentage"):
            yield f"{token.serialize()} is no colour, and {name} is one."
        elif token.type == "function" and token.lower_name != "url" and not may_be_colour(token):
            yield f"{token.serialize()} is no colour."


def _lined(name: str, written: list[Any]) -> Iterator[str]:
    """The words of a border that are neither a kind of line nor a colour."""
    for token in written:
        word = token.lower_value if token.type == "ident" else ""
        if word and word not in BORDERS | GLOBAL and not may_be_colour(token):
            yield f"{name} knows no {token.value!r}.{meant(word, BORDERS | _NAMED)}"


def _functions(one: Declared) -> Iterator[str]:
    """A custom property without its two dashes, and sums that are none."""
    for token in flat(one.value):
        if token.type != "function":
            continue
        inner = [part for part in token.arguments if part.type not in ("whitespace", "comment")]
        if token.lower_name == "var" and not (
            inner and inner[0].type == "ident" and inner[0].value.startswith("--")
        ):
            yield f"{token.serialize()} names no custom property: it begins with two dashes."
        elif token.lower_name in ("calc", "min", "max", "clamp"):
            for before, after in pairwise(inner):
                if before.type in _NUMBERS and after.type in _NUMBERS:
                    yield f"A + or - in {token.lower_name}() has a blank on both sides."


def _keywords(name: str, written: list[Any]) -> Iterator[str]:
    if any(token.type == "function" for token in written):
        return
    known = KEYWORDS[name]
    for token in written:
        if token.type == "ident" and token.lower_value not in known | GLOBAL:
            yield f"{name} knows no {token.value!r}.{meant(token.lower_value, known)}"


def _units(one: Declared) -> Iterator[str]:
    """Numbers without a unit, with one that is misspelt, or with one that stands apart."""
    for token in flat(one.value):
        if token.type == "dimension" and token.lower_unit not in UNITS:
            yield f"CSS knows no unit {token.unit!r}.{meant(token.lower_unit, UNITS)}"
    apart = {id(number) for number in _apart(one)}
    for token in one.value:
        if id(token) in apart:
            yield f"The unit stands right behind {token.representation}, without a blank."
        elif token.type == "number" and token.value and one.name in LENGTHS:
            yield f"{token.representation} needs a unit: {token.representation}px, or in rem."
        elif token.type == "number" and one.name in TIMES:
            yield f"{token.representation} needs a unit: {token.representation}s, or in ms."
        elif token.type == "dimension" and one.name in BARE:
            yield f"{one.name} is a number without a unit, not {token.serialize()}."


def _apart(one: Declared) -> Iterator[Any]:
    """The numbers that stand before a unit as if it were a word."""
    if one.name.startswith(("--", "grid", "animation", "font-family")):
        return
    written = [token for token in one.value if token.type != "comment"]
    for number, word in pairwise(token for token in written if token.type != "whitespace"):
        unit = word.lower_value if word.type == "ident" else word.serialize()
        if number.type == "number" and unit in UNITS | {"%"}:
            yield number


def _colour_tokens(bench: Bench) -> frozenset[str]:
    """The custom properties that are colours: ours, and those of the theme's settings."""
    ours = {
        one.name
        for one in bench.our_sheet.declarations
        if one.name.startswith("--") and is_colour(one.text) and not one.text.startswith("var(")
    }
    return frozenset(
        ours | {one.token for one in bench.theme.options if one.token and one.kind == "colour"}
    )


CHECKS = (values,)
