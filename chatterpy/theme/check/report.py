"""Reports: the findings for people, for programs, and for a pull request on GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import click

from chatterpy.theme.check.findings import Finding, Level, Rule

WIDTH = 80  # columns
INDENT = " " * 4

EXIT_ERRORS = 1
#: What no check can see.
NOT_CHECKED = (
    "Not checked: how it looks, whether it can be read on pictures and in colours that are "
    "calculated, what its own scripts do, and whose its fonts and pictures are. Look at it on a "
    "phone, with the keyboard alone, and in dark colours."
)
#: Where else the rules are told: the documentation need not be there.
MORE = "More of a rule, with the wrong made right: chatterpy theme explain RULE"
_GITHUB = {Level.FATAL: "error", Level.ERROR: "error", Level.WARNING: "warning"}


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in a theme, the gravest first."""

    name: str
    folder: Path
    findings: tuple[Finding, ...]

    @property
    def fatal(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.level is Level.FATAL)

    @property
    def exit_code(self) -> int:
        grave = {Level.FATAL, Level.ERROR}
        return EXIT_ERRORS if any(one.level in grave for one in self.findings) else 0

    @property
    def count(self) -> str:
        levels = Counter(one.level for one in self.findings)
        return ", ".join(f"{level}: {levels[level]}" for level in Level)


def for_people(report: Report) -> str:
    """One paragraph for each finding: how grave, where, what, and what to do."""
    lines = []
    for one in report.findings:
        lines.append(f"{one.level}: {one.place} ({one.rule.id})")
        lines.append(_wrapped(one.message))
        if one.seen:
            lines.append(_wrapped(f"Seen in {one.seen}."))
        lines.append(_wrapped(one.rule.remedy))
        lines.append(f"{INDENT}{one.rule.link}")
        lines.append("")
    if not lines:
        lines = [f"Nothing is wrong with {report.name}, as far as a program can tell.", ""]
    else:
        lines += [click.wrap_text(MORE, WIDTH), ""]
    return "\n".join((*lines, click.wrap_text(NOT_CHECKED, WIDTH), "", report.count)) + "\n"


def explained(rule: Rule) -> str:
    """A rule for people: why it is there, what to do, and a theme that breaks it made right."""
    lines = [f"{rule.id} ({rule.level}): {rule.title}", "", _wrapped(rule.why)]
    lines += [_wrapped(rule.remedy)]
    for files, head in ((rule.wrong, "Wrong"), (rule.right, "Right")):
        for name, text in files.items():
            lines += ["", f"{head}, {name}:", "", indent(text.rstrip("\n"), INDENT)]
    return "\n".join(lines) + "\n"


def listed(rules: Iterable[Rule]) -> str:
    """Rules for people, a line each."""
    return "".join(f"{one.id} ({one.level}): {one.title}\n" for one in rules)


def for_programs(report: Report) -> str:
    """The same as JSON."""
    told = {
        "theme": report.name,
        "folder": str(report.folder),
        "findings": [
            {
                "level": one.level.value,
                "rule": one.rule.id,
                "file": one.file,
                "line": one.line or None,
                "message": one.message,
                "remedy": one.rule.remedy,
                "seen": one.seen or None,
                "link": one.rule.link,
            }
            for one in report.findings
        ],
        "not_checked": NOT_CHECKED,
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def for_github(report: Report) -> str:
    """Lines that GitHub Actions shows beside the code of a pull request."""
    lines = []
    for one in report.findings:
        where = f"file={_property((report.folder / one.file).as_posix())}"
        where += f",line={one.line}" if one.line else ""
        title = _property(one.rule.title)
        what = _data(f"{one.message} {one.rule.remedy} ({one.rule.link})")
        lines.append(f"::{_GITHUB.get(one.level, 'notice')} {where},title={title}::{what}\n")
    return "".join(lines)


#: By the name that stands behind `--format`.
FORMATS = {"text": for_people, "json": for_programs, "github": for_github}


def _wrapped(text: str) -> str:
    return click.wrap_text(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def _data(text: str) -> str:
    """As GitHub's workflow commands want it escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
