"""Header fields: what is read, and that what a proxy could read otherwise is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from gevent.pywsgi import headers_factory
from hypothesis import given
from hypothesis import strategies as st

from chatterpy.fields import FIELDS_MAX, LINE_MAX, Fields

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)


def read(text: bytes) -> Fields:
    return Fields(BytesIO(text))


def test_a_field_is_found_by_its_name_in_any_case() -> None:
    fields = read(b"Host: example.org\r\nX-Empty:\r\ncontent-type:text/html \r\n\r\nthe body")
    assert fields.get("hOST") == "example.org"
    assert fields.getheader("x-empty") == ""
    assert fields.typeheader == "text/html"
    assert fields.get("Cookie") is None
    assert fields.get("Connection", "close") == "close"
    assert fields.headers[0] == "Host: example.org"


def test_the_body_is_left_where_it_is() -> None:
    source = BytesIO(b"Host: a\r\n\r\nthe body")
    Fields(source)
    assert source.read() == b"the body"


def test_lines_may_end_as_they_do_by_hand() -> None:
    assert read(b"Host: a\n\n").get("host") == "a"


def test_what_may_come_twice_is_one_list() -> None:
    fields = read(b"Accept: a\r\nAccept: b\r\n\r\n")
    assert fields.get("accept") == "a, b"
    assert fields.headers == ["Accept: a", "Accept: b"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"Host : a", id="a blank before the colon"),
        pytest.param(b"Host: a\r\n folded", id="a line that goes on"),
        pytest.param(b"no colon", id="no colon"),
        pytest.param(b": nameless", id="no name"),
        pytest.param(b"X: a\x00b", id="a zero"),
        pytest.param(b"X: a\rY: b", id="a bare carriage return"),
        pytest.param(b"Host: a\r\nHost: b", id="two hosts"),
        pytest.param(b"Content-Length: 1\r\nContent-Length: 2", id="two lengths"),
        pytest.param(b"Content-Length: +5", id="a signed length"),
        pytest.param(b"Content-Length: 1_0", id="a length as Python would write it"),
        pytest.param(b"Content-Length: 4, 4", id="a list of lengths"),
        pytest.param(
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", id="two transfer encodings"
        ),
        pytest.param(b"X: " + b"a" * LINE_MAX, id="a line too long"),
        pytest.param(b"\r\n".join([b"X: a"] * (FIELDS_MAX + 1)), id="too many"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="Expected "):
        read(text + b"\r\n\r\n")


def test_headers_that_end_early_are_none() -> None:
    with pytest.raises(ValueError, match="the connection ended"):
        read(b"Host: a\r\nX: b")


@given(st.lists(st.tuples(NAMES, VALUES), max_size=10, unique_by=lambda one: one[0].lower()))
def test_what_is_well_formed_is_read_as_pywsgi_reads_it(pairs: list[tuple[str, str]]) -> None:
    pairs = [(name, value) for name, value in pairs if name.lower() != "content-length"]
    text = "".join(f"{name}: {value}\r\n" for name, value in pairs).encode() + b"\r\n"
    ours, theirs = read(text), headers_factory(BytesIO(text))
    for name, _ in pairs:
        assert ours.get(name) == theirs.get(name)
