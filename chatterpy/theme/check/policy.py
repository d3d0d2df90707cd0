"""The policy: what the Content-Security-Policy blocks, and what would be unsafe without one.

These rules look at one element at a time, in the outline of a source and in what it renders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import Tag

from chatterpy.theme.check.pages import Page
from chatterpy.theme.check.stamps import VALUE
from chatterpy.theme.contract.addresses import leads_somewhere

#: A rule's id, the element, and the sentence.
Problem = tuple[str, Tag, str]

_FOREIGN = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*(javascript|vbscript|data|blob|filesystem)\s*:", re.IGNORECASE)
#: Attributes whose address a browser loads by itself, by element.
_LOADED = {
    "script": ("src", "href"),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "body": ("background",),
    "link": ("href",),
}
#: Kinds of links that load nothing.
_LINKED_ONLY = {"canonical", "author", "license", "alternate", "me", "next", "prev", "help"}
_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post")
_REQUESTS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-action", "hx-ws:connect")


def text_of(element: Tag, name: str) -> str:
    """An attribute's value; "" where it is not there."""
    value = element.attrs.get(name)
    return value if isinstance(value, str) else " ".join(value or ())


def is_foreign(address: str) -> bool:
    """Whether an address leads to another origin."""
    return bool(_FOREIGN.match(address)) and bool(urlsplit(address.strip()).netloc)


def scripts_and_styles(page: Page) -> Iterator[Problem]:
    for element in page.named(*["script", "style"]):
        if element.name == "style":
            yield "inline-style", element, "The policy blocks <style> elements."
        elif not element.has_attr("src") and "json" not in text_of(element, "type"):
            yield "inline-script", element, "The policy blocks scripts without a src."
    for element in page.elements:
        for name in element.attrs:
            if name == "style":
                yield "inline-style", element, f"The policy blocks style= (on <{element.name}>)."
            elif name.startswith("on") and name[2:].isalpha():
                yield "event-handler", element, f"The policy blocks {name}= (on <{element.name}>)."


def origins(page: Page) -> Iterator[Problem]:
    for element in page.named(*list(_LOADED)):
        rel = set(text_of(element, "rel").lower().split())
        if element.name == "link" and rel & _LINKED_ONLY:
            continue
        for name in _LOADED[element.name]:
            for address in _each(element, name):
                if is_foreign(address):
                    host = urlsplit(address.strip()).netloc
                    message = f"The policy blocks what <{element.name}> loads from {host}."
                    yield "foreign-origin", element, message
                elif address.strip().lower().startswith(("data:", "blob:")):
                    message = f"The policy blocks the {address.strip()[:5]} address in {name}=."
                    yield "data-address", element, message


def _each(element: Tag, name: str) -> list[str]:
    value = text_of(element, name)
    if name == "srcset":
        return [one.split()[0] for one in value.split(",") if one.split()]
    return [value] if value else []


def addresses(page: Page) -> Iterator[Problem]:
    for element in page.having(*_ADDRESSES, *_REQUESTS):
        for name in _ADDRESSES:
            found = _ELSEWHERE.match(text_of(element, name))
            if found and found[1].lower() in ("javascript", "vbscript"):
                message = f"The policy blocks the script in {name}=."
                yield "javascript-address", element, message
        for name in ("action", "formaction"):
            if is_foreign(text_of(element, name)):
                message = f"The policy blocks {name}= to {urlsplit(text_of(element, name)).netloc}."
                yield "foreign-form", element, message
        for name in _REQUESTS:
            if is_foreign(text_of(element, name)):
                message = f"htmx asks no other origin than the chat's: {name}= does nothing."
                yield "foreign-origin", element, message


def elements(page: Page) -> Iterator[Problem]:
    for element in page.named(*["base", "object", "embed", "applet", "meta", "frame", "a", "form"]):
        match element.name:
            case "base":
                yield "base-element", element, "The policy blocks <base>."
            case "object" | "embed" | "applet" | "frame":
                message = f"The policy blocks <{element.name}>."
                yield "embedded-object", element, message
            case "meta" if text_of(element, "http-equiv").lower() == "refresh":
                if page.select("body.stream") or element.find_parent("noscript"):
                    continue  # the stream, which is read again
                message = "A page that loads itself again loses what is being typed in it."
                yield "meta-refresh", element, message
            case "meta" if text_of(element, "http-equiv").lower() == "content-security-policy":
                message = "A second policy can only take away from ours; the page may stop working."
                yield "second-policy", element, message
            case "a" | "form":
                rel = set(text_of(element, "rel").lower().split())
                safe = rel & {"noopener", "noreferrer"}
                if text_of(element, "target") == "_blank" and not safe:
                    message = "What opens in a new tab is told nothing of who opened it elsewhere."
                    yield "opener", element, message


def own_addresses(page: Page) -> Iterator[Problem]:
    """Addresses of the chat itself that are written down, where `url` and `static` make them."""
    for element in page.elements:
        for name in (*_ADDRESSES, "srcset", "poster", "hx-ws:connect"):
            value = text_of(element, name)
            if re.match(r"/[^/]", value) or value == "/":
                message = f"{name}={value!r} is not there where the chat is mounted under a prefix."
                if element.name == "a" and VALUE not in value and not leads_somewhere(value):
                    message = (
                        f"{name}={value!r} leads nowhere in the chat. If the site around it has "
                        "that page, write its whole address."
                    )
                yield "absolute-address", element, message
            elif element.name == "a" and name == "href" and value.strip() == "#":
                yield "needs-script", element, 'href="#" leads to the beginning of the page.'
            elif (
                (name in _LOADED.get(element.name, ()) or name in ("href", "action", "formaction"))
                and re.match(r"[\w.]", value)
                and ":" not in value.split("/")[0]
            ):
                message = f"{name}={value!r} is looked for beside the page, where nothing is."
                yield "relative-address", element, message


CHECKS = (scripts_and_styles, origins, addresses, elements)
