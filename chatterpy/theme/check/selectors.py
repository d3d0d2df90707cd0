"""Selectors: those that browsers cannot read, and elements that HTML does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2

from chatterpy.theme.check.bench import Bench, our_texts
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.sheets import STAND_IN, Sheet
from chatterpy.theme.check.words import (
    ELEMENTS,
    OBSOLETE,
    PROPERTIES,
    PSEUDO_CLASSES,
    PSEUDO_ELEMENTS,
    SVG_ELEMENTS,
)

_COMBINATORS = (">", "+", "~")
#: Functions that are given selectors.
_LISTS = {"is", "where", "not", "has", "matches", "any"}
#: Elements of the old way are written with one colon, too.
_OLD = {"before", "after", "first-line", "first-letter"}


def selectors(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """What is wrong with the selectors of a style sheet."""
    known = _known(bench)
    for text, line in sheet.selectors:
        if "//" in text or (sheet.jinja and STAND_IN in text):
            continue  # that is told already
        tokens = tinycss2.parse_component_value_list(text, skip_comments=True)
        where = sheet.place(line)
        if _begins_with_declaration(tokens):
            message = f"A semicolon is missing before this rule: {_short(text)}."
            yield finding("css-syntax", *where, message, sheet.seen)
            continue
        for message in _list(tokens):
            yield finding("broken-selector", *where, f"{message} ({_short(text)})", sheet.seen)
        for name in _elements(tokens):
            if name.lower() not in known:
                hint = meant(name.lower(), ELEMENTS | SVG_ELEMENTS)
                message = f"There is no element <{name}>.{hint}"
                yield finding("unknown-selector", *where, message, sheet.seen)


def _begins_with_declaration(tokens: list[Any]) -> bool:
    """Whether a declaration runs into a rule, for want of a semicolon."""
    kinds = [one.type for one in tokens[:3]]
    return (
        kinds == ["ident", "literal", "whitespace"]
        and tokens[0].lower_value in PROPERTIES
        and tokens[1] == ":"
    )


def _list(tokens: list[Any]) -> Iterator[str]:
    """What is wrong with a list of selectors: at most one sentence for each."""
    parts = _parts(tokens)
    for part in parts:
        if not part:
            yield "There is nothing before or behind a comma"
        elif wrong := next(_selector(part), None):
            yield wrong


def _selector(tokens: list[Any]) -> Iterator[str]:
    """What is wrong with one selector."""
    position = 0
    while position < len(tokens):
        token, rest = tokens[position], tokens[position + 1 :]
        position += 1
        if token.type == "literal" and token.value == ".":
            if not (rest and rest[0].type == "ident"):
                yield "There is no name behind a dot"
            position += 1
        elif token.type == "literal" and token.value == ":":
            double = bool(rest) and rest[0].type == "literal" and rest[0].value == ":"
            name = rest[1] if double and len(rest) > 1 else rest[0] if rest else None
            yield from _pseudo(name, double)
            position += 1 + double
        elif token.type == "literal" and token.value in _COMBINATORS:
            following = [one for one in rest if one.type != "whitespace"]
            if not following:
                yield f"Nothing stands behind the {token.value}"
            elif following[0].type == "literal" and following[0].value in _COMBINATORS:
                yield f"Two signs follow each other: {token.value} {following[0].value}"
        elif token.type == "hash" and not token.is_identifier:
            yield f"#{token.value} is no id: an id does not begin with a digit here"
        elif token.type in ("number", "dimension") and token.representation.startswith("."):
            yield "A class does not begin with a digit"
        elif not _fits(token):
            yield f"{token.serialize()} cannot stand there"


def _fits(token: Any) -> bool:
    """Whether a selector can have such a part."""
    if token.type == "literal":
        return token.value in ("*", "&", "|", "||")
    return token.type in ("ident", "hash", "whitespace", "[] block")


def _pseudo(name: Any, double: bool) -> Iterator[str]:
    """What is wrong with what stands behind a colon, or two."""
    if name is None or name.type not in ("ident", "function"):
        yield "There is no name right behind a colon"
        return
    word = name.lower_name if name.type == "function" else name.lower_value
    known = PSEUDO_ELEMENTS if double else PSEUDO_CLASSES | _OLD
    sign = "::" if double else ":"
    if word not in known and not word.startswith("-"):
        other = PSEUDO_CLASSES if double else PSEUDO_ELEMENTS
        hint = f" Did you mean {':' if double else '::'}{word}?" if word in other else ""
        yield f"CSS knows no {sign}{word}.{hint or meant(word, known)}"
    elif name.type == "function" and word in _LISTS:
        yield from _list([one for one in name.arguments if one.type != "comment"])


def _parts(tokens: list[Any]) -> list[list[Any]]:
    """What stands between the commas, without the blanks around it."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif parts[-1] or token.type != "whitespace":
            parts[-1].append(token)
    for part in parts:
        while part and part[-1].type == "whitespace":
            part.pop()
    return parts


def _elements(tokens: list[Any]) -> Iterator[str]:
    """The names of elements in a selector, also in those that a function is given."""
    before: Any = None
    for token in tokens:
        if token.type == "ident" and not (
            before is not None and before.type == "literal" and before.value in (".", ":", "|")
        ):
            yield token.value
        elif token.type == "function" and token.lower_name in _LISTS:
            yield from _elements(token.arguments)
        before = token


def _known(bench: Bench) -> frozenset[str]:
    """The elements of HTML, of drawings, and those that a template has beside them."""
    texts = (*our_texts(), *(source.text for source in bench.sources.values()))
    own = {name.lower() for text in texts for name in re.findall(r"<([a-zA-Z][\w-]*-[\w-]*)", text)}
    return ELEMENTS | SVG_ELEMENTS | OBSOLETE.keys() | own


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


CHECKS = (selectors,)
