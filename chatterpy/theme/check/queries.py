"""Queries: what a `@media` asks for, where no browser knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tinycss2

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.sheets import Sheet
from chatterpy.theme.check.words import FEATURES, LONG_FEATURES

_WORDS = {"not", "and", "or", "only"}
_TYPES = {"all", "screen", "print", "speech", "tty", "tv", "projection", "handheld"}


def queries(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """What is wrong with the queries of a style sheet: such a rule never counts."""
    for text, line in sheet.queries:
        for message in _query(tinycss2.parse_component_value_list(text, skip_comments=True)):
            yield finding("broken-query", *sheet.place(line), message, sheet.seen)


def _query(tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "ident" and token.lower_value not in _WORDS | _TYPES:
            hint = meant(token.lower_value, _WORDS | _TYPES)
            yield f"There is no kind of medium {token.value!r}.{hint}"
        elif token.type == "() block":
            yield from _asked(token.content)


def _asked(tokens: list[Any]) -> Iterator[str]:
    """What is wrong within one pair of brackets."""
    if any(token.type == "() block" for token in tokens):
        yield from _query(tokens)
        return
    words = [token.lower_value for token in tokens if token.type == "ident"]
    names = [word for word in words if word in FEATURES or word.startswith("-")]
    if not names:
        if words:
            yield f"Nothing is called {words[0]!r} there.{meant(words[0], FEATURES)}"
        return
    known = FEATURES.get(names[0], frozenset())
    for word in words:
        if known and word not in known | {names[0]}:
            yield f"{names[0]} is never {word!r}.{meant(word, known)}"
    for token in tokens:
        if token.type == "number" and token.value and names[0] in LONG_FEATURES:
            yield f"{token.representation} needs a unit: {token.representation}px, or in rem."


CHECKS = (queries,)
