"""Hidden: what people need, and a style sheet takes out of sight or out of reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding
from chatterpy.theme.check.sheets import Declared, Sheet, flat, last

#: Nobody can chat where one of these is hidden.
_NEEDED = {
    ":root", "html", "body", "main", "form", "button", "input", "textarea", "#chat", "#view",
    "#scroller", "#log", "#messages", "#composer", "#text", "#composer button", ".message",
    ".bubble", ".text", "#why", "#status", ".refusal", ".continues", ".message.continues",
    ".newday", ".message.newday",
}  # fmt: skip
#: In these everything is needed: `#chat > *`.
_WHOLE = {"", "html", "body", "main", "#chat", "#view", "#scroller", "#log", "#messages",
          "#composer", ".message", ".bubble"}  # fmt: skip
#: Browsers tell when these come into view, which nothing does that is not laid out.
_WATCHED = {"#sight", ".watch", "#near", "#far", "#more"}
#: What a field is known by beside its name.
_FIELD = re.compile(r"\[\s*(?:type\s*=\s*[\"']?(?:submit|text)|name\s*=\s*[\"']?text)[\"']?\s*\]")
_PLACES = ("top", "right", "bottom", "left", "inset", "margin", "text-indent", "translate")
_SIZES = {"block-size", "inline-size", "max-block-size", "max-inline-size", "height", "width",
          "max-height", "max-width", "font-size", "zoom", "scale"}  # fmt: skip
_NUMBERS = ("number", "percentage", "dimension")
#: By these a button can have a picture in the place of its words.
_PICTURED = {"color", "font-size", "text-indent"}
#: So far away nobody comes.
_FAR = 999
_WORDS = {
    "display": {"none"},
    "visibility": {"hidden", "collapse"},
    "content-visibility": {"hidden"},
    "pointer-events": {"none"},
    "color": {"transparent"},
}
#: What hides, but leaves what is watched in its place.
_UNSEEN = {"pointer-events", "visibility", "opacity", "color", "font-size", "content-visibility"}


def hidden(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """What people need, where it is hidden."""
    beside: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for one in sheet.declarations:
        beside.setdefault((one.selector, one.around), set()).add(one.name)
    for one in sheet.declarations:
        if not _hides(one) or one.on_occasion or one.within("keyframes"):
            continue
        if one.within("starting-style") or beside[one.selector, one.around] & _instead(one.name):
            continue
        for selector in one.selectors:
            if _is_needed(selector, one.name):
                message = (
                    f"{selector} is hidden or out of reach ({one.name}), and the chat needs it."
                )
                yield finding("hidden-hook", *sheet.place(one.line), message, sheet.seen)


def _instead(name: str) -> set[str]:
    """What makes up for a property in the same rule: it grows again, or is painted otherwise."""
    if name == "color":
        return {"text-shadow", "background-clip", "-webkit-background-clip"}
    if name in _SIZES:
        return {"flex", "flex-grow", "min-width", "min-inline-size", "min-height", "min-block-size"}
    return set()


def _is_needed(selector: str, name: str) -> bool:
    """Whether nobody can do without what a selector is about, as it is without that property."""
    if "htmx-" in selector:
        return False  # for a moment
    plain = _FIELD.sub("", selector)
    about = last(plain)
    if about == "*":
        rest = re.sub(r"[\s>+~]*\*$", "", plain)
        return last(rest) in _WHOLE
    if name in _PICTURED and about.startswith("button"):
        return False
    watched = set() if name in _UNSEEN else _WATCHED
    tail = re.sub(r"^[a-z]+(?=[#.])", "", about)
    is_field = plain != selector and last(_FIELD.sub("*", selector)) == "*"
    return is_field or bool({plain, about, tail} & (_NEEDED | watched))


def _hides(one: Declared) -> bool:
    """Whether a declaration takes something out of sight or out of reach."""
    if one.name in _WORDS:
        return one.words[:1] != [] and one.words[0] in _WORDS[one.name]
    numbers = [token for token in one.value if token.type in _NUMBERS]
    if one.name == "opacity":
        return bool(numbers) and numbers[0].value == 0
    if one.name in _SIZES:
        return (
            bool(numbers)
            and len(numbers) == len(one.words)
            and not any(token.value for token in numbers)
        )
    if one.name in ("clip-path", "clip", "transform"):
        return _cut_off(one)
    return one.name.startswith(_PLACES) and any(_is_far(token) for token in one.value)


def _cut_off(one: Declared) -> bool:
    """Whether nothing of something is left, or it lies somewhere else."""
    for function in one.value:
        if function.type != "function":
            continue
        numbers = [token for token in function.arguments if token.type in _NUMBERS]
        if function.lower_name == "rect" and one.name == "clip":
            return not any(token.value for token in numbers)
        first = numbers[0] if numbers else None
        if function.lower_name == "inset" and first and first.type == "percentage":
            return bool(first.value >= 50)
        if function.lower_name in ("circle", "ellipse", "scale", "scale3d", "scalex", "scaley"):
            return bool(first and first.value == 0)
        moved = one.name == "transform" and flat(function.arguments)
        if moved and any(_is_far(token) for token in moved):
            return True
    return False


def _is_far(token: Any) -> bool:
    """Whether a length leads out of the window."""
    if token.type != "dimension":
        return False
    pixels = token.value * (16 if token.lower_unit in ("em", "rem") else 1)
    far = 100 if token.lower_unit in ("vw", "vh", "dvw", "dvh") else _FAR
    return bool(abs(pixels) >= far)


CHECKS = (hidden,)
