"""A theme's own settings, as they are kept in the data folder: `chatterpy theme set`."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from chatterpy.errors import ThemeError
from chatterpy.theme.folder import Theme, find_theme, stored_values
from chatterpy.theme.values import keep, parse, report, values

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


def test_what_is_set_is_the_value_from_then_on(theme: Theme, file: Path) -> None:
    keep(file, theme, parse(theme, ["accent=#123456"]))
    keep(file, theme, parse(theme, ["density=dense"]))
    assert theme.chosen({}, stored_values(file, theme)) == {
        "accent": "#123456",
        "density": "dense",
    }


def test_an_empty_value_goes_back_to_the_theme_s_own(theme: Theme, file: Path) -> None:
    keep(file, theme, parse(theme, ["accent=red", "density=dense"]))
    keep(file, theme, parse(theme, ["accent="]))
    assert stored_values(file, theme) == {"density": "dense"}
    keep(file, theme, parse(theme, ["density="]))
    assert json.loads(file.read_text()) == {}


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
        ("zzz=1", "no setting 'zzz'; there are accent, density"),
        ("accent", "Expected KEY=VALUE, such as accent=…, not 'accent'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_expected(
    theme: Theme, pair: str, says: str
) -> None:
    with pytest.raises(ThemeError, match=says):
        parse(theme, [pair])


def test_without_a_theme_there_is_nothing_to_set() -> None:
    with pytest.raises(ThemeError, match="has no settings; choose a theme with --theme"):
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
