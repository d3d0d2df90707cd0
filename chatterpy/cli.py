"""The `chatterpy` command."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()  # before anything else is imported that could keep the unpatched parts

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from chatterpy import __version__, doctor, inventory, reload
from chatterpy.errors import SetupError
from chatterpy.serve import EXIT_SETUP
from chatterpy.serve import main as serve
from chatterpy.settings import Settings
from chatterpy.theme_cli import theme

_host = click.option("--host", help="The address to listen on. [default: 127.0.0.1]")
_port = click.option("--port", type=int, help="The port; 0 takes a free one. [default: 8000]")
_data = click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="The folder of the database and the secret key. [default: chatterpy-data]",
)
_theme = click.option("--theme", help="The folder of a theme, or its name. [default: default]")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The settings that are options as well."""
    return _host(_port(_data(_theme(command))))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chatterpy")
def main() -> None:
    """A chat for your own server."""


@main.command()
@_options
@click.option("--open", "open_browser", is_flag=True, help="Opens a browser once it listens.")
@click.option("--reload", "reloads", is_flag=True, help="Starts anew when the code changes.")
@click.pass_context
def run(context: click.Context, /, open_browser: bool, reloads: bool, **given: Any) -> None:
    """Serves the chat. Every setting is also CHATTERPY_… in the environment."""
    if not reloads:
        context.exit(serve(given, open_browser))
    try:
        chosen = Settings.load(os.environ, **given)
        if chosen.port == 0:
            given["port"] = reload.free_port(chosen.host)
        options = [f"--{name}={value}" for name, value in given.items() if value is not None]
        context.exit(reload.serve_again_and_again(options, open_browser))
    except SetupError as error:
        _refuse(context, error)


@main.command()
@_options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def settings(context: click.Context, /, as_json: bool, **given: Any) -> None:
    """Shows every setting, its value, and where that came from."""
    show = inventory.for_programs if as_json else inventory.for_people
    try:
        found = inventory.items(os.environ, given)
    except SetupError as error:
        _refuse(context, error)
    click.echo(show(found, inventory.unknown(os.environ)), nl=False)


@main.command(name="doctor")
@_data
@click.pass_context
def examine(context: click.Context, data: Path | None) -> None:
    """Says what is wrong with a set-up and its data folder; changes nothing."""
    found = list(doctor.examine(os.environ, data=data))
    click.echo(doctor.report(found), nl=False)
    context.exit(doctor.exit_code(found))


def _refuse(context: click.Context, error: SetupError) -> NoReturn:
    """One sentence, and the exit code of a start that is refused."""
    click.echo(str(error), err=True)
    context.exit(EXIT_SETUP)


main.add_command(theme)

if __name__ == "__main__":
    main()
