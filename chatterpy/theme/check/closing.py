"""Closing: brackets, comments and strings of a style sheet that are opened and never closed.

A parser mends them, by swallowing what follows; so they are looked for in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PARTS = re.compile(
    r"""(?P<comment>/\*.*?(?P<end>\*/|\Z))
    | (?P<string>"(?:\\.|[^"\\\n])*(?P<double>"|\n|\Z) | '(?:\\.|[^'\\\n])*(?P<single>'|\n|\Z))
    | (?P<url>\burl\(\s*(?=[^"'\s)])(?:\\.|[^"'()\\\s{};])*\s*\))
    | (?P<escape>\\.)
    | (?P<bracket>[][(){}])""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_OPENED_BY = {")": "(", "]": "[", "}": "{"}
_CLOSED_BY = {opening: closing for closing, opening in _OPENED_BY.items()}


def unclosed(text: str) -> list[tuple[int, str]]:
    """The line of each bracket, comment or string that has no end or no beginning."""
    return sorted(_unclosed(text))


def without_comments(text: str) -> str:
    """The text with blanks for its comments; each line stays where it is."""
    return _PARTS.sub(lambda found: blank(found[0]) if found["comment"] else found[0], text)


def blank(text: str) -> str:
    """As many blanks as the text has characters; its line breaks stay."""
    return re.sub(r"[^\n]", " ", text)


def _unclosed(text: str) -> Iterator[tuple[int, str]]:
    opened: list[tuple[str, int]] = []
    for found in _PARTS.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found["comment"] and not found["end"]:
            yield line, "This comment is never closed: a */ is missing, and what follows is lost."
            return
        elif found["string"] and (found["double"] or found["single"]) not in ("'", '"'):
            yield line, f"This string is never closed: a {found[0][0]} is missing on its line."
        elif found["bracket"] in _CLOSED_BY:
            if found["bracket"] == "{":
                yield from _left_open(opened)
            opened.append((found["bracket"], line))
        elif found["bracket"]:
            yield from _closed(opened, found["bracket"], line)
    yield from _left_open(opened)
    if opened:
        yield opened[-1][1], "This block is never closed: a } is missing."


def _closed(opened: list[tuple[str, int]], closing: str, line: int) -> Iterator[tuple[int, str]]:
    """Takes away what a closing bracket closes; one that closes nothing is told."""
    if closing == "}":
        yield from _left_open(opened)
    if opened and opened[-1][0] == _OPENED_BY[closing]:
        opened.pop()
    elif closing == "}":
        yield line, "This } closes nothing; the rule behind it is left out."
    else:
        yield line, f"This {closing} closes nothing; what it stands in is left out."


def _left_open(opened: list[tuple[str, int]]) -> Iterator[tuple[int, str]]:
    """The ( and [ that a block begins or ends in: they are not closed any more."""
    while opened and opened[-1][0] != "{":
        bracket, line = opened.pop()
        missing = _CLOSED_BY[bracket]
        message = (
            f"This {bracket} is never closed: a {missing} is missing, and what follows is lost."
        )
        yield line, message
