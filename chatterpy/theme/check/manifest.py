"""The manifest: what theme.toml says of a theme and its settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatterpy.errors import ThemeError
from chatterpy.theme.check.bench import content
from chatterpy.theme.check.calls import options_used
from chatterpy.theme.check.findings import Finding, finding, line_of, meant
from chatterpy.theme.contract.versions import CONTRACT, outdated
from chatterpy.theme.folder import KEYS, MANIFEST, Theme, theme_of

if TYPE_CHECKING:
    from chatterpy.theme.check.bench import Bench


def read(folder: Path) -> tuple[Theme, list[Finding]]:
    """The theme with all that its manifest says in a way that can be used; what is wrong else."""
    text = content(folder / MANIFEST)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        line = re.search(r"line (\d+)", str(wrong))
        last = text.count("\n") + 1
        found = finding("manifest-syntax", MANIFEST, int(line[1]) if line else last, f"{wrong}.")
        return Theme(folder, folder.resolve().name), [found]
    right: dict[str, Any] = {"settings": {}}
    all_wrong = []
    for key in said:
        if key not in KEYS:
            message = f"theme.toml knows no {key!r}.{meant(key, KEYS)}"
            all_wrong.append(finding("unknown-key", MANIFEST, line_of(text, key), message))
    for part in _parts(said):
        try:
            theme_of(folder, part).chosen({}, {})
        except ThemeError as wrong:
            message = str(wrong).removeprefix(f"{folder / MANIFEST}: ")
            rule, key = _told_of(message)
            all_wrong.append(finding(rule, MANIFEST, line_of(text, key), message))
        else:
            right["settings"] |= part.pop("settings", {})
            right |= part
    return theme_of(folder, right), all_wrong


def _parts(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a manifest says, one thing at a time: each may be wrong by itself."""
    for key, value in said.items():
        if key == "settings" and isinstance(value, dict):
            yield from ({key: {name: about}} for name, about in value.items())
        elif key in KEYS:
            yield {key: value}


def _told_of(message: str) -> tuple[str, str]:
    """The rule, and the key of the manifest, that a refusal is about."""
    if "is made for contract" in message:
        return "contract-newer", "contract"
    if option := re.match(r"The theme's setting (\S+) ", message):
        return "option-default", f"settings.{option[1]}.default"
    table = re.match(r"\[(settings\.[^\]]+)\]", message)
    return "manifest-value", table[1] if table else message.split(" ")[0]


def contract(bench: Bench) -> Iterator[Finding]:
    """For which contract the theme was made."""
    line, made_for = line_of(bench.manifest, "contract"), bench.theme.contract
    if not line:
        message = f"theme.toml does not say for which contract it was made: contract = {CONTRACT}."
        yield finding("contract-missing", MANIFEST, 0, message)
    elif changes := outdated(made_for):
        message = f"Since contract {made_for}, which it is made for: {' '.join(changes)}"
        yield finding("contract-older", MANIFEST, line, message)
    if not bench.theme.licence:
        message = "theme.toml does not say under which licence others may use the theme."
        yield finding("licence-missing", MANIFEST, 0, message)


def options(bench: Bench) -> Iterator[Finding]:
    """Options that change nothing, tokens that nobody uses, files that are not there."""
    used = {name for source in bench.sources.values() for _, name in options_used(source)}
    every = any(
        re.search(r"\boptions\s*(\[[^'\"]|\.(items|get|keys|values)\b|\|)", source.text)
        for source in bench.sources.values()
    )
    for option in bench.theme.options:
        line = line_of(bench.manifest, f"settings.{option.name}")
        if option.token and option.token not in bench.tokens_used:
            hint = meant(option.token, bench.tokens_used)
            message = f"Nothing uses {option.token}, which {option.name} sets.{hint}"
            yield finding("unused-token", MANIFEST, line, message)
        if not option.token and option.name not in used and not every:
            message = f"The setting {option.name} changes nothing: no template asks for it."
            yield finding("unused-option", MANIFEST, line, message)
        if option.kind == "file" and option.default and option.default not in bench.theirs.files:
            message = f"There is no file {option.default!r} in static/."
            yield finding("missing-file", MANIFEST, line, message)
        first = next(one.name for one in bench.theme.options if one.token == option.token)
        if option.token and first != option.name:
            message = f"{option.name} and {first} both set {option.token}; only one of them can."
            yield finding("unused-option", MANIFEST, line, message)


CHECKS = (contract, options)
