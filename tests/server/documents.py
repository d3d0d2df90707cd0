"""HTML as a browser would hold it: just enough of a document to look things up in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements that have no end tag (HTML, 13.1.2).
_VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(eq=False, slots=True)
class Element:
    """An element, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """The textContent (DOM, 4.4)."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def elements(self) -> list[Element]:
        """The element's own children."""
        return [child for child in self.children if isinstance(child, Element)]

    def __iter__(self) -> Iterator[Element]:
        """Every element in it, in the order of the document."""
        for child in self.elements:
            yield child
            yield from child

    def all(self, tag: str = "", *, id: str = "", cls: str = "", has: str = "") -> list[Element]:
        """Every element in it with this tag, id, class and attribute, where given."""
        return [
            element
            for element in self
            if (not tag or element.tag == tag)
            and (not id or element.id == id)
            and (not cls or cls in element.classes)
            and (not has or has in element.attributes)
        ]

    def the(self, tag: str = "", *, id: str = "", cls: str = "", has: str = "") -> Element:
        """The one such element."""
        found = self.all(tag, id=id, cls=cls, has=has)
        wanted = f"<{tag or '*'} id={id!r} class={cls!r} {has}>"
        assert len(found) == 1, f"expected one {wanted}, found {len(found)} in: {self.text[:500]}"
        return found[0]


def parse(html: str) -> Element:
    """The document, or the fragment, as the children of an element without a tag."""
    return _Builder(html).root


class _Builder(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self.feed(html)
        self.close()
        left_open = [element.tag for element in self._open[1:]]
        # The stream's document never ends, and the browser closes these for it.
        assert set(left_open) <= {"html", "body", "main", "div", "ol"}, f"never closed: {left_open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        element = self._open.pop()
        assert element.tag == tag, f"</{tag}> where </{element.tag}> was expected"

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
