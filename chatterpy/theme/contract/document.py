"""The page docs/templates.md: for designers, what each template is given and what it must keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from chatterpy.chat.changes import Page
from chatterpy.theme.contract import GROUPS, contexts
from chatterpy.theme.contract.addresses import ENDPOINTS
from chatterpy.theme.contract.context import Context, Hook, description, variables
from chatterpy.theme.contract.fixtures import examples as of
from chatterpy.theme.contract.fixtures import fixtures, parts
from chatterpy.theme.contract.names import FILTERS, GLOBALS, OBJECTS, Name
from chatterpy.theme.contract.source import around, sources
from chatterpy.theme.contract.versions import CHANGES, CONTRACT

#: How much of an example is shown, in characters.
SHOWN = 48

_BRACED = re.compile(r"{(\w+)}")

_HEAD = """# Templates

For who changes how ChatterPy looks and reads: what each template is, what it is given, and what
must stay in it for the page to be live. This page is made by `python -m chatterpy.theme.contract`.

A theme is a folder. A file in it that has the name of a template here stands in for that template;
`{% extends "default:room.html" %}` builds on the built-in one, and then only the blocks that it
replaces are its own. Where a theme's template fails, the built-in one is shown, and the log says
why. The texts are in [docs/strings.md](strings.md).

Templates are written in [Jinja](https://jinja.palletsprojects.com/templates/). A variable that is
not listed for a template is an error in it. All values are escaped.
"""

_VERSIONS = f"""## The contract

What this page describes is a contract, and has a version: this release keeps **{CONTRACT}**. The
line `contract = {CONTRACT}` in `theme.toml` says which one a theme was made for. The version grows
when a theme could break by a change: a variable or a hook is gone, or means something else. What is
only added does not change it. A theme for an older version runs, and the start and the checker say
what has changed since; a theme for a newer version than the release keeps is refused.
"""

_HOOKS = """## Hooks

News aim at places in a page, and browsers keep it live by some attributes: these are its hooks. A
hook is written as a selector of CSS, in which `{entry.seq}` stands for that value. What is marked
as *may go* can be left out, and only that is lost which the reason tells. The hooks of a part are
hooks of each page that includes it, unless the part as a whole may go.
"""

#: How types are said.
_WORDS = {
    "str": "text",
    "str | None": "text or none",
    "int": "number",
    "int | None": "number or none",
    "bool": "true or false",
    "datetime": "time",
    "datetime | None": "time or none",
    "Page": "[page](#page)",
    "Message": "[message](#message)",
    "Renaming": "[rename](#renaming)",
    "Entry": "[message](#message) or [rename](#renaming)",
    "Person": "[person](#person)",
    "Face": "[face](#face)",
    "Person | Visitor": "[person](#person) or [visitor](#visitor)",
    "Sequence[Person]": "list of [people](#person)",
    "Sequence[Face]": "list of [faces](#face)",
    "Sequence[Room]": "list of [rooms](#room)",
    "Sequence[Entry]": "list of [messages](#message) and [renames](#renaming)",
    "tuple[Entry, ...]": "list of [messages](#message) and [renames](#renaming)",
    "Mapping[str, int]": "numbers by name",
}


def document() -> str:
    """The whole page."""
    versions = _table(
        ("Version", "What changed"),
        ((str(version), " ".join(said)) for version, said in sorted(CHANGES.items())),
    )
    names = ("Name", "What it is", "Meaning", "Example")
    sections = [
        _HEAD,
        _VERSIONS,
        versions,
        "## What every template knows\n",
        _table(names, map(_name, GLOBALS)),
        "Filters stand behind a value:\n",
        _table(names, map(_name, FILTERS)),
        "What `url` knows; values beyond those that an address needs go behind it, after a `?`:\n",
        _table(("Name", "Address"), map(_address, ENDPOINTS.items())),
        "## The objects\n\nWhat is in a variable that is not just a text or a number.\n",
        *(_object(kind) for kind in OBJECTS),
        _HOOKS,
    ]
    for group in GROUPS:
        sections.append(f"## {(group.__doc__ or '').strip()}\n")
        sections += [
            _template(context)
            for context in contexts().values()
            if context.__module__ == group.__name__
        ]
    return "\n".join(sections)


def _address(endpoint: tuple[str, str]) -> tuple[str, str]:
    name, path = endpoint
    given = "".join(f", {one}=…" for one in _BRACED.findall(path))
    return f"`url('{name}'{given})`", f"`{path}`"


def _object(kind: type) -> str:
    sentence, meanings = OBJECTS[kind]
    example = next(one for one in _examples() if type(one) is kind)
    rows = (
        (
            f"`{one.name}`",
            _WORDS[str(one.type)],
            meanings[one.name],
            _shown(getattr(example, one.name)),
        )
        for one in fields(kind)
    )
    table = _table(("Attribute", "Type", "Meaning", "Example"), rows)
    return f"### {kind.__name__}\n\n{sentence}\n\n{table}"


def _examples() -> tuple[object, ...]:
    return of.TALK, of.HELLO, of.RENAMED, of.ANNA, of.VISITOR, *of.ROOMS, of.ANNA.face


def _template(context: type[Context]) -> str:
    source = sources()[context.template]
    lines = [f"### `{context.template}`", "", description(context), ""]
    if context.optional:
        lines += ["A page may do without it as a whole.", ""]
    facts = [
        ("In", around(context.template)),
        ("It includes", sorted({one.template for one in source.includes})),
        ("Blocks", source.blocks),
    ]
    lines += [f"{what}: {', '.join(f'`{one}`' for one in all_)}.\n" for what, all_ in facts if all_]
    if told := variables(context):
        rows = (
            (
                f"`{one.name}`",
                _WORDS[str(one.type)],
                one.metadata["meaning"],
                _shown(_value(context, one.name)),
            )
            for one in told
        )
        lines.append(_table(("Variable", "Type", "Meaning", "Example"), rows))
    if context.hooks:
        lines.append(_table(("Hook", "Why"), map(_hook, context.hooks)))
    return "\n".join(lines)


def _hook(hook: Hook) -> tuple[str, str]:
    notes = [
        f"Where `{hook.where}`." if hook.where else "",
        hook.reason,
        "" if hook.needed else "*May go.*",
        "Only once." if hook.once else "",
    ]
    return f"`{hook.selector}`", " ".join(note for note in notes if note)


def _name(name: Name) -> tuple[str, ...]:
    return f"`{name.name}`", name.kind, name.meaning, f"`{name.example}`"


def _value(context: type[Context], name: str) -> Any:
    """A value that a variable has in some fixture, and one that says something where there is."""
    shown = [
        getattr(one.context, name)
        for one in (*fixtures(), *parts())
        if type(one.context) is context
    ]
    return next((value for value in shown if value), shown[0])


def _shown(value: Any) -> str:
    """A value in short, as a designer would say it."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case str():
            text = json.dumps(value, ensure_ascii=False)
            return f"`{text if len(text) <= SHOWN else text[:SHOWN] + '…'}`"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case Page():
            return f"of {value.room}, {len(value.entries)} entries"
        case Mapping():
            return ", ".join(f"`{key}`: {one}" for key, one in value.items() if len(key) < SHOWN)
        case Sequence():
            return f"{len(value)} of them"
    for name in ("name", "slug", "text", "was"):
        if text := getattr(value, name, ""):
            return f"`{text}`"
    return f"`{value}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
