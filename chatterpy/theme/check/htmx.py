"""htmx: attributes that it does not know, that are switched off, or that the policy blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from chatterpy.theme.check.findings import meant
from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.policy import Problem, text_of
from chatterpy.theme.check.stamps import STAMP, VALUE
from chatterpy.theme.check.words import listed
from chatterpy.theme.templates import STATIC

#: Those of htmx 4 and of its extension for sockets.
ATTRIBUTES = {
    f"hx-{name}"
    for name in listed(
        "action boost config confirm delete disable encoding get headers history-elt "
        "ignore include "
        "indicator method morph-skip morph-skip-children on patch post preserve "
        "push-url put query replace-url select select-oob swap swap-oob sync target trigger "
        "validate vals ws:connect ws:send"
    )
}
_PREFIXES = ("hx-status:", "hx-on")
_MODIFIERS = (":inherited", ":append")
SWAPS = {
    "innerHTML",
    "outerHTML",
    "innerMorph",
    "outerMorph",
    "textContent",
    "beforebegin",
    "afterbegin",
    "beforeend",
    "afterend",
    "before",
    "after",
    "prepend",
    "append",
    "delete",
    "none",
    "outerSync",
}
#: What an element may be called when htmx reads it.
PARTIAL = "hx-partial"
_EVALUATED = ("hx-vals", "hx-headers", "hx-get", "hx-post", "hx-confirm", "hx-action")
#: What browsers and htmx tell of; other names with a colon or a hyphen are somebody's own.
EVENTS = listed(
    "abort animationcancel animationend animationiteration animationstart auxclick beforeinput "
    "beforetoggle blur cancel canplay change click close command compositionend "
    "compositionstart compositionupdate contextmenu copy cut dblclick drag dragend dragenter "
    "dragleave dragover dragstart drop ended error every focus focusin focusout formdata "
    "fullscreenchange gotpointercapture hashchange input intersect invalid keydown keypress keyup "
    "languagechange load loadeddata loadedmetadata lostpointercapture message mousedown "
    "mouseenter mouseleave mousemove mouseout mouseover mouseup offline online pagehide pageshow "
    "paste pause play playing pointercancel pointerdown pointerenter pointerleave pointermove "
    "pointerout pointerover pointerup popstate reset resize revealed scroll scrollend search "
    "select selectionchange selectstart slotchange storage submit timeupdate toggle touchcancel "
    "touchend touchmove touchstart transitioncancel transitionend transitionrun transitionstart "
    "visibilitychange volumechange wheel"
)


def names(page: Page) -> Iterator[Problem]:
    """Attributes that look like htmx's and are not."""
    for element in page.elements:
        for name in element.attrs:
            if name == STAMP or VALUE in name:
                continue
            plain = name
            for modifier in _MODIFIERS:
                plain = plain.removesuffix(modifier)
            if plain.startswith("hx-on"):
                message = f"htmx would evaluate {name}=, which the policy blocks."
                yield "hx-script", element, message
            elif plain.startswith("data-hx-") or plain in ("ws-connect", "ws-send"):
                message = f"{name}= is switched off here."
                yield "dead-attribute", element, message
            elif plain.startswith(("hx-", "hx:", "xh-", "h-x", "hx_")) and not (
                plain in ATTRIBUTES or plain.startswith(_PREFIXES)
            ):
                message = f"htmx knows no {name}=.{meant(plain, ATTRIBUTES)}"
                yield "unknown-hx", element, message
        if element.name.startswith("hx-") and element.name != PARTIAL:
            message = f"htmx knows no <{element.name}>. Did you mean '{PARTIAL}'?"
            yield "unknown-hx", element, message


def expressions(page: Page) -> Iterator[Problem]:
    """What htmx would evaluate as a script."""
    for element in page.having("hx-trigger", *_EVALUATED):
        trigger = text_of(element, "hx-trigger")
        events = re.sub(r"(from|target|root):\S*", "", trigger)
        if re.search(r"\w\[", events):
            message = "A condition in hx-trigger= is a script, which the policy blocks."
            yield "hx-script", element, message
        for name in _EVALUATED:
            if re.match(r"\s*(js|javascript):", text_of(element, name)):
                message = f"The expression in {name}= is a script, which the policy blocks."
                yield "hx-script", element, message


def events(page: Page) -> Iterator[Problem]:
    """Events that nothing sends."""
    for element in page.having("hx-trigger"):
        for one in re.split(r",\s*(?![^(\[]*[)\]])", text_of(element, "hx-trigger")):
            name = one.strip().split(" ")[0].split("[")[0]
            own = name.startswith("htmx:") and VALUE not in name
            known = _htmx_events() if own else EVENTS
            if (own or name.isalpha()) and name not in known:
                message = f"Nothing sends the event {name!r}.{meant(name, known)}"
                yield "unknown-value", element, message


@cache
def _htmx_events() -> frozenset[str]:
    """What htmx and its extension for sockets tell of."""
    return frozenset(
        re.findall(r"htmx:[a-zA-Z:]+[a-zA-Z]", (STATIC / "htmx.js").read_text("utf-8"))
    )


def swaps(page: Page) -> Iterator[Problem]:
    """Ways to swap that there are not, and partials that aim at nothing."""
    for element in page.elements:
        swap = text_of(element, "hx-swap").split(" ")[0]
        if swap and VALUE not in swap and swap not in SWAPS:
            message = f"htmx cannot swap by {swap!r}.{meant(swap, SWAPS)}"
            yield "unknown-value", element, message
        if element.name == PARTIAL and not text_of(element, "hx-target"):
            yield "unknown-hx", element, "This partial has no hx-target=, so it goes nowhere."


CHECKS = (names, expressions, events, swaps)
