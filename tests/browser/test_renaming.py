"""A new name, or a new face, reaches everything that its owner ever wrote."""

from __future__ import annotations

import secrets

from tests.browser.browsers import Browser, Tab
from tests.browser.poster import Poster
from tests.browser.room import CARD_OPEN, Room
from tests.server_process import ServerProcess


def test_a_rename_reaches_every_old_message_on_every_page_in_every_room(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    elsewhere = f"{room[:50]}-elsewhere"
    carla = Room.enter(chromium.open(), server.url, elsewhere)
    for text in ("one", "two"):
        anna.say(text)
        ben.wait_for(text)
    in_the_other_room = Room.enter(anna.tab.beside(), server.url, elsewhere)
    in_the_other_room.say("three")
    carla.wait_for("three")
    ben.say("from somebody else")
    anna.wait_for("from somebody else")
    was, new = anna.person, new_name()

    anna.rename(new)

    for page, texts in ((anna, ("one", "two")), (ben, ("one", "two")), (carla, ("three",))):
        for text in texts:
            page.tab.wait_until(
                f"document.querySelector('#{page.id_of(text)} .name').textContent === '{new}'",
                f"the old message {text!r} has not got the new name",
            )
        wait_for_notice(page.tab, f"{was} is now {new}")
    assert anna.person == in_the_other_room.person == new
    assert name_at(ben, "from somebody else") == ben.person, "somebody else was renamed"
    # A page that is loaded now shows the same as one that saw it happen.
    fresh = ben.fresh()
    assert names_on(fresh) == names_on(ben)
    wait_for_notice(fresh.tab, f"{was} is now {new}")


def test_a_taken_name_is_refused_beside_the_field_which_keeps_what_was_typed(
    chromium: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    taken = new_name()
    poster.rename(taken)
    anna = Room.enter(chromium.open(), server.url, room)
    was = anna.person

    anna.rename(taken.upper())

    anna.tab.wait_until("document.querySelector('#name-why').textContent.trim() !== ''")
    assert "another name" in anna.tab.text_of("#name-why"), "the sentence does not say what to do"
    assert anna.tab.value_of("#name") == taken.upper(), "what was typed is gone"
    assert (
        anna.tab.evaluate(
            "document.querySelector('#name').ariaDescribedByElements?.[0].id"
            " ?? document.querySelector('#name').getAttribute('aria-describedby')"
        )
        == "name-why"
    )
    assert anna.tab.evaluate(CARD_OPEN), "the card closed"
    assert anna.person == was

    # The same field takes another name, and the reason goes.
    anna.rename(new := new_name())
    anna.tab.wait_until(f"document.querySelector('#me bdi').textContent === '{new}'")
    assert "another name" not in anna.tab.text_of("#name-why")


def test_a_name_is_never_markup(chromium: Browser, server: ServerProcess, room: str) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    anna.say("hello")
    ben.wait_for("hello")
    new = f"<b hx-get=/x>{secrets.token_hex(3)}</b>"

    anna.rename(new)

    ben.tab.wait_until(
        f"document.querySelector('#{ben.id_of('hello')} .name').textContent === '{new}'",
        "the name is not shown as it was typed",
    )
    for page in (anna, ben, ben.fresh()):
        assert page.tab.count("bdi *") == 0, "a name became an element"


def test_a_new_face_changes_the_avatars_of_old_messages(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    for text in ("one", "two"):
        anna.say(text)
        ben.wait_for(text)
    was = faces_on(ben)

    anna.take_another_face()

    ben.tab.wait_until(
        f"[...document.querySelectorAll('.message img.face')].every((face) => "
        f"face.getAttribute('src') !== '{was[0]}' && face.naturalWidth > 0)",
        "old messages keep the old face, or the new one did not load",
    )
    anna.tab.wait_until(f"document.querySelector('#me img').getAttribute('src') !== '{was[0]}'")
    assert len(set(faces_on(ben))) == 1, "the messages of one person have several faces"
    assert faces_on(ben) == faces_on(anna) == faces_on(ben.fresh())
    assert anna.tab.evaluate("document.querySelector('#me img').getAttribute('src')") in faces_on(
        ben
    )


def test_a_person_keeps_name_and_face_over_reloads_and_tabs(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    who = (anna.person, anna.tab.evaluate("document.querySelector('#me img').src"))

    anna.tab.reload()
    beside = anna.fresh()

    for page in (anna, beside):
        assert (page.person, page.tab.evaluate("document.querySelector('#me img').src")) == who


def new_name() -> str:
    """A name that nobody has yet."""
    return f"Anna {secrets.token_hex(4)}"


def wait_for_notice(tab: Tab, sentence: str) -> None:
    tab.wait_until(
        "[...document.querySelectorAll('#messages .notice')]"
        f".some((notice) => notice.textContent.trim() === '{sentence}')",
        "there is no notice of the rename",
    )


def name_at(room: Room, text: str) -> str:
    return room.tab.text_of(f"#{room.id_of(text)} .name")


def names_on(room: Room) -> list[str]:
    names: list[str] = room.tab.evaluate(
        "[...document.querySelectorAll('.message .name')].map((name) => name.textContent)"
    )
    return names


def faces_on(room: Room) -> list[str]:
    faces: list[str] = room.tab.evaluate(
        "[...document.querySelectorAll('.message .face')].map((face) => face.getAttribute('src'))"
    )
    return faces
