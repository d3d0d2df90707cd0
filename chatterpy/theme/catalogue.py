"""The catalogue: every text that people read, which a theme or a host can put into its own words.

The texts lie in `templates/strings.toml`. Templates name them by their keys,
`{{ t('people.rest', count=3) }}`; what Python says is found by its English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jinja2 import UndefinedError
from markupsafe import Markup

from chatterpy.errors import ThemeError
from chatterpy.sentences import Sentence
from chatterpy.theme import texts
from chatterpy.theme.environment import FOLDER
from chatterpy.theme.texts import COUNT, ONE, OTHER, Text

FILE = "strings.toml"
BUILT_IN = FOLDER / FILE
#: The table of what Python says.
SENTENCES = "sentences."

#: What of a format of strftime is a word, and where its words are.
_WORDS = {
    "A": "dates.weekdays",
    "a": "dates.weekdays-short",
    "B": "dates.months",
    "b": "dates.months-short",
}
_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)

_HEAD = """# Texts

Every text that people read, with its key. A theme puts single ones into other words in a file
`strings.toml` in its folder; an application that the chat is mounted in, beside its templates of
the chat. Both have the tables and keys of
[`templates/strings.toml`](../templates/strings.toml):

```toml
language = "de"

[composer]
send = "Senden"

[people]
rest = { one = "und noch jemand", other = "und {count} weitere" }
```

What is in braces stands for a value, and may be moved or left out. A text with `{count}` may have
two forms, for one and for any other number. HTML in a text is shown as it is. Where a key does not
exist, or a text has a value that it cannot have, ours stands for it; the log and the check say so.

Not among these: the log, what programs are told as plain text (`/healthz`, `/readyz`, `/metrics`,
who is turned away at the door), and what other libraries say.

This file is made by `python -m chatterpy.theme.catalogue`.
"""


class Catalogue:
    """All texts by their keys, in the words of the last file that has them."""

    def __init__(self, *others: tuple[str, str]) -> None:
        """`others` are files with other words: the name of each, and its content.

        What does not fit stays in our words, and is in `refused`: a release may have changed what
        a theme once said otherwise. Raises ThemeError where a file cannot be read.
        """
        known = texts.read(str(BUILT_IN), BUILT_IN.read_text("utf-8"))
        #: What is said, by key.
        self.said = dict(known)
        self.refused: list[ThemeError] = []
        for file, content in others:
            for key, said in texts.read(file, content).items():
                try:
                    texts.check(file, key, said, known)
                except ThemeError as error:
                    self.refused.append(error)
                else:
                    self.said[key] = said
        self._texts = {
            key: {form: Text.parse(text) for form, text in texts.forms(said).items()}
            for key, said in self.said.items()
        }
        self._words = {key: said for key, said in self.said.items() if isinstance(said, list)}
        # What stands for itself is made once.
        self._ready = {
            key: Markup("").join(text[OTHER].parts({}))
            for key, text in self._texts.items()
            if text.keys() == {OTHER} and not text[OTHER].names
        }
        self._keys = {str(known[key]): key for key in known if key.startswith(SENTENCES)}

    def __call__(self, key: str, /, **values: Any) -> Markup:
        """A text as HTML: it is escaped, and so are the values that are not Markup.

        Raises UndefinedError where there is no such text, or a value is missing.
        """
        ready = self._ready.get(key)
        return Markup("").join(self._parts(key, values)) if ready is None else ready

    def sentence(self, english: str) -> str:
        """What Python says, in the words of the catalogue.

        What a library or a host application says stays as it is.
        """
        form, values = english, dict[str, object]()
        if isinstance(english, Sentence):
            form, values = english.form, english.values
        key = self._keys.get(form)
        return english if key is None else "".join(map(str, self._parts(key, values)))

    def date(self, at: datetime, form: str) -> str:
        """A time as strftime writes it, with our words; `form` is a format, or the key of one.

        Raises UndefinedError where there is no such text.
        """
        if "%" not in form:
            form = str(self.said[self._known(form)])

        def word(found: re.Match[str]) -> str:
            if found[1] not in _WORDS:
                return found[0]
            words = self._words[_WORDS[found[1]]]
            return words[at.weekday() if len(words) == 7 else at.month - 1]

        return at.strftime(_DIRECTIVE.sub(word, form))

    def _parts(self, key: str, values: Mapping[str, Any]) -> list[Any]:
        forms = self._texts[self._known(key)]
        try:
            form = ONE if ONE in forms and values[COUNT] == 1 else OTHER
            return forms[form].parts(values)
        except KeyError as missing:
            raise UndefinedError(f"the text {key!r} needs the value {missing}") from None

    def _known(self, key: str) -> str:
        if key not in self.said:
            raise UndefinedError(f"there is no text {key!r}{texts.meant(key, self.said)}")
        return key


def document() -> str:
    """docs/strings.md."""
    content = BUILT_IN.read_text("utf-8")
    notes = dict(_notes(content))
    lines, table = _HEAD.splitlines(), None
    for key, said in texts.read(str(BUILT_IN), content).items():
        head = key.rpartition(".")[0]
        if head != table:
            lines += ["", f"## `[{head}]`", "", notes[head]] if head else []
            lines += ["", "| Key | Text | Values | Where |", "| --- | --- | --- | --- |"]
            table = head
        text = ", ".join(said) if isinstance(said, list) else texts.forms(said)[OTHER]
        values = ", ".join(f"`{name}`" for name in sorted(texts.names(FILE, key, said)))
        cells = (f"`{key}`", text, values, notes.get(key, ""))
        lines.append("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|")
    return "\n".join(lines) + "\n"


def _notes(content: str) -> Iterator[tuple[str, str]]:
    """The tables and keys of a file, each with the comment that stands right above it."""
    table, note = "", []
    for line in content.splitlines():
        if line.startswith("# "):
            note.append(line.removeprefix("# "))
            continue
        if found := re.match(r"\[(.+)\]|([a-z-]+) = ", line):
            table = found[1] or table
            key = found[1] or f"{table}.{found[2]}".removeprefix(".")
            yield key, " ".join(note)
        note = []


if __name__ == "__main__":
    print(document(), end="")
