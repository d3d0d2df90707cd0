"""Contents: what stands in the elements is what was typed, as it was typed, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import Tag

from chatterpy.theme.check.bench import Bench, Rendering
from chatterpy.theme.check.blame import found_at
from chatterpy.theme.check.findings import Finding
from chatterpy.theme.check.policy import text_of
from chatterpy.theme.check.source import trusting
from chatterpy.theme.check.stamps import STAMP, place

AUTHOR_NAME = "data-author-name"


def message_texts(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """What somebody typed is in one element, as it was typed."""
    for ours in seen.ours.select(".message"):
        theirs, text = seen.page.ids.get(text_of(ours, "id")), ours.find(class_="text")
        if theirs is None or not isinstance(text, Tag):
            continue
        found = [one for one in theirs.find_all(class_="text") if isinstance(one, Tag)]
        if len(found) != 1:
            message = f"A message has exactly one element of the class text; this has {len(found)}."
            yield found_at(bench, seen, found[-1] if found else theirs, "message-text", message)
        elif found[0].get_text() != text.get_text():
            message = "The text of .text is not exactly what was typed."
            if found[0].get_text().split() == text.get_text().split():
                message += " Only white space was added or taken away."
            yield found_at(bench, seen, found[0], "message-text", message)
        elif not any(one.has_attr("hx-ignore") for one in (found[0], *found[0].parents)):
            yield found_at(bench, seen, found[0], "message-ignore", ".text has lost hx-ignore.")


def author_names(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """A name is alone in its element: another name is put in the place of all that is in it."""
    ours = {text_of(one, AUTHOR_NAME): one.get_text() for one in seen.ours.having(AUTHOR_NAME)}
    for element in seen.page.having(AUTHOR_NAME):
        name = ours.get(text_of(element, AUTHOR_NAME))
        if name is not None and element.get_text().strip() != name.strip():
            message = f"What has {AUTHOR_NAME} holds the name and nothing else; this does not."
            yield found_at(bench, seen, element, "author-name", message)


def unescaped_text(bench: Bench, seen: Rendering) -> Iterator[Finding]:
    """Elements that no template made: they came out of what people typed."""
    ours = {_shape(one) for one in seen.ours.elements if not one.has_attr(STAMP)}
    for element in seen.page.elements:
        if element.has_attr(STAMP) or _shape(element) in ours or _is_link(element):
            continue
        around = next((one for one in element.parents if place(one)[0]), None)
        message = "Something that a person typed has become HTML here."
        if around and (line := trusting(bench, *place(around))):
            message += f" Look at line {line}, where it is not escaped."
        yield found_at(bench, seen, around, "unescaped-text", message)
        return


def _shape(element: Tag) -> tuple[str, frozenset[str]]:
    return element.name, frozenset(element.attrs)


def _is_link(element: Tag) -> bool:
    """Whether it is what `chat/messages.py`, or Jinja's `urlize`, makes of an address."""
    return (
        element.name == "a"
        and "noopener" in text_of(element, "rel")
        and element.attrs.keys() <= {"href", "rel", "target"}
    )


CHECKS = (message_texts, author_names, unescaped_text)
