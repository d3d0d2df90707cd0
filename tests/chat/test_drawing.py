"""Drawings: always the same, and in the public domain."""

from xml.etree import ElementTree

import pytest

from chatterpy.chat.drawing import draw
from chatterpy.chat.faces import STYLES, Face


@pytest.mark.parametrize("style", STYLES)
def test_a_face_of_each_style_is_an_svg_that_is_always_the_same(style: str) -> None:
    svg = draw(Face(style, "otter"))
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert draw(Face(style, "otter")) == svg
    assert draw(Face(style, "anna")) != svg


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_in_the_public_domain(style: str) -> None:
    assert b"creativecommons.org/publicdomain/zero" in draw(Face(style, "otter"))
