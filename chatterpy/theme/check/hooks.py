"""Hooks: what the live page leans on, in ours, and is not in the theme's HTML any more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from bs4 import Tag
from bs4.element import NavigableString

from chatterpy.theme.check.bench import Bench, Rendering, our_texts
from chatterpy.theme.check.blame import block_left_out, found_at, left_out, lost_at, may_go
from chatterpy.theme.check.findings import Finding, finding
from chatterpy.theme.check.htmx import PARTIAL
from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.policy import text_of
from chatterpy.theme.check.stamps import STAMP, is_ours
from chatterpy.theme.contract import contexts
from chatterpy.theme.contract.context import description
from chatterpy.theme.contract.source import hooks

_AIMED = re.compile(r"#([a-z][a-z-]*)(?![\w{])|\.([a-z][a-z-]+)(?=[\s\]):,>\"'#]|$)")
_SELECTORS = re.compile(
    r"(?:hx-target|hx-include|hx-sync|hx-trigger|hx-swap|popovertarget|for|href)=\"([^\"]*)\""
)
_BRACES = re.compile(r"{.+?}")
_NUMBER = re.compile(r"\d+")
#: Attributes whose value says what is asked, and where it goes: a theme keeps them as they are.
_EXACT = ("hx-get", "hx-post", "hx-ws:connect", "hx-target", "hx-include", "hx-swap")
#: Elements that another one cannot stand for.
_KEPT = {"form", "input", "textarea", "button", "a", "ol", "ul", "li", "iframe", "link", "img"}
_ROLES = ("role", "aria-live")


def missing_hooks(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What the contract asks for."""
    values = seen.state.context.values()
    for hook in hooks(seen.template):
        if not hook.applies(values):
            continue
        selector, name = hook.aim(values), _BRACES.sub("…", hook.selector)
        ours, theirs = seen.ours, seen.page
        if hook.behind:
            ours, theirs = Page(ours.html + hook.behind), Page(theirs.html + hook.behind)
        found = theirs.select(selector)
        if not found:
            was = ours.select(selector)
            rule = "missing-hook" if hook.needed else "lost-place"
            if whole := _left_out(bench, seen, was[0] if was else None, rule):
                yield whole
                continue
            where = lost_at(bench, seen, was[0] if was else None)
            yield finding(rule, *where, f"{name} is missing. {hook.reason}", seen.seen)
        found = [one for one in found if not one.find_parent("svg")] or found[:1]  # it has a title
        if hook.once and len(found) > 1 and len(ours.select(selector)) <= 1:
            message = f"{name} stands here {len(found)} times, and may only once. {hook.reason}"
            theirs_last = [one for one in found if not is_ours(one)] or found
            yield found_at(bench, seen, theirs_last[-1], "repeated-hook", message)


