"""Every page in every state, for the tests that look for barriers and for the pictures.

A state is a function that brings a fresh tab into it. What people say in it is made up, and always
the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.browser.browsers import ChromiumTab
from tests.browser.poster import Poster, numbered
from tests.browser.room import Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: The themes that come with the chat, beside the default.
THEMES = ("irc", "bubbles", "gazette")

TALK = (
    ("Anna", "The tomatoes are out of the greenhouse. Finally!"),
    ("Ben", "All of them?"),
    ("Anna", "All but the yellow ones, they are still small."),
    ("Anna", "Who waters on Saturday?"),
    ("Dilara", "I can, if somebody shows me where the tap is 🚿"),
    ("Ben", "Behind the shed. There is a drawing: https://example.org/garden/taps"),
    ("Dilara", "Found it, thank you!"),
    (
        "Ben",
        "And bring gloves. The nettles have grown as high as the fence since we were last there.",
    ),
    ("Anna", "I'll bring cake 🍰"),
)


@dataclass
class Stage:
    """A server with a cast of people who have names, and a network that can be cut."""

    server: ServerProcess
    proxy: TcpProxy
    cast: dict[str, Poster] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, _ in TALK:
            if name not in self.cast:
                self.cast[name] = Poster(self.server.url)
                self.cast[name].rename(name)
        for name, text in TALK:
            self.cast[name].say("garden", text)
        self.cast["Ben"].say("long", *numbered("A message to scroll by, number", range(120)))
        self.cast["Dilara"].say("kitchen", "Soup is ready")

    def enter(self, tab: ChromiumTab, room: str) -> Room:
        return Room.enter(tab, self.server.url, room)

    def goto(self, tab: ChromiumTab, address: str) -> None:
        tab.goto(f"{self.server.url}/{address}")
        tab.console_errors.clear()  # of a page that is an error


def talk(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden")


def mine(stage: Stage, tab: ChromiumTab) -> None:
    room = stage.enter(tab, "kitchen")
    room.say("Coming!")
    room.say("Is there bread?")


def quiet(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "attic")


def several_lines(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden")
    tab.click("#lines")
    tab.wait_until("document.querySelector('textarea')", "the field has one line")
    tab.type("A list:")
    tab.press("Enter")
    tab.type("- gloves")


def refused_message(stage: Stage, tab: ChromiumTab) -> None:
    room = stage.enter(tab, "garden")
    tab.click("#composer > button:not(#lines)")
    room.wait_for_reason("nothing to send")


def something_new(stage: Stage, tab: ChromiumTab) -> None:
    room = stage.enter(tab, "long")
    tab.wheel("#scroller", -700)
    tab.wait_until("document.querySelector('#unread')", "the end seems to be in view")
    stage.cast["Ben"].say("long", "One more", "And another")
    tab.wait_until("document.querySelector('#newest').checkVisibility()", "nothing is called new")
    room.wait_for("And another")


def older_messages(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "long")
    for _ in range(20):
        tab.wheel("#scroller", -900)
    tab.wait_until("document.querySelector('.older')", "no older messages came")


def people(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden")
    _open_side(tab)


def nobody_found(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden")
    _open_side(tab)
    tab.fill("#q", "nobody of this name")
    tab.wait_until("document.querySelector('#people .rest')", "somebody was found")


def refused_room(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden")
    _open_side(tab)
    tab.fill("#slug", "No room!")
    tab.press("Enter")
    tab.wait_until("document.querySelector('#slug-why .refusal')", "the room was opened")


def card(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden").open_card()


def refused_name(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden").open_card()
    tab.fill("#name", "Anna")
    tab.press("Enter")
    tab.wait_until("document.querySelector('#name-why .refusal')", "the name was taken")


def gallery(stage: Stage, tab: ChromiumTab) -> None:
    stage.enter(tab, "garden").open_card()
    tab.click("#choose")
    tab.wait_until("document.querySelectorAll('#gallery .faces img').length === 12", "no faces")
    tab.wait_until("[...document.images].every((one) => one.complete)", "faces are missing", 30)


def no_connection(stage: Stage, tab: ChromiumTab) -> None:
    stage.proxy.mend()  # after another tab was here
    room = Room.enter(tab, stage.proxy.url, "garden")
    stage.proxy.cut()
    room.wait_for_loss()
    room.type("This waits for the connection")
    tab.press("Enter")
    room.wait_for_reason("could not be reached")


def older_page(stage: Stage, tab: ChromiumTab) -> None:
    stage.goto(tab, "rooms/long?before=60")


def people_page(stage: Stage, tab: ChromiumTab) -> None:
    stage.goto(tab, "rooms/garden/people")


def faces_page(stage: Stage, tab: ChromiumTab) -> None:
    stage.goto(tab, "me/faces")


def no_such_room(stage: Stage, tab: ChromiumTab) -> None:
    stage.goto(tab, "rooms/Our%20Garden")


def nothing_there(stage: Stage, tab: ChromiumTab) -> None:
    stage.goto(tab, "nothing")


def without_a_script(stage: Stage, tab: ChromiumTab) -> None:
    """What stands in the frame then."""
    tab.goto_streaming(f"{stage.server.url}/rooms/garden/stream")
    count = len(TALK)
    tab.wait_until(
        f"document.querySelectorAll('.message').length >= {count}", "messages are missing"
    )


def _open_side(tab: ChromiumTab) -> None:
    """Beside the messages it is always open; on a phone it is a sheet."""
    if tab.evaluate("document.querySelector('.who').checkVisibility()"):
        tab.click(".who")
        tab.wait_until("document.querySelector('#side:popover-open')", "the sheet does not open")


State = Callable[[Stage, ChromiumTab], None]

STATES: dict[str, State] = {
    state.__name__.replace("_", "-"): state
    for state in (
        talk,
        mine,
        quiet,
        several_lines,
        refused_message,
        something_new,
        older_messages,
        people,
        nobody_found,
        refused_room,
        card,
        refused_name,
        gallery,
        no_connection,
        older_page,
        people_page,
        faces_page,
        no_such_room,
        nothing_there,
        without_a_script,
    )
}
