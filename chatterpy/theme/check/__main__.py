"""Writes docs/theme-rules.md: `python -m chatterpy.theme.check > docs/theme-rules.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from chatterpy.theme.check.findings import LEVELS, Level, Rule, rules

_HEAD = """# What a theme is checked for

`chatterpy theme check DIR` renders the theme's templates with everything that can happen in a chat,
holds them against the built-in ones, reads its style sheets and its manifest, and names each
mistake with its place and what to do. `chatterpy run --theme DIR` does the same at the start.
Each rule is told here, with a theme that breaks it and the same made right.

The command ends with 1 where there is an error, with 2 where the folder is not a theme, else with
0. `--format json` is for programs, `--format github` for a workflow that shows the findings in a
pull request.

This page is made by `python -m chatterpy.theme.check`.
"""


def document() -> str:
    """The page docs/theme-rules.md."""
    lines = [_HEAD, "| Level | Meaning |", "| --- | --- |"]
    lines += [f"| {level} | {LEVELS[level]} |" for level in Level]
    lines += ["", "| Rule | Level | What it is about |", "| --- | --- | --- |"]
    lines += [
        f"| [`{one.id}`](#{one.id}) | {one.level} | {one.title} |" for one in rules().values()
    ]
    for rule in rules().values():
        lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}"
    yield ""
    yield f"**{rule.title}** ({rule.level}). {rule.why} {rule.remedy}"
    for files, head in ((rule.wrong, "Wrong:"), (rule.right, "Right:")):
        yield ""
        yield head
        yield from _files(files)


def _files(files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        kind = PurePath(name).suffix.lstrip(".").replace("html", "jinja")
        yield from ("", f"`{name}`", "", f"```{kind}", text.rstrip("\n"), "```")


if __name__ == "__main__":
    print(document(), end="")
