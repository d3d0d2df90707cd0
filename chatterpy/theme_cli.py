"""The `chatterpy theme` commands: for designers, and for who runs a chat with their themes."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click
from flask import Flask

from chatterpy.app import ChatterPy, create_app
from chatterpy.errors import SetupError, ThemeError
from chatterpy.folder import THEME_VALUES
from chatterpy.serve import EXIT_SETUP
from chatterpy.serve import main as serve
from chatterpy.settings import Settings
from chatterpy.theme import scaffold, values
from chatterpy.theme.folder import DEFAULT, find_theme, folder_of, stored_values

#: The command's name.
NAME = "chatterpy"


@click.group()
def theme() -> None:
    """Makes the chat look and read like your own site."""


@theme.command()
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
@click.pass_context
def new(context: click.Context, folder: Path) -> None:
    """Writes a small theme into the folder NAME, to begin one of your own with."""
    try:
        written = scaffold.put_up(folder)
    except SetupError as error:
        refuse(context, error)
    click.echo(f"A small theme is in {folder}: {', '.join(map(str, written))}.")
    click.echo(f"Next: {shlex.join([called(), 'theme', 'dev', str(folder)])}")
    click.echo("docs/designers.md says what there is to change.")


@theme.command(name="dev")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--port", type=int, help="The port; 0 takes a free one. [default: 8000]")
@click.option("--open", "open_browser", is_flag=True, help="Opens a browser once it listens.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="A data folder of yours; without it there is a lively room that nobody keeps.",
)
@click.pass_context
def develop_theme(
    context: click.Context, folder: Path, port: int | None, open_browser: bool, data: Path | None
) -> None:
    """Shows a theme while you work on it: pages follow each change by themselves.

    There is a gallery as well, of every template in every state.
    """
    with TemporaryDirectory(prefix="chatterpy-") as passing:
        given = {"theme": str(folder), "port": port, "data": data or Path(passing)}
        make = partial(_workshop, lively=data is None)
        code = serve(given, open_browser, make, [("The gallery", "/theme/gallery")])
    context.exit(code)


def _workshop(lively: bool, **settings: Any) -> Flask:
    """A chat with a workshop in it, and people where it is to be lively."""
    # Only here, as below: a chat that is served needs none of it in memory.
    from chatterpy.demo import furnish
    from chatterpy.web.dev import develop
    from chatterpy.web.gallery import gallery

    app = create_app(check_theme=False, **settings)  # the workshop shows faults as pages
    develop(app, gallery)
    if lively:
        furnish(ChatterPy.of(app).parts)
    return app


@theme.command(name="set")
@click.argument("words", metavar="[THEME] [KEY=VALUE]...", nargs=-1)
@click.option("--theme", "named", help="The same as THEME.")
@click.option("--reset", metavar="KEY", multiple=True, help="Goes back to the theme's own value.")
@click.option("--data", type=click.Path(path_type=Path), help="The data folder of the chat.")
@click.pass_context
def set_values(
    context: click.Context,
    words: tuple[str, ...],
    named: str | None,
    reset: tuple[str, ...],
    data: Path | None,
) -> None:
    """Sets a theme's own settings, from the next start on.

    THEME is its folder, or the name of one that comes with ChatterPy; without it, that of
    CHATTERPY_THEME. Without a setting it shows them all. KEY= sets an empty text.
    Exits with 2 where a start with them would be refused.
    """
    leads = named is None and words and "=" not in words[0]
    named, pairs = (words[0], words[1:]) if leads else (named, words)
    try:
        chosen = Settings.load(os.environ, theme=named, data=data)
        if named is None and chosen.theme in ("", DEFAULT):
            raise ThemeError(
                "Expected a theme: write its folder or its name first, as in "
                "`chatterpy theme set garden`, or set CHATTERPY_THEME."
            )
        found, file = find_theme(chosen.theme), chosen.data / THEME_VALUES
        given = values.parse(found, pairs, reset) if pairs or reset else {}
        if given:
            values.keep(file, found, given)
            click.echo(f"Kept in {file}. A server that runs shows it after its next start.")
        stored = stored_values(file, found)
    except SetupError as error:
        refuse(context, error)
    shown = [
        one
        for one in values.values(found, os.environ, stored)
        if not given or one.option.name in given
    ]
    click.echo(values.report(found, shown), nl=False)
    try:
        for one in shown:
            found.check(one.option, one.value)  # as a start does, which would be refused
    except ThemeError as error:
        refuse(context, error)


@theme.command(name="check")
@click.argument("named", metavar="DIR")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or for a workflow of GitHub.",
)
@click.pass_context
def check_theme(context: click.Context, named: str, form: str) -> None:
    """Says what is wrong with a theme, where, and what to do; changes nothing.

    DIR is its folder, or the name of one that comes with ChatterPy. Exits with 1 where there is an
    error, and with 2 where the folder is not a theme.
    """
    # Only here: a chat that is served needs no parsers of HTML and CSS in memory.
    from chatterpy.theme.check import examine
    from chatterpy.theme.check.report import FORMATS

    try:
        report = examine(folder_of(named))
    except SetupError as error:
        refuse(context, error)
    click.echo(FORMATS[form](report), nl=False)
    context.exit(report.exit_code)


@theme.command(name="explain")
@click.argument("rule", required=False)
@click.pass_context
def explain_rule(context: click.Context, rule: str | None) -> None:
    """Shows a rule of the check: why it is there, and the wrong made right.

    Without RULE it lists them all.
    """
    # As above.
    from chatterpy.theme.check.findings import meant, rules
    from chatterpy.theme.check.report import explained, listed

    if rule is None:
        click.echo(listed(rules().values()), nl=False)
    elif rule in rules():
        click.echo(explained(rules()[rule]), nl=False)
    else:
        refuse(context, ThemeError(f"There is no rule {rule!r}.{meant(rule, rules())}"))


def called() -> str:
    """The command as it was called: by a path, or by its name where a shell finds it by that."""
    word = sys.argv[0]
    by_path = Path(word).name == NAME and word not in (NAME, shutil.which(NAME))
    return word if by_path else NAME


def refuse(context: click.Context, error: SetupError) -> NoReturn:
    """One sentence, and the exit code of a start that is refused."""
    click.echo(str(error), err=True)
    context.exit(EXIT_SETUP)
