"""Two browsers, one way to drive them: real keys, clicks and wheels, in Chromium and in Firefox.

A `Browser` opens tabs; each belongs to a profile of its own, so to another person, unless it is
opened beside a tab of theirs.
"""

from __future__ import annotations

import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Page, sync_playwright

from tests.browser.bidi import BidiError, BidiSession

DESKTOP = (1100, 800)
PHONE = (320, 640)

WAIT_S = 30.0
POLL_S = 0.05

_CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-smooth-scrolling",
    "--disable-sync",
]

#: The names of keys in WebDriver (https://w3c.github.io/webdriver/#keyboard-actions).
_BIDI_KEYS = {
    "Enter": "\ue007",
    "Tab": "\ue004",
    "Space": " ",
    "Escape": "\ue00c",
    "PageUp": "\ue00e",
}

#: A violation of the CSP becomes an error in the console, in every browser.
_REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => console.error(
    `CSP violation: ${event.violatedDirective} blocked ${event.blockedURI}`))"""

#: What browsers and htmx write to the console about a connection that was cut, and only that.
LOST_CONNECTION = re.compile(
    r"""WebSocket\ connection\ to\ .*\ failed
      | net::ERR_(CONNECTION_[A-Z]+ | EMPTY_RESPONSE | SOCKET_NOT_CONNECTED
          | INCOMPLETE_CHUNKED_ENCODING | CONTENT_LENGTH_MISMATCH)
      | Failed\ to\ fetch
      | NetworkError\ when\ attempting\ to\ fetch
      | can.t\ establish\ a\ connection\ to\ the\ server
      | The\ connection\ to\ ws://\S+\ was\ interrupted
      | htmx:ws:error:\ \[object\ Event\]
      | htmx:error:\ timeout
      | htmx:ws:error:\ Outgoing\ messages\ queue\ is\ full  # said while there is no socket
      | AbortError | TimeoutError | aborted | timed\ out
    """,
    re.VERBOSE,
)

#: What Chromium writes when the answer to a plain form says that it was refused.
REFUSED_FORM = re.compile("the server responded with a status of 422")


class BetweenPages(Exception):
    """The page was left while an expression was evaluated in it."""


class Tab(ABC):
    """A page in a browser. Selectors are CSS, sizes are CSS pixels."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.console_errors: list[str] = []

    # What each browser does in its own way

    @abstractmethod
    def goto(self, url: str) -> None:
        """Loads a page, until its document is parsed."""

    @abstractmethod
    def reload(self) -> None:
        """Loads the page again, until its document is parsed."""

    @abstractmethod
    def back(self) -> None:
        """Goes one page back, as the Back button does."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression that JSON can hold; promises are waited for.

        Raises BetweenPages where the page was just left.
        """

    @abstractmethod
    def press(self, key: str) -> None:
        """Presses and releases a key: Enter, Tab, Space, or a character."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Types characters into whatever has the focus."""

    @abstractmethod
    def click_at(self, x: float, y: float) -> None:
        """Clicks at a point of the viewport."""

    @abstractmethod
    def wheel(self, selector: str, down: int) -> None:
        """Turns the wheel over the middle of an element; less than zero is up."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Gives the viewport another size."""

    @abstractmethod
    def beside(self) -> Tab:
        """Another tab of the same person."""

    # What follows from that

    def click(self, selector: str) -> None:
        """Scrolls an element into view and clicks its middle."""
        self.wait_until(f"document.querySelector({json.dumps(selector)})")
        x, y = self.evaluate(
            f"""(() => {{
                const element = document.querySelector({json.dumps(selector)});
                element.scrollIntoView({{block: "nearest"}});
                const box = element.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        self.click_at(x, y)

    def type_into(self, selector: str, text: str) -> None:
        """Clicks a field and types."""
        self.click(selector)
        self.type(text)

    def fill(self, selector: str, text: str) -> None:
        """Puts a text into a field at once, in place of what it held, as a paste does."""
        self.evaluate(
            f"""(() => {{
                const field = document.querySelector({json.dumps(selector)});
                field.focus();
                field.value = {json.dumps(text)};
                field.dispatchEvent(new InputEvent("input", {{bubbles: true}}));
            }})()"""
        )

    def text_of(self, selector: str) -> str:
        """The text of an element, as it is in the document."""
        found = self.evaluate(f"document.querySelector({json.dumps(selector)})?.textContent")
        assert found is not None, f"expected an element {selector} in the page, there is none"
        return str(found)

    def value_of(self, selector: str) -> str:
        """What a field holds."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).value"))

    def count(self, selector: str) -> int:
        return int(self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length"))

    def wait_until(self, condition: str, why: str = "", within_s: float = WAIT_S) -> None:
        """Waits for an expression to become true.

        `why` says what to look at when it does not.
        """
        deadline = time.monotonic() + within_s
        while not self._holds(condition):
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"waited {within_s} s for {condition}; {why or 'it did not become true'}; "
                    f"the page: {self.summary()}"
                )
            time.sleep(POLL_S)

    def _holds(self, condition: str) -> bool:
        try:
            return bool(self.evaluate(f"Boolean({condition})"))
        except BetweenPages:
            return False

    def summary(self) -> str:
        """What is on the page, for a failing test."""
        text = self.evaluate("document.body.innerText")
        return f"{self.evaluate('location.href')}\n{text[-1500:]}\nconsole: {self.console_errors}"


