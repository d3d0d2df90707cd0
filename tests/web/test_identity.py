"""The cookie: how long it is good for, and that nobody but us can make one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from chatterpy import ChatterPy, create_app

DAY_S = timedelta(days=1).total_seconds()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(data=tmp_path)
    yield app
    ChatterPy.of(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def arrive(client: FlaskClient, patch: pytest.MonkeyPatch, days_ago: float) -> None:
    """Somebody looked at a page so long ago."""
    with patch.context() as past:
        then = int(time.time() - days_ago * DAY_S)
        past.setattr(TimestampSigner, "get_timestamp", lambda _: then)
        client.get("/rooms/lobby")


def name(client: FlaskClient) -> str:
    with client.session_transaction() as session:
        return str(session["visitor"][1])


@pytest.mark.parametrize(
    ("days_ago", "renewed"),
    [(0, False), (0.9, False), (1.1, True), (300, True)],
)
def test_a_cookie_is_signed_anew_once_a_day(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, days_ago: float, renewed: bool
) -> None:
    arrive(client, monkeypatch, days_ago)
    was = name(client)
    assert ("Set-Cookie" in client.get("/rooms/lobby").headers) is renewed
    assert name(client) == was, "they are the same person"
    assert "Set-Cookie" not in client.get("/rooms/lobby").headers


def test_a_cookie_of_the_future_is_ours_as_well(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(client, monkeypatch, -2)
    was = name(client)
    assert client.get("/rooms/lobby").status_code == 200
    assert name(client) == was


def test_a_cookie_that_is_too_old_is_somebody_s_no_more(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(client, monkeypatch, 500)
    assert "Set-Cookie" in client.get("/rooms/lobby").headers, "a stranger gets a new one"


def test_a_cookie_that_was_changed_is_nobody_s(client: FlaskClient, app: Flask) -> None:
    client.get("/rooms/lobby")
    was = name(client)
    cookie_name = app.session_interface.get_cookie_name
    with app.test_request_context("/"):
        key = cookie_name(app)
    cookie = client.get_cookie(key)
    assert cookie
    for forged in (cookie.value[:-2] + "xx", "x" + cookie.value[1:]):
        client.set_cookie(key, forged)
        assert "Set-Cookie" in client.get("/rooms/lobby").headers, "a stranger gets a new one"
        assert name(client) != was
