"""Pages: applies frames as htmx does, and fails where one finds no place to go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.server.documents import Element, parse

_ENTRY = re.compile(r"[mn](\d+)")
_SENTINEL = re.compile(r"#c(\d+)")
_HEARTBEAT = re.compile(r"#chat:has\(#c(\d+)\) #alive")
_OLDER = re.compile(r"#more\[data-before='(\d+)'\]")
_TRIMMED = re.compile(
    r"#messages:not\(:has\(> \.older\)\):has\(> #m(\d+)\) > li:not\(#more, #unread\):has\(~ #m\1\)"
)
_TRIMMED_MORE = re.compile(r"#messages:not\(:has\(> \.older\)\):has\(> #m(\d+)\) > #more")
_AUTHOR_NAME = re.compile(r"\[data-author-name='(\d+)'\]")
_AUTHOR_FACE = re.compile(r"\[data-author-face='(\d+)'\]")


@dataclass(frozen=True, slots=True)
class Partial:
    """A part of a frame: where it goes, how, and what it is."""

    target: str
    swap: str
    content: Element


def partials(frame: str) -> list[Partial]:
    """The parts of a frame; fails where there is anything else in it."""
    root = parse(frame)
    for child in root.children:
        assert child.strip() == "" if isinstance(child, str) else child.tag == "hx-partial", (
            f"a frame is made of hx-partial only, but there is {child!r} in {frame!r}"
        )
    return [Partial(element["hx-target"], element["hx-swap"], element) for element in root.elements]


def moved_sentinels(frame: str) -> list[int]:
    """The seqs of the sentinels that a frame replaces."""
    return [
        int(found[1]) for part in partials(frame) if (found := _SENTINEL.fullmatch(part.target))
    ]


class Page:
    """What a page shows of its room, from its HTML and the frames since."""

    def __init__(self, html: str) -> None:
        self.entries: list[Element] = []
        self.older: list[Element] = []
        self.status = ""
        self.why = ""
        self.me = ""
        self.heartbeats = 0
        self._show_list(parse(html).the("ol", id="messages"))

    def __repr__(self) -> str:
        return f"<page at {self.cursor}, {self.why!r}, shows {self.texts}>"

    @property
    def seqs(self) -> list[int]:
        """The seqs of all that is shown, older first."""
        return [seq_of(entry) for entry in self.older + self.entries]

    @property
    def texts(self) -> list[str]:
        """The texts of the messages, and the sentences of the notices."""
        return [text_of(entry) for entry in self.older + self.entries]

    @property
    def names(self) -> list[str]:
        """The authors' names as shown, in order."""
        return [name.text for entry in self.entries for name in entry.all(has="data-author-name")]

    @property
    def faces(self) -> list[str]:
        """The authors' faces as shown, in order."""
        return [face["src"] for entry in self.entries for face in entry.all(has="data-author-face")]

    def apply(self, frame: str) -> list[Partial]:
        """Swaps what a frame brings; all targets are found before any is swapped."""
        parts = partials(frame)
        moved = moved_sentinels(frame)
        assert len(moved) <= 1, f"more than one sentinel partial in {frame!r}"
        assert moved in ([], [self.cursor]), (
            f"the page's sentinel is c{self.cursor}, but a frame aims at {moved}: {frame!r}"
        )
        for part in parts:
            self._swap(part)
        return parts

    def _swap(self, part: Partial) -> None:
        target = part.target
        if _SENTINEL.fullmatch(target):
            assert part.swap == "outerHTML"
            self._append(part.content.elements)
        elif target == "#messages":
            assert part.swap == "innerHTML"
            self._show_list(part.content)
        elif found := _OLDER.fullmatch(target):
            assert int(found[1]) == self.before, f"the page shows from {self.before}: {target}"
            self._prepend(part.content.elements)
        elif found := _TRIMMED.fullmatch(target):
            if self._trims_at(int(found[1])):
                self.entries = [one for one in self.entries if seq_of(one) >= int(found[1])]
        elif found := _TRIMMED_MORE.fullmatch(target):
            if self._trims_at(int(found[1])):
                self.before = int(part.content.the(id="more")["data-before"]) or None
        elif found := _AUTHOR_NAME.fullmatch(target):
            for entry in self.older + self.entries:
                for name in entry.all(has="data-author-name"):
                    if name["data-author-name"] == found[1]:
                        name.children = [part.content.text]
        elif found := _AUTHOR_FACE.fullmatch(target):
            [face] = part.content.elements
            for entry in self.older + self.entries:
                for shown in entry.all(has="data-author-face"):
                    if shown["data-author-face"] == found[1]:
                        shown.attributes = dict(face.attributes)
        elif found := _HEARTBEAT.fullmatch(target):
            self.heartbeats += int(found[1]) == self.cursor
        elif target == "#status":
            self.status = part.content.text
        elif target == "#why":
            self.why = part.content.text
        elif target == "[data-me=name]":
            self.me = part.content.text
        else:
            # What a page has besides its log: the style of its own, the request for older ones,
            # and the states.
            known = re.fullmatch(
                r"#older|#chat:has\(.*\) #older|\[data-me=face\]|link\.mine.*"
                r"|#typist|#chat:has\(#text:.*\) #drafter|\.watch"
                r"|#chat:has\(#c\d+\) #status:has\(> \.lost\)|#chat:not\(:has\(#c\d+\)\) #link"
                r"|#people:not\(\[data-sought\]\)|#count|#comings|#typing|#rooms",
                target,
            )
            assert known, f"a frame aims at {target!r}, which no page has"

    def _show_list(self, list_: Element) -> None:
        """All of #messages: the way to older ones, the entries, the sentinel."""
        more, *entries = list_.elements
        assert more.id == "more", f"expected #more first, found #{more.id}"
        self.older, self.entries = [], []
        self.before = int(more["data-before"]) or None
        # A room where nobody has spoken says so, until something comes after it.
        self._append([entry for entry in entries if "empty" not in entry.classes])

    def _append(self, elements: list[Element]) -> None:
        """New entries, and the sentinel after them."""
        *entries, sentinel = elements
        assert re.fullmatch(r"c\d+", sentinel.id), f"expected the sentinel, found #{sentinel.id}"
        cursor = int(sentinel.id[1:])
        field = sentinel.the("input")
        assert (field["name"], field["value"]) == ("cursor", str(cursor))
        self.entries.extend(entries)
        self.cursor = cursor
        self._check_order()

    def _prepend(self, elements: list[Element]) -> None:
        more, older = elements
        assert more.id == "more"
        self.before = int(more["data-before"]) or None
        self.older[:0] = [entry for entry in older if _ENTRY.fullmatch(entry.id)]
        self._check_order()

    def _trims_at(self, seq: int) -> bool:
        """Whether the page drops what is older: it shows that message, and has loaded no others."""
        return not self.older and any(entry.id == f"m{seq}" for entry in self.entries)

    def _check_order(self) -> None:
        assert self.seqs == sorted(set(self.seqs)), f"out of order, or twice: {self.seqs}"
        assert not self.seqs or self.seqs[-1] <= self.cursor, "shows more than its sentinel says"


def seq_of(entry: Element) -> int:
    """The seq of a message or a notice."""
    found = _ENTRY.fullmatch(entry.id)
    assert found, f"expected a message or a notice, found <{entry.tag} id={entry.id!r}>"
    return int(found[1])


def text_of(entry: Element) -> str:
    """The text of a message, or the sentence of a notice."""
    return entry.the(cls="what" if "notice" in entry.classes else "text").text


def messages_in(html: str) -> list[Element]:
    """The messages in a document or a fragment, in order."""
    return parse(html).all(cls="message")


def texts_in(html: str) -> list[str]:
    return [text_of(message) for message in messages_in(html)]
