"""What of a piece of HTML is for people to read, or to be read out."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Doctype

#: Attributes that say something.
SAYING = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription")


def in_english_letters(html: str) -> list[str]:
    """The texts in which there is a letter of the English alphabet."""
    document = BeautifulSoup(html, "html.parser")
    said = [text for text in document.find_all(string=True) if not isinstance(text, Doctype)]
    said += [str(one[name]) for name in SAYING for one in document.select(f"[{name}]")]
    return [str(text) for text in said if re.search("[A-Za-z]", text)]
