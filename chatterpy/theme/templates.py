"""Jinja over the templates folder. It knows no request: a message is rendered for everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError

from chatterpy.chat.changes import Entry
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import to_html
from chatterpy.chat.people import Person, Visitor
from chatterpy.errors import AssetError
from chatterpy.theme.providers import Url, provide

_PACKAGE = Path(__file__).parent.parent
#: In a wheel the templates lie in the package, in a checkout beside it.
FOLDER = next(
    folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()
)
#: What templates end in; an editor may leave other files beside them.
KINDS = ("css", "html", "svg")
STATIC = _PACKAGE / "static"
SCRIPT = STATIC / "htmx.js"

#: Fragments that pages fetch when the server can be reached, to show them when it cannot.
NOTICES = ("offline", "unsent", "unreached", "sent", "sent-lines", "far", "near")

#: How many times of the day are kept as they are shown.
TIMES_MAX = 1000


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


class Templates:
    """Renders templates by name. `url` makes the path of an endpoint from its name and values."""

    def __init__(
        self,
        url: Url,
        zone: tzinfo | None,
        *,
        avatar_provider: str = "dicebear",
        liara_url: str = "",
        **names: Any,
    ) -> None:
        """`zone` shows times (None: the server's own); `names` are known in every template.

        Raises AssetError where the script was not built.
        """
        if not SCRIPT.exists():
            raise AssetError(
                f"The script {SCRIPT.name} is missing in {SCRIPT.parent}: it is made by the build. "
                "Install the package with pip, or run: python hatch_build.py"
            )
        self._zone = zone
        self._shown: Callable[[datetime, str], str] = lru_cache(TIMES_MAX)(
            lambda at, form: at.astimezone(zone).strftime(form)
        )
        self.hashes = {file.name: _digest(file) for file in STATIC.iterdir() if file.is_file()}
        self.version = _digest(*sorted(FOLDER.rglob("*.*")), *sorted(STATIC.iterdir()))
        self._url = url
        self.environment = Loaded(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # `run --reload` starts anew
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.provider = provide(avatar_provider, url, self.environment, liara_url)
        self.environment.globals.update(
            url=url,
            face_url=self._face_url,
            static=self._static,
            version=self.version,
            notices=NOTICES,
            mine_version=self.mine_version,
            **names,
        )
        self.environment.filters.update(
            html=to_html, local=self._local, new_day=self._new_day, lately=self._lately
        )

    def load(self) -> None:
        """Compiles all templates, so that none needs a file later: there may be none left to open.

        One at fault raises when it is rendered, where it is known who asked for it.
        """
        for name in self.environment.list_templates(extensions=KINDS):
            with suppress(TemplateError):
                self.environment.get_template(name)

    def render(self, name: str, **values: Any) -> str:
        """The template's HTML; raises jinja2.TemplateError where it is at fault."""
        return self.environment.get_template(name).render(values)

    def mine_version(self, me: Person | Visitor) -> str:
        """What the address of somebody's own style changes with."""
        return f"{me.id}-{self.version}"

    def _face_url(self, person: Person | Visitor, face: Face | None = None) -> str:
        """Where a person's face is; or another one, as it would be theirs."""
        return self.provider.url(self.provider.wardrobe.fit(face or person.face), person.name)

    def _static(self, name: str) -> str:
        """The path of a file that may be cached for ever: it changes with the content."""
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
        return here.strftime("%H:%M" if here.date() == today else "%-d %b")

    def _local(self, at: datetime, form: str) -> str:
        # Of a burst most were said in the same second.
        return self._shown(at.replace(microsecond=0), form)


def _digest(*files: Path) -> str:
    """12 letters and digits that change with the content of any of the files."""
    content = hashlib.blake2b(digest_size=6)
    for file in files:
        if file.is_file():
            content.update(file.read_bytes())
    return content.hexdigest()
