"""Messages: what was typed, and the HTML it is shown as.

The text is shown as it was typed, character by character; links are made clickable. Everything
else is escaped, so nothing that somebody types can become markup.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from linkify_it import LinkifyIt
from markupsafe import Markup, escape

from chatterpy.chat.people import Person
from chatterpy.errors import BadNonce, BadText

#: Messages of one person that follow each other within this time stand together.
TOGETHER = timedelta(minutes=5)

_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: No HTML document can hold these (HTML, 13.2.3.5), so no page could show them.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_links = LinkifyIt(options={"fuzzy_link": True, "fuzzy_email": False, "fuzzy_ip": False})
# ftp: would leave the page for a protocol no browser speaks any more; // and mailto: are noise.
for _schema in ("ftp:", "//", "mailto:"):
    _links.add(_schema, None)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `seq` made it and is its id in the room; `at` is UTC.

    `previous` is when the entry before it was made (None: it is the room's first); `continues`
    whether that is a message of the same author, not long ago.
    """

    seq: int
    author: Person
    text: str
    at: datetime
    previous: datetime | None = None
    continues: bool = False


def clean_text(typed: str, longest: int) -> str:
    """The text to store; raises BadText with a sentence for its author.

    `longest` is in characters (code points).
    """
    text = normal(typed)
    if not text.strip():
        raise BadText("There is nothing to send yet.")
    if len(text) > longest:
        raise BadText(
            "A message has at most {most} characters; this one has {length}. "
            "Please shorten it by {over}.",
            most=longest,
            length=len(text),
            over=len(text) - longest,
        )
    return text


def normal(typed: str) -> str:
    """A text as it is stored: line breaks are \\n (a form sends \\r\\n), all else can be shown."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNSHOWABLE.sub("", text))


def clean_nonce(typed: str | None) -> str:
    """The nonce of a send; one is made where none came, so that the send stands for itself."""
    if typed is None or typed == "":
        return new_nonce()
    if not _NONCE.fullmatch(typed):
        raise BadNonce("A nonce is 1 to 64 letters, digits, - or _.")
    return typed


def new_nonce() -> str:
    """A nonce for a fresh composer."""
    return secrets.token_urlsafe(9)


def digest(text: str) -> bytes:
    """16 bytes that tell one text from another: the same nonce with another text is a new send."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def to_html(text: str) -> Markup:
    """The text as HTML whose textContent is the text.

    Line breaks stay line breaks: the style sheet keeps them (white-space: pre-wrap).
    """
    found = _links.match(text) if "://" in text or "www." in text else None
    if not found:
        return escape(text)
    parts: list[Markup] = []
    end = 0
    for link in found:
        if not link.schema and not link.text.startswith("www."):
            continue  # "main.py" is a file here far more often than a site in Paraguay
        parts.append(escape(text[end : link.index]))
        parts.append(
            Markup('<a href="{}" rel="nofollow noopener ugc" target="_blank">{}</a>').format(
                link.url, text[link.index : link.last_index]
            )
        )
        end = link.last_index
    parts.append(escape(text[end:]))
    return Markup("").join(parts)
