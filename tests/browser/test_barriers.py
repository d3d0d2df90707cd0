"""Nobody is kept out: axe-core finds nothing in any state, and text at 200 % hides nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.browsers import DESKTOP, PHONE, Chromium, ChromiumTab
from tests.browser.conftest import ENVIRON
from tests.browser.room import Room
from tests.browser.states import STATES, Stage
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: Wide and light, narrow and dark.
LOOKS = {"desk": (*DESKTOP, False), "phone": (*PHONE, True)}
SMALL = (320, 568)

#: What axe cannot judge. The frame without a script loads itself again when it ends, for how else
#: would it come back: nothing that somebody types is in it, and it opens at its end as it was.
PASSED_OVER = {"without-a-script": {"meta-refresh"}}

#: What a person reads or presses; at 200 % as well as before.
PARTS = ("h1", ".self", "#text", "#composer > button:not(#lines)", "#lines")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        ServerProcess(tmp_path_factory.mktemp("stage") / "data", **ENVIRON) as server,
        TcpProxy(server.port) as proxy,
    ):
        yield Stage(server, proxy)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(chromium: Chromium, stage: Stage, state: str, look: str) -> None:
    width, height, dark = LOOKS[look]
    tab = chromium.open(width, height, dark=dark)
    STATES[state](stage, tab)
    # What fades in is half seen for an instant, and so of little contrast.
    tab.wait_until("document.getAnimations().every((one) => one.playState !== 'running')")
    barriers = tab.barriers(PASSED_OVER.get(state, set()))
    assert not barriers, "\n".join(barriers)


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL], ids=["desk", "phone", "small"])
def test_text_at_200_percent_hides_nothing(
    chromium: Chromium, stage: Stage, size: tuple[int, int]
) -> None:
    tab = chromium.open(*size)
    tab.enlarge_text()
    anna = Room.enter(tab, stage.server.url, "garden")
    assert tab.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert hidden_by_large_text(tab, size) == []
    anna.say("and it can be used")
    anna.wait_for("and it can be used")


def hidden_by_large_text(tab: ChromiumTab, size: tuple[int, int]) -> list[str]:
    """What of a room's page is out of sight, or too small to be pressed."""
    hidden = []
    if not tab.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        hidden.append("the page is wider than the view")
    for part in PARTS:
        left, right, top, bottom = tab.evaluate(
            f"""(() => {{
                const box = document.querySelector({part!r}).getBoundingClientRect();
                return [box.left, box.right, box.top, box.bottom];
            }})()"""
        )
        inside = 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
        if not inside or right - left < 44:
            hidden.append(f"{part} is from {left}, {top} to {right}, {bottom} px of {size}")
    return hidden
