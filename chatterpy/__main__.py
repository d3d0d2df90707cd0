"""`python -m chatterpy` is the `chatterpy` command."""

from chatterpy.cli import main

main(prog_name="chatterpy")
