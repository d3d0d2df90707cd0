"""The scaffold: a theme that works as it is written, and that overwrites nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from chatterpy.errors import ThemeError
from chatterpy.theme.catalogue import Catalogue
from chatterpy.theme.folder import find_theme
from chatterpy.theme.scaffold import put_up
from chatterpy.theme_cli import theme
from tests.theme.rendering import all_pages, renders_without_ours


def test_it_is_a_theme_that_renders_every_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written = put_up(tmp_path / "garden")
    made = find_theme(str(tmp_path / "garden"))
    assert made.name == "garden"
    assert [option.name for option in made.options] == ["accent", "footer"]
    assert "Made by us, for us" in all_pages(made)["room.html, a conversation"]
    assert renders_without_ours(caplog)
    assert {str(one) for one in written} >= {"theme.toml", "static/theme.css", "strings.toml"}


@pytest.mark.parametrize("name", ["garden", "our garden"])
def test_the_command_that_it_names_works_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHATTERPY_DATA", "data")
    put_up(Path(name))
    manifest = Path(name, "theme.toml").read_text()
    [line] = [line for line in manifest.splitlines() if "chatterpy theme set" in line]
    _, _, *words = shlex.split(line.removeprefix("#"))
    done = CliRunner().invoke(theme, words)
    assert done.exit_code == 0, done.output
    assert "accent = #8a1c5c  [set;" in done.output


def test_its_line_of_the_page_can_be_left_out(tmp_path: Path) -> None:
    put_up(tmp_path / "garden")
    pages = all_pages(find_theme(str(tmp_path / "garden")), footer="")
    assert 'class="footer"' not in pages["room.html, a conversation"]


def test_the_words_that_it_proposes_are_texts_that_there_are(tmp_path: Path) -> None:
    put_up(tmp_path)
    proposed = (tmp_path / "strings.toml").read_text().replace("# [", "[").replace("# send", "send")
    assert Catalogue(("strings.toml", proposed))("composer.send") == "Say it"


def test_an_empty_folder_will_do_and_another_is_left_as_it_is(tmp_path: Path) -> None:
    put_up(tmp_path)
    (tmp_path / "theme.toml").write_text("mine")
    with pytest.raises(ThemeError, match="expected a new or an empty folder"):
        put_up(tmp_path)
    with pytest.raises(ThemeError, match="expected a new or an empty folder"):
        put_up(tmp_path / "theme.toml")
    assert (tmp_path / "theme.toml").read_text() == "mine"


@pytest.mark.parametrize("name", ["gazette", "default"])
def test_the_name_of_a_theme_that_comes_with_it_is_refused(tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(theme, ["new", str(tmp_path / name)])
    assert done.exit_code == 2
    assert f"The theme {name} comes with ChatterPy" in done.stderr
    assert "choose another name" in done.stderr
    assert not (tmp_path / name).exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ThemeError, match="cannot be written"):
        put_up(tmp_path / "file" / "garden")


def test_the_command_says_what_to_do_next_and_refuses_with_a_sentence(tmp_path: Path) -> None:
    folder = str(tmp_path / "garden")
    done = CliRunner().invoke(theme, ["new", folder])
    assert done.exit_code == 0, done.output
    assert f"chatterpy theme dev {folder}" in done.output
    assert "docs/designers.md" in done.output
    again = CliRunner().invoke(theme, ["new", folder])
    assert again.exit_code == 2
    assert again.stderr == f"{folder} is there already: expected a new or an empty folder.\n"
    assert again.stdout == ""


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        (".venv/bin/chatterpy", ".venv/bin/chatterpy"),
        ("/opt/my chat/bin/chatterpy", "'/opt/my chat/bin/chatterpy'"),
        ("chatterpy", "chatterpy"),
        ("/usr/bin/chatterpy", "chatterpy"),
        ("/usr/lib/chatterpy/__main__.py", "chatterpy"),
    ],
)
def test_the_next_command_is_named_as_this_one_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, shown: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [word])
    # A shell that finds the command by its name runs it by its path.
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    done = CliRunner().invoke(theme, ["new", "our garden"])
    assert f"Next: {shown} theme dev 'our garden'\n" in done.output
