"""Messages: what was typed is what is shown."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatterpy.chat import messages
from chatterpy.errors import BadNonce, BadText


class Shown(HTMLParser):
    """What a browser makes of a fragment: its text, its tags, its links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(min_size=1, max_size=300))
@example("<script>alert(1)</script> & http://a.example/?a=1&b=\"'><i hx-get=/>")
@example("see www.example.com\nand http://[::1]:80/x")
def test_the_text_content_is_what_was_typed_and_nothing_becomes_markup(typed: str) -> None:
    try:
        text = messages.clean_text(typed, 4000)
    except BadText:
        return
    shown = Shown(messages.to_html(text))
    assert shown.text == text
    assert set(shown.tags) <= {"a"}
    for link in shown.links:
        assert set(link) == {"href", "rel", "target"}
        assert (link["href"] or "").startswith(("http://", "https://"))


def test_links_can_be_clicked_and_tell_no_search_engine() -> None:
    shown = Shown(messages.to_html("see https://example.org/a_(b)?c=d&e, and www.example.com."))
    assert [link["href"] for link in shown.links] == [
        "https://example.org/a_(b)?c=d&e",
        "http://www.example.com",
    ]
    assert {link["rel"] for link in shown.links} == {"nofollow noopener ugc"}


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "main.py", "ftp://x.org", "//x.org", "a@b.de"],
)
def test_what_only_looks_like_a_link_stays_text(text: str) -> None:
    assert messages.to_html(text) == text


def test_line_breaks_of_all_systems_become_one_kind() -> None:
    assert messages.clean_text("a\r\nb\rc\nd", 100) == "a\nb\nc\nd"


def test_what_no_page_can_show_is_left_out_and_what_no_text_can_hold_is_replaced() -> None:
    assert messages.clean_text("a\x00b\x1b\ud800", 100) == "ab\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("typed", ["", "  ", "\n\t", "\x00"])
def test_an_empty_message_is_refused(typed: str) -> None:
    with pytest.raises(BadText, match="nothing to send"):
        messages.clean_text(typed, 100)


def test_a_long_message_is_refused_and_the_sentence_counts() -> None:
    assert messages.clean_text("x" * 100, 100) == "x" * 100
    with pytest.raises(BadText, match=r"at most 100 characters; this one has 103.* by 3"):
        messages.clean_text("x" * 103, 100)


def test_a_nonce_is_kept_and_one_is_made_where_none_came() -> None:
    assert messages.clean_nonce("a-B_9") == "a-B_9"
    assert messages.clean_nonce(None) != messages.clean_nonce("")


@pytest.mark.parametrize("typed", ["x" * 65, "a b", "ä", "a\n"])
def test_a_nonce_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(BadNonce):
        messages.clean_nonce(typed)
