"""A room as somebody sees it in a tab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.browser.browsers import WAIT_S, Tab

CONNECTED = "document.querySelector('#status .connected')"
CARD_OPEN = "document.querySelector('#card').checkVisibility()"

_LIST = """[...document.querySelectorAll('#messages .message')]
    .map((message) => [message.id, message.querySelector('.text').textContent])"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message's text is in the scroller: `top` is in pixels from the scroller's edge."""

    id: str
    top: float


class Room:
    """What a person does in a room, and what they see."""

    def __init__(self, tab: Tab, url: str, name: str) -> None:
        self.tab = tab
        self.address = f"{url}/rooms/{name}"
        self.name = name

    @classmethod
    def enter(cls, tab: Tab, url: str, name: str) -> Room:
        """Loads the page and waits until it is live."""
        room = cls(tab, url, name)
        tab.goto(room.address)
        room.wait_for_connection()
        return room

    def fresh(self) -> Room:
        """The same room in another tab, loaded now."""
        server, name = self.address.split("/rooms/")
        return Room.enter(self.tab.beside(), server, name)

    # Doing

    def say(self, text: str) -> None:
        """Types a message, presses Enter, and waits until the composer is ready for another."""
        self.type(text)
        self.tab.press("Enter")
        self.wait_for_acknowledgement()

    def type(self, text: str) -> None:
        """Types into the composer, which has the focus from then on."""
        if self.tab.evaluate("document.activeElement?.id") != "text":
            self.tab.click("#text")
        self.tab.type(text)

    def open_card(self) -> None:
        """Opens the card with the person's name and face, where it is closed."""
        if not self.tab.evaluate(CARD_OPEN):
            self.tab.click("#me .self")
            self.tab.wait_until(CARD_OPEN, "the card does not open")

    def rename(self, name: str) -> None:
        """Opens the person's card, types another name and presses Enter."""
        self.open_card()
        self.tab.fill("#name", "")
        self.tab.type(name)
        self.tab.press("Enter")

    def take_another_face(self) -> None:
        self.open_card()
        self.tab.click("#me .facing button")

    # Seeing

    @property
    def messages(self) -> list[tuple[str, str]]:
        """The messages on the page, from top to bottom: id and text."""
        return [(one[0], one[1]) for one in self.tab.evaluate(_LIST)]

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.messages]

    @property
    def draft(self) -> str:
        """What stands in the composer."""
        return self.tab.value_of("#text")

    @property
    def person(self) -> str:
        """The name of who looks."""
        return self.tab.text_of("#me bdi")

    def id_of(self, text: str) -> str:
        """The id of the one message with this text."""
        found = [id for id, shown in self.messages if shown == text]
        assert len(found) == 1, f"expected one message {text!r}, but the page shows {self.texts}"
        return found[0]

    def wait_for(self, *texts: str, within_s: float = WAIT_S) -> None:
        """Waits until each of the texts is shown."""
        self.tab.wait_until(
            f"""(() => {{
                const shown = new Set({_LIST}.map((message) => message[1]));
                return {json.dumps(texts)}.every((text) => shown.has(text));
            }})()""",
            "not all messages are shown",
            within_s,
        )

    def wait_for_connection(self, within_s: float = WAIT_S) -> None:
        self.tab.wait_until(CONNECTED, "the page does not say that it is connected", within_s)

    def wait_for_loss(self, within_s: float = WAIT_S) -> None:
        self.tab.wait_until(
            "document.querySelector('#status .lost')",
            "the page does not say that the connection is lost",
            within_s,
        )

    def wait_for_acknowledgement(self) -> None:
        """Waits until the composer is empty and knows nothing of a message under way."""
        self.tab.wait_until(
            """document.querySelector('#text').value === ''
                && !document.querySelector('#text').hasAttribute('pattern')
                && document.querySelectorAll('#nonces > input').length === 1""",
            "the composer is not emptied",
        )

    def wait_for_reason(self, words: str) -> None:
        """Waits until the composer says why something was not sent."""
        self.tab.wait_until(
            f"document.querySelector('#why').textContent.includes({json.dumps(words)})",
            "the composer does not say why",
        )

    # Measuring

    @property
    def distance_from_end(self) -> float:
        """How far the last entry's end is below the scroller's end, in pixels; the padding of the
        list is not counted."""
        return float(
            self.tab.evaluate(
                """(() => {
                    const scroller = document.querySelector('#scroller');
                    const list = document.querySelector('#messages');
                    return list.getBoundingClientRect().bottom
                        - scroller.getBoundingClientRect().bottom;
                })()"""
            )
        )

    def first_visible(self) -> Place:
        """The first message whose text can be seen, or a part of it."""
        found = self.tab.evaluate(
            """(() => {
                const edge = document.querySelector('#scroller').getBoundingClientRect().top;
                for (const message of document.querySelectorAll('#messages .message')) {
                    const box = message.querySelector('.text').getBoundingClientRect();
                    if (box.bottom > edge) return [message.id, box.top - edge];
                }
            })()"""
        )
        assert found, "no message can be seen; look at the scroller"
        return Place(*found)

    def place_of(self, id: str) -> Place:
        """Where a message is now."""
        top = self.tab.evaluate(
            f"""document.querySelector('#{id} .text').getBoundingClientRect().top
                - document.querySelector('#scroller').getBoundingClientRect().top"""
        )
        return Place(id, float(top))


def in_order(texts: Sequence[str], within: Sequence[str]) -> bool:
    """Whether the texts are among the others, once each and in this order."""
    wanted = set(texts)
    return [text for text in within if text in wanted] == list(texts)