class Browser(ABC):
    """A running browser, for the whole session of tests."""

    name: str

    def __init__(self) -> None:
        self.tabs: list[Tab] = []
        self.javascript = True
        self._opened = ExitStack()

    @abstractmethod
    def open(self, width: int = DESKTOP[0], height: int = DESKTOP[1]) -> Tab:
        """A tab of somebody new."""

    @abstractmethod
    def quit(self) -> None:
        """Ends the process."""

    def close_all(self) -> list[str]:
        """Closes what was opened since the last time; returns all errors of all consoles."""
        for tab in self.tabs:
            tab.evaluate("0")  # fetches the events that wait
        errors = [f"{self.name}: {error}" for tab in self.tabs for error in tab.console_errors]
        self.tabs.clear()
        self._opened.close()
        return errors


class Chromium(Browser):
    """Chromium, by Playwright."""

    name = "chromium"

    def __init__(self, program: str) -> None:
        super().__init__()
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=program, args=_CHROMIUM_OPTIONS
        )

    def open(
        self, width: int = DESKTOP[0], height: int = DESKTOP[1], *, dark: bool = False
    ) -> ChromiumTab:
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=self.javascript,
            color_scheme="dark" if dark else "light",
        )
        context.add_init_script(_REPORT_VIOLATIONS)
        self._opened.callback(context.close)
        return ChromiumTab(self, context)

    def without_javascript(self) -> Chromium:
        """The same process; what is opened there runs no script."""
        twin = object.__new__(Chromium)
        Browser.__init__(twin)
        twin._playwright, twin._browser = self._playwright, self._browser
        twin.javascript = False
        return twin

    def quit(self) -> None:
        self._browser.close()
        self._playwright.stop()


class ChromiumTab(Tab):
    """A Playwright page."""

    def __init__(self, browser: Chromium, context: BrowserContext) -> None:
        super().__init__(browser)
        self._chromium = browser
        self._context = context
        self._page: Page = context.new_page()
        self._page.on(
            "console",
            lambda said: said.type == "error" and self.console_errors.append(said.text),
        )
        self._page.on("pageerror", lambda error: self.console_errors.append(f"thrown: {error}"))
        browser.tabs.append(self)

    def goto(self, url: str) -> None:
        self._page.goto(url, wait_until="domcontentloaded")

    def reload(self) -> None:
        self._page.reload(wait_until="domcontentloaded")

    def back(self) -> None:
        # A page that comes out of the cache as it was loads nothing that could be waited for.
        self._page.go_back(wait_until="commit")

    def evaluate(self, expression: str) -> Any:
        try:
            return self._page.evaluate(f"() => {expression}")
        except Error as error:
            if "Execution context was destroyed" in error.message:
                raise BetweenPages(error.message) from error
            raise

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def click_at(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)

    def wheel(self, selector: str, down: int) -> None:
        box = self._page.locator(selector).bounding_box()
        assert box is not None, f"expected {selector} to be visible"
        self._page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self._page.mouse.wheel(0, down)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def beside(self) -> Tab:
        return ChromiumTab(self._chromium, self._context)

    def picture(self) -> bytes:
        """What is seen now, as a PNG."""
        return self._page.screenshot()

    def goto_streaming(self, url: str) -> None:
        """Goes to a page that never ends."""
        self._page.goto(url, wait_until="commit")

    def enlarge_text(self) -> None:
        """Text at 200 % from the next page on, as a person sets it in the browser."""
        session = self._context.new_cdp_session(self._page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})

    def barriers(self, passed_over: Collection[str] = frozenset()) -> list[str]:
        """What axe-core finds that keeps people out (WCAG 2.2 AA, and good practice).

        `passed_over` are the ids of rules that are not asked.
        """
        # Without its preloading, which puts styles into the page that the policy refuses.
        found = Axe().run(self._page, options={"preload": False}).response["violations"]
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            if one["id"] not in passed_over
            for node in one["nodes"]
        ]

    def read_out(self, selector: str) -> str:
        """What a screen reader finds in an element, with what the style sheet puts into it."""
        session = self._context.new_cdp_session(self._page)
        found = session.send(
            "Runtime.evaluate", {"expression": f"document.querySelector({json.dumps(selector)})"}
        )
        inside = {"objectId": found["result"]["objectId"], "role": "StaticText"}
        tree = session.send("Accessibility.queryAXTree", inside)
        session.detach()
        return "".join(node["name"]["value"] for node in tree["nodes"])


