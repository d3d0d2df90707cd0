"""Findings: what a rule has found, where, how grave it is, and what to do about it.

The rules are told in `rules.toml`: why each is there, a wrong example, and the same made right.
The documentation is written from that file, and the tests hold the rules to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "rules.toml"
#: Where the rules are explained; each has a heading of its own.
DOCUMENT = "docs/theme-rules.md"


class Level(StrEnum):
    """How grave it is."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


#: What each level means.
LEVELS = {
    Level.FATAL: "With it the chat does not work or is not safe; ChatterPy does not start.",
    Level.ERROR: "Something does not work, for some people or some of the time.",
    Level.WARNING: "Something works less well than it could, or is probably not what was meant.",
    Level.ADVICE: "A habit that pays off.",
}
_TABLE = re.compile(r"\s*\[+([^\]]+)\]")
_KEY = re.compile(r"\s*([\w\s.\"'-]+?)\s*=")
_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `wrong` and `right` are files of a theme, by name; `at` is where it is wrong."""

    id: str
    level: Level
    title: str
    why: str
    remedy: str
    wrong: Mapping[str, str]
    right: Mapping[str, str]
    at: str

    @property
    def link(self) -> str:
        return f"{DOCUMENT}#{self.id}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake, in a file of the theme. `line` 0 stands for the whole file.

    `seen` is the rendering that showed it, where the source alone does not.
    """

    rule: Rule
    file: str
    line: int
    message: str
    seen: str = ""

    @property
    def level(self) -> Level:
        return self.rule.level

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def rank(self) -> tuple[int, str, int, str]:
        """What findings are sorted by: the gravest first, then by place."""
        return _RANK[self.level], self.file, self.line, self.rule.id


@cache
def rules() -> dict[str, Rule]:
    """All rules by their ids, in the order of the catalogue."""
    told = tomllib.loads(CATALOGUE.read_text("utf-8"))
    return {
        name: Rule(
            name,
            Level(about["level"]),
            about["title"],
            about["why"],
            about["remedy"],
            about["wrong"],
            about["right"],
            about["at"],
        )
        for name, about in told.items()
    }


def finding(name: str, file: str, line: int, message: str, seen: str = "") -> Finding:
    """A finding of the rule of that name."""
    return Finding(rules()[name], file, line, message, seen)


def meant(word: str, known: Iterable[str]) -> str:
    """The known word that is most like a misspelt one, as a question; or nothing."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6) or [
        one for one in words if one.lower() == word.lower()
    ]
    return f" Did you mean {near[0]!r}?" if near else ""


def line_of(text: str, key: str) -> int:
    """The line on which a key or a table stands in a file of TOML; 0 where it is not found."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            table = _plain(head[1])
            if table == key:
                return number
        elif name := _KEY.match(line):
            written = f"{table}.{_plain(name[1])}".removeprefix(".")
            if written == key or written.startswith(f"{key}."):
                return number
    return 0


def _plain(name: str) -> str:
    """A dotted name of TOML without quotes and blanks."""
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
