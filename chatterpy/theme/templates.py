"""Jinja over the templates folder. It knows no request: a message is rendered for everybody."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
)

from chatterpy.chat.changes import Entry
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import to_html
from chatterpy.chat.people import Person, Visitor
from chatterpy.errors import AssetError
from chatterpy.logs import RateLimited, logger
from chatterpy.theme.catalogue import FILE, Catalogue
from chatterpy.theme.contract.context import Context
from chatterpy.theme.contract.notices import FETCHED
from chatterpy.theme.environment import BUILT_IN, DEV, FOLDER, KINDS, contents, environment
from chatterpy.theme.folder import OURS, STYLE, Theme
from chatterpy.theme.loaded import Loaded
from chatterpy.theme.providers import Url, provide

log = RateLimited(logger(__name__))

STATIC = OURS
SCRIPT = STATIC / "htmx.js"

#: How many times of the day are kept as they are shown.
TIMES_MAX = 1000


class NoFile(TemplateRuntimeError):
    """A template asks for a file that is not served."""


class Templates:
    """Renders templates by name. `url` makes the path of an endpoint from its name and values."""

    kind: ClassVar[type[Environment]] = Loaded

    def __init__(
        self,
        url: Url,
        zone: tzinfo | None,
        *,
        theme: Theme | None = None,
        options: Mapping[str, str] | None = None,
        host: BaseLoader | None = None,
        avatar_provider: str = "dicebear",
        liara_url: str = "",
        **names: Any,
    ) -> None:
        """`zone` shows times (None: the server's own); `names` are known in every template.

        The templates of `theme` replace the built-in ones, and those of the `host` application
        both; `options` are the values of the theme's options.

        Raises AssetError where the script was not built.
        """
        if not SCRIPT.exists():
            raise AssetError(
                f"The script {SCRIPT.name} is missing in {SCRIPT.parent}: it is made by the build. "
                "Install the package with pip, or run: python hatch_build.py"
            )
        #: Is told where a theme fails: the name of a template, and what happened.
        self.failed: Callable[[str, Exception], None] = _log
        self._zone = zone
        self._host = host if host and host.list_templates() else None
        self._url = url
        self._names = names
        self._avatars = avatar_provider, liara_url
        self._filters: dict[str, Callable[..., Any]] = {
            "html": to_html,
            "local": self._local,
            "new_day": self._new_day,
            "lately": self._lately,
        }
        self.read(theme or Theme(None), options or {})

    def read(self, theme: Theme, options: Mapping[str, str]) -> None:
        """Reads templates, texts and files as they are now.

        Raises ThemeError where the texts cannot be; then all stays as it was.
        """
        overlays: list[BaseLoader] = [self._host] if self._host else []
        if theme.folder:
            overlays.append(FileSystemLoader(theme.folder, encoding="utf-8-sig"))
        self.catalogue = self._catalogue(overlays)
        self._shown: Callable[[int, str], str] = lru_cache(TIMES_MAX)(
            lambda at, form: self.catalogue.date(
                datetime.fromtimestamp(at, UTC).astimezone(self._zone), form
            )
        )
        self.theme, self.options, self._overlays = theme, dict(options), overlays
        self.files = _files(STATIC) | _files(theme.static)
        self.hashes = {name: _digest(file) for name, file in self.files.items()}
        self.version = self._version()
        self.environment = self._environment(overlays)
        # Renders what a theme fails to.
        self._built_in = self._environment([]) if overlays else self.environment
        name, liara_url = self._avatars
        self.provider = provide(name, self._url, self.show, liara_url)

    def add_filter(self, name: str, function: Callable[..., Any]) -> None:
        """Makes a function known in all templates, as a filter."""
        self._filters[name] = function
        for one in (self.environment, self._built_in):
            one.filters[name] = function

    def load(self) -> Iterator[str]:
        """Compiles all templates, so that none needs a file later: there may be none left to open.

        Goes on from one to the next only when it is asked for. One at fault raises when it is
        rendered, where it is known who asked for it.
        """
        # Only what a theme builds on is asked for by its other name as well.
        left_out = (DEV,) if self._overlays else (DEV, f"{BUILT_IN}:")
        for made in {id(one): one for one in (self.environment, self._built_in)}.values():
            for name in made.list_templates(extensions=KINDS):
                if not name.startswith(left_out):
                    with suppress(TemplateError, OSError, UnicodeDecodeError):
                        made.get_template(name)
                    yield name

    def show(self, context: Context) -> str:
        """The template's HTML; raises jinja2.TemplateError where a built-in one is at fault.

        Where a theme's is, whatever it did, the built-in one takes its place, and the log says so.
        """
        return self._render(context.template, context.values())

    def render(self, name: str, **values: Any) -> str:
        """The same of a template by its name: for those that only others include."""
        return self._render(name, values)

    def _render(self, name: str, values: dict[str, Any]) -> str:
        try:
            return self.environment.get_template(name).render(values)
        except Exception as error:
            if not self._overlays:
                raise
            html = self._built_in.get_template(name).render(values)
            self.failed(name, error)
            return html

    def mine_version(self, me: Person | Visitor) -> str:
        """What the address of somebody's own style changes with."""
        return f"{me.id}-{self.version}"

    def _face_url(self, person: Person | Visitor, face: Face | None = None) -> str:
        """Where a person's face is; or another one, as it would be theirs."""
        return self.provider.url(self.provider.wardrobe.fit(face or person.face), person.name)

    def _static(self, name: str) -> str:
        """The path of a file that may be cached for ever: it changes with the content."""
        if name not in self.hashes:
            raise NoFile(f"There is no file {name!r} in static/")
        return self._url("static", name=name, v=self.hashes[name])

    def _new_day(self, entry: Entry) -> bool:
        """Whether an entry is the first of its day, where times are shown."""
        if entry.previous is None:
            return True
        return self._local(entry.at, "%F") > self._local(entry.previous, "%F")

    def _lately(self, at: datetime) -> str:
        """The time today, the day before that."""
        here = at.astimezone(self._zone)
        today = datetime.now(self._zone).astimezone(self._zone).date()
        return self.catalogue.date(here, "dates.time" if here.date() == today else "dates.lately")

    def _local(self, at: datetime, form: str) -> str:
        """A time where times are shown; `form` is one of strftime, or its key in the catalogue."""
        # Of a burst most were said in the same second.
        return self._shown(int(at.timestamp()), form)

    def _catalogue(self, overlays: list[BaseLoader]) -> Catalogue:
        # The host's words come last: they win.
        return Catalogue(*reversed(contents(overlays, FILE)))

    def _environment(self, overlays: list[BaseLoader]) -> Environment:
        made = environment(overlays, self.kind)
        made.globals.update(
            t=self.catalogue,
            url=self._url,
            face_url=self._face_url,
            static=self._static,
            version=self.version,
            notices=tuple(FETCHED),
            mine_version=self.mine_version,
            theme=self.theme.about,
            options=self.options,
            tokens=self._tokens(),
            has_style=STYLE in self.files,
            **self._names,
        )
        made.filters.update(self._filters)
        return made

    def _tokens(self) -> dict[str, str]:
        """The custom properties of CSS that the theme's options set to something of their own."""
        return {
            option.token: self.options[option.name]
            for option in self.theme.options
            if option.token and option.name in self.options
        }

    def _version(self) -> str:
        """What changes with any template, file, text or option."""
        own = sorted(self.theme.folder.rglob("*.*")) if self.theme.folder else []
        files = _digest(*sorted(FOLDER.rglob("*.*")), *sorted(STATIC.iterdir()), *own)
        # A host's templates and words may lie anywhere.
        chosen = repr((sorted(self.options.items()), self.catalogue.said, self._of_host()))
        return hashlib.blake2b((files + chosen).encode(), digest_size=6).hexdigest()

    def _of_host(self) -> list[str]:
        """The host application's templates, which need not be files."""
        if self._host is None:
            return []
        made = Environment()
        return [self._host.get_source(made, name)[0] for name in self._host.list_templates()]


def _files(folder: Path | None) -> dict[str, Path]:
    """The files of a folder that is served, by their names in addresses."""
    if folder is None:
        return {}
    found = ((file.relative_to(folder), file) for file in sorted(folder.rglob("*")))
    return {
        name.as_posix(): file
        for name, file in found
        # What systems and editors hide there is nobody's business.
        if file.is_file() and not any(part.startswith(".") for part in name.parts)
    }


def _log(name: str, error: Exception) -> None:
    log.error(f"The theme's {name} failed; the built-in stands in", **place(error))


def place(error: Exception) -> dict[str, Any]:
    """Where in which template it happened: `file`, `line`, and the `error` as a sentence."""
    if isinstance(error, TemplateSyntaxError):
        return {"file": error.filename, "line": error.lineno, "error": str(error)}
    frames = traceback.extract_tb(error.__traceback__)
    # Jinja's frames have the place in the template.
    places = [frame for frame in frames if not frame.filename.endswith(".py")]
    file, line = (places[-1].filename, places[-1].lineno) if places else (None, None)
    what = f"{type(error).__name__}: {error}"
    return {"file": file, "line": line, "error": what}


def _digest(*files: Path) -> str:
    """12 letters and digits that change with the content of any of the files."""
    content = hashlib.blake2b(digest_size=6)
    for file in files:
        if file.is_file():
            content.update(file.read_bytes())
    return content.hexdigest()
