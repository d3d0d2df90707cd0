"""Brings a database up to date with Alembic's migrations.

Alembic is loaded only when there is something to do: a start with nothing to do stays quick.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from chatterpy.errors import NewerDatabaseError

#: The newest migration; a test compares it with the folder.
HEAD = "0004"

SCRIPTS = Path(__file__).parent / "migrations"


#: What to do about a database of a newer version.
WHEN_NEWER = "Install that version, or restore a backup."


def made_by_newer(version: str) -> str:
    return (
        f"The database was made by a newer version of ChatterPy (its schema is {version}, "
        f"this version knows {HEAD})."
    )


def upgrade(engine: Engine) -> None:
    """Runs what is missing, in one transaction; raises NewerDatabaseError, changing nothing."""
    with engine.begin() as db:
        version = None
        if inspect(db).has_table("alembic_version"):
            version = db.scalar(text("SELECT version_num FROM alembic_version"))
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise NewerDatabaseError(f"{made_by_newer(version)} {WHEN_NEWER}")
        from alembic import command
        from alembic.config import Config

        config = Config()
        # Alembic reads options as ConfigParser does, to which % is special.
        config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = db
        command.upgrade(config, HEAD)
