"""Colours: whether a value of CSS can be one."""

from __future__ import annotations

from typing import Any

import tinycss2
from tinycss2 import color5

#: Words that stand for a colour of the system's.
SYSTEM = {
    "accentcolor", "accentcolortext", "activetext", "buttonborder", "buttonface", "buttontext",
    "canvas", "canvastext", "field", "fieldtext", "graytext", "highlight", "highlighttext",
    "linktext", "mark", "marktext", "selecteditem", "selecteditemtext", "visitedtext",
    "currentcolor", "transparent",
}  # fmt: skip
#: Functions that lead to a colour which only a browser knows.
_OPEN = {"var", "env", "attr", "if", "color-mix", "contrast-color", "device-cmyk", "calc", "image"}


def is_colour(text: str) -> bool:
    """Whether a text is a colour of CSS, as far as can be told."""
    tokens = tinycss2.parse_component_value_list(text, skip_comments=True)
    written = [one for one in tokens if one.type != "whitespace"]
    return len(written) == 1 and may_be_colour(written[0])


def may_be_colour(token: Any) -> bool:
    """Whether a part of a value can be a colour; what is only known in a browser can."""
    if token.type == "ident" and token.lower_value in SYSTEM:
        return True
    if token.type == "function":
        if token.lower_name in _OPEN:
            return True
        if token.lower_name == "light-dark":
            sides = _sides(token.arguments)
            return len(sides) == 2 and all(
                len(side) == 1 and may_be_colour(side[0]) for side in sides
            )
        if any(_is_open(one) for one in token.arguments):
            return True
    return color5.parse_color(token) is not None


def _is_open(token: Any) -> bool:
    """Whether what a function is given is calculated, or made of another colour."""
    return bool(token.type == "function" or token == "from")


def _sides(arguments: list[Any]) -> list[list[Any]]:
    """What stands between the commas."""
    sides: list[list[Any]] = [[]]
    for one in arguments:
        if one.type == "literal" and one.value == ",":
            sides.append([])
        elif one.type not in ("whitespace", "comment"):
            sides[-1].append(one)
    return sides
