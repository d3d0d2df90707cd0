"""docs/designers.md, followed word for word: what it tells a designer to write works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from chatterpy.theme import scaffold
from chatterpy.theme.check import examine
from chatterpy.theme.folder import find_theme
from chatterpy.theme.templates import Templates
from chatterpy.theme_cli import theme as command
from tests.conftest import plain_url

PAGE = Path(__file__).parent.parent.parent / "docs" / "designers.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What somebody has who did all that the page says, in its order."""
    scaffold.put_up(folder := tmp_path / "garden")
    [style] = blocks("css")
    words, manifest, more = blocks("toml")
    page, message, with_settings = blocks("html")
    (folder / "static" / "theme.css").write_text(style)
    (folder / "strings.toml").write_text(words)
    (folder / "room.html").write_text(page)
    (folder / "message.html").write_text(message)
    (folder / "theme.toml").write_text(f"{manifest}\n{more}")
    (folder / "static" / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "room.html").write_text(with_settings)
    return folder


def test_a_theme_made_by_the_page_has_no_faults(folder: Path) -> None:
    report = examine(folder)
    wrong = [one for one in report.findings if one.level.name != "ADVICE"]
    told = [f"{one.place} {one.rule.id}: {one.message}" for one in wrong]
    assert not told


def test_what_the_page_writes_is_what_is_shown(folder: Path) -> None:
    theme = find_theme(str(folder))
    made = Templates(plain_url, zone=None, silence_ms=1, theme=theme, options=theme.chosen({}, {}))
    assert made.catalogue("composer.send") == "Say it"
    assert "--accent" in made.render("theme.css")
    assert theme.name == "Garden"


@pytest.mark.parametrize(
    "line",
    [
        line.removeprefix(".venv/bin/")
        for block in blocks("sh")
        for line in block.splitlines()
        if "chatterpy theme" in line
    ],
)
def test_the_commands_of_the_page_are_there(line: str) -> None:
    _, _, name, *rest = shlex.split(line)
    assert name in command.commands, f"there is no `chatterpy theme {name}`"
    options = {word.partition("=")[0] for word in rest if word.startswith("--")}
    shown = CliRunner().invoke(command, [name, "--help"]).output
    assert all(option in shown for option in options), shown


def test_the_blocks_that_the_page_names_are_there() -> None:
    named = re.search(r"The page of a room has the blocks (.*?)\.", PAGE.read_text(), re.DOTALL)
    assert named
    room, message = named[1].split("; a message has ")
    source = {
        name: (PAGE.parent.parent / "templates" / name).read_text()
        for name in ("room.html", "layout.html", "message.html")
    }
    for block in re.findall(r"`(\w+)`", room):
        assert f"block {block} " in source["room.html"] + source["layout.html"], block
    for block in re.findall(r"`(\w+)`", message):
        assert f"block {block} " in source["message.html"], block