def lost_places(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What a template of ours aims at, beyond what the contract tells."""
    told: set[int] | None = None
    ids, classes = aimed()
    for element in seen.ours.elements:
        for name, value in _hooks_of(element, ids, classes):
            if not seen.page.has(name, value):
                told = _hooked(seen) if told is None else told
                if id(element) in told:
                    break
                if whole := _left_out(bench, seen, element, "lost-place"):
                    yield whole
                    break
                selector = _NUMBER.sub("…", f'[{name}="{value}"]')
                message = f"{selector} is missing: what aims at it does nothing."
                where = lost_at(bench, seen, element)
                entry = name == "id" and _NUMBER.search(value)
                rule = "missing-hook" if entry else "lost-place"
                yield finding(rule, *where, message, seen.seen)
                break


def _left_out(bench: Bench, seen: Rendering, element: Tag | None, rule: str) -> Finding | None:
    """That a part of ours is left out, where an element of it is missing; `rule` is about that."""
    if block := block_left_out(bench, seen, element):
        message = (
            f"The block {block.name!r} is left out, and what is missing stood in it: "
            f"`{{{{ self.{block.name}() }}}}` puts it back."
        )
        return finding(rule, block.file, block.line, message, seen.seen)
    gone = left_out(seen, element)
    if gone is None:
        return None
    part, begin = gone
    needed = _hooked(seen, needed=True, missing=True)
    rule = "lost-place"
    if any(id(one) in needed for one in (begin, *begin.find_all(True))):
        rule = "missing-hook"
    message = f"{part} is left out as a whole: {description(contexts()[part])}"
    return finding(rule, *lost_at(bench, seen, begin), message, seen.seen)


def _hooked(seen: Rendering, *, needed: bool = False, missing: bool = False) -> set[int]:
    """The elements of ours that the contract tells of; those of them that must be there, or that
    the theme has not.
    """
    values = seen.state.context.values()
    return {
        id(one)
        for hook in hooks(seen.template)
        if hook.applies(values) and not hook.behind and (hook.needed or not needed)
        if not (missing and seen.page.select(hook.aim(values)))
        for one in seen.ours.select(hook.aim(values))
    }


def _is_optional(seen: Rendering, element: Tag) -> bool:
    """Whether the contract tells of an element as one that may go: a lost place at most."""
    return id(element) in _hooked(seen) - _hooked(seen, needed=True)


def other_elements(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Elements that have become something else, or have lost what they say to screen readers."""
    for ours, theirs in _pairs(seen):
        if ours.name != theirs.name and {ours.name, theirs.name} & _KEPT:
            message = f"{_named(ours)} is a <{ours.name}>, and cannot be a <{theirs.name}>."
            yield found_at(bench, seen, theirs, "wrong-element", message)
        for name in _ROLES:
            if ours.has_attr(name) and not theirs.has_attr(name):
                said = f'{name}="{text_of(ours, name)}"'
                message = f"{_named(ours)} has lost {said}."
                yield found_at(bench, seen, theirs, "lost-role", message)


def lost_behaviour(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What asks the server, or where its answer goes, is not as it was."""
    asking = [one for one in seen.page.elements if _asks(one)]
    theirs = {key: element for element in asking for key in _keys(element)}
    for ours in seen.ours.elements:
        if not _asks(ours) or (_id(ours) and _id(ours) not in seen.page.ids):
            continue  # a missing hook
        element = next((theirs[key] for key in _keys(ours) if key in theirs), None)
        if element is None and _id(ours):
            element = seen.page.ids.get(_id(ours))
        if element is None:
            message = f"Nothing does any more what {_described(ours)} did."
            if whole := _left_out(bench, seen, ours, "lost-place"):
                yield whole
            elif not may_go(bench, ours) and not _is_optional(seen, ours):
                yield finding("lost-behaviour", *lost_at(bench, seen, ours), message, seen.seen)
            continue
        for name in ours.attrs:
            if not name.startswith("hx-"):
                continue
            was, now = text_of(ours, name), text_of(element, name)
            if not element.has_attr(name):
                message = f'{_described(element)} has lost {name}="{_NUMBER.sub("…", was)}".'
            elif (name in _EXACT and was.split() != now.split()) or (
                name == "hx-trigger" and _events(was) != _events(now)
            ):
                message = (
                    f'{name}= of {_described(element)} was "{_NUMBER.sub("…", was)}", '
                    f'and is "{_NUMBER.sub("…", now)}".'
                )
            else:
                continue
            yield found_at(bench, seen, element, "lost-behaviour", message)


def switched_off(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What the theme has put into something that htmx does not look into, or that is not seen."""
    for around in seen.page.having("hx-ignore"):
        found = next((one for one in (around, *around.find_all(True)) if _asks(one)), None)
        if found is not None:
            message = f"hx-ignore switches off what {_described(found)} does."
            yield found_at(bench, seen, around, "lost-behaviour", message)
    told: set[int] = set()
    for ours, theirs in _pairs(seen):
        outer = _unseen(theirs)
        if outer is None or is_ours(outer) or id(outer) in told or _unseen(ours) is not None:
            continue
        if id(ours) in _hooked(seen, needed=True):
            told.add(id(outer))
            how = next((f" {name}" for name in ("hidden", "inert") if outer.has_attr(name)), "")
            message = f"{_named(ours)} is out of reach in a <{outer.name}{how}>."
            yield found_at(bench, seen, outer, "unseen-part", message)


def _unseen(element: Tag) -> Tag | None:
    """What keeps an element from being seen or used, around it or itself."""
    for one in (element, *element.parents):
        if one.name in ("template", "noscript") or one.has_attr("hidden") or one.has_attr("inert"):
            return one
    return None


def lost_partials(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Frames and answers: each of ours aims somewhere, in a certain way, and holds nothing else."""
    ours, theirs = _roots(seen.ours), _roots(seen.page)
    if not ours or any(one.name != PARTIAL for one in ours):
        return
    stray = [one for one in theirs if one.name != PARTIAL]
    loose = _loose(seen.page)
    if stray or loose:
        what = f"<{stray[0].name}>" if stray else f"the text {loose[0].strip()[:30]!r}"
        message = f"A frame holds partials alone; {what} beside them is lost."
        element = stray[0] if stray else None
        yield found_at(bench, seen, element, "stray-content", message)
    there = Counter((text_of(one, "hx-target"), text_of(one, "hx-swap")) for one in theirs)
    for partial in ours:
        target, swap = text_of(partial, "hx-target"), text_of(partial, "hx-swap")
        if not there[target, swap]:
            message = f'The partial that aims at "{_NUMBER.sub("…", target)}" by {swap} is missing.'
            yield finding("lost-partial", *lost_at(bench, seen, partial), message, seen.seen)
        there[target, swap] -= 1


def one_element(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Where ours is one element, theirs is one: it is put into a list, or in the place of one."""
    ours, theirs = _roots(seen.ours), _roots(seen.page)
    loose = _loose(seen.page)
    if len(ours) != 1 or ours[0].name in (PARTIAL, "html", "span"):
        return
    names = [one.name for one in theirs]
    if names != [ours[0].name] or loose:
        found = ", ".join(f"<{name}>" for name in names) or "no element"
        found += " and text" if loose else ""
        message = f"{seen.template} is exactly one <{ours[0].name}>; this is {found}."
        element = theirs[-1] if theirs else None
        yield found_at(bench, seen, element, "one-element", message)


def sentinels(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """The sentinel is hidden, the last of its list, and holds the cursor."""
    for name, ours in seen.ours.ids.items():
        theirs = seen.page.ids.get(name)
        if theirs is None or not re.fullmatch(r"c\d+", name):
            continue  # where it is missing, a hook is
        after = theirs.find_next_sibling()
        was_last = ours.find_next_sibling() is None
        parent, our_parent = theirs.parent, ours.parent
        wrong = ""
        if was_last and after is not None:
            wrong = "is the last of the list"
        elif not theirs.has_attr("hidden"):
            wrong = "has the attribute hidden"
        elif not any(text_of(one, "name") == "cursor" for one in theirs.find_all("input")):
            wrong = "holds the field named cursor"
        elif parent and our_parent and _id(parent) != _id(our_parent):
            wrong = f"is a child of #{_id(our_parent)}"
        if wrong:
            yield found_at(
                bench, seen, theirs, "sentinel", f"The sentinel #c… {wrong}; this one does not."
            )


@cache
def aimed() -> tuple[frozenset[str], frozenset[str]]:
    """The ids and the classes that a template of ours aims at."""
    ids, classes = set(), set()
    for text in our_texts():
        for value in _SELECTORS.findall(text):
            for name, kind in _AIMED.findall(re.sub(r"{[{%].*?[}%]}", "0", value)):
                ids.add(name)
                classes.add(kind)
    return frozenset(ids - {""}), frozenset(classes - {"", "htmx-request"})


def _hooks_of(
    element: Tag, ids: frozenset[str], classes: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """The attributes of an element by which it is aimed at, with their values."""
    name = _id(element)
    if name in ids or re.fullmatch(r"[cmn]\d+", name):
        yield "id", name
    for one in element.get_attribute_list("class"):
        if one in classes:
            yield "class", str(one)
    for attribute in element.attrs:
        if attribute.startswith("data-") and attribute != STAMP:
            yield attribute, text_of(element, attribute)


def _pairs(seen: Rendering) -> Iterator[tuple[Tag, Tag]]:
    """Elements of ours and of theirs with the same id."""
    for name, ours in seen.ours.ids.items():
        if name in seen.page.ids:
            yield ours, seen.page.ids[name]


def _asks(element: Tag) -> bool:
    """Whether htmx does something with an element."""
    return element.name != PARTIAL and any(
        name.startswith("hx-") and name != "hx-ignore" for name in element.attrs
    )


def _keys(element: Tag) -> list[str]:
    """What an element is found again by."""
    asked = "|".join(
        text_of(element, name)
        for name in ("hx-get", "hx-post", "hx-ws:connect", "hx-vals", "hx-include")
    )
    events = "".join(sorted(_events(text_of(element, "hx-trigger"))))
    keys = [f"{asked}|{events}|{text_of(element, 'hx-target')}", f"{asked}|{events}"]
    return [f"#{_id(element)}"] if _id(element) else keys


def _events(trigger: str) -> frozenset[str]:
    """What a trigger hears, without how long it waits."""
    events = re.sub(r"\b(delay|throttle|rootMargin|threshold):\S*", "", trigger)
    events = re.sub(r"every \S+", "every", events)
    return frozenset(" ".join(one.split()) for one in re.split(r",\s*(?![^(]*\))", events))


def _described(element: Tag) -> str:
    if _id(element):
        return _named(element)
    asked = text_of(element, "hx-get") or text_of(element, "hx-post")
    return (
        f"the <{element.name}> that asks for {_NUMBER.sub('…', asked)}"
        if asked
        else f"<{element.name}>"
    )


def _roots(page: Page) -> list[Tag]:
    return [one for one in page.soup.children if isinstance(one, Tag)]


def _loose(page: Page) -> list[str]:
    """The text that stands beside the outermost elements."""
    texts = (one for one in page.soup.children if type(one) is NavigableString)
    return [one for one in texts if one.strip()]


def _id(element: Tag) -> str:
    return text_of(element, "id")


def _named(element: Tag) -> str:
    """An element by its id; entries of the log are all the same."""
    return f"#{_NUMBER.sub('…', _id(element))}"


CHECKS = (
    missing_hooks,
    lost_places,
    other_elements,
    lost_behaviour,
    switched_off,
    lost_partials,
    one_element,
    sentinels,
)
