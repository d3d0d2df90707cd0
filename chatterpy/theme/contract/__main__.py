"""Writes docs/templates.md: `python -m chatterpy.theme.contract >docs/templates.md`."""

from __future__ import annotations

from chatterpy.theme.contract.document import document

if __name__ == "__main__":
    print(document(), end="")
