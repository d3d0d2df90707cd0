"""A theme's own settings, as they are kept in the data folder: `chatterpy theme set`."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chatterpy.errors import ThemeError
from chatterpy.theme.folder import Theme, find_theme, stored_values
from chatterpy.theme.values import keep, parse, report, values
from chatterpy.theme_cli import theme as group

MANIFEST = """
name = "Garden"

[settings.accent]
type = "colour"
default = "#006644"
label = "Links and buttons."
token = "--accent"

[settings.density]
type = "choice"
choices = ["cosy", "dense"]
default = "cosy"

[settings.footer]
type = "text"
default = "Made by us"
"""


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "theme.toml").write_text(MANIFEST)
    return find_theme(str(tmp_path / "theme"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the values are kept, in a data folder that is not there yet."""
    return tmp_path / "data" / "theme.json"


@pytest.fixture
def command(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`chatterpy theme set`, beside the theme's folder `theme`."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CHATTERPY_")]:
        monkeypatch.delenv(name)
    return lambda *words: CliRunner().invoke(group, ["set", "--data", "data", *words])


def test_what_is_set_is_the_value_from_then_on(theme: Theme, file: Path) -> None:
    keep(file, theme, parse(theme, ["accent=#123456"]))
    keep(file, theme, parse(theme, ["density=dense"]))
    assert theme.chosen({}, stored_values(file, theme)) == {
        "accent": "#123456",
        "density": "dense",
        "footer": "Made by us",
    }


def test_what_is_reset_goes_back_to_the_theme_s_own(theme: Theme, file: Path) -> None:
    keep(file, theme, parse(theme, ["accent=red", "density=dense"]))
    keep(file, theme, parse(theme, [], ["accent"]))
    assert stored_values(file, theme) == {"density": "dense"}
    keep(file, theme, parse(theme, ["accent=blue"], ["density"]))
    assert stored_values(file, theme) == {"accent": "blue"}
    keep(file, theme, parse(theme, [], ["accent"]))
    assert json.loads(file.read_text()) == {}
    with pytest.raises(ThemeError, match="no setting 'acent'; did you mean 'accent'"):
        parse(theme, [], ["acent"])


def test_an_empty_text_is_a_value(theme: Theme, file: Path) -> None:
    keep(file, theme, parse(theme, ["footer="]))
    assert theme.chosen({}, stored_values(file, theme))["footer"] == ""
    said = report(theme, values(theme, {}, stored_values(file, theme)))
    assert "footer = (empty)  [set; default: Made by us]" in said


def test_what_cannot_be_empty_says_how_to_go_back(theme: Theme) -> None:
    with pytest.raises(ThemeError, match=r"not ''\. --reset accent goes back to the theme's own\."):
        parse(theme, ["accent="])


def test_the_values_of_other_themes_stay(theme: Theme, file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"Other": {"accent": "blue"}}')
    keep(file, theme, parse(theme, ["accent=red"]))
    assert json.loads(file.read_text()) == {
        "Other": {"accent": "blue"},
        "Garden": {"accent": "red"},
    }


def test_nobody_else_reads_the_file_and_nothing_is_left_beside_it(theme: Theme, file: Path) -> None:
    keep(file, theme, parse(theme, ["accent=red"]))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("accent=red; }", "accent is a colour of CSS such as .*, not 'red; }'"),
        ("density=airy", "density is one of cosy, dense, not 'airy'"),
        ("acent=red", "no setting 'acent'; did you mean 'accent'?"),
        ("zzz=1", "no setting 'zzz'; there are accent, density, footer"),
        ("accent", "Expected KEY=VALUE, such as accent=…, not 'accent'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_expected(
    theme: Theme, pair: str, says: str
) -> None:
    with pytest.raises(ThemeError, match=says):
        parse(theme, [pair])


def test_the_built_in_templates_have_nothing_to_set() -> None:
    with pytest.raises(ThemeError, match="The theme default has no settings"):
        parse(Theme(None), ["accent=red"])


@pytest.mark.parametrize("content", ["[]", "{", '{"Garden": 3}'])
def test_a_file_with_something_else_is_not_overwritten(
    theme: Theme, file: Path, content: str
) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(ThemeError, match="Correct or delete it"):
        keep(file, theme, {"accent": "red"})
    assert file.read_text() == content


def test_the_list_says_of_each_what_it_is_and_where_it_came_from(theme: Theme) -> None:
    environ = {"CHATTERPY_THEME_DENSITY": "dense"}
    said = report(theme, values(theme, environ, {"accent": "red", "density": "cosy"}))
    assert "accent = red  [set; default: #006644]" in said
    assert "Links and buttons." in said
    assert "colour: a colour of CSS such as" in said
    assert "density = dense  [environment; default: cosy]" in said
    assert "choice: one of cosy, dense; CHATTERPY_THEME_DENSITY" in said
    assert "accent = #006644  [default]" in report(theme, values(theme, {}, {}))


def test_a_theme_without_settings_says_so() -> None:
    assert report(Theme(None), []) == "The theme default has no settings.\n"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "theme"
    (folder / "theme.toml").write_text(
        '[settings.logo]\ntype = "file"\ndefault = ""\nlabel = "The picture in the header."\n'
    )
    (folder / "static").mkdir()
    (folder / "static" / "logo.svg").write_text("<svg/>")
    pictured = find_theme(str(folder))
    with pytest.raises(ThemeError, match=r"there is none named 'nope\.svg'"):
        parse(pictured, ["logo=nope.svg"])
    with pytest.raises(ThemeError, match=r"there is none named 'nope\.svg'"):
        pictured.chosen({"CHATTERPY_THEME_LOGO": "nope.svg"}, {})
    for there in ("logo.svg", "icon.svg"):  # its own, and one of ours
        assert parse(pictured, [f"logo={there}"]) == {"logo": there}


@pytest.mark.parametrize("words", [("theme",), ("./theme",), ("--theme", "theme")])
def test_the_command_takes_the_theme_first_as_others_do(
    command: Callable[..., Result], file: Path, words: tuple[str, ...]
) -> None:
    done = command(*words, "accent=#8a1c5c")
    assert done.exit_code == 0, done.output
    assert "accent = #8a1c5c  [set; default: #006644]" in done.output
    assert "density" not in done.output
    assert json.loads(file.read_text()) == {"Garden": {"accent": "#8a1c5c"}}
    assert "density = cosy  [default]" in command(*words).output


def test_the_command_sets_empty_texts_and_resets(command: Callable[..., Result]) -> None:
    assert "footer = (empty)  [set; default: Made by us]" in command("theme", "footer=").output
    done = command("theme", "--reset", "footer")
    assert "footer = Made by us  [default]" in done.output
    assert "Kept in" in done.output
    assert "accent" not in done.output
    told = " ".join(command("--help").output.split())
    assert all(way in told for way in ("--reset KEY", "KEY= sets an empty text")), told


def test_a_value_that_a_start_would_refuse_is_told_of_in_the_same_words(
    command: Callable[..., Result], theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATTERPY_THEME_ACCENT", "zzz")
    with pytest.raises(ThemeError) as refused:
        theme.chosen(os.environ, {})
    done = command("theme")
    assert "accent = zzz  [environment; default: #006644]" in done.stdout
    assert done.stderr == f"{refused.value}\n"
    assert done.exit_code == 2
    assert command("theme", "density=dense").exit_code == 0, "this one is right"


def test_a_theme_that_comes_with_it_is_taken_by_its_name(command: Callable[..., Result]) -> None:
    assert "accent = " in command("irc").output


def test_the_theme_is_else_that_of_the_environment(
    command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATTERPY_THEME", "theme")
    assert "density = dense" in command("density=dense").output
    assert "accent = " in command("irc").output, "what is written stands above it"


@pytest.mark.parametrize("words", [(), ("accent=red",)])
def test_the_command_asks_for_a_theme_where_none_is_named(
    command: Callable[..., Result], words: tuple[str, ...]
) -> None:
    done = command(*words)
    assert done.exit_code == 2
    assert done.stderr == (
        "Expected a theme: write its folder or its name first, as in "
        "`chatterpy theme set garden`, or set CHATTERPY_THEME.\n"
    )


def test_a_theme_that_is_not_there_is_told_of(command: Callable[..., Result]) -> None:
    done = command("gardn", "accent=red")
    assert done.exit_code == 2
    assert done.stderr.startswith("There is no theme 'gardn': expected a folder, or one of ")
