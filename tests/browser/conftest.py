"""Browsers, servers and a proxy for the tests in this folder.

Every test fails that leaves an error in a console, a violation of the CSP included; in a test that
loses connections on purpose, those errors are allowed that tell of a lost connection; without
JavaScript, those that tell the status of a form's answer.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browsers import LOST_CONNECTION, REFUSED_FORM, Browser, Chromium, Firefox
from tests.browser.poster import Poster
from tests.server_process import ServerProcess
from tests.tcp_proxy import TcpProxy

#: Tests that use one of these lose connections on purpose.
LOSING = {"mortal_server", "proxy", "stage"}

#: A watchdog that asks after 1.5 s of silence, and no rate limits.
ENVIRON = {"CHATTERPY_LIMITS": "off", "CHATTERPY_HEARTBEAT": "1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


# Servers


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("server") / "data", **ENVIRON)
    with server:
        yield server
        code = server.terminate()
    assert code == 0, f"the server ended with {code}; its log:\n{server.log}"


@pytest.fixture
def server(shared_server: ServerProcess) -> Iterator[ServerProcess]:
    """A server that several tests use, each in a room of its own."""
    before = len(shared_server.errors)
    yield shared_server
    assert not shared_server.errors[before:], f"look at the server's log:\n{shared_server.log}"


@pytest.fixture
def mortal_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that the test may kill."""
    with ServerProcess(tmp_path / "data", **ENVIRON) as server:
        yield server
    assert not server.errors, f"look at the server's log:\n{server.log}"


@pytest.fixture
def narrow_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server whose pages show 40 messages, and load 20 at once."""
    settings = {"CHATTERPY_WINDOW": "40", "CHATTERPY_PAGE_SIZE": "20"}
    with ServerProcess(tmp_path / "data", **ENVIRON, **settings) as server:
        yield server
    assert not server.errors, f"look at the server's log:\n{server.log}"


@pytest.fixture
def proxy(server: ServerProcess) -> Iterator[TcpProxy]:
    """The network between a browser and the server."""
    with TcpProxy(server.port) as proxy:
        yield proxy


@pytest.fixture
def room(request: pytest.FixtureRequest) -> str:
    """A room that no other test uses, nor an earlier try of this one."""
    words = re.findall("[a-z0-9]+", request.node.name.lower())
    return "-".join((*words, secrets.token_hex(2)))[-64:].strip("-")


@pytest.fixture
def poster(server: ServerProcess) -> Poster:
    """Somebody without a browser."""
    return Poster(server.url)


# Browsers


@pytest.fixture(scope="session")
def chromium_process() -> Iterator[Chromium]:
    browser = Chromium(found("chromium"))
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def firefox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    browser = Firefox(found("firefox-esr"), tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def scriptless_chromium_process(chromium_process: Chromium) -> Chromium:
    return chromium_process.without_javascript()


@pytest.fixture(scope="session")
def scriptless_firefox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    profile = tmp_path_factory.mktemp("scriptless-firefox")
    browser = Firefox(found("firefox-esr"), profile, javascript=False)
    yield browser
    browser.quit()


@pytest.fixture
def chromium(request: pytest.FixtureRequest, chromium_process: Chromium) -> Iterator[Browser]:
    yield from used(chromium_process, request)


@pytest.fixture(params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Each browser in turn."""
    yield from used(request.getfixturevalue(f"{request.param}_process"), request)


@pytest.fixture(params=["chromium", "firefox"])
def scriptless(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Each browser in turn, with JavaScript switched off."""
    yield from used(request.getfixturevalue(f"scriptless_{request.param}_process"), request)


def used(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser for one test, whose consoles are read at its end."""
    yield browser
    errors = browser.close_all()
    allowed = [] if browser.javascript else [REFUSED_FORM]
    if LOSING & set(request.fixturenames):
        allowed.append(LOST_CONNECTION)
    errors = [error for error in errors if not any(one.search(error) for one in allowed)]
    assert not errors, "there are errors in the console:\n" + "\n".join(errors)


def found(program: str) -> str:
    """The path of a browser; without it the test is skipped, where all must run it fails."""
    if path := shutil.which(program):
        return path
    missing = f"the program {program} is not installed; README.md says how to get it"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
