"""Findings: what a check saw, how grave it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How grave it is. Only an error keeps the chat from running, or its messages from lasting."""

    OK = "ok"
    ADVICE = "advice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, and where something is wrong another that says what to do."""

    level: Level
    sentence: str
    remedy: str = ""


def ok(sentence: str) -> Finding:
    return Finding(Level.OK, sentence)


def advice(sentence: str, remedy: str = "") -> Finding:
    return Finding(Level.ADVICE, sentence, remedy)


def warning(sentence: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, sentence, remedy)


def error(sentence: str, remedy: str) -> Finding:
    return Finding(Level.ERROR, sentence, remedy)
