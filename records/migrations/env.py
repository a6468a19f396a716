"""Alembic's entry: migrates on the connection it is handed."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

from records.tables import Base


def _words_as_text(kind: str, item: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    """A word is text to the database, so that a new word needs no migration."""
    return f"sa.String(length={item.length})" if kind == "type" and isinstance(item, Enum) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_words_as_text,
    user_module_prefix="records.base.",
)
with context.begin_transaction():
    context.run_migrations()
