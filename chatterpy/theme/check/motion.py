"""Motion: what moves for ever, also for those whom it makes ill."""

from __future__ import annotations

from collections.abc import Iterator

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding
from chatterpy.theme.check.sheets import Sheet

_ASKED = "prefers-reduced-motion"
#: Properties by which something moves.
_MOVING = (
    "transform", "translate", "rotate", "scale", "top", "right", "bottom", "left", "inset",
    "margin", "background-position", "offset", "width", "height", "inline-size", "block-size",
)  # fmt: skip


def motion(bench: Bench, sheet: Sheet) -> Iterator[Finding]:
    """Animations without an end, in a theme that never asks whether motion is wanted."""
    sheets = (*bench.sheets, *bench.rendered_sheets)
    if any(_ASKED in at for each in sheets for one in each.declarations for at in one.around):
        return
    moving = {
        at.split()[-1]
        for each in sheets
        for one in each.declarations
        for at in one.around
        if "keyframes" in at and one.name.startswith(_MOVING)
    }
    named = {
        (one.selector, one.around): set(one.words)
        for one in sheet.declarations
        if one.name in ("animation", "animation-name")
    }
    for one in sheet.declarations:
        names = named.get((one.selector, one.around), set())
        endless = one.name in ("animation", "animation-iteration-count")
        if endless and "infinite" in one.text.lower() and moving & {*names, *one.words}:
            message = f"{one.selector} moves for ever, also for those who asked for less motion."
            yield finding("endless-motion", *sheet.place(one.line), message, sheet.seen)


CHECKS = (motion,)
