"""A lively room to look at a theme in: a few people who were here, and go on talking."""

from __future__ import annotations

import secrets
import time
from itertools import cycle

import gevent

from chatterpy.chat.faces import STYLES, Face
from chatterpy.chat.messages import new_nonce
from chatterpy.chat.people import Person, Visitor
from chatterpy.web.parts import Parts

#: How long it takes somebody to say the next thing, and how long they type before it.
PAUSE_S = 20.0
TYPING_S = 2.0

PEOPLE = ("Mira", "Jonas Lindqvist", "مريم", "Otter 🦦")
OTHER_ROOMS = ("attic", "our-garden")

#: Who says what: the number of a person, and the text.
TALK = (
    (0, "Good morning! Has anybody been to the garden yet?"),
    (1, "Just now. The beans are up 🌱"),
    (1, "And the gate is mended, so the goats stay where they are."),
    (0, "Splendid."),
    (2, "صباح الخير! أنا في الطريق."),
    (3, "🎉🎉🎉"),
    (0, "I put the plan for Saturday at https://example.org/plan. Please have a look before noon."),
    (
        1,
        "Let me think about it. There are two things that I would do in another order: first the "
        "water, since it takes longest, and only then the beds. Otherwise we stand about and wait.",
    ),
    (3, "What to bring:\n\n- gloves\n- a spade\n- something for lunch"),
    (2, "Done ✓"),
)


def furnish(parts: Parts) -> gevent.Greenlet[..., None]:
    """Fills the home room and two others; returns what goes on talking there, to be killed."""
    room, chat = parts.settings.home, parts.chat
    visitors = [
        Visitor(secrets.token_urlsafe(16), name, Face(STYLES[number % len(STYLES)], "demo"))
        for number, name in enumerate(PEOPLE)
    ]
    people = [chat.settle(visitor) for visitor in visitors]
    for other in OTHER_ROOMS:
        chat.say(visitors[0], other, "Welcome!", new_nonce())
    for number, text in TALK:
        chat.say(visitors[number], room, text, new_nonce())
    people[1] = chat.rename(visitors[1], "Jonas")
    for person in people:
        parts.presence.arrive(room, person, time.monotonic())
    return gevent.spawn(_talk, parts, visitors, people)


def _talk(parts: Parts, visitors: list[Visitor], people: list[Person]) -> None:
    room = parts.settings.home
    for number, text in cycle(TALK):
        gevent.sleep(PAUSE_S - TYPING_S)
        parts.presence.type(room, people[number].id, time.monotonic())
        gevent.sleep(TYPING_S)
        message = parts.chat.say(visitors[number], room, text, new_nonce())
        parts.presence.stop_typing(room, message.author.id, time.monotonic())
