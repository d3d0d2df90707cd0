"""Contrast: whether what is written in the theme's colours can be read on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tinycss2
from tinycss2 import color5

from chatterpy.theme.check.bench import Bench
from chatterpy.theme.check.findings import Finding, finding, line_of
from chatterpy.theme.check.sheets import Declared, Sheet

#: WCAG 2.2, 1.4.3: text on what is behind it.
LEAST = 4.5
#: What is written on what.
PAIRS = (
    ("--ink", "--page"),
    ("--ink", "--surface"),
    ("--ink-soft", "--page"),
    ("--ink-soft", "--surface"),
    ("--accent-ink", "--accent"),
    ("--accent", "--page"),
    ("--alarm", "--surface"),
    ("--bubble-ink", "--bubble"),
    ("--bubble-link", "--bubble"),
    ("--mine-ink", "--mine-bubble"),
    ("--mine-link", "--mine-bubble"),
)
SCHEMES = ("light", "dark")
_ROOTS = (":root", "html", ":host", "body", "*")
_DEPTH_MAX = 8  # a token that stands for a token


@dataclass(frozen=True, slots=True)
class Token:
    """What a custom property is set to, and where."""

    value: tuple[Any, ...]
    file: str
    line: int


def contrasts(bench: Bench) -> Iterator[Finding]:
    """Pairs of the theme's colours that are too near to each other."""
    schemes = _schemes(bench.sheets)
    for ink, ground in PAIRS:
        worst: tuple[float, str, Token] | None = None
        for scheme in schemes:
            set_here = _tokens(bench.our_sheet, [], scheme)
            theirs = _theirs(bench, scheme)
            tokens = set_here | theirs
            touched = [theirs[name] for name in (ink, ground) if name in theirs]
            colours = [_colour(tokens, name, scheme) for name in (ink, ground)]
            if not touched or None in colours:
                continue
            ratio = _ratio(*colours)
            if ratio < LEAST and (worst is None or ratio < worst[0]):
                worst = ratio, scheme, touched[0]
        if worst:
            ratio, scheme, where = worst
            message = (
                f"{ink} on {ground} has a contrast of {ratio:.1f} to 1 in {scheme} colours; "
                f"{LEAST} can be read."
            )
            yield finding("contrast", where.file, where.line, message)


def in_one_rule(bench: Bench) -> Iterator[Finding]:
    """Text and what is behind it, where one rule sets both to colours that are too near."""
    for sheet in (*bench.sheets, *bench.rendered_sheets):
        for ink, ground in _both(sheet):
            ratios = [
                (_ratio(*colours), scheme)
                for scheme in _schemes(bench.sheets)
                if None not in (colours := [_resolved({}, one, scheme) for one in (ink, ground)])
            ]
            if ratios and min(ratios)[0] < LEAST:
                ratio, scheme = min(ratios)
                where = f" in {scheme} colours" if ratio < max(ratios)[0] else ""
                message = (
                    f"{ink.text} on {ground.text} has a contrast of {ratio:.1f} to 1{where}; "
                    f"{LEAST} can be read."
                )
                file, line = sheet.place(ink.line)
                if file in bench.sources or not sheet.places:
                    yield finding("contrast", file, line, message, sheet.seen)


def _both(sheet: Sheet) -> Iterator[tuple[Declared, Declared]]:
    """The colour of the text and that behind it, of each rule that sets both."""
    rules: dict[tuple[str, tuple[str, ...]], dict[str, Declared]] = {}
    for one in sheet.declarations:
        name = "background" if one.name == "background-color" else one.name
        if name in ("color", "background") and not one.within("keyframes"):
            rules.setdefault((one.selector, one.around), {})[name] = one
    for (selector, around), rule in rules.items():
        unread = ":disabled" in selector or "[disabled" in selector
        forced = any("forced-colors" in at for at in around)
        if len(rule) == 2 and not unread and not forced:
            yield rule["color"], rule["background"]


def _theirs(bench: Bench, scheme: str) -> dict[str, Token]:
    """What the theme sets. Its own rules stand above what its settings are by default."""
    layered = _tokens(None, bench.sheets, scheme, layered=True)
    return layered | _options(bench) | _tokens(None, bench.sheets, scheme, layered=False)


def _tokens(
    ours: Sheet | None, sheets: list[Sheet], scheme: str, layered: bool | None = None
) -> dict[str, Token]:
    """The custom properties of the whole page, as they are in light or in dark colours."""
    found: dict[str, Token] = {}
    for sheet in ([ours] if ours else []) + sheets:
        for one in sheet.declarations:
            if not one.name.startswith("--") or not set(one.selectors) & set(_ROOTS):
                continue
            if layered is not None and layered is not ("@layer tokens" in one.around):
                continue
            media = [
                at for at in one.around if at.startswith(("@media", "@supports", "@container"))
            ]
            if media and not all(
                f"prefers-color-scheme: {scheme}" in at or f"prefers-color-scheme:{scheme}" in at
                for at in media
            ):
                continue
            found[one.name] = Token(one.value, sheet.name, one.line)
    return found


def _options(bench: Bench) -> dict[str, Token]:
    """What the theme's options set by default."""
    return {
        option.token: Token(
            tuple(tinycss2.parse_component_value_list(option.default)),
            "theme.toml",
            line_of(bench.manifest, f"settings.{option.name}"),
        )
        for option in bench.theme.options
        if option.token
    }


def _schemes(sheets: list[Sheet]) -> tuple[str, ...]:
    """In which colours the theme can be seen."""
    for sheet in sheets:
        for one in sheet.declarations:
            if one.name == "color-scheme" and set(one.selectors) & set(_ROOTS):
                return tuple(scheme for scheme in SCHEMES if scheme in one.words) or SCHEMES
    return SCHEMES


def _colour(tokens: dict[str, Token], name: str, scheme: str, depth: int = 0) -> Any:
    """The colour of a token; None where it is none, lets something through, or is calculated."""
    token = tokens.get(name)
    return None if token is None else _resolved(tokens, token, scheme, depth)


def _resolved(
    tokens: dict[str, Token], token: Token | Declared, scheme: str, depth: int = 0
) -> Any:
    """The colour that a value stands for; None as above."""
    if depth > _DEPTH_MAX:
        return None
    parts = [one for one in token.value if one.type not in ("whitespace", "comment")]
    if len(parts) != 1:
        return None
    [part] = parts
    if part.type == "function" and part.lower_name == "light-dark":
        sides = _sides(part.arguments)
        if len(sides) != 2:
            return None
        part = sides[SCHEMES.index(scheme)]
    if part.type == "function" and part.lower_name == "var":
        names = [one.value for one in part.arguments if one.type == "ident"]
        return _colour(tokens, names[0], scheme, depth + 1) if names else None
    colour = color5.parse_color(part, [scheme])
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    return colour


def _sides(arguments: list[Any]) -> list[Any]:
    return [
        one
        for one in arguments
        if one.type not in ("whitespace", "comment")
        and not (one.type == "literal" and one.value == ",")
    ]


def _ratio(first: Any, second: Any) -> float:
    """The contrast of two colours (WCAG 2.2), from 1 to 21."""
    lights = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: Any) -> float:
    if colour.space in ("lab", "lch"):
        return float(colour.to("xyz-d50").coordinates[1])  # what is lost by D50 is not seen
    if colour.space.startswith(("ok", "xyz")):
        return float(colour.to("xyz-d65").coordinates[1])
    channels = colour.to("srgb").coordinates
    linear = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in (min(1.0, max(0.0, float(channel or 0))) for channel in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


CHECKS = (contrasts, in_one_rule)
