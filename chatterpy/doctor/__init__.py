"""The doctor: says what is wrong with a set-up and its data folder, and changes nothing.

Each check is a function that yields findings. None waits for a server that runs, nor holds it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from chatterpy.doctor import database, folder, machine, program
from chatterpy.doctor.findings import Finding, Level, error, ok, warning
from chatterpy.errors import SettingError
from chatterpy.inventory import unknown
from chatterpy.settings import Settings

WIDTH = 80  # columns
INDENT = " " * 9

EXIT_ERRORS = 1

CHECKS_OF_THE_PROGRAM = (program.python, program.script, program.time_zones)
CHECKS_OF_THE_SETUP = (
    program.proxies,
    folder.permissions,
    folder.secret_key,
    folder.in_use,
    database.schema,
    database.content,
    machine.space,
    machine.network_file_system,
    machine.descriptors,
    machine.port,
)


def examine(environ: Mapping[str, str], data: Path | None) -> Iterator[Finding]:
    """Everything that was looked at, in order; `data` goes above the environment's."""
    for check in CHECKS_OF_THE_PROGRAM:
        yield from check()
    for stranger in unknown(environ):
        yield warning(str(stranger), "Rename or remove the variable: it does nothing.")
    try:
        settings = Settings.load(environ, data=data)
    except SettingError as wrong:
        yield error(str(wrong), "Nothing else was looked at: correct this first.")
        return
    yield ok("The settings are understood.")
    for examined in CHECKS_OF_THE_SETUP:
        yield from examined(settings)


def report(found: Iterable[Finding]) -> str:
    """The findings for people, and how many there are of what is wrong."""
    lines, levels = [], Counter[Level]()
    for finding in found:
        levels[finding.level] += 1
        lines.append(_wrapped(finding.sentence, first=f"{finding.level:<{len(INDENT)}}"))
        if finding.remedy:
            lines.append(_wrapped(finding.remedy, first=INDENT))
    count = ", ".join(f"{level}: {levels[level]}" for level in Level)
    return "\n".join((*lines, "", count)) + "\n"


def exit_code(found: Iterable[Finding]) -> int:
    return EXIT_ERRORS if any(one.level is Level.ERROR for one in found) else 0


def _wrapped(text: str, first: str) -> str:
    return click.wrap_text(text, WIDTH, initial_indent=first, subsequent_indent=INDENT)
