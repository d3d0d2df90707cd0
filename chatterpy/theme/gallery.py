"""The gallery: every template in every state, and what there is to know of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from reprlib import Repr

from markupsafe import Markup

from chatterpy.chat.people import Person, Visitor
from chatterpy.theme.check.findings import Finding
from chatterpy.theme.contract import GROUPS, contexts, pages
from chatterpy.theme.contract.context import Context, Hook, description, variables
from chatterpy.theme.contract.fixtures import Fixture, fixtures, parts
from chatterpy.theme.contract.fixtures.examples import ANNA
from chatterpy.theme.contract.source import hooks, sources
from chatterpy.theme.templates import Templates
from chatterpy.theme.workshop import Fault

#: What the pages build on.
LAYOUT = "layout.html"

#: How much of a value is shown, in characters.
VALUE_MAX = 160

#: What fragments stand in, where their style depends on it: the id of a list.
LISTS = {
    "message.html": "messages",
    "renaming.html": "messages",
    "day.html": "messages",
    "list.html": "messages",
    "empty.html": "messages",
    "more.html": "messages",
    "sentinel.html": "messages",
    "here.html": "people",
    "rooms.html": "rooms",
}

#: A frame of the gallery is looked at: it connects to nothing, and takes no focus.
_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
_AUTOFOCUS = re.compile(r"(<(?:input|textarea|button|a)\b[^<>]*) autofocus(?=[\s>])")
_SENTENCE = re.compile(r"(?<=\.) ")

_repr = Repr()
_repr.maxstring = _repr.maxother = VALUE_MAX
_repr.maxtuple = _repr.maxlist = _repr.maxdict = 3


@dataclass(frozen=True, slots=True)
class Given:
    """A variable of a template, and its value in one state."""

    name: str
    kind: str
    meaning: str
    value: str


@dataclass(frozen=True)
class Exhibit:
    """A template with all its states; `folder` is where a theme lies, if there is one."""

    context: type[Context]
    states: tuple[Fixture, ...]
    templates: Templates

    @property
    def template(self) -> str:
        return self.context.template

    @property
    def about(self) -> str:
        """What the template is, as its context says."""
        return description(self.context)

    @property
    def summary(self) -> str:
        """The same in a sentence."""
        return _SENTENCE.split(self.about)[0]

    @property
    def is_page(self) -> bool:
        """Whether it is a whole document."""
        return self.context.__module__ == pages.__name__

    @cached_property
    def file(self) -> str:
        """The file that it comes from."""
        environment = self.templates.environment
        assert environment.loader
        return environment.loader.get_source(environment, self.template)[1] or self.template

    @property
    def of_theme(self) -> bool:
        """Whether the theme has one of its own."""
        folder = self.templates.theme.folder
        return folder is not None and self.file.startswith(f"{folder}/")

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """What the live page needs of it, and of what is in it."""
        return hooks(self.template)

    @property
    def blocks(self) -> tuple[str, ...]:
        """What a template that builds on it can replace."""
        source = sources()[self.template]
        below = [one.template for one in source.includes if one.template == LAYOUT]
        return tuple(dict.fromkeys(chain(source.blocks, *(sources()[one].blocks for one in below))))

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is of this template: stands in it, or was seen in what it shows."""
        return finding.file == self.template or finding.seen.startswith(f"{self.template}, ")

    def state(self, name: str) -> Fixture | None:
        """The state of this name."""
        return next((one for one in self.states if one.name == name), None)

    def given(self, state: Fixture) -> tuple[Given, ...]:
        """The variables of the template, as they are in a state."""
        return tuple(
            Given(
                one.name,
                str(one.type),
                str(one.metadata.get("meaning", "")),
                _repr.repr(getattr(state.context, one.name)),
            )
            for one in variables(self.context)
        )

    def html(self, state: Fixture, fault: Callable[[str, Exception], Fault]) -> Markup | Fault:
        """What the template makes of a state, without a script; or the fault of what it raises."""
        try:
            template = self.templates.environment.get_template(self.template)
            html = template.render(state.context.values())
        except Exception as error:  # whatever a designer's template does
            return fault(self.template, error)
        return Markup(_AUTOFOCUS.sub(r"\1", _SCRIPT.sub("", html)))


def viewer(context: Context) -> Person | Visitor:
    """Whose page a state is: what is theirs is laid out apart."""
    me: Person | Visitor = getattr(context, "me", ANNA)
    return me


def exhibits(templates: Templates, sought: str = "") -> Iterator[tuple[str, list[Exhibit]]]:
    """All templates in their groups, with what each group is; those that hold what is `sought`."""
    states: dict[str, list[Fixture]] = {}
    for one in (*fixtures(), *parts()):
        states.setdefault(one.context.template, []).append(one)
    for group in GROUPS:
        found = [
            exhibit
            for template, context in contexts().items()
            if context.__module__ == group.__name__
            for exhibit in [Exhibit(context, tuple(states.get(template, ())), templates)]
            if _holds(exhibit, sought)
        ]
        if found:
            yield (group.__doc__ or "").split("\n")[0].rstrip("."), found


def find(templates: Templates, template: str) -> Exhibit | None:
    """A template by its file."""
    every = (exhibit for _, group in exhibits(templates) for exhibit in group)
    return next((one for one in every if one.template == template), None)


def _holds(exhibit: Exhibit, sought: str) -> bool:
    text = " ".join((exhibit.template, exhibit.about, *(one.name for one in exhibit.states)))
    return all(word in text.casefold() for word in sought.casefold().split())
