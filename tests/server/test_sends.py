"""Sends: by post and by socket, each message once, and a reason where one is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatterpy.settings import Settings
from tests.server.conftest import Start, arrived
from tests.server.documents import parse
from tests.server.pages import Page, partials, text_of
from tests.server.processes import Server
from tests.server.raw import dialled, request
from tests.server.visitors import Answer, Visitor, fresh_nonce, fresh_room

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HTMX = {"HX_Request": "true"}
MESSAGE_MAX = Settings().message_max
REQUEST_MAX = Settings().request_max


def by_post(visitor: Visitor, room: str, text: str, nonce: str) -> None:
    assert visitor.say(room, text, nonce).status == 303


def by_socket(visitor: Visitor, room: str, text: str, nonce: str) -> None:
    with visitor.present(room) as page:
        page.line.say(text, nonce)
        # Acts are done in order: who is told about the second has been told about the first.
        page.line.act("that is all")
        page.until(lambda page: "that is all" in page.why)


Send = Callable[[Visitor, str, str, str], None]
WAYS = [by_post, by_socket]


class TestOnce:
    @pytest.mark.parametrize("first", WAYS)
    @pytest.mark.parametrize("again", WAYS)
    def test_the_same_nonce_and_text_are_one_message(
        self, anna: Visitor, room: str, first: Send, again: Send
    ) -> None:
        nonce = fresh_nonce()
        first(anna, room, "Only once", nonce)
        again(anna, room, "Only once", nonce)
        assert shown(anna, room) == ["Only once"]

    @pytest.mark.parametrize("first", WAYS)
    @pytest.mark.parametrize("again", WAYS)
    def test_the_same_nonce_with_another_text_is_another_message(
        self, anna: Visitor, room: str, first: Send, again: Send
    ) -> None:
        nonce = fresh_nonce()
        first(anna, room, "A tpyo", nonce)
        again(anna, room, "A typo", nonce)
        assert shown(anna, room) == ["A tpyo", "A typo"]

    def test_the_same_text_with_another_nonce_is_another_message(
        self, anna: Visitor, room: str
    ) -> None:
        anna.say(room, "Yes")
        anna.say(room, "Yes")
        assert shown(anna, room) == ["Yes", "Yes"]

    def test_a_nonce_is_one_person_s_in_one_room(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        for visitor, where in ((anna, room), (ben, room), (anna, f"{room}-b")):
            visitor.say(where, "Same nonce", "shared")
        assert shown(anna, room) == ["Same nonce", "Same nonce"]
        assert shown(anna, f"{room}-b") == ["Same nonce"]

    def test_messages_without_a_nonce_stand_for_themselves(self, anna: Visitor, room: str) -> None:
        for _ in range(2):
            assert anna.post(f"/rooms/{room}/messages", {"text": "Without"}).status == 303
        assert shown(anna, room) == ["Without", "Without"]

    def test_a_message_that_comes_twice_is_shown_once_on_an_open_page(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with ben.present(room) as his:
            for _ in range(3):
                anna.say(room, "Impatient", "n1")
            anna.say(room, "The next", "n2")
            his.until(lambda page: page.texts == ["Impatient", "The next"])
            assert his.page.cursor == 2


class TestAnswers:
    def test_a_plain_form_is_led_back_to_the_room(self, anna: Visitor, room: str) -> None:
        for answer in (
            anna.say(room, "Hello"),
            anna.rename(f"Anna of {room}", room),
            anna.post("/me/avatar", {"room": room}),
        ):
            assert answer.status == 303
            assert answer.headers["Location"] == f"/rooms/{room}"

    def test_htmx_gets_fragments(self, anna: Visitor, room: str) -> None:
        for path, form, target in (
            (f"/rooms/{room}/messages", {"text": "Hello", "nonce": "n"}, "#text"),
            ("/me/name", {"name": f"Anna of {room}"}, "[data-me=name]"),
            ("/me/avatar", {}, "[data-me=face]"),
        ):
            answer = anna.post(path, form, **HTMX)
            assert answer.status == 200
            assert target in [part.target for part in partials(answer.html)]
            assert not answer.document.all("html")

    def test_an_acknowledgement_offers_the_spent_nonce_and_then_a_fresh_one(
        self, anna: Visitor, room: str
    ) -> None:
        answer = anna.post(f"/rooms/{room}/messages", {"text": "Hi", "nonce": "spent"}, **HTMX)
        nonces = [one["value"] for one in answer.document.all("input") if one["name"] == "nonce"]
        assert nonces[0] == "spent"
        assert len(set(nonces)) == 2

    @pytest.mark.parametrize("text", ["plain", "a.b*[c]\\d", "new 🦦 {1}", "línea", '"<>&'])
    def test_an_acknowledgement_knows_the_sent_text_from_any_other(
        self, anna: Visitor, room: str, text: str
    ) -> None:
        """In the field's pattern, which browsers read as a regular expression with the flag v."""
        answer = anna.post(f"/rooms/{room}/messages", {"text": text, "nonce": "n"}, **HTMX)
        pattern = answer.document.the("input", id="text")["pattern"]
        python = re.sub(
            r"\\u\{([0-9a-f]+)\}", lambda code: re.escape(chr(int(code[1], 16))), pattern
        )
        assert re.fullmatch(python, text)
        for other in (text + ".", text[:-1], "x" + text, ""):
            assert not re.fullmatch(python, other)

    def test_a_page_s_composer_has_a_nonce_of_its_own(self, anna: Visitor, room: str) -> None:
        def nonce() -> str:
            document = anna.open(room).document
            return next(one["value"] for one in document.all("input") if one["name"] == "nonce")

        assert nonce() != nonce()

    def test_who_posts_without_a_cookie_gets_one_and_is_the_same_person_then(
        self, server: Server, room: str
    ) -> None:
        stranger = Visitor(server)
        stranger.say(room, "First")
        stranger.say(room, "Second")
        page = Page(stranger.open(room).html)
        assert len({entry["data-author"] for entry in page.entries}) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("form", "why"),
        [
            ({"text": "", "nonce": "n"}, "nothing to send"),
            ({"text": " \r\n\t", "nonce": "n"}, "nothing to send"),
            ({"nonce": "n"}, "nothing to send"),
            ({"text": "x" * (MESSAGE_MAX + 1), "nonce": "n"}, "4000"),
            ({"text": "Hi", "nonce": "no spaces"}, "nonce"),
            ({"text": "Hi", "nonce": "n" * 65}, "nonce"),
            ({"text": "Hi", "nonce": "n\n"}, "nonce"),
        ],
    )
    def test_a_refused_message_comes_back_with_its_text_and_the_reason(
        self, anna: Visitor, room: str, form: dict[str, str], why: str
    ) -> None:
        answer = anna.post(f"/rooms/{room}/messages", form)
        assert answer.status == 422
        assert why in answer.document.the(id="why").text
        assert answer.document.the(id="text").attributes.get("value", "") == form.get("text", "")
        fragment = anna.post(f"/rooms/{room}/messages", form, **HTMX)
        [part] = partials(fragment.html)
        assert (fragment.status, part.target) == (200, "#why")
        assert why in part.content.text
        assert shown(anna, room) == []

    def test_the_longest_message_is_accepted(self, anna: Visitor, room: str) -> None:
        for char in ("x", "🦦", "\n x"):
            text = (char * MESSAGE_MAX)[:MESSAGE_MAX]
            assert anna.say(room, text).status == 303
            assert shown(anna, room)[-1] == text

    @pytest.mark.parametrize("slug", ["Lobby", "a b", "-", "a--b", "x" * 65, "ä", "a.b", "%00"])
    def test_an_impossible_room_is_not_found_with_a_friendly_sentence(
        self, anna: Visitor, slug: str
    ) -> None:
        path = f"/rooms/{quote(slug, safe='%')}"
        for answer in (
            anna.get(path),
            anna.get(f"{path}/link"),
            anna.get(f"{path}/stream"),
            anna.get(f"{path}?before=5"),
            anna.post(f"{path}/messages", {"text": "Hi"}),
        ):
            assert answer.status == 404
            assert "letters a to z" in answer.document.the("main").text

    @pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb", "a\u202eb", "\u200b"])
    def test_a_refused_name_comes_back_with_the_reason(
        self, anna: Visitor, room: str, name: str
    ) -> None:
        before = anna.name()
        answer = anna.rename(name, room)
        assert answer.status == 422
        assert answer.document.the(id="name-why").text
        fragment = anna.post("/me/name", {"name": name}, **HTMX)
        [part] = partials(fragment.html)
        assert (fragment.status, part.target) == (200, "#name-why")
        assert anna.name() == before

    def test_a_refused_name_stays_in_the_field(self, anna: Visitor, room: str) -> None:
        typed = "much too long a name " * 3
        assert anna.rename(typed, room).document.the("input", id="name")["value"] == typed

    @pytest.mark.parametrize("alike", ["Taken {}", "tAKEN {}", " Taken  {} "])
    def test_a_name_that_somebody_else_has_is_refused(
        self, anna: Visitor, ben: Visitor, room: str, alike: str
    ) -> None:
        assert anna.rename(f"Taken {room}").status == 303
        answer = ben.rename(alike.format(room))
        assert answer.status == 422
        assert "already" in answer.document.the(id="name-why").text

    def test_a_body_that_is_too_large_is_refused_with_413(self, anna: Visitor, room: str) -> None:
        answer = anna.post(f"/rooms/{room}/messages", {"text": "x" * (REQUEST_MAX + 1)})
        assert answer.status == 413
        assert "too long" in answer.document.the("main").text
        assert shown(anna, room) == []

    def test_a_body_in_chunks_is_refused_with_413_as_well_and_not_cut(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        padding = b"nonce=n&padding=".ljust(REQUEST_MAX - len(b"&text=Only half"), b"x")
        body = padding + b"&text=Only half of it was stored"
        with dialled(server) as raw:
            raw.send(
                request(
                    f"POST /rooms/{room}/messages HTTP/1.1",
                    **FORM,
                    Host=f"127.0.0.1:{server.port}",
                    Transfer_Encoding="chunked",
                    Connection="close",
                ),
                b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
            )
            status, _ = raw.head()
        assert shown(anna, room) == []
        assert status == 413

    def test_who_sends_too_much_is_asked_to_wait(self, start: Start) -> None:
        anna = arrived(start(limits="on", act_burst=3, act_rate=1))
        room = fresh_room()
        answers = [anna.say(room, f"Number {number}") for number in range(6)]
        assert [answer.status for answer in answers[:3]] == [303] * 3
        late = [answer for answer in answers if answer.status == 429]
        assert late, f"nothing was refused: {[answer.status for answer in answers]}"
        assert int(late[0].headers["Retry-After"]) > 0
        assert "wait" in late[0].document.the(id="why").text
        assert re.match("Number", late[0].document.the(id="text")["value"])
        [part] = partials(refused_by_htmx(anna, room).html)
        assert part.target == "#why"
        assert "wait" in part.content.text
        with anna.present(room) as page:
            for number in range(5):
                page.line.say(f"By socket {number}")
            page.until(lambda page: "wait" in page.why)

    def test_without_limits_nobody_waits_and_the_log_says_so(
        self, server: Server, anna: Visitor, room: str
    ) -> None:
        assert {anna.say(room, f"Number {number}").status for number in range(60)} == {303}
        assert "limits are off" in server.log


#: All that a form can carry, with what makes trouble more often than by chance.
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("<>&\"'`={}/\\\n\r\t \u2028\u202e\u200f\u200d\u00a0\ufeffאبش🦦👩‍👧é"),
        st.sampled_from(
            ["</p>", "<script>", "&amp;", "{{ 7*7 }}", "<hx-partial hx-target='#why'>"]
        ).flatmap(st.sampled_from),
    ),
    min_size=1,
    max_size=200,
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p></div></li><li id=m1 class=message>",
        '<hx-partial hx-target="#messages" hx-swap="innerHTML"></hx-partial>',
        "&lt;b&gt; &amp;amp; &#60;",
        "{{ 7 * 7 }} {% raw %} {# no #}",
        "see https://example.org/?a=1&b=<2>#c'd\" and www.example.org, ok",
        "javascript://example.org/%0aalert(1)",
        "https://example.org/" + "a" * 300,
        "\n\n  first line is empty\n\n",
        "مرحبا \u202eevil\u202c שלום",
        "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301",
        "hx-get='/x' data-hx-on:click='alert(1)'",
        "<!-- -->]]><![CDATA[",
    ]
)


