"""Names that every template knows: globals, filters, and what the objects have in them."""

from __future__ import annotations

from dataclasses import dataclass

from chatterpy.chat.changes import Page, Renaming
from chatterpy.chat.faces import Face
from chatterpy.chat.messages import Message
from chatterpy.chat.people import Person, Visitor
from chatterpy.chat.rooms import Room


@dataclass(frozen=True, slots=True)
class Name:
    """A global or a filter: what it is, what it means, and how it is used."""

    name: str
    kind: str
    meaning: str
    example: str


GLOBALS = (
    Name(
        "t",
        "gives a text",
        "A text by its key in `strings.toml`, with the values that stand in it. A theme has its "
        "own words in a file of that name.",
        "{{ t('composer.send') }}, {{ t('people.rest', count=3) }}",
    ),
    Name(
        "url",
        "gives a text",
        "The address of one of our own pages, forms and parts, right wherever the chat is mounted.",
        "{{ url('room', slug=room) }}",
    ),
    Name(
        "static",
        "gives a text",
        "The address of a file in a `static` folder, the theme's or ours; it changes with what is "
        "in the file, so that browsers keep it for ever.",
        "{{ static('icon.svg') }}",
    ),
    Name(
        "face_url",
        "gives a text",
        "The address of somebody's face, or of another face as it would be theirs.",
        "{{ face_url(person) }}, {{ face_url(me, face) }}",
    ),
    Name(
        "options",
        "texts by name",
        "The values of the settings that `theme.toml` declares.",
        "{% if options.logo %}…{% endif %}",
    ),
    Name(
        "theme",
        "an object",
        "The theme: `theme.name`, `theme.author`, `theme.licence`, `theme.contract`.",
        "{{ theme.name }}",
    ),
    Name(
        "tokens",
        "texts by name",
        "The custom properties of CSS that the theme's settings set; for `theme.css` and "
        "`styles.html`.",
        "{% for token, value in tokens.items() %}",
    ),
    Name(
        "has_style",
        "true or false",
        "Whether the theme has a style sheet `static/theme.css`.",
        "{% if has_style %}…{% endif %}",
    ),
    Name(
        "version",
        "text",
        "Changes with any template, file or setting: in the addresses of what browsers keep.",
        "{{ url('notice', name='offline', v=version) }}",
    ),
    Name(
        "notices",
        "list of texts",
        "The names of the notices that a room's page fetches in good time.",
        "{% for name in notices %}",
    ),
    Name(
        "mine_version",
        "gives a text",
        "What the address of somebody's own style sheet ends with; for `mine.html`.",
        "{{ url('mine', v=mine_version(me)) }}",
    ),
    Name(
        "silence_ms",
        "number",
        "After how many milliseconds of silence a page asks for a fresh connection.",
        'hx-trigger="every {{ silence_ms }}ms"',
    ),
)

FILTERS = (
    Name(
        "html",
        "of a text",
        "The text with its links made clickable; all else in it stays text.",
        "{{ entry.text|html }}",
    ),
    Name(
        "local",
        "of a time",
        "The time as it is shown: by the key of a format in `strings.toml`, or by a format such as "
        "`'%H:%M'`.",
        "{{ entry.at|local('dates.time') }}",
    ),
    Name(
        "lately",
        "of a time",
        "The time of day where it is today, else the day.",
        "{{ one.at|lately }}",
    ),
    Name(
        "new_day",
        "of a message or rename",
        "Whether it is the first of its day.",
        "{% if entry|new_day %}…{% endif %}",
    ),
    Name(
        "entry",
        "of a message or rename",
        "Its HTML, by `message.html` or `renaming.html`. It is made once, for everybody.",
        "{{ entry|entry }}",
    ),
    Name(
        "entries",
        "of a page",
        "The HTML of all its messages and renames.",
        "{{ page|entries }}",
    ),
)


#: What a template meets in its variables: each kind with a sentence, and what it has in it.
OBJECTS: dict[type, tuple[str, dict[str, str]]] = {
    Page: (
        "A stretch of what was said in a room.",
        {
            "room": "The name of the room.",
            "seq": "The number of the last change in it; 0 where nobody has spoken.",
            "entries": "Messages and renames, the oldest first.",
            "before": "The number to ask for older ones with; none where there are none.",
        },
    ),
    Message: (
        "What somebody said.",
        {
            "seq": "Its number in the room.",
            "author": "Who said it.",
            "text": "What was said, as it was typed. Show it by the filter `html`.",
            "at": "When. Show it by the filter `local`.",
            "previous": "When the entry before it was made; none for the first of the room.",
            "continues": "Whether the one before it is of the same author, not long ago.",
        },
    ),
    Renaming: (
        "The notice that somebody has another name.",
        {
            "seq": "Its number in the room.",
            "person_id": "The number of the person.",
            "was": "The name before.",
            "now": "The name since.",
            "at": "When.",
            "previous": "When the entry before it was made; none for the first of the room.",
        },
    ),
    Person: (
        "Somebody who has written.",
        {
            "id": "Their number.",
            "name": "Their name.",
            "face": "Their face. Show it by `face_url`.",
            "version": "Grows with each change of name or face.",
        },
    ),
    Visitor: (
        "Somebody who has only looked. Their `id` is 0, so no message is theirs.",
        {
            "token": "Their secret. Show it nowhere.",
            "name": "The name they would have.",
            "face": "The face they would have.",
            "named": "Whether the name is their own, from the application around the chat.",
        },
    ),
    Room: (
        "A room.",
        {
            "slug": "Its name, as in its address.",
            "seq": "The number of its last change.",
            "at": "When that was.",
        },
    ),
    Face: (
        "An avatar. `{{ face }}` writes it as a form posts it.",
        {
            "style": "Which kind of face.",
            "seed": "Which one of that kind.",
        },
    ),
}
