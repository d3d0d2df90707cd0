"""The card and its gallery: a face is chosen, by mouse and by keyboard, and everyone sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browsers import DESKTOP, PHONE, Browser, Tab
from tests.browser.conftest import ENVIRON
from tests.browser.picture_site import PictureSite
from tests.browser.room import CARD_OPEN, Room
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

GALLERY_OPEN = "document.querySelectorAll('#gallery .faces img').length === 12"
GALLERY_CLOSED = "document.querySelector('#gallery').childElementCount === 0"
FOCUS = "document.activeElement"


@pytest.fixture
def lettered_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server whose faces are the first letters of the names."""
    settings = {"CHATTERPY_AVATAR_PROVIDER": "initials"}
    with ServerProcess(tmp_path / "data", **ENVIRON, **settings) as server:
        yield server
    assert not server.errors, f"look at the server's log:\n{server.log}"


@pytest.fixture
def pictures() -> Iterator[PictureSite]:
    with PictureSite() as site:
        yield site


@pytest.fixture
def liara_server(tmp_path: Path, pictures: PictureSite) -> Iterator[ServerProcess]:
    """A server whose faces are on another site."""
    settings = {"CHATTERPY_AVATAR_PROVIDER": "liara", "CHATTERPY_LIARA_URL": pictures.url}
    with ServerProcess(tmp_path / "data", **ENVIRON, **settings) as server:
        yield server
    assert not server.errors, f"look at the server's log:\n{server.log}"


# The card


