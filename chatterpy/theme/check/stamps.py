"""Stamps: while a template is checked, each element says which line of which file it is from.

So a mistake in the HTML has a place in a template. What carries no stamp came out of a value: the
text of a message, say, that was not escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from bs4 import Tag
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from chatterpy.theme.environment import BUILT_IN, FOLDER

STAMP = "data-stamped"
#: Stands for a value in an outline: what it will be, nobody knows.
VALUE = "\N{OBJECT REPLACEMENT CHARACTER}"

#: A tag's beginning; what reads text alone until its end tag wants that one as it is.
_TAG = re.compile(r"<(?!/(?:script|style|textarea|title)\b)/?[a-zA-Z][\w:-]*(?=[\s/>]|$)")


class Stamps(Extension):
    """The Jinja extension that stamps."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        return stamped(stream, named(stream.filename, stream.name))


def named(filename: str | None, name: str | None) -> str:
    """What a template is called here: a built-in one has `default:` before its name."""
    file = Path(filename or "")
    if file.is_relative_to(FOLDER):
        return f"{BUILT_IN}:{file.relative_to(FOLDER).as_posix()}"
    return name or ""


def stamped(tokens: Iterable[Token], name: str) -> Iterator[Token]:
    """The tokens of a template, with a stamp in each start tag and end tag."""
    last = Token(0, "eof", "")
    for token, following in pairwise([*tokens, last]):
        if token.type == "data":
            yield Token(token.lineno, "data", _stamp(token, name, following.type))
        else:
            yield token


def outline(tokens: Iterable[Token], name: str) -> str:
    """The HTML of a template as it stands there, all branches one after the other."""
    parts, inside = [], False
    for token in stamped(tokens, name):
        match token.type:
            case "data":
                parts.append(token.value)
            case "variable_begin":
                inside = True
            case "variable_end" if inside:
                parts.append(VALUE)
                inside = False
    return "".join(parts)


def place(element: Tag) -> tuple[str, int]:
    """The file and the line that an element is from; ("", 0) where it came out of a value."""
    file, _, line = str(element.get(STAMP, "")).rpartition("@")
    return file, int(line) if line.isdigit() else 0


def is_ours(element: Tag) -> bool:
    """Whether an element is from a built-in template."""
    return place(element)[0].startswith(f"{BUILT_IN}:")


def culprit(first: Tag, second: Tag) -> Tag:
    """Which of two elements is one too many: the second, but for one of ours."""
    return first if is_ours(second) and not is_ours(first) else second


def _stamp(token: Token, name: str, following: str) -> str:
    text = token.value

    def add(found: re.Match[str]) -> str:
        if found.end() == len(text) and following == "variable_begin":
            return found[0]  # the name goes on in a value
        line = token.lineno + text.count("\n", 0, found.start())
        return f'{found[0]} {STAMP}="{name}@{line}"'

    return _TAG.sub(add, text)
