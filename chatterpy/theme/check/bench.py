"""The bench: a theme's files, and its templates beside ours, rendered with every fixture."""

from __future__ import annotations

import os
import re
import tomllib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, TemplateAssertionError, TemplateSyntaxError, nodes
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chatterpy.errors import ThemeError
from chatterpy.theme.catalogue import FILE, Catalogue
from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.sheets import Sheet, read
from chatterpy.theme.check.stamps import Stamps, outline, unmarked, unnamed
from chatterpy.theme.check.texts import flat
from chatterpy.theme.contract.addresses import address
from chatterpy.theme.contract.fixtures import Fixture, fixtures, parts
from chatterpy.theme.contract.source import sources
from chatterpy.theme.environment import FOLDER, KINDS, built_in
from chatterpy.theme.folder import MANIFEST, STATIC, Theme
from chatterpy.theme.fragments import Fragments
from chatterpy.theme.loaded import Loaded
from chatterpy.theme.templates import STATIC as OUR_STATIC
from chatterpy.theme.templates import Templates

#: Settings that templates depend on, as they are by default.
PEOPLE_SHOWN = 100
SILENCE_MS = 30_000
CACHED = 1000

OUR_SHEET = OUR_STATIC / "chatterpy.css"
_USED = re.compile(r"var\(\s*(--[\w-]+)")
_SET = re.compile(r"(--[\w-]+)\s*:")
_WRITTEN = re.compile(r"\b(id|class)=(?:\"([^\"]*)\"|'([^']*)')")
_JINJA = re.compile(r"{[{%].*?[}%]}", re.DOTALL)


class Memory(BytecodeCache):
    """Templates that were compiled once, for all environments of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = Memory()


class Sandbox(ImmutableSandboxedEnvironment, Loaded):
    """Templates of somebody else: they can reach what they are given, and change nothing."""


class Trial(Templates):
    """Templates that are tried: stamped, in a sandbox, and nobody stands in for what fails."""

    kind = Sandbox

    def _render(self, name: str, values: dict[str, Any]) -> str:
        return self.environment.get_template(name).render(values)

    def _catalogue(self, overlays: list[BaseLoader]) -> Catalogue:
        try:
            return super()._catalogue(overlays)
        except ThemeError:
            return Catalogue()  # `texts.py` says what is wrong with the theme's

    def _environment(self, overlays: list[Any]) -> Any:
        made = super()._environment(overlays)
        made.add_extension(Stamps)
        made.bytecode_cache = _COMPILED
        # The theme's style sheets are no difference that its templates make.
        made.globals.update(has_style=False, tokens={})
        return made

    def _version(self) -> str:
        return "0"  # so that ours and theirs have the same addresses


@dataclass(frozen=True, slots=True)
class Source:
    """One template of the theme. `error` says why Jinja cannot read it; `shape` is its outline."""

    name: str
    text: str
    tree: nodes.Template | None
    error: TemplateSyntaxError | None
    shape: str

    @property
    def outline(self) -> Page:
        """All its elements, those of all branches."""
        return Page(self.shape)


@dataclass(frozen=True, slots=True)
class Failure:
    """A template that could not be rendered, and where."""

    state: Fixture
    error: Exception
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Rendering:
    """One fixture in the theme's templates, and in ours."""

    state: Fixture
    page: Page
    ours: Page

    @property
    def template(self) -> str:
        return self.state.context.template

    @property
    def seen(self) -> str:
        return f"{self.template}, {self.state.name}"


