"""The themes that come with ChatterPy: people talk in each, and nobody is kept out of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browsers import PHONE, Chromium
from tests.browser.conftest import ENVIRON
from tests.browser.poster import numbered
from tests.browser.room import Room
from tests.browser.states import STATES, THEMES, Stage
from tests.browser.test_barriers import LOOKS, PASSED_OVER, SMALL, hidden_by_large_text
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: The states that a theme changes most, each in one look, since browsers are slow.
JUDGED = {
    "desk": ("gallery", "without-a-script"),
    "phone": ("mine", "people"),
}

BELOW = """(document.querySelector('#messages').getBoundingClientRect().bottom
    - document.querySelector('#scroller').getBoundingClientRect().bottom)"""


@pytest.fixture(scope="module", params=THEMES)
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A server that wears a theme."""
    data = tmp_path_factory.mktemp("themed") / "data"
    with (
        ServerProcess(data, **ENVIRON, CHATTERPY_THEME=request.param) as server,
        TcpProxy(server.port) as proxy,
    ):
        yield Stage(server, proxy)
        assert not server.errors, f"look at the server's log:\n{server.log}"


def test_people_talk_and_the_view_follows_or_holds_still(
    chromium: Chromium, stage: Stage, room: str
) -> None:
    ben = stage.cast["Ben"]
    ben.say(room, *numbered("old", range(60)))
    anna = Room.enter(chromium.open(), stage.server.url, room)
    emil = Room.enter(chromium.open(*PHONE), stage.server.url, room)
    for one in (anna, emil):
        assert one.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")

    anna.say("Hello, Emil")
    emil.wait_for("Hello, Emil")
    assert abs(emil.distance_from_end) <= 1, "the view does not follow"
    name = f"document.querySelector('#{emil.id_of('Hello, Emil')} [data-author-name]')"
    anna.rename(f"Anna of {room[-4:]}")
    emil.tab.wait_until(
        f"{name}.textContent.startsWith('Anna of')",
        "the rename does not reach an old message",
    )

    emil.tab.wheel("#scroller", -400)
    emil.tab.wait_until(f"{BELOW} > 200", "the wheel did not scroll")
    emil.tab.evaluate("new Promise((done) => setTimeout(done, 300))")
    before = emil.first_visible()
    ben.say(room, *numbered("new", range(10)))
    emil.wait_for("new 9")
    assert abs(emil.place_of(before.id).top - before.top) <= 1, "the view does not hold still"
    emil.tab.wait_until("document.querySelector('#newest').checkVisibility()", "nothing is new")
    assert abs(anna.distance_from_end) <= 1, "the view does not follow"


@pytest.mark.parametrize("look", JUDGED)
def test_axe_finds_nothing(chromium: Chromium, stage: Stage, look: str) -> None:
    width, height, dark = LOOKS[look]
    found = []
    for state in JUDGED[look]:
        tab = chromium.open(width, height, dark=dark)
        STATES[state](stage, tab)
        tab.wait_until("document.getAnimations().every((one) => one.playState !== 'running')")
        found += [f"{state}: {one}" for one in tab.barriers(PASSED_OVER.get(state, set()))]
    assert not found, "\n".join(found)


def test_text_at_200_percent_hides_nothing(chromium: Chromium, stage: Stage) -> None:
    tab = chromium.open(*SMALL)
    tab.enlarge_text()
    stage.enter(tab, "garden")
    assert hidden_by_large_text(tab, SMALL) == []


def test_a_theme_s_own_lines_above_and_below_leave_the_rest_to_the_messages(
    chromium: Chromium, tmp_path: Path, room: str
) -> None:
    folder = tmp_path / "lines"
    folder.mkdir()
    (folder / "room.html").write_text(
        '{% extends "default:room.html" %}'
        '{% block before_messages %}<p class="welcome">Be kind, and stay a while.</p>{% endblock %}'
        '{% block after_messages %}<p class="bye">So long.</p>{% endblock %}'
    )
    with ServerProcess(tmp_path / "data", **ENVIRON, CHATTERPY_THEME=str(folder)) as server:
        anna = Room.enter(chromium.open(*PHONE), server.url, room)
        for number in range(30):
            anna.say(f"Line {number}")
        anna.wait_for("Line 29")
        assert abs(anna.distance_from_end) <= 1, "the view does not follow"
        order = anna.tab.evaluate(
            "['.welcome', '#scroller', '.bye', '.lines'].flatMap((one) => {"
            "const box = document.querySelector(one).getBoundingClientRect();"
            "return [Math.round(box.top), Math.round(box.bottom)]})"
        )
        assert order == sorted(order), f"something lies over something else: {order}"
        assert not server.errors, server.log
