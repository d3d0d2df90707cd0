"""Every setting once: name, type, default, unit and meaning.

A setting `page_size` is `CHATTERPY_PAGE_SIZE` in the environment and `create_app(page_size=…)` in
Python. `docs/settings.md` is written from this module, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from chatterpy.checks import check_address, check_home, check_trusted
from chatterpy.errors import SettingError

PREFIX = "CHATTERPY_"
ON = {"on", "true", "yes", "1"}
OFF = {"off", "false", "no", "0"}


def _setting(
    default: Any,
    sentence: str,
    *,
    unit: str = "",
    least: int | None = None,
    most: int | None = None,
    among: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """A field with what people and the parser need to know about it; a secret is never shown."""
    about = {
        "sentence": sentence,
        "unit": unit,
        "least": least,
        "most": most,
        "among": among,
        "secret": secret,
    }
    if callable(default):
        return field(default_factory=default, metadata=about)
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one application. Make one with `load`, which checks the values."""

    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8000, "The port to listen on; 0 takes a free one.", least=0, most=65535)
    data: Path = _setting(
        lambda: Path("chatterpy-data"),
        "The folder of the database and the secret key; made on first start.",
    )
    theme: str = _setting(
        "default",
        "The theme: a folder, or the name of one that comes with ChatterPy; its own settings are"
        " CHATTERPY_THEME_… in the environment.",
    )
    secret_key: str = _setting(
        "", "Signs the cookies. When empty, one is made and kept in the data folder.", secret=True
    )
    secret_key_fallbacks: tuple[str, ...] = _setting(
        (), "Older keys whose cookies are still accepted, separated by commas.", secret=True
    )
    limits: bool = _setting(
        True, "Whether rates are limited. Switch off for load tests on loopback only."
    )
    act_burst: int = _setting(
        50, "How often a person may send or rename at once.", unit="acts", least=1
    )
    act_rate: int = _setting(
        10, "How often a person may send or rename in the long run.", unit="acts a second", least=1
    )
    look_burst: int = _setting(
        20, "How often a person may change their name or face at once.", unit="changes", least=1
    )
    look_rate: int = _setting(
        20,
        "How often a person may change their name or face in the long run.",
        unit="changes a minute",
        least=1,
    )
    draft_burst: int = _setting(
        20, "How often a person's draft is kept at once.", unit="drafts", least=1
    )
    draft_rate: int = _setting(
        2,
        "How often a person's draft is kept in the long run; the excess is dropped.",
        unit="drafts a second",
        least=1,
    )
    newcomer_burst: int = _setting(
        3000,
        "How many people may arrive and act at once from one address (of IPv6, from one /64).",
        unit="people",
        least=1,
    )
    newcomer_rate: int = _setting(
        600,
        "How many people may arrive and act in the long run from one address.",
        unit="people a minute",
        least=1,
    )
    frame_burst: int = _setting(
        100, "How many frames a socket may send at once.", unit="frames", least=20
    )
    frame_rate: int = _setting(
        20, "How many frames a socket may send in the long run.", unit="frames a second", least=5
    )
    home: str = _setting("lobby", "The room that / leads to.")
    message_max: int = _setting(
        4000, "The length of the longest message.", unit="characters", least=1
    )
    draft_max: int = _setting(
        20_000,
        "The length of the longest draft that is kept; 0 keeps none.",
        unit="characters",
        least=0,
    )
    drafts_max: int = _setting(
        100, "How many drafts of a person are kept, the newest.", unit="drafts", least=1
    )
    name_max: int = _setting(40, "The length of the longest name.", unit="characters", least=2)
    timezone: str = _setting(
        "", "The time zone of the times shown, such as Europe/Berlin; empty means the server's own."
    )
    reserved_names: tuple[str, ...] = _setting(
        ("admin", "administrator", "moderator", "system", "server", "chatterpy", "support"),
        "Names that nobody may have, nor any that look like them, separated by commas.",
    )
    page_size: int = _setting(
        50, "How many messages a page shows.", unit="messages", least=1, most=1000
    )
    catch_up_max: int = _setting(
        500,
        "A page that is further behind gets the newest page instead.",
        unit="changes",
        least=1,
    )
    people_shown: int = _setting(
        30,
        "How many of those in a room are listed; the others are found by name.",
        unit="people",
        least=0,
    )
    rooms_shown: int = _setting(
        30, "How many rooms are listed, those that were active last.", unit="rooms", least=1
    )
    presence_grace: int = _setting(
        15,
        "How long somebody without an open page is still here: a reload is no leaving.",
        unit="seconds",
        least=1,
    )
    window: int = _setting(
        500,
        "An open page that shows more messages drops the oldest; they load again while scrolling.",
        unit="messages",
        least=20,
    )
    stream_max: int = _setting(
        1000,
        "How many messages the page without JavaScript gets before it starts afresh.",
        unit="messages",
        least=10,
    )
    heartbeat: int = _setting(
        20,
        "How often an open page is told that all is well; it asks after one and a half times that.",
        unit="seconds",
        least=1,
        most=86_400,
    )
    resume_timeout: int = _setting(
        10,
        "How long a socket may stay open without saying what its page shows.",
        unit="seconds",
        least=1,
    )
    outbox_max: int = _setting(
        1 << 20,
        "What may wait for one slow reader; beyond it the reader is closed and catches up later.",
        unit="bytes",
        least=1 << 16,
    )
    outboxes_max: int = _setting(
        1 << 28,
        "What may wait for all readers together; beyond it those furthest behind are closed.",
        unit="bytes",
        least=1 << 20,
    )
    frame_max: int = _setting(
        1 << 16, "The largest message accepted on a socket.", unit="bytes", least=1 << 10
    )
    fragments_max: int = _setting(
        64, "The most frames that one message on a socket may come in.", unit="frames", least=1
    )
    request_max: int = _setting(
        1 << 18, "The largest body accepted in a request.", unit="bytes", least=1 << 10
    )
    cache_size: int = _setting(
        10_000, "How many rendered messages are kept in memory.", unit="messages", least=0
    )
    faces_cache: int = _setting(
        2000, "How many drawn avatars are kept in memory.", unit="avatars", least=0
    )
    avatar_provider: str = _setting(
        "dicebear",
        "Where avatars come from: dicebear draws characters and initials draws letters, both here;"
        " liara is a service that browsers load pictures from.",
        among=("dicebear", "initials", "liara"),
    )
    liara_url: str = _setting(
        "https://avatar.iran.liara.run", "Where the avatar service liara is, if that is chosen."
    )
    synchronous: str = _setting(
        "FULL",
        "SQLite's synchronous mode; NORMAL is faster, and a power cut may lose the last messages.",
        among=("FULL", "NORMAL"),
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (), "The host names the chat answers to, separated by commas; empty means any."
    )
    proxy_hops: int = _setting(
        0, "How many proxies in front are trusted to tell the client's address.", least=0
    )
    connections_max: int = _setting(
        0,
        "How many connections there may be; 0 is as many as the limit of open files has room for.",
        unit="connections",
        least=0,
    )
    connections_per_address: int = _setting(
        1000,
        "How many connections, and open pages, one address may have (of IPv6, one /64); 0 is any"
        " number. Behind a proxy without CHATTERPY_PROXY_HOPS all clients are one address.",
        unit="connections",
        least=0,
    )
    header_timeout: int = _setting(
        10, "How long the headers of a request may take to arrive.", unit="seconds", least=1
    )
    body_timeout: int = _setting(
        60, "How long the body of a request may take to arrive.", unit="seconds", least=1
    )
    keep_alive: int = _setting(
        60, "How long a connection may wait for its next request.", unit="seconds", least=1
    )
    drain: int = _setting(
        5, "How long a stopping server waits for its clients to leave.", unit="seconds", least=0
    )
    metrics_token: str = _setting(
        "",
        "Lets who sends it as a bearer token read /metrics from elsewhere; empty: loopback only.",
        secret=True,
    )
    log_format: str = _setting(
        "auto",
        "How the log is written: human, json, or auto, which is human on a terminal.",
        among=("auto", "human", "json"),
    )
    log_level: str = _setting(
        "INFO",
        "What is less grave than this is not logged.",
        among=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    )

    @classmethod
    def load(cls, environ: Mapping[str, str], **given: Any) -> Settings:
        """Settings from the environment, with what is given in Python above it (`None`: not given).

        Raises SettingError: an unknown name, or a value not of the setting's kind.
        """
        known = {one.name: one for one in fields(cls)}
        values: dict[str, Any] = {}
        for name, one in known.items():
            if (text := environ.get(variable(one))) is not None:
                values[name] = _read(one, text)
        for name, value in given.items():
            if name not in known:
                raise SettingError(f"There is no setting {name!r}; there are: {', '.join(known)}.")
            if value is not None:
                values[name] = _read(known[name], value)
        settings = cls(**values)
        check_home(settings.home)
        zone(settings.timezone)
        check_address(settings.liara_url)
        for host in settings.trusted_hosts:
            check_trusted(host)
        return settings