@dataclass(frozen=True)
class Bench:
    """All that the rules look at."""

    theme: Theme
    folder: Path
    failures: list[Failure] = field(default_factory=list)

    @cached_property
    def theirs(self) -> Trial:
        return _trial(self.theme)

    @cached_property
    def built_in(self) -> frozenset[str]:
        """The names of our templates."""
        return frozenset(built_in())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The theme's templates by name."""
        names = [name for name, _ in self.files if name.endswith(tuple(f".{one}" for one in KINDS))]
        return {
            name: self._source(name)
            for name in names
            if not name.startswith(f"{STATIC}/") and readable(self.folder / name)
        }

    @cached_property
    def files(self) -> list[tuple[str, Path]]:
        """All its files by name, but for those that editors and other tools keep to themselves."""
        found = ((one.relative_to(self.folder), one) for one in sorted(self.folder.rglob("*")))
        return [
            (name.as_posix(), one)
            for name, one in found
            if not any(part.startswith(".") or part == "node_modules" for part in name.parts)
            and (one.is_file() or one.is_symlink())
        ]

    @cached_property
    def static(self) -> dict[str, Path]:
        """The theme's own files that are served, by name."""
        head = f"{STATIC}/"
        return {
            name.removeprefix(head): one
            for name, one in self.files
            if name.startswith(head) and readable(one)
        }

    @cached_property
    def ours_static(self) -> frozenset[str]:
        """The names of our own files that are served."""
        return frozenset(file.name for file in OUR_STATIC.iterdir())

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The theme's style sheets, taken apart."""
        return [
            read(f"{STATIC}/{name}", content(file))
            for name, file in self.static.items()
            if name.endswith(".css")
        ]

    @cached_property
    def rendered_sheets(self) -> list[Sheet]:
        """The theme's templates that are style sheets, as they are rendered."""
        return [
            read(seen.template, *unmarked(seen.page.html), seen.seen)
            for seen in self.renderings
            if seen.template.endswith(".css")
        ]

    @property
    def our_sheet(self) -> Sheet:
        """Ours, which the theme's come after."""
        return _our_sheet()

    @cached_property
    def tokens_set(self) -> frozenset[str]:
        """The custom properties that something sets."""
        sheets = (self.our_sheet, *self.sheets)
        found = {one.name for sheet in sheets for one in sheet.declarations}
        found |= {
            at.removeprefix("@property ")
            for sheet in sheets
            for one in sheet.declarations
            for at in one.around
        }
        found |= {option.token for option in self.theme.options}
        for source in self.sources.values():
            if source.name.endswith(".css"):
                found |= set(_SET.findall(source.text))
        return frozenset(name for name in found if name.startswith("--"))

    @cached_property
    def tokens_used(self) -> frozenset[str]:
        """The custom properties that something uses, templates included."""
        sheets = (self.our_sheet, *self.sheets)
        found = {name for sheet in sheets for name, _, _ in sheet.uses()}
        for text in our_texts():
            found |= set(_USED.findall(text))
        for source in self.sources.values():
            found |= set(_USED.findall(source.text))
        return frozenset(found)

    @cached_property
    def written(self) -> dict[str, set[str]]:
        """The ids (#) and classes (.) that stand in a template, ours or the theme's."""
        found: dict[str, set[str]] = {"#": set(), ".": set()}
        for text in (*our_texts(), *(source.text for source in self.sources.values())):
            for kind, one, other in _WRITTEN.findall(text):
                value = _JINJA.sub(" ", one or other)
                found["#" if kind == "id" else "."] |= set(value.split())
        return found

    @cached_property
    def words(self) -> dict[str, Any]:
        """The texts that the theme puts into words of its own, by key."""
        try:
            return flat(tomllib.loads(self.texts))
        except tomllib.TOMLDecodeError:
            return {}

    @cached_property
    def texts(self) -> str:
        """The content of strings.toml; empty where there is none."""
        return content(self.folder / FILE)

    @cached_property
    def manifest(self) -> str:
        """The content of theme.toml; empty where there is none."""
        return content(self.folder / MANIFEST)

    @cached_property
    def renderings(self) -> tuple[Rendering, ...]:
        """Each fixture that looks different from ours; `failures` holds those that failed."""
        return tuple(self._render()) if self.sources else ()

    def _render(self) -> Iterator[Rendering]:
        for state in _states().values():
            name = state.context.template
            if not within(name) & self.sources.keys():
                continue
            try:
                html = self.theirs.show(state.context)
            except Exception as error:  # whatever a template does is told of it, in `failures`
                self.failures.append(Failure(state, error, *self._failed(error)))
                continue
            ours = _rendered(name, state.name)
            if unnamed(html) != unnamed(ours.html):
                yield Rendering(state, Page(html), ours)

    def _source(self, name: str) -> Source:
        text = content(self.folder / name)
        jinja, tree, shape = self.theirs.environment, None, ""
        error: TemplateSyntaxError | None = None
        try:
            shape = outline(jinja.lexer.tokenize(text, name), name)
            tree = jinja.parse(text, name)
            jinja.compile(tree, name)
        except TemplateAssertionError as wrong:
            # A filter or a test that is not there is found by walking: all of them.
            error = None if tree and "No " in str(wrong.message) else wrong
        except TemplateSyntaxError as wrong:
            error = wrong
        return Source(name, text, tree, error, shape)

    def _failed(self, error: Exception) -> tuple[str, int]:
        """The theme's file and line where rendering ended."""
        if isinstance(error, TemplateSyntaxError):
            return str(error.name), error.lineno
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            file = Path(frame.filename)
            if file.is_relative_to(self.folder):
                return file.relative_to(self.folder).as_posix(), frame.lineno or 0
        return "", 0


def readable(file: Path) -> bool:
    """Whether a file is there and can be opened."""
    return file.is_file() and os.access(file, os.R_OK)


def content(file: Path) -> str:
    """The text of a file; empty where it cannot be opened."""
    return file.read_text("utf-8-sig", errors="replace") if readable(file) else ""


@cache
def our_texts() -> tuple[str, ...]:
    """The sources of our templates."""
    return tuple((FOLDER / name).read_text("utf-8") for name in built_in())


@cache
def _our_sheet() -> Sheet:
    return read(OUR_SHEET.name, OUR_SHEET.read_text("utf-8"))


@cache
def within(name: str) -> frozenset[str]:
    """A built-in template, and all whose HTML is in its own."""
    source = sources()[name]
    inner = {one.template for one in source.includes}
    if source.filters & {"entry", "entries"}:
        inner |= {"message.html", "renaming.html"}
    return frozenset({name}).union(*map(within, inner))


@cache
def _ours() -> Trial:
    return _trial(Theme(None))


@cache
def _rendered(template: str, name: str) -> Page:
    """A fixture in our own templates."""
    return Page(_ours().show(_states()[template, name].context))


@cache
def _states() -> dict[tuple[str, str], Fixture]:
    """All fixtures, by template and name."""
    return {(one.context.template, one.name): one for one in (*fixtures(), *parts())}


def _trial(theme: Theme) -> Trial:
    made = Trial(
        address, zone=None, theme=theme, options=theme.chosen({}, {}), silence_ms=SILENCE_MS
    )
    Fragments(made, CACHED, PEOPLE_SHOWN)
    return made
