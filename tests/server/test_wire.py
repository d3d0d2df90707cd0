"""The wire of a room's socket: what is said, what is answered, and that no chain ever breaks."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from chatterpy.live.page import BAD_ACTS_MAX
from chatterpy.settings import Settings
from tests.server.documents import parse
from tests.server.pages import Page, messages_in, moved_sentinels, partials, seq_of, texts_in
from tests.server.processes import Server
from tests.server.visitors import Line, Visitor

CATCH_UP_MAX = Settings().catch_up_max
PAGE_SIZE = Settings().page_size
POLICY, UNSUPPORTED = 1008, 1003


def test_nothing_is_sent_before_the_page_says_where_it_is(
    server: Server, anna: Visitor, ben: Visitor, room: str
) -> None:
    with anna.connected(room) as line:
        ben.say(room, "Is anybody there?")
        assert line.hears_nothing()
        line.resume(0)
        assert texts_in(line.hear()) == ["Is anybody there?"]


def test_a_message_appears_on_every_open_page(anna: Visitor, ben: Visitor, room: str) -> None:
    with anna.present(room) as hers, ben.present(room) as his:
        hers.line.say("Hello, Ben")
        for page in (hers, his):
            page.until(lambda page: page.texts == ["Hello, Ben"])
        his.line.say("Hello, Anna")
        for page in (hers, his):
            page.until(lambda page: page.texts == ["Hello, Ben", "Hello, Anna"])
            assert page.page.seqs == [1, 2]


def test_a_message_posted_as_a_form_appears_on_open_pages(
    anna: Visitor, ben: Visitor, room: str
) -> None:
    with ben.present(room) as his:
        assert anna.say(room, "By post").status == 303
        his.until(lambda page: page.texts == ["By post"])


def test_what_is_said_in_one_room_is_not_heard_in_another(
    anna: Visitor, ben: Visitor, room: str
) -> None:
    with ben.present(f"{room}-next-door") as his:
        anna.say(room, "Only here")
        anna.say(f"{room}-next-door", "Only there")
        his.until(lambda page: page.texts == ["Only there"])


def test_the_server_speaks_html_only(anna: Visitor, room: str) -> None:
    with anna.connected(room) as line:
        line.resume(0)
        line.say("One")
        line.act("older", before="1")
        line.act("dance")
        line.resume()
        for frame in heard(line, until="Connected", times=2):
            with pytest.raises(json.JSONDecodeError):
                json.loads(frame)
            assert partials(frame), f"a frame without partials: {frame!r}"


def test_every_frame_moves_the_sentinel_on_from_where_the_last_one_put_it(
    anna: Visitor, ben: Visitor, room: str
) -> None:
    with anna.connected(room) as line:
        line.resume(0)
        heard(line, until="Connected")
        for number in range(20):
            (anna if number % 2 else ben).say(room, f"Number {number}")
        ben.rename(f"Ben of {room}")
        anna.post("/me/avatar", {"room": room})
        for seq in range(22):
            frame = heard(line, until="cursor")[-1]
            assert moved_sentinels(frame) == [seq], f"expected the step from c{seq}: {frame!r}"
            assert parse(frame).all(id=f"c{seq + 1}"), f"expected c{seq + 1} in {frame!r}"
            assert len(parse(frame).all("input")) == 1, f"more than one sentinel: {frame!r}"


def test_two_readers_are_sent_the_same_bytes(anna: Visitor, ben: Visitor, room: str) -> None:
    with anna.connected(room) as hers, ben.connected(room) as his:
        for line in (hers, his):
            line.resume(0)
            heard(line, until="Connected")
        anna.say(room, "First <b>one</b>")
        anna.rename(f"Anna of {room}")
        ben.say(room, "Second 🦦")
        ben.post("/me/avatar", {"room": room})
        ben.say(room, "Last one")
        got = [
            [frame for frame in heard(line, until="Last one") if moved_sentinels(frame)]
            for line in (hers, his)
        ]
        assert len(got[0]) == 5
        assert got[0] == got[1]


class TestCatchingUp:
    def test_a_page_gets_what_came_after_its_cursor_once_and_in_order(
        self, anna: Visitor, room: str
    ) -> None:
        say_all(anna, room, [f"Number {number}" for number in range(1, 11)])
        with anna.connected(room) as line:
            line.resume(4)
            frame = line.hear()
            assert moved_sentinels(frame) == [4]
            assert texts_in(frame) == [f"Number {number}" for number in range(5, 11)]
            anna.say(room, "Number 11")
            assert texts_in(heard(line, until="Number")[-1]) == ["Number 11"]

    def test_a_page_that_missed_nothing_gets_no_message(self, anna: Visitor, room: str) -> None:
        anna.say(room, "All there is")
        with anna.connected(room) as line:
            line.resume(1)
            [frame] = heard(line, until="Connected")
            assert "Connected" in parse(frame).text
            assert not messages_in(frame)
            assert not moved_sentinels(frame)

    @pytest.mark.parametrize(
        "cursor", [None, "", 99], ids=["no cursor", "an empty cursor", "a cursor ahead of the room"]
    )
    def test_a_page_that_cannot_be_caught_up_gets_the_newest_page(
        self, anna: Visitor, room: str, cursor: int | str | None
    ) -> None:
        say_all(anna, room, ["One", "Two", "Three"])
        with anna.connected(room) as line:
            line.resume(cursor)
            newest = replacement(line.hear())
            assert newest.texts == ["One", "Two", "Three"]
            assert newest.cursor == 3

    def test_a_page_far_behind_gets_the_newest_page_and_one_step_less_is_caught_up(
        self, anna: Visitor, room: str
    ) -> None:
        count = CATCH_UP_MAX + 1
        say_all(anna, room, [f"Number {number}" for number in range(1, count + 1)])
        with anna.connected(room) as line:
            line.resume(1)
            assert len(messages_in(line.hear())) == CATCH_UP_MAX
        with anna.connected(room) as line:
            line.resume(0)
            newest = replacement(line.hear())
            assert newest.seqs == list(range(count - PAGE_SIZE + 1, count + 1))
            assert newest.cursor == count

    def test_a_page_that_was_away_shows_what_a_fresh_page_shows(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with ben.present(room) as his:
            ben.say(room, "Before")
            anna.say(room, "Also before")
            his.until(lambda page: page.cursor == 2)
        anna.rename(f"Anna of {room}")
        anna.say(room, "Meanwhile")
        ben.post("/me/avatar", {"room": room})
        ben.rename(f"Ben of {room}")
        anna.say(room, "And then")
        with ben.connected(room) as line:
            his.line = line
            his.resume()
            fresh = Page(ben.open(room).html)
            assert his.page.cursor == fresh.cursor == 7
            assert his.page.seqs == fresh.seqs
            assert his.page.texts == fresh.texts
            assert his.page.names == fresh.names
            assert his.page.faces == fresh.faces

    def test_resuming_again_on_the_same_socket_repeats_nothing(
        self, anna: Visitor, room: str
    ) -> None:
        with anna.present(room) as page:
            for count in range(1, 4):
                page.line.say(f"Number {count}")
                page.until(lambda page, count=count: page.cursor == count)
                page.resume()
            assert page.page.texts == ["Number 1", "Number 2", "Number 3"]

    def test_the_keys_that_htmx_adds_are_ignored(self, anna: Visitor, room: str) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/rooms/lobby"}
        with anna.connected(room) as line:
            line.act("resume", cursor="0", before="0", headers=headers)
            line.act("say", text="With headers", nonce="n", headers=headers)
            assert texts_in(heard(line, until="With headers")[-1]) == ["With headers"]


class TestOlder:
    def test_older_pages_reach_the_first_message(self, anna: Visitor, room: str) -> None:
        count = 3 * PAGE_SIZE + 7
        texts = [f"Number {number}" for number in range(1, count + 1)]
        say_all(anna, room, texts)
        with anna.present(room) as page:
            assert page.page.texts == texts[-PAGE_SIZE:]
            asked = 0
            while before := page.page.before:
                page.line.act("older", before=str(before))
                page.until(lambda page, before=before: page.before != before)
                asked += 1
                assert asked <= 4, "more pages than there are messages for"
            assert page.page.texts == texts
            assert page.page.seqs == list(range(1, count + 1))

    def test_older_pages_are_found_by_links_as_well(self, anna: Visitor, room: str) -> None:
        count = 2 * PAGE_SIZE + 7
        texts = [f"Number {number}" for number in range(1, count + 1)]
        say_all(anna, room, texts)
        shown: list[str] = []
        link = ""
        for _ in range(4):
            document = anna.get(f"/rooms/{room}{link}").document
            shown[:0] = [one.the(cls="text").text for one in document.all(cls="message")]
            ways = document.the(id="more").all("a")
            if not ways:
                break
            link = ways[0]["href"]
        assert shown == texts

    @pytest.mark.parametrize(
        "before", ["", "x", "-1", "1.5", "9" * 17, "0" * 17 + "9" * 30, "٣", "1" * 5000]
    )
    def test_an_impossible_before_is_a_bad_request(
        self, server: Server, anna: Visitor, room: str, before: str
    ) -> None:
        for path in (f"/rooms/{room}", f"/rooms/{room}/link"):
            answer = anna.get(f"{path}?before={quote(before)}")
            assert answer.status == 400, f"{path} with before={before[:40]!r}"

    def test_a_page_of_older_ones_is_not_live(self, anna: Visitor, room: str) -> None:
        say_all(anna, room, ["One", "Two", "Three"])
        document = anna.get(f"/rooms/{room}?before=3").document
        assert [one.the(cls="text").text for one in document.all(cls="message")] == ["One", "Two"]
        assert not document.all(has="hx-ws:connect")
        assert not document.all(id="c3")

    def test_after_a_resume_the_way_to_older_ones_is_offered_anew(
        self, anna: Visitor, room: str
    ) -> None:
        say_all(anna, room, [f"Number {number}" for number in range(PAGE_SIZE + 5)])
        with anna.connected(room) as line:
            line.resume(PAGE_SIZE + 5, before="6")
            frames = heard(line, until="Connected")
            [older] = [part for one in frames for part in partials(one) if part.target == "#older"]
            assert [field["value"] for field in older.content.all("input")] == ["older", "6"]


class TestChangesOfPeople:
    def test_a_rename_takes_a_seq_and_leaves_a_notice_in_every_room_they_wrote_in(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        rooms = [room, f"{room}-b"]
        for one in rooms:
            anna.say(one, "Here I am")
        ben.say(rooms[0], "Me too")
        was, now = anna.name(), f"Anna of {room}"
        with ben.present(rooms[0]) as first, ben.present(rooms[1]) as second:
            before = [first.page.cursor, second.page.cursor]
            assert anna.rename(now).status == 303
            for page, seq in zip((first, second), before, strict=True):
                page.until(lambda page, seq=seq: page.cursor == seq + 1)
                assert page.page.texts[-1] == f"{was} is now {now}"
                assert page.page.names[0] == now
            assert first.page.names[1] == ben.name()

    def test_a_rename_says_nothing_in_rooms_they_did_not_write_in(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        anna.say(f"{room}-elsewhere", "Not here")
        with anna.present(room) as page:
            anna.rename(f"Anna of {room}")
            page.until(lambda page: page.me == f"Anna of {room}")
            ben.say(room, "The first")
            page.until(lambda page: page.texts == ["The first"])
            assert page.page.cursor == 1

    def test_a_new_face_moves_the_sentinel_and_shows_no_notice(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        anna.say(room, "Look at me")
        with ben.present(room) as his:
            [was] = his.page.faces
            assert anna.post("/me/avatar", {"room": room}).status == 303
            his.until(lambda page: page.cursor == 2)
            assert his.page.texts == ["Look at me"]
            [now] = his.page.faces
            assert now != was
            assert [now] == Page(ben.open(room).html).faces

    def test_names_are_shown_apart_from_what_surrounds_them(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        anna.say(room, "Hi")
        with ben.present(room) as his:
            anna.rename("<b>&אבג")
            frame = next(frame for frame in iter(his.show, None) if moved_sentinels(frame))
            notice = parse(frame).the(cls="notice")
            assert [one.text for one in notice.all("bdi")][1] == "<b>&אבג"
            assert not notice.all("b")
            [name] = his.page.entries[0].all(has="data-author-name")
            assert (name.tag, name.text) == ("bdi", "<b>&אבג")


class TestAliveness:
    def test_the_heartbeat_reaches_pages_with_the_present_sentinel(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with anna.present(room) as page:
            page.until(lambda page: page.heartbeats == 1)
            ben.say(room, "Beat on")
            page.until(lambda page: page.cursor == 1)
            page.until(lambda page: page.heartbeats == 2, seconds=3)

    def test_a_page_whose_chain_broke_is_told_of_a_sentinel_it_lacks(
        self, anna: Visitor, ben: Visitor, room: str
    ) -> None:
        with anna.connected(room) as line:
            line.resume(0)
            ben.say(room, "Beat on")
            frame = [frame for frame in heard(line, until="/link") if "#alive" in frame][-1]
            [target] = [part.target for part in partials(frame) if "#alive" in part.target]
            assert target == "#chat:has(#c1) #alive"

    def test_a_fresh_link_is_a_connection_without_messages(self, anna: Visitor, room: str) -> None:
        anna.say(room, "Said before")
        for_htmx = anna.get(f"/rooms/{room}/link", HX_Request="true").document
        [partial] = for_htmx.elements
        assert (partial.tag, partial["hx-target"]) == ("hx-partial", "#link")
        answer = anna.get(f"/rooms/{room}/link")
        [link] = answer.document.elements
        assert partial.the(id="link").text == link.text
        assert answer.status == 200
        assert link.id == "link"
        assert link["hx-ws:connect"] == f"/rooms/{room}/socket"
        assert not answer.document.all(cls="message")
        assert [field["value"] for field in link.all("input") if field["name"] == "act"] == [
            "resume",
            "older",
        ]

    def test_a_fresh_link_keeps_the_way_to_older_ones(self, anna: Visitor, room: str) -> None:
        link = anna.get(f"/rooms/{room}/link?before=51").document
        assert [one["value"] for one in link.all("input") if one["name"] == "before"] == ["51"]


class TestMisunderstandings:
    @pytest.mark.parametrize(
        "said",
        [
            '{"act":"dance"}',
            '{"act":null}',
            '{"act":{"act":"say"}}',
            "{}",
            '["resume"]',
            '"resume"',
            "4",
            "null",
            "",
            "{",
            "resume",
            '{"act":"older"}',
            '{"act":"older","before":"x"}',
            '{"act":"older","before":-1}',
            '{"act":"older","before":1e999}',
            '{"act":"older","before":true}',
            '{"act":"older","before":' + "9" * 5000 + "}",
            '{"act":"resume","cursor":"99999999999999999999"}',
            '{"act":"resume","cursor":[1]}',
            '{"act":"say"}',
            '{"act":"say","text":7}',
            '{"act":"say","text":"Hi","nonce":null}',
            '{"act":"\\ud800"}',
            "[" * 30_000,
            '{"act":' + "[" * 900 + "]" * 900 + "}",
        ],
        ids=lambda said: repr(said[:40]),
    )
    def test_what_is_no_act_gets_a_notice_and_the_page_goes_on(
        self, server: Server, anna: Visitor, room: str, said: str
    ) -> None:
        with anna.present(room) as page:
            page.line.socket.send(said)
            page.until(lambda page: page.why != "")
            page.line.say("Still here")
            page.until(lambda page: page.texts == ["Still here"])

    def test_saying_anything_before_resuming_gets_a_notice(self, anna: Visitor, room: str) -> None:
        with anna.connected(room) as line:
            line.say("Too early")
            assert "resume" in notice(line)
            line.act("older", before="5")
            assert "resume" in notice(line)
            line.resume(0)
            frames = heard(line, until="Connected")
            assert not any(map(messages_in, frames)), "what came too early was said all the same"

    @pytest.mark.parametrize("said", ["{", '{"act":"dance"}', '{"act":"say","text":"Hi"}'])
    def test_who_goes_on_like_that_is_closed_with_1008(
        self, anna: Visitor, room: str, said: str
    ) -> None:
        with anna.connected(room) as line:
            for _ in range(BAD_ACTS_MAX):
                line.socket.send(said)
            assert line.close_code() == POLICY

    def test_a_binary_message_is_closed_with_1003(self, anna: Visitor, room: str) -> None:
        with anna.connected(room) as line:
            line.resume(0)
            line.socket.send(b'{"act":"say","text":"bytes"}')
            assert line.close_code() == UNSUPPORTED

    @pytest.mark.parametrize(
        ("text", "why"),
        [("", "nothing to send"), (" \n ", "nothing to send"), ("x" * 4001, "4000")],
    )
    def test_a_refused_message_says_why_and_nobody_sees_it(
        self, anna: Visitor, room: str, text: str, why: str
    ) -> None:
        with anna.present(room) as page:
            page.line.say(text)
            page.until(lambda page: why in page.why)
            page.line.say("Accepted")
            page.until(lambda page: page.texts == ["Accepted"])

    def test_refused_messages_close_nothing_however_many(self, anna: Visitor, room: str) -> None:
        with anna.present(room) as page:
            for _ in range(BAD_ACTS_MAX * 2):
                page.line.say("")
            page.line.say("Accepted")
            page.until(lambda page: page.texts == ["Accepted"])


def say_all(visitor: Visitor, room: str, texts: list[str]) -> None:
    """Says many things in order, over a socket."""
    with visitor.connected(room) as line:
        line.resume(0)
        for text in texts:
            line.say(text)
        shown: list[str] = []
        while len(shown) < len(texts):
            shown += texts_in(line.hear())
        assert shown == texts


def heard(line: Line, until: str, times: int = 1) -> list[str]:
    """All frames up to the one in which something is read so many times."""
    frames: list[str] = []
    while sum(until in frame for frame in frames) < times:
        frames.append(line.hear())
    return frames


def replacement(frame: str) -> Page:
    """The page whose whole list a frame replaces."""
    [content] = [part.content for part in partials(frame) if part.target == "#messages"]
    page = Page(
        '<ol id="messages"><li id="more" data-before="0"></li>'
        '<li id="c0"><input name="cursor" value="0"></li></ol>'
    )
    page.apply(frame)
    assert [seq_of(entry) for entry in page.entries] == [
        seq_of(entry) for entry in content.elements[1:-1]
    ]
    return page


def notice(line: Line) -> str:
    """The sentence of the next notice."""
    [part] = partials(line.hear())
    assert part.target == "#why", f"expected a notice, came a part for {part.target}"
    return part.content.text
