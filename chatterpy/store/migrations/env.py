"""Alembic's entry: migrations run on the connection that `chatterpy.store.migrate` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
