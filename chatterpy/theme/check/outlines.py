"""Outlines: whether those who use the keyboard see where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding
from chatterpy.theme.check.sheets import Declared, Sheet, last

#: Properties that make up for an outline.
_SHOWN = ("outline", "box-shadow", "border", "background", "text-decoration")
#: Properties that take one away, of all that belong to it.
_TAKEN = {"outline", "outline-style", "outline-width", "outline-color"}
_NOTHING = re.compile(r"none|hidden|transparent|[+-]?0*\.?0+[a-z]*")
_FOCUS = re.compile(r":focus(?:-visible|-within)?\b")
_NOT_SEEN = re.compile(r":not\(\s*:focus-visible\s*\)")
_ALIKE = re.compile(r":(?:is|where)\(([^()]*)\)")


def focus(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """Outlines that are taken away, where nothing stands for them on the same thing."""
    sheets = bench.sheets if sheet in bench.sheets else [*bench.sheets, sheet]
    shown = [one for each in sheets for one in each.declarations if _shows(one)]
    for one in sheet.declarations:
        if one.name not in _TAKEN or not _is_nothing(one) or one.within("keyframes"):
            continue
        for selector in dict.fromkeys(it for each in one.selectors for it in _each(each)):
            if _NOT_SEEN.search(selector) or any(_stands_for(it, selector, one) for it in shown):
                continue
            message = f"Who uses the keyboard does not see where they are ({selector})."
            yield finding("no-outline", *sheet.place(one.line), message, sheet.seen)


def _shows(one: Declared) -> bool:
    """Whether a declaration makes something visible that has the focus."""
    return ":focus" in one.selector and one.name.startswith(_SHOWN) and not _is_nothing(one)


def _is_nothing(one: Declared) -> bool:
    """Whether nothing is drawn: `none`, `0 none`, `2px solid transparent`."""
    if not one.name.startswith(("outline", "border")):
        return all(_NOTHING.fullmatch(word) for word in one.words)
    return any(_NOTHING.fullmatch(word) for word in one.words)


def _stands_for(shown: Declared, selector: str, gone: Declared) -> bool:
    """Whether what is shown is shown wherever the outline is gone."""
    if not {at for at in shown.around if at.startswith("@media")} <= set(gone.around):
        return False
    bare = _bare(selector)
    return any(
        _bare(one) in (bare, last(bare), "", "*")
        and not (shown.name.startswith("outline") and _weight(one) < _weight(selector))
        for each in shown.selectors
        if _FOCUS.search(each)
        for one in _each(each)
    )


def _each(selector: str) -> list[str]:
    """What a selector stands for, where it has a list of others in it."""
    found = _ALIKE.search(selector)
    if not found:
        return [selector]
    before, after = selector[: found.start()], selector[found.end() :]
    return [f"{before}{one.strip()}{after}" for one in found[1].split(",")]


def _bare(selector: str) -> str:
    """The selector without a word of the focus."""
    return _FOCUS.sub("", selector).strip()


def _weight(selector: str) -> tuple[int, int, int]:
    """What a selector counts beside others: its ids, its classes, its elements."""
    plain = re.sub(r":where\([^()]*\)", "", selector)
    ids = len(re.findall(r"#[\w-]+", plain))
    classes = len(re.findall(r"\.[\w-]+|\[[^\]]*\]|(?<!:):(?!not\b|is\b|has\b|:)[\w-]+", plain))
    return ids, classes, len(re.findall(r"(?:^|[\s>+~(,])[a-zA-Z]", plain))


CHECKS = (focus,)