def zone(name: str) -> ZoneInfo | None:
    """The time zone of the times shown; raises SettingError. None is the server's own."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        why = "" if available_timezones() else " This machine knows none: install tzdata."
        raise SettingError(
            f"CHATTERPY_TIMEZONE is a time zone such as Europe/Berlin, not {name!r}.{why}"
        ) from None


def variable(one: Field[Any]) -> str:
    """The name of a setting in the environment."""
    return PREFIX + one.name.upper()


def typed(value: Any) -> str:
    """A value as it is typed in the environment."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def document() -> str:
    """The page docs/settings.md."""
    rows = [
        "# Settings",
        "",
        "Each is a variable in the environment; in Python, `create_app(port=9000)` takes the same",
        "names in lower case, without the prefix. `chatterpy run` has options for the first four.",
        "This page is made by `python -m chatterpy.settings`.",
        "",
        "| Setting | Default | Unit | Meaning |",
        "| --- | --- | --- | --- |",
    ]
    standard = Settings()
    for one in fields(Settings):
        default = typed(getattr(standard, one.name))
        cells = (
            f"`{variable(one)}`",
            f"`{default}`" if default else "",
            one.metadata["unit"],
            one.metadata["sentence"],
        )
        rows.append("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|")
    return "\n".join(rows) + "\n"