def test_escape_closes_the_card_and_gives_the_focus_back(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.tab.evaluate("document.querySelector('#me .self').focus()")
    anna.tab.press("Enter")
    anna.tab.wait_until(CARD_OPEN, "Enter does not open the card")
    anna.tab.press("Tab")

    anna.tab.press("Escape")

    anna.tab.wait_until(f"!{CARD_OPEN}", "Escape does not close the card")
    assert anna.tab.evaluate(f"{FOCUS}.matches('#me .self')"), "the focus is lost"


def test_a_click_outside_closes_the_card_and_does_what_it_does(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.open_card()

    anna.tab.type_into("#text", "hello")

    assert not anna.tab.evaluate(CARD_OPEN), "the card is still open"
    assert anna.draft == "hello"


@pytest.mark.parametrize("size", [PHONE, DESKTOP, (1920, 1080)], ids=["phone", "desktop", "wide"])
def test_the_card_opens_under_the_name_and_fits(
    browser: Browser, server: ServerProcess, room: str, size: tuple[int, int]
) -> None:
    anna = Room.enter(browser.open(*size), server.url, room)
    anna.open_card()
    anna.tab.click("#choose")
    anna.tab.wait_until(GALLERY_OPEN)

    card, name = (box(anna.tab, selector) for selector in ("#card", "#me .self"))
    assert name["bottom"] <= card["top"] <= name["bottom"] + 20
    assert abs(card["right"] - name["right"]) <= 1, "the card is not under the name"
    assert card["left"] >= 0
    assert card["bottom"] <= size[1], "the card reaches below the viewport"
    assert anna.tab.evaluate(
        "document.querySelector('#card').scrollWidth <= document.querySelector('#card').clientWidth"
    ), "what is in the card is wider than it"


def test_the_card_stays_open_while_name_and_face_change(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    beside = anna.fresh()
    anna.open_card()

    beside.rename(new := f"Live {room[-12:]}")
    anna.tab.wait_until(f"document.querySelector('#me bdi').textContent === {json.dumps(new)}")
    was = my_face(anna)
    beside.take_another_face()
    anna.tab.wait_until(f"document.querySelector('#me img').getAttribute('src') !== '{was}'")

    assert anna.tab.evaluate(CARD_OPEN), "the card closed"


# The gallery


def test_a_face_is_chosen_by_mouse_and_seen_by_everyone_on_old_messages(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    ben = Room.enter(browser.open(), server.url, room)
    anna.say("old")
    ben.wait_for("old")
    anna.open_card()
    anna.tab.click("#choose")
    anna.tab.wait_until(GALLERY_OPEN, "the gallery does not open")
    assert len(picked(anna, ".styles a")) == 6

    anna.tab.click(".styles li:nth-child(5) a")
    anna.tab.wait_until(
        "document.querySelector('.faces button')?.value.startsWith('voxel-bot:')",
        "the style does not change",
    )
    anna.tab.wait_until(
        "[...document.querySelectorAll('#gallery img')].every((one) => one.naturalWidth > 0)",
        "not all faces are drawn",
    )
    chosen = anna.tab.evaluate("document.querySelectorAll('.faces button')[6].value")
    anna.tab.click(".faces button:nth-of-type(7)")

    wait_for_face(anna, "old", chosen)
    wait_for_face(ben, "old", chosen)
    anna.tab.wait_until(GALLERY_CLOSED, "the gallery is still open")
    anna.tab.wait_until(f"{json.dumps(address(chosen))} === {mine_in_header()}")
    assert anna.tab.evaluate(CARD_OPEN)
    assert face_of(ben.fresh(), "old") == address(chosen)


def test_a_face_is_chosen_by_keyboard(browser: Browser, server: ServerProcess, room: str) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.say("old")
    anna.tab.evaluate("document.querySelector('#me .self').focus()")
    anna.tab.press("Enter")
    for stop in ("#name", "#naming button", ".facing button", "#choose"):
        anna.tab.press("Tab")
        assert anna.tab.evaluate(f"{FOCUS}.matches('{stop}')"), f"{stop} is not the next stop"

    anna.tab.press("Enter")
    anna.tab.wait_until(GALLERY_OPEN, "Enter does not open the gallery")
    anna.tab.wait_until(
        f"{FOCUS}.matches('.styles a[aria-current]')", "the focus is not on the style"
    )
    # The last link is that for more; they are put before it, and the first gets the focus.
    first = anna.tab.evaluate("document.querySelector('.faces button').value")
    anna.tab.evaluate("document.querySelector('#gallery > a').focus()")
    anna.tab.press("Enter")
    anna.tab.wait_until(f"document.querySelector('.faces button').value !== '{first}'")
    anna.tab.wait_until(f"{FOCUS}.matches('.faces button')", "the focus is not on the new faces")
    name = anna.tab.evaluate(f"{FOCUS}.ariaLabel ?? {FOCUS}.getAttribute('aria-label')")
    assert name.startswith("Face 1 of 12, ")
    anna.tab.press("Tab")
    chosen = anna.tab.evaluate(f"{FOCUS}.value")
    anna.tab.press("Space")

    wait_for_face(anna, "old", chosen)
    anna.tab.wait_until(GALLERY_CLOSED, "the gallery is still open")
    anna.tab.wait_until(f"{FOCUS}.id === 'choose'", "the focus is lost when the gallery closes")
    anna.tab.press("Escape")
    anna.tab.wait_until(f"!{CARD_OPEN}")
    assert anna.tab.evaluate(f"{FOCUS}.matches('#me .self')"), "the focus is lost"


def test_a_face_that_was_chosen_meanwhile_is_there_after_a_lost_connection(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    anna.say("old")
    ben = Room.enter(chromium.open(), proxy.url, room)
    ben.wait_for("old")
    proxy.cut()
    ben.wait_for_loss()

    anna.open_card()
    anna.tab.click("#choose")
    anna.tab.wait_until(GALLERY_OPEN)
    chosen = anna.tab.evaluate("document.querySelectorAll('.faces button')[2].value")
    anna.tab.click(".faces button:nth-of-type(3)")
    wait_for_face(anna, "old", chosen)
    proxy.mend()

    wait_for_face(ben, "old", chosen)


def test_a_gallery_that_cannot_be_fetched_says_so_in_the_card(
    chromium: Browser, server: ServerProcess, proxy: TcpProxy, room: str
) -> None:
    anna = Room.enter(chromium.open(), proxy.url, room)
    anna.open_card()
    proxy.cut()
    anna.wait_for_loss()

    anna.tab.click("#choose")
    anna.tab.wait_until(
        "document.querySelector('#face-why').textContent.includes('could not be reached')"
    )
    assert anna.tab.text_of("#name-why").strip() == "", "the name is told to be unsent"

    proxy.mend()
    anna.tab.click("#choose")
    anna.tab.wait_until(GALLERY_OPEN)
    assert anna.tab.text_of("#face-why").strip() == "", "the reason stays"


# Without JavaScript


def test_without_a_script_the_gallery_is_a_page(
    scriptless: Browser, server: ServerProcess, room: str
) -> None:
    anna = scriptless.open()
    anna.goto(f"{server.url}/rooms/{room}")
    anna.type_into("#text", "old")
    anna.press("Enter")
    anna.wait_until(f"{IN_FRAME}?.querySelector('.text')?.textContent === 'old'")

    anna.click("#me .self")
    anna.wait_until(CARD_OPEN, "the card does not open without a script")
    anna.click("#choose")
    anna.wait_until(GALLERY_OPEN, "there is no page with faces")
    first = anna.evaluate("document.querySelector('.faces button').value")
    anna.click("#gallery > a")
    anna.wait_until(
        f"{GALLERY_OPEN} && document.querySelector('.faces button').value !== '{first}'"
    )
    chosen = anna.evaluate("document.querySelectorAll('.faces button')[11].value")
    anna.click(".faces button:nth-of-type(12)")

    anna.wait_until(f"location.pathname === '/rooms/{room}'", "it does not lead back")
    anna.wait_until(
        f"{IN_FRAME}?.querySelector('.message .face')?.getAttribute('src')"
        f" === {json.dumps(address(chosen))}",
        "the old message has not got the new face",
    )
    assert anna.evaluate(mine_in_header()) == address(chosen)


def test_without_a_script_escape_closes_the_card(
    scriptless: Browser, server: ServerProcess, room: str
) -> None:
    anna = scriptless.open()
    anna.goto(f"{server.url}/rooms/{room}")
    anna.click("#me .self")
    anna.wait_until(CARD_OPEN)

    anna.press("Escape")

    anna.wait_until(f"!{CARD_OPEN}", "Escape does not close the card")


# The other providers


def test_the_letters_of_a_new_name_are_on_all_old_messages(
    lettered_server: ServerProcess, browser: Browser, room: str
) -> None:
    anna = Room.enter(browser.open(), lettered_server.url, room)
    ben = Room.enter(browser.open(), lettered_server.url, room)
    anna.rename("Zoe Quinn")
    anna.tab.wait_until("document.querySelector('#me bdi').textContent === 'Zoe Quinn'")
    anna.say("old")
    ben.wait_for("old")
    was = face_of(ben, "old")
    assert was.endswith("?of=ZQ")

    anna.rename("<Ada> & Co")

    for page in (anna, ben):
        page.tab.wait_until(
            f"document.querySelector('#{page.id_of('old')} .face').getAttribute('src') !== '{was}'"
            f" && document.querySelector('#{page.id_of('old')} .face').naturalWidth > 0",
            "the old message has not got the letters of the new name, or they are not drawn",
        )
    expected = was.replace("ZQ", "%3CC")
    assert face_of(ben, "old") == face_of(ben.fresh(), "old") == expected
    assert anna.tab.evaluate(mine_in_header()) == expected


def test_pictures_of_liara_are_loaded_from_there_and_tell_it_nothing(
    pictures: PictureSite, liara_server: ServerProcess, browser: Browser, room: str
) -> None:
    anna = Room.enter(browser.open(), liara_server.url, room)
    anna.say("old")
    anna.open_card()
    anna.tab.click("#choose")
    anna.tab.wait_until(GALLERY_OPEN)
    assert picked(anna, ".styles a") == ["Boy", "Girl", "Anyone"]
    anna.tab.click(".styles li:nth-child(2) a")
    anna.tab.wait_until("document.querySelector('.faces button')?.value.startsWith('girl:')")
    chosen = anna.tab.evaluate("document.querySelector('.faces button').value")
    anna.tab.click(".faces button")

    expected = f"{pictures.url}/public/girl?username={chosen.partition(':')[2]}"
    shown = f"document.querySelector('#{anna.id_of('old')} .face')"
    anna.tab.wait_until(
        f"{shown}.getAttribute('src') === '{expected}' && {shown}.naturalWidth > 0",
        "the picture is not shown; look at the CSP",
    )
    assert expected.removeprefix(pictures.url) in [one.path for one in pictures.asked]
    assert {(one.referrer, one.cookie) for one in pictures.asked} == {(None, None)}
    words = anna.person.split()
    assert not [one.path for one in pictures.asked if any(word in one.path for word in words)]
    assert sites_asked(anna.tab) == {liara_server.url, pictures.url}


def test_by_default_no_other_site_is_asked_for_anything(
    browser: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(browser.open(), server.url, room)
    anna.say("hello")
    anna.open_card()
    anna.tab.click("#choose")
    anna.tab.wait_until(GALLERY_OPEN)
    anna.tab.wait_until(
        "[...document.images].every((one) => one.naturalWidth > 0)", "a face did not load"
    )

    assert sites_asked(anna.tab) == {server.url}


#: The document of the frame in which the room is live without a script.
IN_FRAME = "document.querySelector('#stream')?.contentDocument"


def address(chosen: str) -> str:
    """Where a face is that was chosen."""
    style, _, seed = chosen.partition(":")
    return f"/avatars/{style}/{seed}.svg"


def face_of(room: Room, text: str) -> str:
    found = room.tab.evaluate(
        f"document.querySelector('#{room.id_of(text)} .face').getAttribute('src')"
    )
    return str(found)


def mine_in_header() -> str:
    """The viewer's own face, in JavaScript."""
    return "document.querySelector('#me [data-me=face]').getAttribute('src')"


def my_face(room: Room) -> str:
    return str(room.tab.evaluate(mine_in_header()))


def wait_for_face(room: Room, text: str, chosen: str) -> None:
    face = f"document.querySelector('#{room.id_of(text)} .face')"
    room.tab.wait_until(
        f"{face}.getAttribute('src') === {json.dumps(address(chosen))} && {face}.naturalWidth > 0",
        f"the old message {text!r} does not show the face that was chosen",
    )


def picked(room: Room, selector: str) -> list[str]:
    found: list[str] = room.tab.evaluate(
        f"[...document.querySelectorAll({json.dumps(selector)})].map((one) => one.textContent)"
    )
    return found


def box(tab: Tab, selector: str) -> dict[str, float]:
    found: dict[str, float] = tab.evaluate(
        f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()"
    )
    return found


def sites_asked(tab: Tab) -> set[str]:
    """The origins that the page has asked for anything."""
    found: list[str] = tab.evaluate(
        "performance.getEntriesByType('resource').map((one) => new URL(one.name).origin)"
    )
    return {one.replace("ws:", "http:") for one in found}
