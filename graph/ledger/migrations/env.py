"""Run the migrations on the connection that `open_ledger` hands over; it also owns the transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
