"""The rules: each finds what is wrong in its own example, where it is wrong, and is silent else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from chatterpy.theme.check import examine
from chatterpy.theme.check.findings import Finding, Level, Rule, rules
from chatterpy.theme.check.manifest import LARGE

MANIFEST = 'name = "Example"\nlicence = "MIT"\ncontract = 1\n'
#: Its example needs a release that comes later.
LATER = {"contract-older"}
RULES = [rule for rule in rules().values() if rule.id not in LATER]


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """A theme of these files."""
    for name, text in {"theme.toml": MANIFEST, **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("LARGE", "x" * (LARGE + 1)))
    return folder


def told(found: tuple[Finding, ...]) -> str:
    return "\n".join(f"{one.level} {one.place} {one.rule.id}: {one.message}" for one in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_is_wrong_is_found_where_it_is(rule: Rule, tmp_path: Path) -> None:
    found = examine(written(tmp_path, rule.wrong)).findings
    places = [one.place for one in found if one.rule.id == rule.id]
    assert rule.at in places, told(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_nothing_is_said_of_what_is_right(rule: Rule, tmp_path: Path) -> None:
    found = examine(written(tmp_path, rule.right)).findings
    assert not [one for one in found if one.level is not Level.ADVICE or one.rule is rule], told(
        found
    )
