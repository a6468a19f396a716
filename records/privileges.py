"""PostgreSQL: what the role of the service may not do to audit rows, beside the triggers that stop everybody."""

from sqlalchemy import text
from sqlalchemy.engine import URL

from records.dialects import open_engine

WRITTEN_ONCE = ("audit_entries", "audit_seals", "audit_seal_leaves")
"""Tables in which rows are written and read, and nothing else. Heads are moved forwards too."""


def withhold_audit_rights(database_url: str | URL, role: str) -> None:
    """Give a role what the service needs of every table, and take from it what could change audit rows.

    To be run as the owner of the tables, who must be somebody else. Raises DBAPIError where there is no such role.
    """
    engine = open_engine(database_url)
    name = engine.dialect.identifier_preparer.quote(role)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {name}"))
            connection.execute(
                text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
            )
            connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}"))
            for table in WRITTEN_ONCE:
                connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {table} FROM {name}"))
            connection.execute(text(f"REVOKE DELETE, TRUNCATE, TRIGGER ON audit_heads FROM {name}"))
    finally:
        engine.dispose()
