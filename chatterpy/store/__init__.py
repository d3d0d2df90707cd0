"""The store on SQLAlchemy Core: one committed log per room."""

from chatterpy.store.sqlite import open_store

__all__ = ["open_store"]
