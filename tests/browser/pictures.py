"""Pictures of every page in every state; those of the README, one of each theme; an animation.

    python -m tests.browser.pictures FOLDER      every state, wide and narrow, light and dark
    python -m tests.browser.pictures --readme    docs/pictures
    python -m tests.browser.pictures --themes    those of the themes in docs/pictures

It needs Chromium and the extra `pictures`.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.browser.browsers import DESKTOP, PHONE, Chromium, ChromiumTab
from tests.browser.conftest import ENVIRON
from tests.browser.room import Room
from tests.browser.states import STATES, THEMES, Stage
from tests.server_process import ROOT, ServerProcess
from tests.tcp_proxy import TcpProxy

FOLDER = ROOT / "docs" / "pictures"
ANIMATED = (960, 600)
THEMED = (900, 600)
#: How long the animation shows what it shows, in ms.
BLINK, GLANCE, LOOK = 150, 700, 1600


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit(__doc__)
    readme = arguments[0] in ("--readme", "--themes")
    folder = FOLDER if readme else Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    if arguments[0] != "--themes":
        with staged() as (stage, chromium):
            if readme:
                for_the_readme(stage, chromium)
            else:
                of_every_state(stage, chromium, folder)
    if readme:
        for theme in ("default", *THEMES):
            with staged(theme) as (stage, chromium):
                of_a_theme(stage, chromium, theme)


def of_every_state(stage: Stage, chromium: Chromium, folder: Path) -> None:
    for name, state in STATES.items():
        for width, size in (("desk", DESKTOP), ("phone", PHONE)):
            for dark in (False, True):
                tab = chromium.open(*size, dark=dark)
                state(stage, tab)
                look = f"{name}-{width}-{'dark' if dark else 'light'}.png"
                (folder / look).write_bytes(settled(tab))
                chromium.close_all()


def for_the_readme(stage: Stage, chromium: Chromium) -> None:
    for dark in (False, True):
        chromium.open(*PHONE)  # somebody who only looks on: two are here
        tab = chromium.open(1200, 750, dark=dark)
        room = Room.enter(tab, stage.server.url, "garden")
        room.rename("Emil" if dark else "Carla")
        tab.wait_until("document.querySelector('#name-why').textContent.includes('You are now')")
        tab.press("Escape")
        room.say("See you on Saturday!")
        keep(settled(tab), FOLDER / f"room-{'dark' if dark else 'light'}.png")
        chromium.close_all()
    animate(stage, chromium)


def of_a_theme(stage: Stage, chromium: Chromium, theme: str) -> None:
    """The same talk in each."""
    tab = chromium.open(*THEMED)
    room = Room.enter(tab, stage.server.url, "garden")
    room.rename("Carla")
    tab.wait_until("document.querySelector('#name-why').textContent.includes('You are now')")
    tab.press("Escape")
    room.say("See you on Saturday!")
    room.say("I have the key to the shed.")
    stage.cast["Dilara"].say("garden", "Then I'll bring tea 🫖")
    room.wait_for("Then I'll bring tea 🫖")
    keep(settled(tab), FOLDER / f"theme-{theme}.png")
    chromium.close_all()


def animate(stage: Stage, chromium: Chromium) -> None:
    """Somebody talks with Anna and Ben, and takes a name."""
    frames: list[tuple[Image.Image, int]] = []
    tab = chromium.open(*ANIMATED)

    def show(milliseconds: int) -> None:
        frames.append((Image.open(io.BytesIO(tab.picture())).convert("RGB"), milliseconds))

    room = Room.enter(tab, stage.server.url, "kitchen")
    show(LOOK)
    for text in ("Hello!", "I brought bread."):
        for end in range(1, len(text) + 1, 3):
            tab.fill("#text", text[:end])
            show(BLINK)
        tab.fill("#text", "")
        room.say(text)
        show(GLANCE)
    stage.cast["Dilara"].say("kitchen", "Come in, the soup is hot 🍲")
    room.wait_for("Come in, the soup is hot 🍲")
    show(LOOK)
    room.open_card()
    show(GLANCE)
    for name in ("F", "Far", "Farid"):
        tab.fill("#name", name)
        show(BLINK)
    tab.press("Enter")
    tab.wait_until("document.querySelector('#name-why').textContent.includes('You are now')")
    show(GLANCE)
    tab.press("Escape")
    stage.cast["Ben"].say("kitchen", "Hi Farid! Is there any left?")
    room.wait_for("Hi Farid! Is there any left?")
    show(2 * LOOK)
    images = [image for image, _ in frames]
    images[0].save(
        FOLDER / "talk.webp",
        save_all=True,
        append_images=images[1:],
        duration=[milliseconds for _, milliseconds in frames],
        loop=0,
        quality=80,
        method=6,
    )


def settled(tab: ChromiumTab) -> bytes:
    """A picture once nothing moves any more."""
    tab.wait_until("document.getAnimations().every((one) => one.playState !== 'running')")
    tab.wait_until("[...document.images].every((one) => one.complete)", "faces are missing")
    return tab.picture()


def keep(picture: bytes, file: Path) -> None:
    """Writes a picture with as few colours as nobody misses: it is part of every clone."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(192).save(file, optimize=True)


@contextmanager
def staged(theme: str = "default") -> Iterator[tuple[Stage, Chromium]]:
    program = shutil.which("chromium")
    if program is None:
        sys.exit("The program chromium is not installed; README.md says how to get it.")
    with (
        tempfile.TemporaryDirectory() as folder,
        ServerProcess(Path(folder) / "data", **ENVIRON, CHATTERPY_THEME=theme) as server,
        TcpProxy(server.port) as proxy,
    ):
        chromium = Chromium(program)
        try:
            yield Stage(server, proxy), chromium
        finally:
            chromium.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
