"""The Jinja environment: where templates are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
)

from chatterpy.errors import ThemeError
from chatterpy.theme.loaded import Loaded

_PACKAGE = Path(__file__).parent.parent
#: In a wheel the templates lie in the package, in a checkout beside it.
FOLDER = next(
    folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()
)
#: What kinds of files are templates.
KINDS = ("html", "css", "svg")
#: What a template builds on: `{% extends "default:room.html" %}` is the built-in one.
BUILT_IN = "default"


#: The templates of `chatterpy theme dev` itself: no page has them, and no theme replaces them.
DEV = "dev/"


def built_in() -> list[str]:
    """The built-in templates that a theme can replace, by their names."""
    files = (file.relative_to(FOLDER).as_posix() for file in sorted(FOLDER.rglob("*.*")))
    return [name for name in files if name.endswith(KINDS) and not name.startswith(DEV)]


class Beneath(BaseLoader):
    """The templates of a host application that lie in a folder of its own templates."""

    def __init__(self, loader: BaseLoader, folder: str) -> None:
        self._loader = loader
        self._folder = folder

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        return self._loader.get_source(environment, f"{self._folder}/{template}")

    def list_templates(self) -> list[str]:
        head = f"{self._folder}/"
        names = self._loader.list_templates()
        return [name.removeprefix(head) for name in names if name.startswith(head)]


def contents(overlays: list[BaseLoader], name: str) -> list[tuple[str, str]]:
    """Where a file lies in each overlay that has it, and what it holds; raises ThemeError."""
    found = []
    for overlay in overlays:
        try:
            content, file, _ = overlay.get_source(Environment(), name)
        except TemplateNotFound:
            continue
        except UnicodeDecodeError as error:
            raise ThemeError(f"The theme's {name} cannot be read: {error}.") from error
        found.append((file or name, content))
    return found


def environment(overlays: list[BaseLoader], kind: type[Environment] = Loaded) -> Environment:
    """Templates of the overlays, the first that has one, else the built-in ones."""
    built_in = FileSystemLoader(FOLDER)
    return kind(
        loader=ChoiceLoader([*overlays, built_in, PrefixLoader({BUILT_IN: built_in}, ":")]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # `run --reload` starts anew
        trim_blocks=True,
        lstrip_blocks=True,
    )