def _read(one: Field[Any], given: Any) -> Any:
    """What was given, as the setting's kind; raises SettingError."""
    kind, about = str(one.type), one.metadata
    if kind == "bool":
        return given if isinstance(given, bool) else _read_switch(one, str(given))
    if kind == "int":
        return _read_number(one, given)
    if kind == "Path":
        if not str(given):
            raise SettingError(f"{variable(one)} is a folder, not ''.")
        return Path(given).expanduser()
    if kind == "tuple[str, ...]":
        parts = given.split(",") if isinstance(given, str) else given
        return tuple(part.strip() for part in parts if part.strip())
    if about["among"]:
        return _read_choice(one, str(given))
    return str(given)


def _read_switch(one: Field[Any], given: str) -> bool:
    if given.lower() in ON | OFF:
        return given.lower() in ON
    raise SettingError(f"{variable(one)} is 'on' or 'off', not {given!r}.")


def _read_choice(one: Field[Any], given: str) -> str:
    """One of those there are, spelled as there, in whichever case it was typed."""
    for choice in one.metadata["among"]:
        if given.casefold() == choice.casefold():
            return str(choice)
    among = ", ".join(one.metadata["among"])
    raise SettingError(f"{variable(one)} is one of {among}, not {given!r}.")


def _read_number(one: Field[Any], given: Any) -> int:
    least, most = one.metadata["least"], one.metadata["most"]
    try:
        number = int(str(given))
    except ValueError:
        raise SettingError(f"{variable(one)} is a whole number, not {given!r}.") from None
    if least is not None and number < least:
        raise SettingError(f"{variable(one)} is at least {least}, not {number}.")
    if most is not None and number > most:
        raise SettingError(f"{variable(one)} is at most {most}, not {number}.")
    return number


if __name__ == "__main__":
    print(document(), end="")
