"""Blame: where in a theme something of ours was lost, though nothing of it is there any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bs4 import Tag

from chatterpy.theme.check.bench import Bench, Rendering, within
from chatterpy.theme.check.findings import Finding, finding
from chatterpy.theme.check.names import mentioned
from chatterpy.theme.check.policy import text_of
from chatterpy.theme.check.stamps import is_ours, place, template_of
from chatterpy.theme.contract import contexts
from chatterpy.theme.environment import BUILT_IN, FOLDER

_BLOCK = re.compile(r"{%[-+]?\s*(end)?block\b[-+]?\s*(\w*)")
_SUPER = re.compile(r"super\s*\(")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A block in the source of a template, from line to line."""

    name: str
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A block of ours that the theme has not, and where the block around it is replaced."""

    name: str
    file: str
    line: int


def lost_at(bench: Bench, seen: Rendering, element: Tag | None) -> tuple[str, int]:
    """The theme's file and line where an element of ours is missing, or what it stood in."""
    whole = ""
    passed: list[str] = []
    for one in [element, *element.parents] if element else []:
        now = seen.page.ids.get(text_of(one, "id"))
        if now is not None and place(now)[0] in bench.sources:
            return place(now)
        name, line = place(one)
        name = name.removeprefix(f"{BUILT_IN}:")
        if name in bench.sources:
            if _on_its_own(bench, seen.template, name):
                break
            if found := _replaced(bench, name, line, passed):
                return name, found
            whole = whole or name
        passed.append(name)
    return (whole or _suspect(bench, seen.template)), 0


def told_at(
    bench: Bench, seen: Rendering, rule: str, element: Tag | None, ours: Tag | None, message: str
) -> Finding:
    """A finding at an element of the theme's, or where the one of ours that it stands for was."""
    if element is None or place(element)[0] not in bench.sources:
        return finding(rule, *lost_at(bench, seen, ours), message, seen.seen)
    return finding(rule, *place(element), message, seen.seen)


def found_at(
    bench: Bench, seen: Rendering, element: Tag | None, rule: str, message: str
) -> Finding:
    """A finding at an element, or where it must have come from."""
    for one in [element, *element.parents] if element else []:
        if place(one)[0] in bench.sources:
            return finding(rule, *place(one), message, seen.seen)
    return finding(rule, *lost_at(bench, seen, element), message, seen.seen)


def may_go(bench: Bench, element: Tag) -> bool:
    """Whether an element of ours is of a part that a page may do without, and that was left out."""
    for one in (element, *element.parents):
        name = template_of(one)
        if name in bench.sources:
            return False
        if is_ours(one) and name in contexts() and contexts()[name].optional:
            return True
    return False


def left_out(seen: Rendering, element: Tag | None) -> tuple[str, Tag] | None:
    """The part that an element of ours is of, where all of it is missing, and how it begins.

    To tell of each of its elements would hide that it is one thing that is wrong. Parts are known
    by their ids: one without, such as a face, may be there in other words.
    """
    gone = None
    for one in [element, *element.parents] if element else []:
        part = template_of(one)
        same = gone is not None and part == gone[0]
        if same or (part in contexts() and contexts()[part].within and _is_gone(seen, part)):
            gone = part, one
    return gone


def _is_gone(seen: Rendering, part: str) -> bool:
    """Whether nothing is there of a part that has ids."""
    ids = [
        text_of(one, "id")
        for one in seen.ours.elements
        if "id" in one.attrs and template_of(one) == part
    ]
    there = part in seen.page.templates or not seen.page.ids.keys().isdisjoint(ids)
    return bool(ids) and not there


def block_left_out(bench: Bench, seen: Rendering, element: Tag | None) -> LeftOut | None:
    """The block of ours that a missing element stood in, where the theme has replaced one around it
    and does not mention it.
    """
    passed: list[str] = []
    for one in [element, *element.parents] if element else []:
        name, line = place(one)
        name = name.removeprefix(f"{BUILT_IN}:")
        if name in bench.sources:
            theirs = {block.name: block for block in _blocks(bench.sources[name].text)}
            inside = sorted(_around(name, line, passed), key=lambda one: one.last - one.first)
            for number, block in enumerate(inside):
                around = next(
                    (theirs[it.name] for it in inside[number:] if it.name in theirs), None
                )
                if block.name in theirs or around is None:
                    break
                if not re.search(rf"self\s*\.\s*{block.name}\b", bench.sources[name].text):
                    return LeftOut(block.name, name, around.first)
            return None
        passed.append(name)
    return None


def suspect(bench: Bench, template: str) -> tuple[str, int]:
    """The theme's file that a template of ours was spoilt by, where nothing says which."""
    return _suspect(bench, template), 0


def _suspect(bench: Bench, template: str) -> str:
    near = sorted(within(template) & bench.sources.keys())
    return template if template in near or not near else near[0]


def _on_its_own(bench: Bench, template: str, layout: str) -> bool:
    """Whether a page of the theme does without what ours is built on."""
    source = bench.sources.get(template)
    return (
        source is not None
        and source.tree is not None
        and not mentioned(source)
        and template != layout
        and f'{{% extends "{layout}" %}}' in (FOLDER / template).read_text("utf-8")
    )


def _replaced(bench: Bench, name: str, line: int, included: list[str]) -> int:
    """The line of the theme's block that stands for the one of ours with that line in it, or with
    one of the parts that are included.
    """
    theirs = {one.name: one for one in _blocks(bench.sources[name].text)}
    found = [theirs[one.name] for one in _around(name, line, included) if one.name in theirs]
    # What has ours in it by `super` is less likely to have lost something; then the innermost.
    found.sort(key=lambda one: (bool(_SUPER.search(one.text)), one.last - one.first))
    return found[0].first if found else 0


def _around(name: str, line: int, included: list[str]) -> list[Stretch]:
    """The blocks of a template of ours around a line, or around one of the parts it includes."""
    return [
        one
        for one in _our_blocks(name)
        if one.first <= line <= one.last
        or any(f'{{% include "{part}" %}}' in one.text for part in included)
    ]


@cache
def _our_blocks(name: str) -> tuple[Stretch, ...]:
    file = FOLDER / name
    return tuple(_blocks(file.read_text("utf-8"))) if file.is_file() else ()


def _blocks(text: str) -> Iterator[Stretch]:
    """The blocks of a source, inner ones before those around them."""
    begun: list[tuple[str, int]] = []
    for found in _BLOCK.finditer(text):
        if not found[1]:
            begun.append((found[2], found.start()))
        elif begun:
            name, start = begun.pop()
            first, last = (text.count("\n", 0, at) + 1 for at in (start, found.start()))
            yield Stretch(name, first, last, text[start : found.start()])
