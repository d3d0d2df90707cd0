"""Two people chat."""

from __future__ import annotations

import json

import pytest

from tests.browser.browsers import Browser
from tests.browser.room import Room
from tests.server_process import ServerProcess

#: Each would do something if it became markup: ask for /x, open a socket, run a script.
PAYLOADS = (
    "<img src=/x onerror=console.error(1)>",
    "<script>console.error(2)</script>",
    "<i hx-get=/x hx-trigger=load>i</i>",
    '<b hx-ws:connect="/rooms/lobby/socket">b</b>',
    '<hx-partial hx-target="#messages" hx-swap="innerHTML">gone</hx-partial>',
    "</p></li></hx-partial><style>*{display:none}</style>",
    '"><svg/onload=console.error(3)>',
    "javascript:console.error(4)",
    "<meta http-equiv=refresh content=0;url=/x>",
    "&lt;b&gt; &amp; {{ 7 * 7 }} ${1} \\u003cb\\u003e",
)


def test_a_message_is_shown_to_the_other_person_with_all_its_parts(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)

    anna.say("Look at https://example.org/a?b=1&c=2 🎉 now")
    ben.wait_for("Look at https://example.org/a?b=1&c=2 🎉 now")

    message = f"#{ben.id_of('Look at https://example.org/a?b=1&c=2 🎉 now')}"
    ben.tab.wait_until(
        f"document.querySelector('{message} img.face').naturalWidth > 0", "the avatar did not load"
    )
    assert ben.tab.text_of(f"{message} .name") == anna.person
    assert ben.tab.evaluate(
        f"Math.abs(Date.parse(document.querySelector('{message} time').dateTime) - Date.now())"
        " < 60_000"
    ), "the message's time is not the present; look at its datetime"
    link = ben.tab.evaluate(
        f"(({{href, rel, textContent}}) => [href, rel, textContent])"
        f"(document.querySelector('{message} .text a'))"
    )
    assert link == [
        "https://example.org/a?b=1&c=2",
        "nofollow noopener ugc",
        "https://example.org/a?b=1&c=2",
    ]


def test_enter_sends_empties_the_composer_and_keeps_the_focus(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)

    anna.say("one")
    anna.wait_for("one")
    assert anna.tab.evaluate("document.activeElement.id") == "text", "the field lost the focus"

    # The field that has the focus takes what is typed next.
    anna.tab.type("two")
    anna.tab.press("Enter")
    anna.wait_for("two")
    anna.wait_for_acknowledgement()
    assert anna.texts == ["one", "two"]


def test_the_button_sends_as_well(chromium: Browser, server: ServerProcess, room: str) -> None:
    anna = Room.enter(chromium.open(), server.url, room)

    anna.type("by the button")
    anna.tab.click("#composer button")
    anna.wait_for("by the button")
    anna.wait_for_acknowledgement()

    assert anna.texts == ["by the button"]


def test_people_answer_each_other_in_one_order(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)

    for number in range(5):
        anna.say(f"question {number}")
        ben.wait_for(f"question {number}")
        ben.say(f"answer {number}")
        anna.wait_for(f"answer {number}")

    assert anna.messages == ben.messages
    assert anna.texts == [f"{word} {n}" for n in range(5) for word in ("question", "answer")]


def test_mine_and_theirs_are_laid_out_apart(
    chromium: Browser, server: ServerProcess, room: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    anna.say("from Anna")
    ben.wait_for("from Anna")
    ben.say("from Ben")
    anna.wait_for("from Ben")

    for who, mine, theirs in ((anna, "from Anna", "from Ben"), (ben, "from Ben", "from Anna")):
        who.tab.wait_until(
            f"{side_of(who.id_of(mine))} === 'end' && {side_of(who.id_of(theirs))} === 'start'",
            f"{mine!r} should be on the other side than {theirs!r}; look at me.css",
        )
        colours = who.tab.evaluate(
            f"{json.dumps([who.id_of(mine), who.id_of(theirs)])}.map((id) => getComputedStyle("
            "document.querySelector(`#${id} .text`)).backgroundColor)"
        )
        assert colours[0] != colours[1], "mine and theirs have the same colour; look at me.css"


def side_of(id: str) -> str:
    """Whether a message's bubble touches the start or the end of the list, in JavaScript."""
    return f"""((message) => {{
        const box = message.getBoundingClientRect();
        const bubble = message.querySelector('.bubble').getBoundingClientRect();
        return bubble.left - box.left < box.right - bubble.right ? 'start' : 'end';
    }})(document.getElementById({json.dumps(id)}))"""


@pytest.mark.parametrize("arrival", ["live", "with-the-page"])
def test_what_looks_like_markup_stays_text(
    chromium: Browser, server: ServerProcess, room: str, arrival: str
) -> None:
    anna = Room.enter(chromium.open(), server.url, room)
    ben = Room.enter(chromium.open(), server.url, room)
    for payload in PAYLOADS:
        anna.tab.fill("#text", payload)
        anna.tab.press("Enter")
        anna.wait_for_acknowledgement()
    ben.wait_for(*PAYLOADS)
    if arrival == "with-the-page":
        ben.tab.reload()
        ben.wait_for_connection()

    assert ben.texts == list(PAYLOADS)
    assert ben.tab.evaluate(
        "[...document.querySelectorAll('.text')].every((text) => !text.querySelector('*'))"
    ), "something in a message became an element"
    # Whatever would ask the server does so at once, or when it is swapped in.
    anna.say("and then")
    ben.wait_for("and then")
    asked = ben.tab.evaluate(
        "performance.getEntriesByType('resource').map((entry) => entry.name)"
        ".filter((name) => new URL(name).pathname === '/x')"
    )
    assert asked == [], "a payload made the page ask for /x"
