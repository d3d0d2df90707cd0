"""Safety of requests: the headers of every answer, who may post, and the cookie."""

from __future__ import annotations

import socket
from http.cookies import Morsel

import pytest
from websockets.exceptions import InvalidStatus

from tests.server.conftest import Start, arrived
from tests.server.pages import Page
from tests.server.processes import Server
from tests.server.raw import dialled, handshake, request
from tests.server.visitors import Visitor


class TestHeaders:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/", 302),
            ("GET", "/rooms/lobby", 200),
            ("HEAD", "/rooms/lobby", 200),
            ("OPTIONS", "/rooms/lobby", 200),
            ("GET", "/rooms/lobby?before=5", 200),
            ("GET", "/rooms/lobby?before=x", 400),
            ("GET", "/rooms/lobby/link", 200),
            ("HEAD", "/rooms/lobby/stream", 200),
            ("GET", "/rooms/No!", 404),
            ("GET", "/nowhere", 404),
            ("GET", "/rooms/lobby/", 404),
            ("DELETE", "/rooms/lobby", 405),
            ("GET", "/rooms/lobby/messages", 405),
            ("POST", "/", 405),
            ("POST", "/rooms/lobby/messages", 422),
            ("POST", "/me/name", 422),
            ("GET", "/rooms/lobby/socket", 400),
            ("GET", "/me.css", 200),
            ("GET", "/static/chatterpy.css", 200),
            ("GET", "/static/htmx.js", 200),
            ("GET", "/static/none.css", 404),
            ("GET", "/static/..", 404),
            ("GET", "/static/" + "long" * 100, 404),
            ("GET", "/static/nul%00byte", 404),
            ("GET", "/notices/offline", 200),
            ("GET", "/notices/none", 404),
            ("GET", "/avatars/thumbs/abc123.svg", 200),
            ("GET", "/avatars/thumbs/NO.svg", 404),
            ("GET", "/avatars/none/abc123.svg", 404),
            ("GET", "/healthz", 200),
            ("GET", "/readyz", 200),
        ],
    )
    def test_every_answer_has_them(
        self, server: Server, anna: Visitor, method: str, path: str, status: int
    ) -> None:
        answer = anna.ask(method, path)
        assert answer.status == status
        headers = answer.headers
        policy = directives(headers["Content-Security-Policy"])
        assert policy["default-src"] == ["'none'"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert len(headers.get_all("Content-Security-Policy") or ()) == 1

    @pytest.mark.parametrize(
        "request_",
        [
            b"POST /rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\n"
            b"Content-Length: 0\r\nConnection: close\r\n\r\n",
            b"POST /me/name HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n",
            handshake("/rooms/lobby/socket", Sec_WebSocket_Version="8"),
        ],
        ids=["cross-site", "too large", "old version of the protocol"],
    )
    def test_refusals_have_them_too(self, server: Server, request_: bytes) -> None:
        with dialled(server) as raw:
            raw.send(request_)
            status, headers = raw.head()
        assert 400 <= status < 500
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]

    def test_pages_allow_no_inline_script_or_style_and_no_foreign_source(
        self, anna: Visitor
    ) -> None:
        policy = directives(anna.open("lobby").headers["Content-Security-Policy"])
        assert policy["script-src"] == policy["style-src"] == policy["img-src"] == ["'self'"]
        assert policy["connect-src"] == policy["form-action"] == ["'self'"]
        assert policy["base-uri"] == ["'none'"]
        assert policy["frame-ancestors"] == ["'self'"]

    def test_pages_have_no_inline_script_or_style(self, anna: Visitor, room: str) -> None:
        anna.say(room, "Hi")
        for path in (f"/rooms/{room}", f"/rooms/{room}?before=2", "/rooms/No!"):
            document = anna.get(path).document
            assert not document.all("style")
            assert not document.all(has="style")
            assert not [script for script in document.all("script") if script.text.strip()]
            handlers = [name for one in document for name in one.attributes if name[:2] == "on"]
            assert not handlers, "an attribute such as onclick is inline script"
            for element in document:
                for name in ("src", "href", "action"):
                    address = element.attributes.get(name, "/")
                    assert address.startswith(("/", "?", "#")), f"{path} points to {address}"

    def test_an_avatar_is_harmless_when_opened_by_itself(self, anna: Visitor) -> None:
        answer = anna.get("/avatars/thumbs/abc123.svg")
        policy = directives(answer.headers["Content-Security-Policy"])
        assert "sandbox" in policy
        assert policy["default-src"] == ["'none'"]
        assert answer.headers["Content-Type"].startswith("image/svg+xml")
        assert "immutable" in answer.headers["Cache-Control"]
        assert not answer.document.all("script")

    def test_what_is_one_person_s_is_not_kept_by_proxies(self, anna: Visitor, room: str) -> None:
        for path in (f"/rooms/{room}", "/me.css", f"/rooms/{room}/link", f"/rooms/{room}?before=1"):
            assert "private" in anna.get(path).headers["Cache-Control"], path

    def test_files_that_everybody_keeps_set_no_cookie(self, server: Server, anna: Visitor) -> None:
        for path in ("/static/chatterpy.css", "/avatars/thumbs/abc123.svg", "/notices/offline"):
            for visitor in (anna, Visitor(server)):
                answer = visitor.get(path)
                assert "public" in answer.headers["Cache-Control"], path
                assert "Set-Cookie" not in answer.headers, path

    @pytest.mark.parametrize(
        "said",
        [
            b"NONSENSE\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1 x\r\n\r\n",
            b"GET  HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        ],
        ids=lambda said: repr(said[:50]),
    )
    def test_what_is_no_request_gets_a_4xx_at_most(self, server: Server, said: bytes) -> None:
        with dialled(server) as raw:
            raw.send(said)
            raw.sock.shutdown(socket.SHUT_WR)
            answer = raw.rest()
        assert answer[:10] in (b"", b"HTTP/1.1 4", b"HTTP/1.0 4"), answer[:200]

    @pytest.mark.parametrize(
        "headers",
        [
            {"Host": "["},
            {"Host": "a b"},
            {"Host": "x" * 300},
            {"Host": ""},
            {"Host": None},
            {"Host": "x", "Cookie": "chatterpy=forged.aaaa.bbbb"},
            {"Host": "x", "Cookie": "chatterpy="},
            {"Host": "x", "Cookie": "\xff\xfe=\x80; ;;=;"},
            {"Host": "x", "Accept-Encoding": "gzip;q=x, ,;"},
            {"Host": "x", "Range": "bytes=zz"},
            {"Host": "x", "If-None-Match": '"'},
            {"Host": "x", "If-Modified-Since": "yesterday"},
            {"Host": "x", "HX-Request": "\x80"},
            {"Host": "x", "HX-Current-URL": "http://["},
            {"Host": "x", "HX-Request": "true", "HX-Current-URL-URI-AutoEncoded": "%"},
            {"Host": "x", "X-Forwarded-For": "not an address"},
        ],
        ids=str,
    )
    def test_odd_headers_are_no_error_of_the_server(
        self, server: Server, headers: dict[str, str | None]
    ) -> None:
        for path in ("/rooms/lobby", "/static/chatterpy.css", "/"):
            with dialled(server) as raw:
                raw.send(request(f"GET {path} HTTP/1.1", Connection="close", **headers))
                status, _ = raw.head()
            assert status < 500, f"{path} with {headers}"


class TestCrossSite:
    """Browsers say where a request comes from; who says nothing is no browser."""

    WELCOME = (
        {},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "same-origin", "Origin": "https://elsewhere.example"},
        {"Origin": "SELF"},
    )
    FOREIGN = (
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "SELF"},
        {"Sec_Fetch_Site": "nonsense"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": "nonsense"},
        {"Origin": ""},
        {"Origin": "http://["},
    )

    @pytest.mark.parametrize("headers", WELCOME, ids=str)
    def test_posts_and_sockets_from_here_are_welcome(
        self, server: Server, anna: Visitor, room: str, headers: dict[str, str]
    ) -> None:
        sent = here(server, headers)
        assert anna.post(f"/rooms/{room}/messages", {"text": "Hi"}, **sent).status == 303
        assert anna.post("/me/avatar", {}, **sent).status == 303
        assert anna.post("/me/name", {"name": f"Anna of {room}"}, **sent).status == 303
        if "Origin" not in sent:
            with anna.connected(room, **sent) as line:
                line.resume(0)
                assert "Hi" in line.hear()

    @pytest.mark.parametrize("headers", FOREIGN, ids=str)
    def test_posts_from_elsewhere_are_refused_and_not_done(
        self, server: Server, anna: Visitor, room: str, headers: dict[str, str]
    ) -> None:
        sent, name = here(server, headers), anna.name()
        assert anna.post(f"/rooms/{room}/messages", {"text": "Forged"}, **sent).status == 403
        assert anna.post("/me/name", {"name": "Forged"}, **sent).status == 403
        assert anna.post("/me/avatar", {}, **sent).status == 403
        assert Page(anna.open(room).html).texts == []
        assert anna.name() == name

    @pytest.mark.parametrize("headers", FOREIGN, ids=str)
    def test_sockets_from_elsewhere_are_refused(
        self, server: Server, anna: Visitor, room: str, headers: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidStatus) as refused, anna.connected(room, **here(server, headers)):
            pass
        assert refused.value.response.status_code == 403

    def test_a_socket_with_the_origin_of_the_page_is_welcome(
        self, server: Server, room: str
    ) -> None:
        with dialled(server) as raw:
            host = f"127.0.0.1:{server.port}"
            raw.send(handshake(f"/rooms/{room}/socket", Host=host, Origin=f"http://{host}"))
            raw.upgraded()

    def test_links_from_elsewhere_lead_to_the_page(self, anna: Visitor, room: str) -> None:
        assert anna.get(f"/rooms/{room}", Sec_Fetch_Site="cross-site").status == 200