class Firefox(Browser):
    """Firefox ESR, by WebDriver BiDi."""

    name = "firefox"

    def __init__(self, program: str, profile: Path, javascript: bool = True) -> None:
        super().__init__()
        self.javascript = javascript
        self.front: Tab | None = None  # only what is in front scrolls and sees what scrolls
        settings = {} if javascript else {"javascript.enabled": False}
        self.session = BidiSession(program, profile, **settings).__enter__()
        if javascript:
            self.session.command(
                "script.addPreloadScript",
                functionDeclaration=f"() => {{ {_REPORT_VIOLATIONS} }}",
                # Without one Firefox 140.12 throws an error of its own into each page.
                sandbox="reports",
            )

    def open(self, width: int = DESKTOP[0], height: int = DESKTOP[1]) -> Tab:
        person = self.session.command("browser.createUserContext")["userContext"]
        self._opened.callback(self.session.command, "browser.removeUserContext", userContext=person)
        tab = FirefoxTab(self, person)
        tab.resize(width, height)
        return tab

    def quit(self) -> None:
        self.session.__exit__(None, None, None)


class FirefoxTab(Tab):
    """A browsing context of WebDriver BiDi."""

    def __init__(self, browser: Firefox, person: str) -> None:
        super().__init__(browser)
        self._firefox = browser
        self._session = browser.session
        self._person = person
        opened = self._session.command("browsingContext.create", type="tab", userContext=person)
        self._context = str(opened["context"])
        browser.front = self
        self._session.listen("log.entryAdded", self._context, self._hear)
        browser.tabs.append(self)

    def goto(self, url: str) -> None:
        self._session.command(
            "browsingContext.navigate", context=self._context, url=url, wait="interactive"
        )

    def reload(self) -> None:
        self._session.command("browsingContext.reload", context=self._context, wait="interactive")

    def back(self) -> None:
        self._session.command("browsingContext.traverseHistory", context=self._context, delta=-1)

    def evaluate(self, expression: str) -> Any:
        # Objects come as JSON, so that both browsers give the same values.
        if self.browser.javascript:
            script = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        else:  # promises are never settled there
            script = f"JSON.stringify(({expression}) ?? null)"
        try:
            answer = self._session.command(
                "script.evaluate",
                expression=script,
                target={"context": self._context},
                awaitPromise=True,
            )
        except BidiError as error:
            if error.code in ("no such frame", "unknown error"):
                raise BetweenPages(str(error)) from error
            raise
        if answer["type"] == "exception":
            raise AssertionError(f"{expression} threw {answer['exceptionDetails']['text']}")
        return json.loads(answer["result"]["value"])

    def press(self, key: str) -> None:
        self._keys(_BIDI_KEYS.get(key, key))

    def type(self, text: str) -> None:
        self._keys(text)

    def click_at(self, x: float, y: float) -> None:
        self._perform(
            "pointer",
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def wheel(self, selector: str, down: int) -> None:
        self._come_to_front()
        x, y, height = self.evaluate(
            f"""(() => {{
                const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2, box.height];
            }})()"""
        )
        at = {"x": round(x), "y": round(y)}
        # Firefox 140.12 scrolls by no more than a page at once, and that is nine tenths at least.
        most = int(height * 0.9)
        whole, rest = divmod(abs(down), most)
        turns = [most if down > 0 else -most] * whole + [rest if down > 0 else -rest]
        self._perform(
            "wheel", *({"type": "scroll", "deltaX": 0, "deltaY": turn, **at} for turn in turns)
        )

    def resize(self, width: int, height: int) -> None:
        self._session.command(
            "browsingContext.setViewport",
            context=self._context,
            viewport={"width": width, "height": height},
        )

    def beside(self) -> Tab:
        return FirefoxTab(self._firefox, self._person)

    def _come_to_front(self) -> None:
        if self._firefox.front is not self:
            self._session.command("browsingContext.activate", context=self._context)
            self._firefox.front = self

    def _keys(self, keys: str) -> None:
        pairs = ((("keyDown", key), ("keyUp", key)) for key in keys)
        self._perform(
            "key", *({"type": kind, "value": key} for pair in pairs for kind, key in pair)
        )

    def _perform(self, device: str, *actions: dict[str, Any]) -> None:
        self._come_to_front()
        source = {"type": device, "id": device, "actions": list(actions)}
        self._session.command("input.performActions", context=self._context, actions=[source])

    def _hear(self, entry: dict[str, Any]) -> None:
        if entry["level"] == "error":
            thrown = "thrown: " if entry["type"] == "javascript" else ""
            self.console_errors.append(f"{thrown}{entry['text']}")