@given(text=TEXTS)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_typed_is_what_is_read(server: Server, text: str) -> None:
    anna, room = arrived(server), fresh_room()
    typed = as_stored(text)
    if not typed.strip():
        assert anna.say(room, text).status == 422
        return
    with anna.present(room) as page:
        assert anna.say(room, text).status == 303
        page.until(lambda page: page.cursor == 1)
        for shown_page in (page.page, Page(anna.open(room).html)):
            [message] = shown_page.entries
            assert message.id == "m1"
            assert int(message["data-author"]) > 0
            assert message.tag == "li"
            assert text_of(message) == typed
            assert {one.tag for one in message.the(cls="text")} <= {"a"}
            for link in message.the(cls="text").all("a"):
                assert re.match(r"https?://", link["href"]), link["href"]
                assert set(link["rel"].split()) == {"nofollow", "noopener", "ugc"}


def test_every_message_has_what_others_rely_on(anna: Visitor, ben: Visitor, room: str) -> None:
    anna.say(room, "See https://example.org/ now")
    ben.say(room, "Two\nlines")
    document = parse(anna.open(room).html)
    for seq, message in enumerate(document.all(cls="message"), 1):
        assert message.id == f"m{seq}"
        assert message["data-author"].isdigit()
        assert len(message.all(cls="text")) == 1
        assert message.the("time")["datetime"].endswith("+00:00")
        assert message.the("bdi", has="data-author-name").text
        assert message.the("img")["src"].endswith(".svg")
    assert document.the("li", id="c2")
    [link] = document.the("li", id="m1").all("a")
    assert link["href"] == "https://example.org/"


def as_stored(text: str) -> str:
    """The text without what no HTML document can hold (HTML, 13.2.3.5), and with LF."""
    return re.sub(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", text.replace("\r\n", "\n").replace("\r", "\n")
    )


def shown(visitor: Visitor, room: str) -> list[str]:
    """The texts that the room's page shows."""
    return Page(visitor.open(room).html).texts


def refused_by_htmx(visitor: Visitor, room: str) -> Answer:
    """The first fragment that says a message was too much."""
    for number in range(20):
        answer = visitor.post(f"/rooms/{room}/messages", {"text": f"Htmx {number}"}, **HTMX)
        if "#why" in answer.html and "wait" in answer.html:
            return answer
    raise AssertionError("twenty messages at once, and none was too much")
