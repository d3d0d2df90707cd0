"""With JavaScript off the same pages work, live included."""

from __future__ import annotations

import json
import secrets

from tests.browser.browsers import Browser, Tab
from tests.browser.poster import Poster, numbered
from tests.browser.room import CARD_OPEN
from tests.server_process import ServerProcess

#: The document of the frame in which the room is live.
FRAME = "document.querySelector('#stream').contentDocument"

#: Marks a page, and tells that it was left and another has been parsed.
MARK = "document.documentElement.id = 'left'"
LEFT = """document.documentElement?.id === '' && document.readyState !== 'loading'
    && document.querySelector('body > *') !== null"""

#: A stream that has ended is loaded again after 2 s.
AGAIN_S = 40


def test_the_room_is_shown_and_new_messages_appear_live(
    scriptless: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, "old")
    reader = look_at(scriptless, server, room)
    wait_for(reader, "old")

    for text in numbered("new", range(25)):
        poster.say(room, text)
        wait_for(reader, text, within_s=3)

    assert texts_in_the_frame(reader) == ["old", *numbered("new", range(25))]
    assert reader.evaluate("matchMedia('(scripting: none)').matches"), "JavaScript is on"
    assert not reader.evaluate("document.querySelector('#messages').checkVisibility()"), (
        "the list is shown twice"
    )
    below = reader.evaluate(
        f"((list, view) => list.getBoundingClientRect().bottom - view.innerHeight)"
        f"({FRAME}.querySelector('#messages'), {FRAME}.defaultView)"
    )
    assert abs(below) <= 1, f"the frame does not follow its end: {below} px are below it"


def test_sending_works_by_the_plain_form(
    scriptless: Browser, server: ServerProcess, room: str
) -> None:
    anna = look_at(scriptless, server, room)

    for text in ("one", "two <b>&</b> 🎉"):
        anna.type_into("#text", text)
        submit(anna, by="Enter")
        wait_for(anna, text)
        assert anna.value_of("#text") == "", "the field still holds what was sent"

    assert texts_in_the_frame(anna) == ["one", "two <b>&</b> 🎉"]
    assert anna.evaluate("location.pathname") == f"/rooms/{room}"


def test_a_refused_message_says_why_and_keeps_the_text(
    scriptless: Browser, server: ServerProcess, room: str
) -> None:
    anna = look_at(scriptless, server, room)
    anna.type_into("#text", "   ")

    submit(anna, by="#composer button")

    anna.wait_until("document.querySelector('#why')?.textContent.includes('nothing to send')")
    assert anna.value_of("#text") == "   ", "what was typed is gone"
    anna.type_into("#text", "now something")
    submit(anna, by="Enter")
    wait_for(anna, "   now something")


def test_renaming_works_by_the_plain_form_and_reaches_old_messages(
    scriptless: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    taken, new = (f"{word} {secrets.token_hex(4)}" for word in ("Taken", "Anna"))
    poster.rename(taken)
    anna = look_at(scriptless, server, room)
    anna.type_into("#text", "old")
    submit(anna, by="Enter")
    wait_for(anna, "old")

    ask_for_the_name(anna, taken)
    anna.wait_until("document.querySelector('#name-why')?.textContent.includes('another name')")
    assert anna.value_of("#name") == taken, "what was typed is gone"
    assert anna.evaluate(CARD_OPEN), "the card with the reason is closed"

    ask_for_the_name(anna, new)
    anna.wait_until(f"document.querySelector('#me bdi').textContent === {json.dumps(new)}")
    wait_for_name(anna, new)


def test_a_rename_by_somebody_else_reaches_the_open_frame(
    scriptless: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, "old")
    reader = look_at(scriptless, server, room)
    wait_for(reader, "old")

    poster.rename(new := f"Late {secrets.token_hex(4)}")

    wait_for_name(reader, new)
    assert texts_in_the_frame(reader) == ["old"]
    poster.say(room, "live again")
    wait_for(reader, "live again")


def test_the_frame_comes_back_after_a_restart(
    scriptless: Browser, mortal_server: ServerProcess, room: str
) -> None:
    poster = Poster(mortal_server.url)
    poster.say(room, "before")
    reader = look_at(scriptless, mortal_server, room)
    wait_for(reader, "before")

    mortal_server.restart()
    poster.say(room, "after the restart")
    wait_for(reader, "after the restart", within_s=AGAIN_S)
    mortal_server.kill()
    mortal_server.start()
    poster.say(room, "after the crash")
    wait_for(reader, "after the crash", within_s=AGAIN_S)

    poster.say(room, "live again")
    wait_for(reader, "live again")
    assert texts_in_the_frame(reader) == [
        "before",
        "after the restart",
        "after the crash",
        "live again",
    ]


def test_older_messages_are_a_link_away(
    scriptless: Browser, server: ServerProcess, poster: Poster, room: str
) -> None:
    poster.say(room, *numbered("message", range(120)))
    reader = look_at(scriptless, server, room)
    wait_for(reader, "message 119")

    newest = texts_in_the_frame(reader)
    reader.goto(reader.evaluate(f"{FRAME}.querySelector('#more a').href"))
    older = page_texts(reader)
    follow(reader, "#more a")
    oldest = page_texts(reader)

    assert oldest + older + newest == numbered("message", range(120))
    assert reader.count("#more a") == 0, "there seem to be more"
    follow(reader, "a.newest")
    reader.wait_until("document.querySelector('#stream')", "the link does not lead to the newest")


def look_at(browser: Browser, server: ServerProcess, room: str) -> Tab:
    """Somebody new in a room."""
    tab = browser.open()
    tab.goto(f"{server.url}/rooms/{room}")
    tab.wait_until(f"{FRAME}?.querySelector('#messages')", "the frame with the room is not there")
    return tab


def submit(tab: Tab, by: str) -> None:
    """Sends a form with Enter or with a click, and waits for the page that answers."""
    if by == "Enter":
        tab.evaluate(MARK)
        tab.press("Enter")
        tab.wait_until(LEFT, "Enter did not send the form")
    else:
        follow(tab, by)


def follow(tab: Tab, selector: str) -> None:
    """Clicks, and waits for the page that comes of it."""
    tab.evaluate(MARK)
    tab.click(selector)
    tab.wait_until(LEFT, f"{selector} leads nowhere")


def ask_for_the_name(tab: Tab, name: str) -> None:
    if not tab.evaluate(CARD_OPEN):
        tab.click("#me .self")
    tab.evaluate("document.querySelector('#name').value = ''")
    tab.type_into("#name", name)
    submit(tab, by="#naming button")


def wait_for(tab: Tab, text: str, within_s: float = 15) -> None:
    tab.wait_until(
        f"[...({FRAME}?.querySelectorAll('.text') ?? [])]"
        f".some((shown) => shown.textContent === {json.dumps(text)})",
        f"{text!r} does not appear in the frame",
        within_s,
    )


def wait_for_name(tab: Tab, name: str) -> None:
    """Waits until the first message in the frame has the name of its author now."""
    tab.wait_until(
        f"{FRAME}?.querySelector('.message .name')?.textContent === {json.dumps(name)}",
        "the old message has not got the new name",
        AGAIN_S,
    )


def texts_in_the_frame(tab: Tab) -> list[str]:
    return _texts(tab, FRAME)


def page_texts(tab: Tab) -> list[str]:
    return _texts(tab, "document")


def _texts(tab: Tab, document: str) -> list[str]:
    texts: list[str] = tab.evaluate(
        f"[...{document}.querySelectorAll('.text')].map((text) => text.textContent)"
    )
    return texts
