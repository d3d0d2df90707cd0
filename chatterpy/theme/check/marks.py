"""Marks: what our style sheet, phones and other directions of writing need of a theme's HTML."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import Tag

from chatterpy.theme.check.bench import Bench, Rendering
from chatterpy.theme.check.blame import told_at
from chatterpy.theme.check.findings import Finding
from chatterpy.theme.check.policy import text_of

#: Names of people, which may be written from right to left.
_NAMES = ("data-author-name", "data-me")


def messages(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What each message shows: its links, and the line with the date where a day begins."""
    for ours in seen.ours.select(".message"):
        theirs = seen.page.ids.get(text_of(ours, "id"))
        if theirs is None:
            continue  # a missing hook
        if "newday" in ours["class"] and "newday" not in theirs.get_attribute_list("class"):
            message = "The first message of a day has lost the class newday: no date is shown."
            yield told_at(bench, seen, "message-day", theirs, ours, message)
        text, was = theirs.select_one(".text"), ours.select_one(".text")
        if text and was and was.find("a") and not text.find("a"):
            message = "A link that somebody typed is text here, and cannot be followed."
            yield told_at(bench, seen, "message-links", text, was, message)


def directions(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What people write from right to left, and would be shown in another order."""
    for ours in seen.ours.select(".message"):
        theirs = seen.page.ids.get(text_of(ours, "id"))
        text, was = (one and one.select_one(".text") for one in (theirs, ours))
        if text and was and text_of(was, "dir") == "auto" and not _apart(text):
            message = '.text has lost dir="auto": Arabic and Hebrew are shown from the wrong side.'
            yield told_at(bench, seen, "text-direction", text, was, message)
    for name in _NAMES:
        for ours in seen.ours.select(f"bdi[{name}]"):
            named = f'[{name}="{text_of(ours, name)}"]'
            for element in seen.page.select(named):
                if element.name != "img" and not _apart(element):
                    message = f"[{name}] is in no <bdi>: what is beside an Arabic name moves."
                    yield told_at(bench, seen, "text-direction", element, ours, message)
    for key, ours in seen.ours.ids.items():
        field = seen.page.ids.get(key)
        if field is None or text_of(ours, "dir") != "auto" or ours.name == "html":
            continue
        if not _apart(field):
            message = (
                f'#{key} has lost dir="auto": Arabic and Hebrew are typed from the wrong side.'
            )
            yield told_at(bench, seen, "text-direction", field, ours, message)


def _apart(element: Tag) -> bool:
    """Whether what is in an element has a direction of its own."""
    near = [element, *([element.parent] if element.parent else [])]
    return any(one.name == "bdi" or text_of(one, "dir") == "auto" for one in near)


def sheets(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What opens over the page on a phone, and the button that opens it."""
    for ours in seen.ours.select("[popover][id]"):
        name = text_of(ours, "id")
        theirs = seen.page.ids.get(name)
        was = next(iter(seen.ours.select(f"[popovertarget={name}]")), None)
        if theirs is None or was is None:
            continue  # a lost place, or a part whose button is elsewhere
        openers = seen.page.select(f"[popovertarget={name}], [commandfor={name}]")
        if theirs.has_attr("popover") and not openers:
            message = f"Nothing opens #{name}: on a phone nobody gets there."
            yield told_at(bench, seen, "closed-sheet", None, was, message)
        elif openers and not theirs.has_attr("popover"):
            message = f"#{name} has lost popover: the button that opens it does nothing."
            yield told_at(bench, seen, "closed-sheet", theirs, ours, message)


CHECKS = (messages, directions, sheets)
