"""A theme: its folder, its options, and what happens where a template of it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatterpy.errors import ThemeError
from chatterpy.theme.folder import Theme, find_theme, stored_values
from chatterpy.theme.templates import Templates
from tests.conftest import plain_url

OPTION = '[settings.accent]\ntype = "colour"\ndefault = "#006644"\ntoken = "--accent"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A theme's folder with a manifest."""
    (tmp_path / "theme.toml").write_text(f'name = "Garden"\n{OPTION}')
    (tmp_path / "static").mkdir()
    return tmp_path


def made(theme: Theme, **options: str) -> Templates:
    return Templates(plain_url, zone=None, silence_ms=1, theme=theme, options=options)


def test_a_file_of_the_theme_stands_in_for_ours_and_can_build_on_it(folder: Path) -> None:
    (folder / "error.html").write_text(
        '{% extends "default:error.html" %}{% block title %}Oh{% endblock %}'
    )
    html = made(find_theme(str(folder))).render(
        "error.html", title="Not here", sentence="No.", meant=None, again=None, home="lobby"
    )
    assert "<title>Oh</title>" in html
    assert "<h1>Not here</h1>" in html


def test_files_of_the_theme_are_served_beside_ours_and_named_by_their_content(folder: Path) -> None:
    (folder / "static" / "fonts").mkdir()
    (folder / "static" / "fonts" / "a.woff2").write_bytes(b"font")
    (folder / "static" / "icon.svg").write_text("<svg/>")
    templates = made(find_theme(str(folder)))
    assert templates.files["fonts/a.woff2"].read_bytes() == b"font"
    assert templates.files["icon.svg"].read_text() == "<svg/>"
    assert "chatterpy.css" in templates.files
    assert templates.hashes["icon.svg"] != made(Theme(None)).hashes["icon.svg"]


def test_an_option_comes_from_the_environment_or_was_stored_or_is_as_the_theme_says(
    folder: Path,
) -> None:
    theme = find_theme(str(folder))
    assert theme.chosen({}, {}) == {"accent": "#006644"}
    assert theme.chosen({}, {"accent": "red"}) == {"accent": "red"}
    assert theme.chosen({"CHATTERPY_THEME_ACCENT": "blue"}, {"accent": "red"}) == {"accent": "blue"}


def test_an_option_that_sets_a_token_is_in_a_style_sheet_of_its_own(folder: Path) -> None:
    css = made(find_theme(str(folder)), accent="rebeccapurple").render("theme.css")
    layered, _, plain = css.partition("\n}\n")
    assert "--accent: rebeccapurple;" in plain
    assert "--accent" not in layered


def test_the_default_of_an_option_gives_way_to_rules_of_the_theme(folder: Path) -> None:
    css = made(find_theme(str(folder)), accent="#006644").render("theme.css")
    layered, _, plain = css.partition("\n}\n")
    assert "@layer tokens" in layered
    assert "--accent: #006644;" in layered
    assert "--accent" not in plain


@pytest.mark.parametrize(
    "value", ["red; } body { display: none", "url(https://x.example)", "blurple", "rgb(1 2)", ""]
)
def test_a_value_that_is_no_colour_stays_out_of_the_style_sheet(folder: Path, value: str) -> None:
    with pytest.raises(ThemeError, match="is a colour of CSS"):
        find_theme(str(folder)).chosen({"CHATTERPY_THEME_ACCENT": value}, {})


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("name = ", "cannot be read"),
        ("nmae = 'x'", "there is no 'nmae'"),
        ("contract = 'one'", "contract is a whole number"),
        ("name = 3", "name is a text"),
        ("[settings]\naccent = 'red'", "expected a type and a default"),
        ("[settings.accent]\ntype = 'paint'\ndefault = 'red'", "type is one of"),
        ("[settings.accent]\ntype = 'colour'\ndefault = '1px'", "is a colour of CSS"),
        (
            "[settings.accent]\ntype = 'text'\ndefault = ''\ntoken = '--a'",
            "token is a custom property",
        ),
        ("[settings.a]\ntype = 'choice'\ndefault = 'x'", "choices are a list"),
    ],
)
def test_a_manifest_at_fault_is_named_with_what_was_expected(
    folder: Path, manifest: str, says: str
) -> None:
    (folder / "theme.toml").write_text(manifest)
    with pytest.raises(ThemeError, match=says):
        find_theme(str(folder))


def test_a_folder_that_is_not_there_is_no_theme() -> None:
    with pytest.raises(ThemeError, match="expected a folder, or one of default"):
        find_theme("nowhere-at-all")


def test_what_was_stored_and_cannot_be_read_is_said(folder: Path, tmp_path: Path) -> None:
    theme, file = find_theme(str(folder)), tmp_path / "theme.json"
    assert stored_values(file, theme) == {}
    file.write_text('{"Garden": {"accent": "red"}}')
    assert stored_values(file, theme) == {"accent": "red"}
    file.write_text("[]")
    with pytest.raises(ThemeError, match="Correct or delete it"):
        stored_values(file, theme)


def test_where_a_template_of_the_theme_fails_ours_is_shown_and_the_log_says_where(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "error.html").write_text("{# fine #}\n{{ nothing.at_all }}")
    templates = made(find_theme(str(folder)))
    html = templates.render(
        "error.html", title="T", sentence="S", meant=None, again=None, home="lobby"
    )
    assert "<h1>T</h1>" in html
    assert "The theme's error.html failed" in caplog.text
    assert f"file='{folder / 'error.html'}' line=2" in caplog.text
    assert "'nothing' is undefined" in caplog.text


def test_a_template_that_cannot_even_be_read_is_ours_as_well(folder: Path) -> None:
    (folder / "past.html").write_text("{% if %}")
    (folder / "error.html").write_text("{% if %}")
    html = made(find_theme(str(folder))).render(
        "error.html", title="T", sentence="S", meant=None, again=None, home="lobby"
    )
    assert "<h1>T</h1>" in html
