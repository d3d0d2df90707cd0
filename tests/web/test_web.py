"""The web, through Flask's test client: what forms answer, with htmx and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chatterpy import ChatterPy, create_app
from chatterpy.chat.faces import Face
from chatterpy.chat.people import Visitor
from chatterpy.errors import HostError, SettingError, StoreUnavailable
from chatterpy.theme.templates import STATIC
from chatterpy.web.messages import exactly

HTMX = {"HX-Request": "true"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(data=tmp_path, message_max=100, page_size=5)
    yield app
    ChatterPy.of(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def say(client: FlaskClient, text: str, room: str = "lobby", **more: str) -> TestResponse:
    return client.post(f"/rooms/{room}/messages", data={"text": text, **more})


def texts(client: FlaskClient, address: str = "/rooms/lobby") -> list[str]:
    return [one.get_text() for one in soup(client.get(address)).select(".message .text")]


def test_the_front_door_leads_to_the_lobby(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/rooms/lobby")


def test_looking_writes_nothing_but_a_cookie(client: FlaskClient, app: Flask) -> None:
    first, again = client.get("/rooms/lobby"), client.get("/rooms/attic")
    names = [soup(page).select_one("[data-me=name]").text for page in (first, again)]  # type: ignore[union-attr]
    assert names[0] == names[1], "the visitor is another person on the next page"
    store = ChatterPy.of(app).parts.store
    assert (
        store.settle.__self__._read(
            lambda db: db.exec_driver_sql(  # type: ignore[attr-defined]
                "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM rooms)"
            ).scalar()
        )
        == 0
    )


def test_a_plain_form_is_redirected_to_the_room(client: FlaskClient) -> None:
    answer = say(client, "hello")
    assert (answer.status_code, answer.location) == (303, "/rooms/lobby")
    assert texts(client) == ["hello"]


def test_htmx_gets_a_fragment_that_compares_and_empties_the_field(client: FlaskClient) -> None:
    answer = client.post(
        "/rooms/lobby/messages", data={"text": "a+b?", "nonce": "n1"}, headers=HTMX
    )
    assert answer.status_code == 200
    page = soup(answer)
    assert page.select_one("#text")["pattern"] == exactly("a+b?")  # type: ignore[index]
    nonces = [one["value"] for one in page.select("[name=nonce]")]
    assert nonces[0] == "n1", "the spent nonce comes first, so that Send twice is one message"
    assert len(set(nonces)) == 2
    assert "<html" not in answer.text


def test_a_pattern_matches_one_text_only() -> None:
    assert exactly("aZ9") == "aZ9"
    assert exactly("a.b😀") == r"a\u{2e}b\u{1f600}"


def test_a_send_with_the_same_nonce_is_one_message(client: FlaskClient) -> None:
    for text in ("hi", "hi", "hi!", "hi"):
        assert say(client, text, nonce="n1").status_code == 303
    assert texts(client) == ["hi", "hi!"]


def test_a_message_without_a_nonce_stands_for_itself(client: FlaskClient) -> None:
    say(client, "hi")
    say(client, "hi")
    assert texts(client) == ["hi", "hi"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("  ", "nothing to send"), ("x" * 101, "at most 100 characters; this one has 101")],
)
def test_a_refused_message_says_why_and_is_still_there(
    client: FlaskClient, text: str, why: str
) -> None:
    answer = say(client, text, nonce="n1")
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("#text")["value"] == text  # type: ignore[index]
    assert why in page.select_one("#why").text  # type: ignore[union-attr]
    assert page.select_one("[name=nonce]")["value"] == "n1"  # type: ignore[index]
    answer = client.post("/rooms/lobby/messages", data={"text": text}, headers=HTMX)
    assert answer.status_code == 200, "browsers report other statuses in the console"
    assert why in soup(answer).select_one("hx-partial[hx-target='#why']").text  # type: ignore[union-attr]
    assert texts(client) == []


def test_too_much_at_once_is_refused_until_later(tmp_path: Path) -> None:
    app = create_app(data=tmp_path, act_burst=2, act_rate=1)
    client = app.test_client()
    statuses = [say(client, f"{number}").status_code for number in range(4)]
    ChatterPy.of(app).close()
    assert statuses[:2] == [303, 303]
    assert 429 in statuses[2:]


def test_limits_can_be_switched_off_and_the_log_says_so(tmp_path: Path, caplog) -> None:
    app = create_app(data=tmp_path, act_burst=1, act_rate=1, limits="off")
    client = app.test_client()
    assert {say(client, f"{number}").status_code for number in range(20)} == {303}
    ChatterPy.of(app).close()
    assert "limits are off" in caplog.text


def test_a_rename_is_seen_in_old_messages_and_leaves_a_notice(client: FlaskClient) -> None:
    say(client, "hello")
    was = soup(client.get("/rooms/lobby")).select_one(".name").text  # type: ignore[union-attr]
    answer = client.post("/me/name", data={"name": "Anna", "room": "lobby"})
    assert (answer.status_code, answer.location) == (303, "/rooms/lobby")
    page = soup(client.get("/rooms/lobby"))
    assert page.select_one(".name").text == "Anna"  # type: ignore[union-attr]
    assert page.select_one(".notice .what").text == f"{was} is now Anna"  # type: ignore[union-attr]
    assert page.select_one("#name")["value"] == "Anna"  # type: ignore[index]


def test_a_refused_name_says_why_and_is_still_there(app: Flask, client: FlaskClient) -> None:
    app.test_client().post("/me/name", data={"name": "Anna"})
    say(client, "hello", room="attic")
    answer = client.post("/me/name", data={"name": "ANNA", "room": "attic"})
    assert answer.status_code == 422
    page = soup(answer)
    assert not page.select_one("#card").has_attr("popover"), "the card is closed"  # type: ignore[union-attr]
    assert page.select_one("#name")["value"] == "ANNA"  # type: ignore[index]
    assert "called ANNA already" in page.select_one("#name-why").text  # type: ignore[union-attr]
    assert page.select_one(".room").text == "#attic"  # type: ignore[union-attr]
    fragment = client.post("/me/name", data={"name": "ANNA"}, headers=HTMX)
    assert "called ANNA already" in soup(fragment).select_one("[hx-target='#name-why']").text  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["Admin", "аdmіn", "MODERATOR", "МODERAТOR", "adm1n"], ids=ascii)
def test_names_of_those_in_charge_are_kept_free(client: FlaskClient, name: str) -> None:
    answer = client.post("/me/name", data={"name": name})
    assert answer.status_code == (303 if name == "adm1n" else 422)


def test_names_are_isolated_and_escaped_wherever_they_stand(client: FlaskClient) -> None:
    client.post("/me/name", data={"name": "<b>אנה</b> & \"x'"})
    say(client, "hello")
    client.post("/me/name", data={"name": "<i hx-get=/>"})
    page = soup(client.get("/rooms/lobby"))
    for shown in page.select(".name, .notice .what > *, [data-me=name]"):
        assert shown.name == "bdi"
        assert not shown.find_all()


def test_another_face_is_another_avatar_in_old_messages(client: FlaskClient) -> None:
    say(client, "hello")
    before = soup(client.get("/rooms/lobby")).select_one(".message img")["src"]  # type: ignore[index]
    assert client.post("/me/avatar", data={"room": "lobby"}).status_code == 303
    after = soup(client.get("/rooms/lobby")).select_one(".message img")["src"]  # type: ignore[index]
    assert after != before
    fragment = client.post("/me/avatar", headers=HTMX)
    assert soup(fragment).select_one("[data-me=face]")["src"] not in (before, after)  # type: ignore[index]


def test_an_avatar_is_kept_for_ever_and_can_do_nothing(client: FlaskClient) -> None:
    address = soup(client.get("/rooms/lobby")).select_one("[data-me=face]")["src"]  # type: ignore[index]
    answer = client.get(str(address))
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/avatars/nosuch/a.svg", "/avatars/thumbs/A%20B.svg"])
def test_what_is_no_face_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_older_messages_are_a_page_of_their_own(client: FlaskClient) -> None:
    for number in range(12):
        say(client, str(number))
    seen, address = [], "/rooms/lobby"
    while address:
        seen = texts(client, address) + seen
        link = soup(client.get(address)).select_one("#more a")
        address = f"/rooms/lobby{link['href']}" if link else ""
    assert seen == [str(number) for number in range(12)]
    past = soup(client.get("/rooms/lobby?before=3"))
    assert not past.select("[name=cursor]"), "a page of the past has no sentinel"
    assert not past.select("script, #composer")
    assert past.select_one("a.newest")["href"] == "/rooms/lobby"  # type: ignore[index]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, ""])
def test_a_strange_before_is_a_bad_request(client: FlaskClient, before: str) -> None:
    answer = client.get("/rooms/lobby", query_string={"before": before})
    assert answer.status_code == 400
    assert "Expected before= to be" in answer.text
    assert client.get("/rooms/lobby/link", query_string={"before": before}).status_code == 400


@pytest.mark.parametrize("slug", ["Lobby", "a--b", "x" * 65, "%2e%2e", "a b"])
def test_an_impossible_room_is_a_friendly_error(client: FlaskClient, slug: str) -> None:
    for address in (f"/rooms/{slug}", f"/rooms/{slug}/link", f"/rooms/{slug}/stream"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "letters a to z" in answer.text
        assert soup(answer).select_one("a[href='/']")
    assert say(client, "hi", room=slug).status_code == 404


def test_an_error_leads_on(client: FlaskClient, app: Flask, monkeypatch) -> None:
    meant = soup(client.get("/rooms/Hello World")).select_one("a[href='/rooms/hello-world']")
    assert meant is not None
    assert meant.text == "#hello-world"

    def broken(*_: object) -> None:
        raise StoreUnavailable("not now")

    monkeypatch.setattr(ChatterPy.of(app).parts.store, "before", broken, raising=False)
    answer = client.get("/rooms/lobby?before=7&_external=1&_scheme=javascript")
    assert answer.status_code == 503
    again = soup(answer).select_one("a.go")
    assert again is not None
    assert again["href"] == "/rooms/lobby?before=7&_external=1&_scheme=javascript"


def test_an_empty_room_invites(client: FlaskClient) -> None:
    for address in ("/rooms/attic", "/rooms/attic/stream"):
        answer = client.get(address, buffered=False)
        first = next(iter(answer.response)).decode() if "stream" in address else answer.text
        answer.close()
        assert "It is quiet here" in first, address
    say(client, "hi", room="attic")
    assert "It is quiet here" not in client.get("/rooms/attic").text


def test_me_css_tells_mine_from_theirs(client: FlaskClient) -> None:
    link = soup(client.get("/rooms/lobby")).select_one("link.mine")["href"]  # type: ignore[index]
    assert client.get(str(link)).text.strip() == "", "a visitor has written nothing"
    say(client, "hello")
    page = soup(client.get("/rooms/lobby"))
    author = page.select_one(".message")["data-author"]  # type: ignore[index]
    newer = page.select_one("link.mine")["href"]  # type: ignore[index]
    assert newer != link, "an immutable address whose content has changed"
    style = client.get(str(newer))
    assert style.mimetype == "text/css"
    assert f'[data-author="{author}"]' in style.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
    ],
    ids=str,
)
def test_a_post_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/rooms/lobby/messages", data={"text": "hi"}, headers=headers)
    assert answer.status_code == status
    assert len(texts(client)) == (status == 303)


def test_every_answer_has_the_headers(client: FlaskClient) -> None:
    for address in ("/", "/rooms/lobby", "/rooms/X", "/nothing", "/healthz", "/me.css", "/me/name"):
        answer = client.get(address)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        csp = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in csp, address
        assert "unsafe" not in csp


def test_the_cookie_is_for_this_site_only_and_secure_behind_tls(tmp_path: Path) -> None:
    app = create_app(data=tmp_path, proxy_hops=1)
    client = app.test_client()
    plain = client.get("/rooms/lobby").headers["Set-Cookie"]
    assert plain.startswith("chatterpy-")
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    client.delete_cookie(plain.partition("=")[0])
    behind = client.get("/rooms/lobby", headers={"X-Forwarded-Proto": "https"})
    assert behind.headers["Set-Cookie"].startswith("__Host-chatterpy-")
    assert "Secure" in behind.headers["Set-Cookie"]
    ChatterPy.of(app).close()


def test_a_host_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    app = create_app(data=tmp_path, trusted_hosts="chat.example")
    client = app.test_client()
    assert client.get("/rooms/lobby", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/rooms/lobby", headers={"Host": "chat.example"}).status_code == 200
    ChatterPy.of(app).close()


def test_a_body_without_end_is_refused(client: FlaskClient) -> None:
    assert say(client, "x" * 1_000_000).status_code == 413
    answer = client.post("/rooms/lobby/messages", data={"text": "x" * 1_000_000}, headers=HTMX)
    assert "too long" in soup(answer).select_one("[hx-target='#why']").text  # type: ignore[union-attr]


def test_assets_are_packed_and_kept_for_ever(client: FlaskClient) -> None:
    address = soup(client.get("/rooms/lobby")).select_one("script")["src"]  # type: ignore[index]
    packed = client.get(str(address), headers={"Accept-Encoding": "gzip"})
    plain = client.get(str(address))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 2
    assert plain.data == (STATIC / "htmx.js").read_bytes()
    assert "immutable" in plain.headers["Cache-Control"]
    for stale in ("/static/htmx.js", "/static/htmx.js?v=old"):
        assert "immutable" not in client.get(stale).headers["Cache-Control"]
    for name in ("nosuch.css", "..", "%2e%2e%2fapp.py", "a" * 400):
        assert client.get(f"/static/{name}").status_code == 404


def test_notices_can_be_fetched_beforehand(client: FlaskClient) -> None:
    page = soup(client.get("/rooms/lobby"))
    fetched = {one["hx-get"] for one in page.select("[hx-get^='/notices/'][hx-trigger=load]")}
    assert len(fetched) == 7
    for address in fetched:
        assert "immutable" in client.get(str(address)).headers["Cache-Control"]
    assert "immutable" not in client.get("/notices/sent").headers["Cache-Control"]
    assert client.get("/notices/secret").status_code == 404


def test_the_process_is_healthy_and_the_store_is_ready(
    app: Flask, client: FlaskClient, monkeypatch
) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200

    def broken() -> None:
        raise StoreUnavailable("no room")

    monkeypatch.setattr("chatterpy.web.health.FRESH_S", 0.0)
    monkeypatch.setattr(ChatterPy.of(app).parts.store, "check", broken)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_store_that_takes_nothing_keeps_the_text_with_the_writer(
    app: Flask, client: FlaskClient, monkeypatch
) -> None:
    client.get("/rooms/lobby")

    def broken(*_: object) -> None:
        raise StoreUnavailable("It could not be stored just now.")

    monkeypatch.setattr(ChatterPy.of(app).parts.store, "say", broken)
    answer = say(client, "precious")
    assert answer.status_code == 503
    page = soup(answer)
    assert page.select_one("#text")["value"] == "precious"  # type: ignore[index]
    assert "could not be stored" in page.select_one("#why").text  # type: ignore[union-attr]


def test_a_second_chat_in_the_same_folder_is_refused(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="in use by another ChatterPy"):
        create_app(data=tmp_path)


def test_what_is_kept_depends_on_no_cookie_of_the_host(tmp_path: Path) -> None:
    host = Flask(__name__)
    host.secret_key = "host"

    @host.before_request
    def sign_in() -> None:
        session["user"] = "anna"
        session.modified = True

    chat = ChatterPy(host, url_prefix="/chat", data=tmp_path)
    client = host.test_client()
    page = soup(client.get("/chat/rooms/lobby"))
    addresses = [link["href"] for link in page.select("link[href]")]
    addresses += [page.select_one("script")["src"], page.select_one("img.face")["src"]]  # type: ignore[index]
    addresses += [one["hx-get"] for one in page.select("[hx-trigger=load]")]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address
        assert "Set-Cookie" not in answer.headers, address
        assert "Cookie" not in answer.headers.get("Vary", ""), address
    with client.session_transaction() as kept:
        assert not kept.permanent, "the host's sessions live longer than the host says"
    chat.close()


def test_it_can_be_mounted_in_an_application(tmp_path: Path) -> None:
    app = Flask("site")
    app.add_url_rule("/", "front", lambda: "our site")
    chat = ChatterPy(app, url_prefix="/chat", data=tmp_path)
    client = app.test_client()
    assert client.get("/").text == "our site"
    page = soup(client.get("/chat/rooms/lobby"))
    addresses = [
        str(one[name])
        for name in ("href", "src", "action", "hx-get", "hx-post", "hx-ws:connect")
        for one in page.find_all(attrs={name: True})
    ]
    assert addresses
    inner = [one for one in addresses if not one.startswith(("/chat/", "#"))]
    assert inner == [], "addresses that leave the prefix"
    chat.close()


def test_a_host_without_gevent_is_told_so(app: Flask, client: FlaskClient, monkeypatch) -> None:
    answer = client.get("/rooms/lobby", environ_overrides={"SERVER_SOFTWARE": "Werkzeug/3.1"})
    assert answer.status_code == 503
    assert "needs a host that runs on gevent" in answer.text
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    with pytest.raises(HostError, match="needs a host that runs on gevent"):
        create_app()


def test_an_unknown_time_zone_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="Europe/Berlin, not 'Mars'"):
        create_app(data=tmp_path, timezone="Mars")
    app = create_app(data=tmp_path, timezone="Asia/Tokyo")
    client = app.test_client()
    say(client, "hi")
    assert "JST" in soup(client.get("/rooms/lobby")).select_one(".message time")["title"]  # type: ignore[index]
    ChatterPy.of(app).close()


def test_a_room_is_opened_by_a_form_and_listed(client: FlaskClient) -> None:
    answer = client.post("/rooms", data={"slug": "Coffee Corner", "room": "lobby"})
    assert (answer.status_code, answer.location) == (303, "/rooms/coffee-corner")
    listed = soup(client.get("/rooms/lobby")).select("#rooms a")
    assert [one["href"] for one in listed] == ["/rooms/coffee-corner"]
    assert not listed[0].has_attr("aria-current")
    here = soup(client.get("/rooms/coffee-corner")).select_one("#rooms a[aria-current=page]")
    assert here is not None
    by_htmx = client.post("/rooms", data={"slug": "attic"}, headers=HTMX)
    assert by_htmx.headers["HX-Redirect"] == "/rooms/attic"


def test_an_impossible_name_for_a_room_is_refused_beside_the_field(client: FlaskClient) -> None:
    answer = client.post("/rooms", data={"slug": "Café", "room": "attic"})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("#slug")["value"] == "Café"  # type: ignore[index]
    assert "letters a to z" in page.select_one("#slug-why").text  # type: ignore[union-attr]
    assert page.select_one(".room").text == "#attic"  # type: ignore[union-attr]
    fragment = client.post("/rooms", data={"slug": "Café"}, headers=HTMX)
    assert soup(fragment).select_one("hx-partial[hx-target='#slug-why']")


def test_somebody_is_found_among_those_who_are_here(app: Flask, client: FlaskClient) -> None:
    parts = ChatterPy.of(app).parts
    for name in ("Anna", "Bert", "Joanna"):
        visitor = Visitor(name, name, Face.random())
        parts.presence.arrive("lobby", parts.chat.settle(visitor), 0.0)
    names = soup(client.get("/rooms/lobby/people?q=ANNA")).select(".guest bdi")
    assert [one.text for one in names] == ["Anna", "Joanna"]
    fragment = soup(client.get("/rooms/lobby/people?q=zoe", headers=HTMX))
    assert "Nobody here is called that" in fragment.select_one("[hx-target='#people']").text  # type: ignore[union-attr]
    assert len(soup(client.get("/rooms/lobby")).select("#people .guest")) == 3


def test_newcomers_from_one_address_are_bounded_and_those_known_are_not(tmp_path: Path) -> None:
    app = create_app(data=tmp_path, newcomer_burst=3, newcomer_rate=1)
    known = app.test_client()
    assert say(known, "hi").status_code == 303
    strangers = [say(app.test_client(), "hi").status_code for _ in range(6)]
    assert strangers == [303] * 2 + [429] * 4
    assert say(known, "hi").status_code == 303
    ChatterPy.of(app).close()


def test_having_looked_at_a_page_makes_nobody_less_of_a_newcomer(tmp_path: Path) -> None:
    app = create_app(data=tmp_path, newcomer_burst=2, newcomer_rate=1)
    clients = [app.test_client() for _ in range(3)]
    for client in clients:
        client.get("/rooms/lobby")
    assert [say(client, "hi").status_code for client in clients] == [303, 303, 429]
    assert say(clients[0], "again").status_code == 303
    ChatterPy.of(app).close()


def test_drafts_come_at_a_bounded_pace_and_none_where_none_are_kept(tmp_path: Path) -> None:
    app = create_app(data=tmp_path / "a", draft_burst=2, draft_rate=1)
    client = app.test_client()
    client.get("/rooms/lobby")
    for text in ("one", "two", "three"):
        assert client.post("/rooms/lobby/draft", data={"text": text}).status_code == 204
    assert soup(client.get("/rooms/lobby")).select_one("#text")["value"] == "two"  # type: ignore[index]
    ChatterPy.of(app).close()
    app = create_app(data=tmp_path / "b", draft_max=0)
    client = app.test_client()
    client.get("/rooms/lobby")
    assert client.post("/rooms/lobby/draft", data={"text": "one"}).status_code == 204
    assert not soup(client.get("/rooms/lobby")).select_one("#text").get("value")  # type: ignore[union-attr]
    ChatterPy.of(app).close()


def test_my_style_without_a_cookie_makes_nobody(client: FlaskClient) -> None:
    answer = client.get("/me.css")
    assert "Set-Cookie" not in answer.headers
    assert "immutable" not in answer.headers["Cache-Control"]


def test_two_chats_on_one_host_have_cookies_of_their_own(tmp_path: Path) -> None:
    names = set()
    for folder in ("a", "b"):
        app = create_app(data=tmp_path / folder)
        cookie = app.test_client().get("/rooms/lobby").headers["Set-Cookie"]
        names.add(cookie.partition("=")[0])
        ChatterPy.of(app).close()
    assert len(names) == 2


def test_a_folder_with_a_strange_name_holds_its_own_database(tmp_path: Path) -> None:
    folder = tmp_path / "a?b%20c#d"
    app = create_app(data=folder)
    ChatterPy.of(app).close()
    assert (folder / "chatterpy.sqlite3").exists()
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]


def test_the_home_room_has_to_be_possible(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="CHATTERPY_HOME is a room, not 'Not A Room'"):
        create_app(data=tmp_path, home="Not A Room")


def test_a_field_of_several_lines_keeps_what_was_typed_and_is_remembered(
    client: FlaskClient,
) -> None:
    form = {"text": "half a thought", "room": "attic", "nonce": "n1", "lines": "many"}
    page = soup(client.post("/me/lines", data=form))
    assert page.select_one("textarea#text").text.strip() == "half a thought"  # type: ignore[union-attr]
    assert page.select_one("[name=nonce]")["value"] == "n1"  # type: ignore[index]
    assert page.select_one(".room").text == "#attic"  # type: ignore[union-attr]
    assert soup(client.get("/rooms/lobby")).select_one("textarea#text") is not None
    say(client, "one\r\ntwo")
    assert texts(client) == ["one\ntwo"]
    back = soup(client.post("/me/lines", data={**form, "lines": "one"}))
    assert back.select_one("input#text")["value"] == "half a thought"  # type: ignore[index]


def test_line_breaks_are_not_dropped_by_a_field_of_one_line(client: FlaskClient) -> None:
    form = {"text": "one\r\ntwo", "lines": "one", "room": "lobby"}
    page = soup(client.post("/me/lines", data=form))
    assert page.select_one("textarea#text").text.split() == ["one", "two"]  # type: ignore[union-attr]
    assert "several lines" in page.select_one("#why").text  # type: ignore[union-attr]
    fragment = soup(client.post("/me/lines", data=form, headers=HTMX))
    assert fragment.select_one("[hx-target='#why']")
    assert not fragment.select_one("#text")


def test_a_message_of_several_lines_is_compared_by_its_length(client: FlaskClient) -> None:
    client.post("/me/lines", data={"lines": "many"})
    answer = soup(client.post("/rooms/lobby/messages", data={"text": "a\r\nb😀"}, headers=HTMX))
    field = answer.select_one("textarea")
    assert field is not None
    assert field["minlength"] == field["maxlength"] == "5"


def test_a_draft_is_in_the_field_until_it_is_sent(app: Flask, client: FlaskClient) -> None:
    page = soup(client.get("/rooms/lobby"))
    nonce = page.select_one("[name=nonce]")["value"]  # type: ignore[index]
    kept = client.post("/rooms/lobby/draft", data={"text": "not yet", "nonce": nonce})
    assert (kept.status_code, kept.data) == (204, b"")
    page = soup(client.get("/rooms/lobby"))
    assert page.select_one("#text")["value"] == "not yet"  # type: ignore[index]
    assert page.select_one("[name=nonce]")["value"] == nonce, "it could be sent twice"  # type: ignore[index]
    assert not soup(client.get("/rooms/attic")).select_one("#text").get("value")  # type: ignore[union-attr]
    assert not soup(app.test_client().get("/rooms/lobby")).select_one("#text").get("value")  # type: ignore[union-attr]

    say(client, "not yet", nonce=nonce)
    page = soup(client.get("/rooms/lobby"))
    assert not page.select_one("#text").get("value")  # type: ignore[union-attr]
    assert page.select_one("[name=nonce]")["value"] != nonce  # type: ignore[index]


def test_a_draft_of_several_lines_has_a_field_that_holds_them(client: FlaskClient) -> None:
    client.get("/rooms/lobby")
    client.post("/rooms/lobby/draft", data={"text": "one\r\ntwo", "nonce": "n"})
    field = soup(client.get("/rooms/lobby")).select_one("textarea#text")
    assert field is not None
    assert field.text.strip("\n") == "one\ntwo"


def test_a_draft_that_cannot_be_kept_says_so(client: FlaskClient) -> None:
    client.get("/rooms/lobby")
    answer = client.post("/rooms/lobby/draft", data={"text": "x" * 20_001}, headers=HTMX)
    partial = soup(answer).select_one("hx-partial[hx-target='#why']")
    assert partial is not None
    assert "up to 20000 characters" in partial.text


def test_a_stranger_has_no_drafts(client: FlaskClient) -> None:
    answer = client.post("/rooms/lobby/draft", data={"text": "hello"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (204, False)


def test_the_list_of_rooms_is_beside_a_room(client: FlaskClient) -> None:
    assert client.get("/rooms").location == "/"


def test_what_was_said_is_for_the_owner_of_the_folder_only(app: Flask, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = ChatterPy.of(app).parts.folder
    for file in folder.path.iterdir():
        assert file.stat().st_mode & 0o077 == 0, f"{file.name} can be read by others"
