"""Pages: HTML to search, with its elements sorted by name, id, class and attribute.

A theme is held against hundreds of selectors in dozens of states; to try each on every element
would take a minute.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, cached_property

import soupsieve
from bs4 import BeautifulSoup, Tag

from chatterpy.theme.check.stamps import template_of

#: The last part of a selector, and in it a name that an element has to have.
_SPLIT = re.compile(r"[\s>+~]+(?![^(\[]*[)\]])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_CONDITION = re.compile(r":[\w-]+\((?:[^()]|\([^()]*\))*\)|::?[\w-]+|\[[^\]]*\]")
#: An id, a class or an attribute alone: what elements are sorted under says it all.
_PLAIN = re.compile(r"[#.][\w-]+|\[[\w-]+\]")
_ID = re.compile(r"#([\w-]+)")
_CLASS = re.compile(r"\.([\w-]+)")
_NAME = re.compile(r"^[a-zA-Z][\w-]*")
_ATTRIBUTE = re.compile(r"\[((?:[\w-]|\\.)+)")


class Page:
    """One rendered template."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.soup = BeautifulSoup(html, "html.parser")

    @cached_property
    def elements(self) -> list[Tag]:
        """All its elements, in the order of the document."""
        return [one for one in self.soup.descendants if isinstance(one, Tag)]

    @cached_property
    def ids(self) -> dict[str, Tag]:
        """The first element of each id."""
        found: dict[str, Tag] = {}
        for one in self.elements:
            if "id" in one.attrs:
                found.setdefault(str(one["id"]), one)
        return found

    @cached_property
    def templates(self) -> frozenset[str]:
        """The templates that its elements are from, ours and theirs by the same names."""
        return frozenset(template_of(one) for one in self.elements)

    def named(self, *names: str) -> list[Tag]:
        """The elements of these names, in the order of the document."""
        return [one for one in self.elements if one.name in names]

    def having(self, *names: str) -> list[Tag]:
        """The elements with one of these attributes, in the order of the document."""
        return [one for one in self.elements if not one.attrs.keys().isdisjoint(names)]

    def select(self, selector: str) -> list[Tag]:
        """The elements that a selector means, in the order of the document."""
        if ":is(" in selector or ":where(" in selector:
            return list(self.soup.select(selector))
        if _PLAIN.fullmatch(selector):
            return list(self._candidates(selector))
        compiled = soupsieve.compile(selector)
        return [one for one in self._candidates(selector) if compiled.match(one)]

    def has(self, name: str, value: str) -> bool:
        """Whether an element has an attribute of that value; of `class`, among others."""
        return (name, value) in self._values

    @cached_property
    def _values(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for one in self.elements:
            for name, value in one.attrs.items():
                found.update(
                    (name, each) for each in ([value] if isinstance(value, str) else value)
                )
        return found

    @cached_property
    def _sorted(self) -> dict[str, list[Tag]]:
        """Elements by `name`, `#id`, `.class` and `[attribute`."""
        found: dict[str, list[Tag]] = defaultdict(list)
        for one in self.elements:
            found[one.name].append(one)
            for name in one.attrs:
                found[f"[{name}"].append(one)
            if "id" in one.attrs:
                found[f"#{one['id']}"].append(one)
            for each in one.get_attribute_list("class"):
                found[f".{each}"].append(one)
        return found

    def _candidates(self, selector: str) -> list[Tag]:
        keys = _keys(selector)
        if None in keys:
            return self.elements
        if len(keys) == 1:
            return self._sorted.get(str(keys[0]), [])
        chosen = {id(one) for key in keys for one in self._sorted.get(str(key), [])}
        return [one for one in self.elements if id(one) in chosen]


@cache
def _keys(selector: str) -> tuple[str | None, ...]:
    """For each part of a list of selectors, what its elements are sorted under."""
    plain = _QUOTED.sub('""', selector)  # what is quoted has spaces and commas of its own
    return tuple(_key(_SPLIT.split(one.strip())[-1]) for one in _parts(plain))


def _parts(selector: str) -> list[str]:
    return re.split(r",(?![^(\[]*[)\]])", selector)


def _key(last: str) -> str | None:
    plain = _CONDITION.sub("", last)
    if found := _ID.search(plain):
        return f"#{found[1]}"
    if found := _CLASS.search(plain):
        return f".{found[1]}"
    attributes = re.sub(r":[\w-]+\((?:[^()]|\([^()]*\))*\)", "", last)
    if found := _ATTRIBUTE.search(attributes):
        return f"[{found[1]}".replace("\\", "")
    if found := _NAME.search(plain):
        return found[0]
    return None
