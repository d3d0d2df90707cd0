"""The workshop: a theme under the hands of its designer, read anew as its files change.

Only `chatterpy theme dev` has one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, UndefinedError

from chatterpy.errors import ThemeError
from chatterpy.theme.catalogue import FILE
from chatterpy.theme.check import examine
from chatterpy.theme.check.findings import Finding
from chatterpy.theme.check.undefined import sentence
from chatterpy.theme.environment import FOLDER, KINDS, environment
from chatterpy.theme.folder import MANIFEST, Theme
from chatterpy.theme.templates import STATIC, Templates, place

#: So many lines are shown before and after the one at fault.
AROUND = 3

#: The rules about what is not there when a template asks for it.
UNDEFINED = {"unknown-variable", "unknown-attribute", "unknown-block", "unknown-option"}

#: Where tomllib says what is wrong.
_LINE = re.compile(r"\(at line (\d+), column \d+\)")

#: The files that matter, with what changes when they do.
Stamps = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of a theme, and where; `source` are the lines there."""

    what: str
    file: str
    line: int | None
    sentence: str
    source: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, what: str, error: Exception) -> Fault:
        """The fault that an exception tells of."""
        if isinstance(error, ThemeError):
            found = _LINE.search(str(error))
            return cls(what, what, int(found[1]) if found else None, str(error))
        at = place(error)
        file, line = str(at["file"] or what), at["line"]
        return cls(what, file, line, str(at["error"]), tuple(_lines(Path(file), line)))


class Workshop:
    """Looks whether files changed, and says what is wrong with them."""

    def __init__(
        self,
        templates: Templates,
        choose: Callable[[], tuple[Theme, dict[str, str]]],
        forget: Callable[[], None],
    ) -> None:
        """`choose` finds the theme and its options; `forget` drops what was rendered."""
        self.templates = templates
        self.faults: dict[str, Fault] = {}
        self._choose = choose
        self._forget = forget
        self._own = environment([])
        self._times = 0
        self._folder = templates.theme.folder
        # None yet: what changed since the templates were read, at the start, is seen at first look.
        self._stamps: Stamps = {}
        self._found: tuple[Finding, ...] | None = None
        templates.failed = self._failed

    @property
    def version(self) -> str:
        """What changes with all that a page shows, faults included."""
        return f"{self.templates.version}-{self._times}"

    def look(self) -> None:
        """Reads all anew, if a file was added, changed or removed since the last time."""
        stamps = self._stamp()
        if stamps == self._stamps:
            return
        self._stamps = stamps
        self._times += 1
        self._found = None
        self.faults.clear()
        self._own = environment([])
        try:
            self.templates.read(*self._choose())
            for refused in self.templates.catalogue.refused[:1]:
                raise refused
        except ThemeError as error:
            file = FILE if FILE in str(error) else MANIFEST
            self.faults[file] = Fault.of(file, error)
        self._check()
        self._forget()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the check finds in the theme as it is; looked for once after each change."""
        if self._found is None:
            try:
                self._found = examine(self._folder).findings if self._folder else ()
            except ThemeError:
                self._found = ()  # it has nothing yet
        return self._found

    def _check(self) -> None:
        """Finds the templates of the theme that cannot be read."""
        for name in self._templates():
            try:
                self.templates.environment.get_template(name)
            except (TemplateError, UnicodeDecodeError) as error:
                self.faults[name] = Fault.of(name, error)

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """A page of the workshop itself, which no theme changes."""
        return self._own.get_template(name).render(values)

    def fault(self, name: str, error: Exception) -> Fault:
        """What an exception tells of a template, in the words of the check.

        The check takes as long as it does, where it was not asked since the last change.
        """
        fault = Fault.of(name, error)
        if not isinstance(error, UndefinedError):
            return fault
        told = [one.message for one in self.findings if self._ends(one, fault)]
        return replace(fault, sentence=" ".join(told) or sentence(error)[1])

    def _ends(self, one: Finding, fault: Fault) -> bool:
        """Whether a finding is about what was not there at the place of a fault."""
        here = self._folder and self._folder / one.file == Path(fault.file)
        return bool(here) and one.line == fault.line and one.rule.id in UNDEFINED

    def _failed(self, name: str, error: Exception) -> None:
        """Takes what happened to a theme's template while it was rendered."""
        fault = self.fault(name, error)
        if self.faults.get(name) != fault:
            self.faults[name] = fault
            self._times += 1

    def _stamp(self) -> Stamps:
        return _stamps(*([self._folder] if self._folder else []), FOLDER, STATIC)

    def _templates(self) -> list[str]:
        """The theme's own templates."""
        folder = self._folder
        files = (
            (file.relative_to(folder).as_posix() for file in folder.rglob("*.*")) if folder else ()
        )
        return [
            name
            for name in files
            # What begins with a dot is an editor's own.
            if name.endswith(KINDS) and not name.startswith("static/") and "/." not in f"/{name}"
        ]


def _stamps(*folders: Path) -> Stamps:
    found: Stamps = {}
    for folder in folders:
        for file in folder.rglob("*"):
            try:
                about = file.stat()
            except OSError:
                continue  # editors write beside and rename: it is gone already
            found[file] = about.st_mtime_ns, about.st_size
    return found


def _lines(file: Path, line: int | None) -> Iterator[tuple[int, str]]:
    """The lines around one."""
    try:
        text = file.read_text("utf-8", "replace") if line else ""
    except OSError:
        return  # it has no file, or none any more
    for number, content in enumerate(text.splitlines(), 1):
        if abs(number - (line or 0)) <= AROUND:
            yield number, content