class TestCookie:
    def test_scripts_cannot_read_it_and_other_sites_cannot_use_it(self, server: Server) -> None:
        cookie = given(Visitor(server))
        assert cookie.key.startswith("chatterpy-")
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert not cookie["secure"], "a browser would not send it back over plain HTTP"

    def test_it_lasts_and_is_not_made_anew_with_every_page(self, server: Server) -> None:
        visitor = Visitor(server)
        [cookie] = visitor.open("lobby").cookies.values()
        assert cookie["expires"] or cookie["max-age"]
        assert not visitor.open("lobby").cookies

    def test_behind_tls_it_is_secure_and_bound_to_the_host(self, start: Start) -> None:
        visitor = Visitor(start(proxy_hops=1))
        cookie = given(visitor, X_Forwarded_Proto="https", X_Forwarded_For="192.0.2.7")
        assert cookie.key.startswith("__Host-chatterpy-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        plain = given(Visitor(visitor.server))
        assert (plain.key.split("-")[0], plain["secure"]) == ("chatterpy", "")

    def test_behind_tls_the_public_origin_is_the_page_s_own(self, start: Start) -> None:
        anna = arrived(start(proxy_hops=1))
        proxy = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "chat.example"}
        path, form = "/rooms/lobby/messages", {"text": "Hi"}
        assert anna.post(path, form, Origin="https://chat.example", **proxy).status == 303
        assert anna.post(path, form, Origin="https://evil.example", **proxy).status == 403

    def test_a_forwarded_scheme_is_not_believed_without_the_setting(self, server: Server) -> None:
        cookie = given(Visitor(server), X_Forwarded_Proto="https")
        assert (cookie.key.split("-")[0], cookie["secure"]) == ("chatterpy", "")

    def test_a_forged_cookie_is_nobody_s(self, server: Server, anna: Visitor) -> None:
        forger = Visitor(server)
        [(name, value)] = anna.cookies.items()
        forger.cookies[name] = value[:-2] + "xx"
        assert forger.name() != anna.name()

    def test_only_the_trusted_hosts_are_answered_for(self, start: Start) -> None:
        visitor = Visitor(start(trusted_hosts="chat.example"))
        assert visitor.get("/rooms/lobby", Host="chat.example").status == 200
        assert visitor.get("/rooms/lobby", Host="evil.example").status == 400

    @pytest.mark.parametrize(
        ("target", "host", "status"),
        [
            ("http://chat.example/rooms/lobby", "chat.example", 200),
            ("HTTPS://chat.example:8443/rooms/lobby?before=9", "chat.example:8443", 200),
            ("http://chat.example", "chat.example", 302),
            ("http://chat.example/rooms/lobby", "evil.example", 200),
            ("http://evil.example/rooms/lobby", "chat.example", 400),
            ("http://chat.example?before=9", "chat.example", 302),
            ("http://somebody@chat.example/rooms/lobby", "chat.example", 400),
            ("http://chat.example@evil.example/rooms/lobby", "chat.example", 400),
            ("http:///rooms/lobby", "chat.example", 400),
            ("ftp://chat.example/rooms/lobby", "chat.example", 400),
        ],
    )
    def test_a_target_in_absolute_form_is_understood_and_its_host_is_what_counts(
        self, start: Start, target: str, host: str, status: int
    ) -> None:
        with dialled(start(trusted_hosts="chat.example")) as raw:
            raw.send(request(f"GET {target} HTTP/1.1", Host=host, Connection="close"))
            assert raw.head()[0] == status

    def test_the_host_of_one_target_is_not_that_of_the_next(self, start: Start) -> None:
        with dialled(start(trusted_hosts="chat.example")) as raw:
            for target, host, status in [
                ("http://chat.example/healthz", "evil.example", 200),
                ("/healthz", "evil.example", 400),
            ]:
                raw.send(request(f"HEAD {target} HTTP/1.1", Host=host))
                assert raw.head()[0] == status

    def test_a_newcomer_who_only_looks_is_not_stored(self, server: Server, room: str) -> None:
        """Their first message is by the next person in line, however many looked before."""
        people = [arrived(server) for _ in range(5)]
        people[0].say(room, "First")
        for looker in range(3):
            Visitor(server).open(room)
            people[looker].open(room)
        people[4].say(room, "Second")
        first, second = (int(one["data-author"]) for one in Page(people[0].open(room).html).entries)
        assert second == first + 1


def here(server: Server, headers: dict[str, str]) -> dict[str, str]:
    """Headers with the server's own origin where SELF stands."""
    own = f"http://127.0.0.1:{server.port}"
    return {name: value.replace("SELF", own) for name, value in headers.items()}


def given(visitor: Visitor, **headers: str) -> Morsel[str]:
    """The one cookie that a newcomer gets."""
    [cookie] = visitor.get("/rooms/lobby", **headers).cookies.values()
    return cookie


def directives(policy: str) -> dict[str, list[str]]:
    """A Content-Security-Policy's directives and what they allow."""
    parts = (part.split() for part in policy.split(";"))
    return {name: allowed for name, *allowed in parts}
