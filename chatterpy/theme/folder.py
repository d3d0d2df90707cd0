"""A theme: a folder of templates and files that stand in for ours, and what it says of itself.

`theme.toml` names it and declares its options; all of it may be left out.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatterpy.errors import ThemeError
from chatterpy.theme.contract.versions import CONTRACT
from chatterpy.theme.options import Option, parse_options

#: Where the themes are that come with ChatterPy.
SHIPPED = Path(__file__).parent / "shipped"
MANIFEST, STATIC, STYLE = "theme.toml", "static", "theme.css"
#: The name of the theme that is none.
DEFAULT = "default"

PREFIX = "CHATTERPY_THEME_"

#: What `theme.toml` can say at its top.
KEYS = ("name", "author", "licence", "contract", "settings")
#: Our own files that are served, which a theme's stand in for.
OURS = Path(__file__).parent.parent / STATIC


@dataclass(frozen=True, slots=True)
class About:
    """What templates are told of their theme: words and numbers, and no way to its folder."""

    name: str
    author: str
    licence: str
    contract: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme's folder (None: the built-in templates alone) and what its manifest says."""

    folder: Path | None
    name: str = DEFAULT
    author: str = ""
    licence: str = ""
    contract: int = CONTRACT
    options: tuple[Option, ...] = ()

    @property
    def about(self) -> About:
        return About(self.name, self.author, self.licence, self.contract, self.options)

    @property
    def static(self) -> Path | None:
        """Its folder of files that are served, where there is one."""
        folder = self.folder / STATIC if self.folder else None
        return folder if folder and folder.is_dir() else None

    def chosen(self, environ: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
        """The value of each option: the environment's, else the stored one, else its default.

        Raises ThemeError where a value is not of the option's kind.
        """
        values = {}
        for option in self.options:
            given = environ.get(variable(option))
            if given is None:
                given = stored.get(option.name, option.default)
            values[option.name] = self.check(option, given)
        return values

    def check(self, option: Option, value: str) -> str:
        """The value; raises ThemeError where it is not of the option's kind, or names no file."""
        option.check(value)
        served = [folder / value for folder in (self.static, OURS) if folder]
        named = option.kind == "file" and value not in ("", option.default)
        if named and not any(file.is_file() for file in served):
            raise ThemeError(
                f"The theme's setting {option.name} is the name of a file in {STATIC}/, and there "
                f"is none named {value!r}."
            )
        return value


def variable(option: Option) -> str:
    """The name of an option in the environment."""
    return PREFIX + option.name.upper().replace("-", "_")


def find_theme(named: str) -> Theme:
    """The theme in a folder, or one that comes with ChatterPy, by its name; raises ThemeError."""
    return Theme(None) if named in ("", DEFAULT) else _read(folder_of(named))


def folder_of(named: str) -> Path:
    """The folder of a theme that is named by it, or by its name; raises ThemeError."""
    folder = Path(named).expanduser()
    if named == DEFAULT and not folder.is_dir():
        raise ThemeError(f"The theme {DEFAULT!r} is the built-in templates: it has no folder.")
    if not folder.is_dir() and (SHIPPED / named).is_dir() and named.isidentifier():
        folder = SHIPPED / named
    if not folder.is_dir():
        raise ThemeError(
            f"There is no theme {named!r}: expected a folder, or one of {', '.join(came_with())}."
        )
    return folder


def came_with() -> list[str]:
    """The names of the themes that come with ChatterPy, the built-in templates first."""
    return [DEFAULT, *sorted(one.name for one in SHIPPED.iterdir() if one.is_dir())]


def find_chosen(
    named: str, environ: Mapping[str, str], stored: Path
) -> tuple[Theme, dict[str, str]]:
    """A theme and the values of its options, some of them `stored` in a file; raises ThemeError."""
    theme = find_theme(named)
    return theme, theme.chosen(environ, stored_values(stored, theme))


def stored_values(file: Path, theme: Theme) -> dict[str, str]:
    """What `chatterpy theme set` has kept for a theme; raises ThemeError."""
    if not file.exists():
        return {}
    try:
        kept: Any = json.loads(file.read_text("utf-8"))
        return {str(key): str(value) for key, value in kept.get(theme.name, {}).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise ThemeError(
            f"{file} cannot be read ({error}). Correct or delete it; "
            "the theme then has its own values."
        ) from error


def _read(folder: Path) -> Theme:
    manifest = folder / MANIFEST
    said: dict[str, Any] = {}
    if manifest.exists():
        try:
            said = tomllib.loads(manifest.read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise ThemeError(f"{manifest} cannot be read: {error}.") from error
    return theme_of(folder, said)


def theme_of(folder: Path, said: Mapping[str, Any]) -> Theme:
    """The theme in a folder whose manifest says this; raises ThemeError."""
    manifest = folder / MANIFEST
    if strange := sorted(set(said) - set(KEYS)):
        raise ThemeError(f"{manifest}: there is no {strange[0]!r}; there are {sorted(KEYS)}.")
    contract = said.get("contract", CONTRACT)
    if not isinstance(contract, int) or isinstance(contract, bool) or contract < 1:
        raise ThemeError(f"{manifest}: contract is a whole number such as {CONTRACT}.")
    if contract > CONTRACT:
        raise ThemeError(
            f"{manifest}: the theme is made for contract {contract}, and this release keeps "
            f"{CONTRACT}. Update ChatterPy, or take an older release of the theme."
        )
    for key in ("name", "author", "licence"):
        if not isinstance(said.get(key, ""), str):
            raise ThemeError(f"{manifest}: {key} is a text in quotes.")
    return Theme(
        folder,
        said.get("name") or folder.resolve().name,
        said.get("author", ""),
        said.get("licence", ""),
        contract,
        parse_options(said.get("settings", {}), manifest),
    )
