"""Run by Alembic for one history at a time; app.schema gives it the connection and the history."""

from alembic import context

from app.db import db
from app.schema import options

history = context.config.attributes["history"]
connection = context.config.attributes["connection"]
settings = options(history) | {"target_metadata": db.metadata}
context.configure(connection=connection, transaction_per_migration=True, **settings)
with context.begin_transaction():
    context.run_migrations()
