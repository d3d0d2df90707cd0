"""Markup: HTML that browsers read otherwise than it was meant, and names it does not know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.parsers import expat

from bs4 import Tag

from chatterpy.theme.check.bench import Bench, Rendering
from chatterpy.theme.check.blame import suspect
from chatterpy.theme.check.findings import Finding, finding, meant
from chatterpy.theme.check.htmx import PARTIAL
from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.policy import Problem, text_of
from chatterpy.theme.check.stamps import STAMP, VALUE, culprit
from chatterpy.theme.check.words import (
    ARIA,
    ATTRIBUTES,
    BLOCKS,
    CHILDREN,
    ELEMENTS,
    OBSOLETE,
    PARENTS,
    VALUES,
    VOID,
)
from chatterpy.theme.environment import BUILT_IN

#: What does something when it is clicked, so that nothing else that does can be around it.
_ACTIVE = {"a", "button", "input", "select", "textarea", "iframe", "details", "label"}
_END_STAMP = re.compile(rf'</[\w:-]+ {STAMP}="([^"]*)"')
#: Nobody can be in two of these at once.
_ALONE = {"a", "button", "form", "label"}


class Nesting(HTMLParser):
    """Reads HTML as it stands, and keeps what does not fit into each other."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[tuple[str, str]] = []  # the stamp, and the sentence
        self._end = ""  # the stamp of the end tag that is read
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        self.left = Counter(name for name, _ in self._open)
        self.unclosed = self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        stamp = dict(attrs).get(STAMP) or ""
        for name, times in names.items():
            if times > 1 and stamp:
                self.wrong.append((stamp, f"<{tag}> has {name}= twice."))
        self._fits(tag, stamp)
        self._reacts(tag, dict(attrs).get("type") or "", stamp)
        if tag not in VOID:
            self._open.append((tag, stamp))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stamp = dict(attrs).get(STAMP) or ""
        foreign = any(name in ("svg", "math") for name, _ in self._open) or tag in ("svg", "math")
        if tag not in VOID and not foreign:
            self.wrong.append((stamp, f"<{tag}/> is not closed: browsers read it as <{tag}>."))

    def parse_endtag(self, i: int) -> int:
        found = _END_STAMP.match(self.rawdata, i)
        self._end = found[1] if found else ""
        return super().parse_endtag(i)

    def handle_endtag(self, tag: str) -> None:
        end, opened = self._end, self._opened(tag)
        if opened is None:
            stamp = end or (self._open[-1][1] if self._open else "")
            there = tag in (name for name, _ in self._open)
            what = "an element that is not this file's" if there else "nothing"
            self.wrong.append((stamp, f"</{tag}> closes {what}."))
            return
        for name, stamp in reversed(self._open[opened + 1 :]):
            self.wrong.append((stamp, f"<{name}> is not closed before </{tag}>."))
        del self._open[opened:]

    def _opened(self, tag: str) -> int | None:
        """Which of the open elements an end tag closes: of its own side, the theme's or ours."""
        for number in reversed(range(len(self._open))):
            name, stamp = self._open[number]
            if name == tag and (not stamp or not self._end or _ours(stamp) == _ours(self._end)):
                return number
        return None

    def _reacts(self, tag: str, kind: str, stamp: str) -> None:
        if tag not in _ACTIVE or kind == "hidden":
            return
        for name, article in (("a", "an"), ("button", "a")):
            if name != tag and name in (one for one, _ in self._open):
                self.wrong.append((stamp, f"<{tag}> cannot be in {article} <{name}>."))

    def _fits(self, tag: str, stamp: str) -> None:
        around = [name for name, _ in self._open]
        parent = around[-1] if around else ""
        if tag in BLOCKS and "p" in around:
            self.wrong.append(
                (stamp, f"<{tag}> cannot be in a <p>: browsers end the <p> before it.")
            )
        if tag in _ALONE and tag in around:
            self.wrong.append((stamp, f"<{tag}> cannot be in another <{tag}>."))
        allowed = PARENTS.get(tag)
        if allowed and parent and parent not in allowed and parent != PARTIAL:
            self.wrong.append((stamp, f"<{tag}> cannot be in <{parent}>."))
        children = CHILDREN.get(parent)
        if children and tag not in children:
            self.wrong.append((stamp, f"<{parent}> cannot hold <{tag}>."))


def _ours(stamp: str) -> bool:
    return stamp.startswith(f"{BUILT_IN}:")


def drawings(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Drawings that are no XML: browsers show nothing of them."""
    try:
        expat.ParserCreate().Parse(seen.page.html, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        file, line = suspect(bench, seen.template)
        yield finding("broken-html", file, line, f"This is no XML: {what}.", seen.seen)


def nesting(html: str, our_html: str, seen: str) -> Iterator[Finding]:
    """What does not fit into each other, but for what ours leaves open on purpose."""
    theirs = Nesting(html)
    if not theirs.wrong and not theirs.unclosed:
        return
    ours = Nesting(our_html)
    left = theirs.left - ours.left
    unclosed = [
        (stamp, f"<{name}> is not closed.") for name, stamp in theirs.unclosed if left[name] > 0
    ]
    known = {message for _, message in ours.wrong}
    for stamp, message in (*theirs.wrong, *unclosed):
        file, _, line = stamp.rpartition("@")
        if message not in known:
            yield finding("broken-html", file, int(line or 0), message, seen)


def duplicate_ids(page: Page) -> Iterator[Problem]:
    """Ids that stand for two places. (For whole pages and frames, not for outlines.)"""
    # What is to replace something has its id.
    seen: dict[str, Tag] = {}
    for element in page.select("[id]"):
        if element.find_parent(PARTIAL):
            continue
        name = text_of(element, "id")
        if name in seen:
            wrong = culprit(seen[name], element)
            yield "duplicate-id", wrong, f"There are two elements with the id {name!r}."
        seen[name] = element


def words(page: Page) -> Iterator[Problem]:
    """Elements, attributes and values that HTML does not know."""
    drawn = {
        id(one)
        for drawing in page.named("svg", "math")
        for one in (drawing, *drawing.find_all(True))
    }
    for element in page.elements:
        if id(element) in drawn:
            continue
        name = element.name
        if name in OBSOLETE:
            message = f"<{name}> is gone from HTML; {OBSOLETE[name]} stands for it."
            yield "unknown-element", element, message
        elif name not in ELEMENTS and "-" not in name and VALUE not in name:
            yield "unknown-element", element, f"HTML knows no <{name}>.{meant(name, ELEMENTS)}"
        for attribute in element.attrs:
            yield from _attribute(element, attribute)


def _attribute(element: Tag, name: str) -> Iterator[Problem]:
    if name == STAMP or VALUE in name or name.startswith(("data-", "hx-", "on", "xmlns")):
        return
    value = text_of(element, name)
    if name.startswith("aria-") and name not in ARIA:
        yield "unknown-html-attribute", element, f"ARIA knows no {name}=.{meant(name, ARIA)}"
    elif name not in ATTRIBUTES and not name.startswith("aria-"):
        message = f"HTML knows no {name}=.{meant(name, ATTRIBUTES)}"
        yield "unknown-html-attribute", element, message
    allowed = VALUES.get((element.name, name)) or VALUES.get(("", name))
    if allowed and VALUE not in value:
        for one in value.lower().split() or [""]:
            if one not in allowed:
                yield "unknown-value", element, f"{name}= cannot be {one!r}.{meant(one, allowed)}"
