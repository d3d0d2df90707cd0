"""Providers of avatars: what the address of a face is, and what is drawn there.

Templates ask for one address, `face_url(person)`, and know nothing of providers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from chatterpy.chat import drawing
from chatterpy.chat.faces import DICEBEAR, INITIALS, LIARA, Face, Wardrobe
from chatterpy.chat.initials import WHITE, are_initials, colour, initials
from chatterpy.theme.contract.context import Context
from chatterpy.theme.contract.styles import InitialsDrawing

Url = Callable[..., str]
Show = Callable[[Context], str]


class Provider(Protocol):
    """One source of avatars."""

    @property
    def wardrobe(self) -> Wardrobe:
        """The faces that people can have."""

    @property
    def origin(self) -> str:
        """Another site whose images pages show, such as https://example.org; "" for none."""

    def url(self, face: Face, name: str) -> str:
        """Where the face of somebody of this name is; another face or name has another address."""

    def can_draw(self, face: Face, text: str) -> bool:
        """Whether one of our own addresses stands for a drawing; `text` is its `of`."""

    def draw(self, face: Face, text: str) -> bytes:
        """The drawing, an SVG document in UTF-8.

        May take a second, and is not to be called in two threads at once.
        """


class DiceBear:
    """Characters, drawn here."""

    wardrobe = DICEBEAR
    origin = ""

    def __init__(self, url: Url) -> None:
        self._url = url

    def url(self, face: Face, name: str) -> str:
        return self._url("avatar", style=face.style, seed=face.seed)

    def can_draw(self, face: Face, text: str) -> bool:
        return face.style in self.wardrobe.styles and not text

    def draw(self, face: Face, text: str) -> bytes:
        return drawing.draw(face)


class Initials:
    """The first letters of the name on a colour, drawn by a template.

    The letters are in the address, so that each drawing can be kept for ever.
    """

    wardrobe = INITIALS
    origin = ""

    def __init__(self, url: Url, show: Show) -> None:
        self._url = url
        self._show = show

    def url(self, face: Face, name: str) -> str:
        return self._url("avatar", style=face.style, seed=face.seed, of=initials(name))

    def can_draw(self, face: Face, text: str) -> bool:
        return face.style in self.wardrobe.styles and are_initials(text)

    def draw(self, face: Face, text: str) -> bytes:
        drawing = InitialsDrawing(text=text, ink=WHITE, ground=colour(face.seed))
        return self._show(drawing).encode()


class Liara:
    """The Liara avatar service: browsers load its pictures from there.

    It is told the seed of a face, never who somebody is.
    """

    wardrobe = LIARA

    def __init__(self, address: str) -> None:
        """`address` is where the service is, without a slash at the end."""
        self._address = address
        parts = urlsplit(address)
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def url(self, face: Face, name: str) -> str:
        path = "/public" if face.style == "anyone" else f"/public/{face.style}"
        return f"{self._address}{path}?{urlencode({'username': face.seed})}"

    def can_draw(self, face: Face, text: str) -> bool:
        return False

    def draw(self, face: Face, text: str) -> bytes:
        raise NotImplementedError("what cannot be drawn is not asked for")


def provide(name: str, url: Url, show: Show, liara_url: str) -> Provider:
    """The provider of the setting `avatar_provider`; `show` renders a template.

    It is called in a thread, which the loader's locks are not for: so templates are loaded before.
    """
    match name:
        case "initials":
            return Initials(url, show)
        case "liara":
            return Liara(liara_url)
    return DiceBear(url)
