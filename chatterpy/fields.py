"""The header fields of a request, read from a connection (RFC 9112, 5).

Takes the place of pywsgi's own, which has Python's parser for e-mail look at each request: that is
slower than all of the routing, and lenient where a proxy may read the same bytes otherwise.
"""

from __future__ import annotations

import re
from typing import BinaryIO

LINE_MAX = 65_536  # bytes
FIELDS_MAX = 100

#: One field, its line's end left out: a token, a colon at once, then visible text and blanks.
_FIELD = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
#: Two of these would be read by us as one thing and by others as another.
_ONCE = ("host", "content-length", "transfer-encoding")


class Fields:
    """The fields as pywsgi asks for them: by name in any case, and as lines."""

    status = ""  # what is wrong is raised

    def __init__(self, source: BinaryIO, _: object = None) -> None:
        """Reads to the empty line; raises ValueError with a sentence about what is no field."""
        self.headers: list[str] = []
        self._values: dict[str, str] = {}
        while (line := source.readline(LINE_MAX + 1)) not in (b"\r\n", b"\n"):
            if len(line) > LINE_MAX:
                raise ValueError(f"Expected a header of at most {LINE_MAX} bytes.")
            if not line.endswith(b"\n"):
                raise ValueError("Expected headers up to an empty line; the connection ended.")
            if len(self.headers) == FIELDS_MAX:
                raise ValueError(f"Expected at most {FIELDS_MAX} headers.")
            self._take(line.decode("latin-1").removesuffix("\n").removesuffix("\r"))

    def _take(self, line: str) -> None:
        field = _FIELD.fullmatch(line)
        if field is None:
            raise ValueError(f"Expected a header such as 'Host: example.org', not {line[:80]!r}.")
        name, value = field[1].lower(), field[2].rstrip(" \t")
        if name == "content-length" and not (value.isascii() and value.isdigit()):
            raise ValueError(
                f"Expected Content-Length to be a number of bytes, not {value[:80]!r}."
            )
        if name in self._values:
            if name in _ONCE:
                raise ValueError(f"Expected one header {field[1]!r}.")
            value = f"{self._values[name]}, {value}"
        self._values[name] = value
        self.headers.append(line)

    @property
    def typeheader(self) -> str | None:
        return self.get("content-type")

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._values.get(name.lower(), default)

    getheader = get

    def __delitem__(self, name: str) -> None:
        """Forgets a field that another one overrules; raises KeyError where there is none."""
        del self._values[name.lower()]
