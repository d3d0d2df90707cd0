"""Makes a new database, and brings one that is there up to date with Alembic's migrations.

A new one is made from the schema as it is: a test compares that with what the migrations make. So
Alembic is loaded only for a database of an older version, and a start stays quick.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select

from chatterpy.errors import NewerDatabaseError
from chatterpy.store.schema import metadata

#: The newest migration; a test compares it with the folder.
HEAD = "0004"

SCRIPTS = Path(__file__).parent / "migrations"

#: Alembic's own table (its documentation, "version_table").
_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))

#: What to do about a database of a newer version.
WHEN_NEWER = "Install that version, or restore a backup."


def made_by_newer(version: str) -> str:
    return (
        f"The database was made by a newer version of ChatterPy (its schema is {version}, "
        f"this version knows {HEAD})."
    )


def upgrade(engine: Engine) -> None:
    """Makes or runs what is missing, in one transaction; raises NewerDatabaseError, changing
    nothing.
    """
    with engine.begin() as db:
        tables = inspect(db).get_table_names()
        version = db.scalar(select(_version.c.version_num)) if _version.name in tables else None
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise NewerDatabaseError(f"{made_by_newer(version)} {WHEN_NEWER}")
        if tables:
            migrate(db, HEAD)
        else:
            metadata.create_all(db)
            _version.create(db)
            db.execute(insert(_version).values(version_num=HEAD))


def migrate(db: Connection, version: str) -> None:
    """Runs the migrations up to a version, in the transaction of the connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic reads options as ConfigParser does, to which % is special.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = db
    command.upgrade(config, version)
