"""The themes that come with ChatterPy: small, whole, and alive."""

from __future__ import annotations

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup

from chatterpy.theme.contract.fixtures import fixtures
from chatterpy.theme.folder import SHIPPED, Theme, find_theme
from tests.theme.rendering import all_pages, renders_without_ours

NAMES = sorted(folder.name for folder in SHIPPED.iterdir() if folder.is_dir())
LINES_MAX = 300

#: What looks are for, and no frame aims at.
LOOKS = {"people-title"}


@cache
def ours() -> dict[str, str]:
    return all_pages(Theme(None))


def ids(html: str) -> list[str]:
    return sorted(str(one["id"]) for one in BeautifulSoup(html, "html.parser").select("[id]"))


def test_there_are_three() -> None:
    assert NAMES == ["bubbles", "gazette", "irc"]


@pytest.mark.parametrize("name", NAMES)
def test_each_is_found_by_its_name_and_says_whose_it_is(name: str) -> None:
    theme = find_theme(name)
    assert (theme.name, theme.author, theme.licence) == (name, "ChatterPy contributors", "MIT")
    assert theme.contract == 1
    assert "accent" in theme.chosen({}, {})
    assert all(option.label for option in theme.options)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_under_300_lines(name: str) -> None:
    files = [file for file in (SHIPPED / name).rglob("*") if file.is_file()]
    lines = sum(len(file.read_text("utf-8").splitlines()) for file in files)
    assert lines < LINES_MAX, f"{name} has {lines} lines; a theme is a small thing"


@pytest.mark.parametrize("name", NAMES)
def test_each_renders_every_page_itself_with_every_place_that_frames_aim_at(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    pages = all_pages(find_theme(name))
    assert renders_without_ours(caplog), caplog.text
    for page, html in pages.items():
        assert [one for one in ids(html) if one not in LOOKS] == ids(ours()[page]), page


@pytest.mark.parametrize("name", NAMES)
def test_each_has_every_hook_of_the_live_page(name: str) -> None:
    pages = all_pages(find_theme(name))
    for one in fixtures():
        page, values = f"{one.context.template}, {one.name}", one.context.values()
        document = BeautifulSoup(pages[page], "html.parser")
        for hook in one.context.hooks:
            if hook.applies(values) and hook.needed and not hook.behind:
                assert document.select(hook.aim(values)), (page, hook)


@pytest.mark.parametrize("name", NAMES)
def test_the_style_asks_nobody_else_and_lets_the_view_hold_still(name: str) -> None:
    style = (SHIPPED / name / "static" / "theme.css").read_text("utf-8")
    assert not re.search(r"@import|url\(|!important|overflow-anchor", style)
    assert "prefers-contrast" in style
    moving = style.partition("prefers-reduced-motion: no-preference")[0]
    assert not re.search(r"animation|transition", moving), "motion is for who allows it"
