"""docs/designers.md, followed word for word: what it tells a designer to write works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from chatterpy.theme import scaffold
from chatterpy.theme.check import examine
from chatterpy.theme.folder import Theme, find_theme
from chatterpy.theme.templates import STATIC, Templates
from chatterpy.theme_cli import theme as command
from chatterpy.web.gallery import SIZES
from tests.conftest import plain_url
from tests.theme.rendering import all_pages, renders_without_ours

PAGE = Path(__file__).parent.parent.parent / "docs" / "designers.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

REM_PX = 16
TOKEN = re.compile(r"`(--[\w-]+)`")


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What somebody has who did all that the page says, in its order."""
    scaffold.put_up(folder := tmp_path / "garden")
    style, _, logo = blocks("css")
    words, manifest, more = blocks("toml")
    page, _, message, with_settings = blocks("html")
    (folder / "static" / "theme.css").write_text(style + logo)
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


def test_a_page_of_another_structure_is_alive_and_scrolls(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scaffold.put_up(folder := tmp_path / "garden")
    (folder / "room.html").write_text(blocks("html")[1])
    style = folder / "static" / "theme.css"
    style.write_text(style.read_text() + blocks("css")[1])
    findings = examine(folder).findings
    assert not findings, [f"{one.place} {one.rule.id}: {one.message}" for one in findings]
    room = "room.html, a conversation"
    page = BeautifulSoup(all_pages(find_theme(str(folder)))[room], "html.parser")
    assert renders_without_ours(caplog), caplog.text
    ours = BeautifulSoup(all_pages(Theme(None))[room], "html.parser")
    assert ids(page) == ids(ours)
    [chat] = page.select("body > #chat")
    for part in (".bar", "#side", "#view > .stage > #scroller", ".lines", "#composer"):
        assert chat.select(f":scope > {part}"), f"{part} is not where the style looks for it"


def test_the_logo_of_the_page_leaves_a_phone_s_header_to_names(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = "room.html, a conversation"
    page = BeautifulSoup(all_pages(find_theme(str(folder)))[room], "html.parser")
    assert page.select(".bar > img.logo")
    hidden = re.search(
        r"@media \(width < (\d+)rem\) \{\s*\.logo \{ display: none", blocks("css")[2]
    )
    assert hidden, "the logo is shown on every phone"
    assert int(hidden[1]) * REM_PX > SIZES["phone"][0]
    without = all_pages(find_theme(str(folder)), logo="")[room]
    assert renders_without_ours(caplog), caplog.text
    assert 'class="logo"' not in without


def ids(page: BeautifulSoup) -> list[str]:
    return sorted(str(one["id"]) for one in page.select("[id]"))


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


def test_the_table_of_tokens_names_those_that_our_style_sets_at_its_top() -> None:
    table = PAGE.read_text("utf-8").partition("| Token |")[2].partition("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in TOKEN.findall(row.split("|")[1])]
    sheet = (STATIC / "chatterpy.css").read_text("utf-8")
    layer = sheet.partition("@layer tokens {")[2].partition("@layer base {")[0]
    assert named == re.findall(r"^\s*(--[\w-]+):", layer, re.MULTILINE)


def test_the_readme_names_each_command_as_it_is_called_there() -> None:
    readme = (PAGE.parent.parent / "README.md").read_text()
    named = re.findall(r"`((?:[\w./]*/)?chatterpy\s+[a-z][^`]*)`", readme)
    assert any("theme new" in one for one in named)
    assert not [one for one in named if not one.startswith(".venv/bin/")]


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
