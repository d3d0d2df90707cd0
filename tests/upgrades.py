"""What to say where an upgrade has changed what a library never promised."""

from importlib.metadata import version


def changed(library: str, what: str, where: str) -> str:
    """`where` is the place of ours that leans on it."""
    now = f"{library} {version(library)}"
    return f"{now} has changed {what}, which it never promised: look at {where}"
