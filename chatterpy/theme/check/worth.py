"""Worth: the values of properties, where a browser would leave them out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.sheets import Declared, Sheet, flat
from chatterpy.theme.check.words import COLOURS, GLOBAL, KEYWORDS, LENGTHS, UNITS
from chatterpy.theme.colours import SYSTEM, is_colour, may_be_colour

#: Shorthands that have a colour among others.
_COLOURED = ("background", "border", "outline", "box-shadow", "text-shadow", "column-rule")
_NO_COLOUR = {"fill": {"none", "context-fill"}, "stroke": {"none", "context-stroke"}}
_AUTO = {"accent-color", "caret-color"}
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
    """What is wrong with a value, as sentences: the first that is found of each kind."""
    written = [token for token in one.value if token.type not in ("whitespace", "comment")]
    yield from _units(one)
    if one.name in COLOURS or one.name in coloured:
        yield from _colours(one.name, written)
    elif one.name.startswith(_COLOURED):
        for token in written:
            if token.type == "hash" and not may_be_colour(token):
                yield f"#{token.value} is no colour: it has 3, 4, 6 or 8 digits from 0 to f."
        if one.name == "background" and len(written) == 1 and written[0].type == "ident":
            yield from _colours(one.name, written)
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
        elif token.type == "hash" and not may_be_colour(token):
            yield f"#{token.value} is no colour: it has 3, 4, 6 or 8 digits from 0 to f."
        elif token.type in ("number", "string", "dimension", "percentage"):
            yield f"{token.serialize()} is no colour, and {name} is one."
        elif token.type == "function" and token.lower_name != "url" and not may_be_colour(token):
            yield f"{token.serialize()} is no colour."


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
