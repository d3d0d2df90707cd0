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
#: Stands around the place of a line in a style sheet: no style sheet has it.
_MARK = "\x02"

#: A tag's beginning; what reads text alone until its end tag wants that one as it is.
_TAG = re.compile(r"<(?!/(?:script|style|textarea|title)\b)/?[a-zA-Z][\w:-]*(?=[\s/>]|$)")


class Stamps(Extension):
    """The Jinja extension that stamps."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        name = named(stream.filename, stream.name)
        return lined(stream, name) if name.endswith(".css") else stamped(stream, name)


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


def lined(tokens: Iterable[Token], name: str) -> Iterator[Token]:
    """The tokens of a style sheet, with a mark at the beginning of each line."""
    for token in tokens:
        if token.type == "data":
            lines = enumerate(token.value.split("\n"), token.lineno)
            marked = "\n".join(f"{_MARK}{name}@{line}{_MARK}{text}" for line, text in lines)
            yield Token(token.lineno, "data", marked)
        else:
            yield token


def unmarked(text: str) -> tuple[str, dict[int, tuple[str, int]]]:
    """A rendered style sheet without its marks, and the place that each of its lines is from."""
    plain: list[str] = []
    places: dict[int, tuple[str, int]] = {}
    where = ("", 0)
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.split(_MARK)
        for mark, rest in zip(parts[1::2], parts[2::2], strict=True):
            if rest.strip() or where == ("", 0):
                where = _read(mark)
                if number not in places or places[number][0].startswith(f"{BUILT_IN}:"):
                    places[number] = where  # beside ours on one line it is the theme's
        places.setdefault(number, where)
        plain.append("".join(parts[::2]))
    return "\n".join(plain), places


def unnamed(text: str) -> str:
    """Without what tells ours and theirs apart, so that an untouched copy is no difference."""
    for begin in (f'{STAMP}="', _MARK):
        text = text.replace(f"{begin}{BUILT_IN}:", begin)
    return text


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
    return _read(str(element.get(STAMP, "")))


def _read(stamp: str) -> tuple[str, int]:
    file, _, line = stamp.rpartition("@")
    return file, int(line) if line.isdigit() else 0


def template_of(element: Tag) -> str:
    """The template that an element is from, whether it is ours or the theme's of that name."""
    return place(element)[0].removeprefix(f"{BUILT_IN}:")


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
