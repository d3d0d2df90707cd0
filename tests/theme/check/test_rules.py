"""The rules: each finds what is wrong in its own example, where it is wrong, and is silent else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from chatterpy.theme.check import examine
from chatterpy.theme.check.files import LARGE
from chatterpy.theme.check.findings import Finding, Level, Rule, rules

MANIFEST = 'name = "Example"\nlicence = "MIT"\ncontract = 1\n'
#: Its example needs a release that comes later.
LATER = {"contract-older"}
#: With their examples, or for them, the other files of a theme have to be ours.
ALONE = {
    "extends-itself",
    "manifest-syntax",
    "page-title",
    "sentinel",
    "strings-syntax",
    "syntax-error",
}
RULES = [rule for rule in rules().values() if rule.id not in LATER]


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """A theme of these files."""
    for name, text in {"theme.toml": MANIFEST, **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        written = text.replace("LARGE", "x" * (LARGE + 1)).encode()
        file.write_bytes(written.replace(b"LATIN1", "é".encode("latin-1")))
    return folder


def told(found: tuple[Finding, ...]) -> str:
    return "\n".join(f"{one.level} {one.place} {one.rule.id}: {one.message}" for one in found)


def together(files: Callable[[Rule], Mapping[str, str]]) -> list[list[Rule]]:
    """The rules in themes of several, where no file is of two of them: to check one takes long."""
    groups: list[tuple[dict[str, str], list[Rule]]] = []
    for rule in sorted(RULES, key=lambda rule: len(files(rule)), reverse=True):
        own = files(rule)
        for taken, group in groups:
            if taken.keys().isdisjoint(own) and ALONE.isdisjoint({rule.id, group[0].id}):
                break
        else:
            groups.append((taken := {}, group := []))
        taken.update(own)
        group.append(rule)
    return [group for _, group in groups]


def names(group: list[Rule]) -> str:
    return "+".join(rule.id for rule in group)


@pytest.mark.parametrize("group", together(lambda rule: rule.wrong), ids=names)
def test_what_is_wrong_is_found_where_it_is(group: list[Rule], tmp_path: Path) -> None:
    files = {name: text for rule in group for name, text in rule.wrong.items()}
    found = examine(written(tmp_path, files)).findings
    there = {(one.rule.id, one.place) for one in found}
    missed = [f"{rule.id}: {rule.at}" for rule in group if (rule.id, rule.at) not in there]
    assert not missed, told(found)


@pytest.mark.parametrize("group", together(lambda rule: rule.right), ids=names)
def test_nothing_is_said_of_what_is_right(group: list[Rule], tmp_path: Path) -> None:
    files = {name: text for rule in group for name, text in rule.right.items()}
    found = examine(written(tmp_path, files)).findings
    rules = {rule.id for rule in group}
    wrong = [one for one in found if one.level is not Level.ADVICE or one.rule.id in rules]
    assert not wrong, told(found)
