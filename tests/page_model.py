"""A page without a browser: applies frames as htmx does, with a real CSS selector engine.

All targets of a frame are found before any of it is swapped (htmx 4, `swap`).
"""

from __future__ import annotations

import copy

from bs4 import BeautifulSoup, Tag


class PageModel:
    """An open page: `receive` takes frames, `log` is what a reader sees."""

    def __init__(self, html: str) -> None:
        self.soup = BeautifulSoup(html, "html.parser")

    @property
    def cursor(self) -> int:
        [sentinel] = self.soup.select("#messages > [hidden] > [name=cursor]")
        return int(str(sentinel["value"]))

    @property
    def before(self) -> int | None:
        """What #older would ask for; None where it would not."""
        form = self.soup.select_one("#older[hx-trigger]")
        field = form.select_one("[name=before]") if form else None
        return int(str(field["value"])) if field else None

    def receive(self, frame: str) -> None:
        fragment = BeautifulSoup(frame, "html.parser")
        tasks = [
            (str(partial["hx-swap"]), target, partial)
            for partial in fragment.find_all("hx-partial")
            for target in self.soup.select(str(partial["hx-target"]))
        ]
        for style, target, partial in tasks:
            self._swap(style, target, [copy.copy(child) for child in partial.contents])

    def log(self) -> list[tuple[str, ...]]:
        """Each entry: its id, and for a message the author, name, face and text."""
        # By class, as bs4 finds it: a selector is asked of every element anew.
        messages = self.soup.find(id="messages")
        assert isinstance(messages, Tag)
        return [self._entry(item) for item in messages.find_all(class_=["message", "notice"])]

    def _entry(self, item: Tag) -> tuple[str, ...]:
        if "notice" in item["class"]:
            return str(item["id"]), " ".join(item["class"]), item.get_text()
        name, face, text = (item.find(class_=what) for what in ("name", "face", "text"))
        assert isinstance(name, Tag)
        assert isinstance(face, Tag)
        assert isinstance(text, Tag)
        return (
            str(item["id"]),
            " ".join(item["class"]),
            str(item["data-author"]),
            name.get_text(),
            str(face["src"]),
            text.get_text(),
        )

    def _swap(self, style: str, target: Tag, content: list[object]) -> None:
        match style:
            case "outerHTML":
                if target.parent is not None:
                    target.replace_with(*content)  # type: ignore[arg-type]
            case "innerHTML":
                target.clear()
                target.extend(content)  # type: ignore[arg-type]
            case "textContent":
                target.string = "".join(getattr(part, "text", str(part)) for part in content)
            case "delete":
                target.decompose()
            case "afterend":
                target.insert_after(*content)  # type: ignore[arg-type]
            case other:
                raise AssertionError(f"no page of ours swaps by {other!r}")
