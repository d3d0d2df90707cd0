"""The Jinja environment: where templates are found, and how fast."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
)

from chatterpy.errors import ThemeError

_PACKAGE = Path(__file__).parent.parent
#: In a wheel the templates lie in the package, in a checkout beside it.
FOLDER = next(
    folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()
)
#: What kinds of files are templates.
KINDS = ("html", "css", "svg")
#: What a template builds on: `{% extends "default:room.html" %}` is the built-in one.
BUILT_IN = "default"


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


class Loaded(Environment):
    """An environment whose templates stay as they were loaded, and are found at once.

    Jinja looks each one up under a lock, and copies its globals item by item through a chain of
    mappings, for every render and every include: half of what a message costs.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[str, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        if isinstance(name, Template):
            return name
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super().get_template(name, parent, globals)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


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
