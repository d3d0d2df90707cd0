"""At the start: a theme that would break the chat stops it, and what else is wrong is logged."""

from __future__ import annotations

from pathlib import Path

from chatterpy.errors import ThemeError
from chatterpy.logs import logger
from chatterpy.theme.catalogue import FILE
from chatterpy.theme.check import examine
from chatterpy.theme.check.findings import Level

log = logger(__name__)

#: As much as somebody reads.
LINES_MAX = 20


def check_at_start(folder: Path) -> None:
    """Logs what is wrong with a theme; raises ThemeError where the chat would not work with it."""
    report = examine(folder)
    more = f"chatterpy theme check {folder}"
    if report.fatal:
        told = "\n".join(f"{one.place}: {one.message}" for one in report.fatal[:LINES_MAX])
        raise ThemeError(f"The theme {report.name} cannot be used:\n{told}\nTo see more: {more}")
    # What changed in the contract, and what texts it cannot take, the application tells itself.
    found = [
        one
        for one in report.findings
        if one.rule.id != "contract-older"
        and not (one.file == FILE and one.rule.id in ("unknown-string", "string-values"))
    ]
    for one in found[:LINES_MAX]:
        say = log.info if one.level is Level.ADVICE else log.warning
        say(f"The theme: {one.message}", place=one.place, rule=one.rule.id)
    if len(found) > LINES_MAX:
        left = len(found) - LINES_MAX
        log.warning(f"The theme: {left} more findings", see=more)
