"""A sentence that people are told: in English, and with what it takes to say it in other words."""

from __future__ import annotations


class Sentence(str):
    """An English sentence that knows how it was made: `form` has the `values` by name, in braces.

    Who shows it may have another form for the same values (`chatterpy.theme.catalogue`).
    """

    __slots__ = ("form", "values")

    form: str
    values: dict[str, object]

    def __new__(cls, form: str, /, **values: object) -> Sentence:
        made = super().__new__(cls, form.format(**values))
        made.form, made.values = form, values
        return made
