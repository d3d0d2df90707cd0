"""The `chatterpy` command."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()  # before anything else is imported that could keep the unpatched parts

from pathlib import Path

import click

from chatterpy import __version__
from chatterpy.serve import main as serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chatterpy")
def main() -> None:
    """A chat for your own server."""


@main.command()
@click.option("--host", help="The address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=int, help="The port; 0 takes a free one. [default: 8000]")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="The folder of the database and the secret key. [default: chatterpy-data]",
)
@click.pass_context
def run(context: click.Context, host: str | None, port: int | None, data: Path | None) -> None:
    """Serves the chat. Every setting is also CHATTERPY_… in the environment."""
    context.exit(serve({"host": host, "port": port, "data": data}))


if __name__ == "__main__":
    main()
