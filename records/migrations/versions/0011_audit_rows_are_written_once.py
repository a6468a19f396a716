"""Audit rows are written once: the database itself refuses to change or remove them."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("audit_entries", "audit_seals", "audit_seal_leaves")
NO_CHANGE = "audit rows are written once: they are not changed or removed"
KEYS = {
    "audit_entries": ("stream", "sequence"),
    "audit_seals": ("number",),
    "audit_seal_leaves": ("seal_number", "stream"),
    "audit_heads": ("stream",),
}
ONLY_FORWARDS = "the head of an audit stream only goes forwards, one entry at a time"


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Take back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in KEYS:
        for deed in ("update", "delete", "insert" if is_sqlite else "truncate"):
            on = "" if is_sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {table}_{deed}{on}")
    if not is_sqlite:
        op.execute("DROP FUNCTION audit_written_once")
        op.execute("DROP FUNCTION audit_only_forwards")


def _guard_sqlite() -> None:
    for table in WRITTEN_ONCE:
        _trigger_sqlite(table, "update", NO_CHANGE)
    for table, key in KEYS.items():
        _trigger_sqlite(table, "delete", NO_CHANGE)
        # INSERT OR REPLACE removes a row without a word to the trigger of the removal.
        same = " AND ".join(f"{name} = NEW.{name}" for name in key)
        _trigger_sqlite(table, "insert", NO_CHANGE, f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})")
    _trigger_sqlite(
        "audit_heads",
        "update",
        ONLY_FORWARDS,
        "WHEN NEW.stream <> OLD.stream OR NEW.length <> OLD.length + 1",
    )


def _trigger_sqlite(table: str, deed: str, complaint: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{deed} BEFORE {deed.upper()} ON {table} {when}"
        f" BEGIN SELECT RAISE(ABORT, '{complaint}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_written_once() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{NO_CHANGE}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION audit_only_forwards() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.stream <> OLD.stream OR NEW.length <> OLD.length + 1"
        f" THEN RAISE EXCEPTION '{ONLY_FORWARDS}'; END IF;"
        " RETURN NEW; END $$"
    )
    for table in WRITTEN_ONCE:
        _trigger_postgresql(table, "update", "ROW", "audit_written_once")
    _trigger_postgresql("audit_heads", "update", "ROW", "audit_only_forwards")
    for table in KEYS:
        _trigger_postgresql(table, "delete", "ROW", "audit_written_once")
        _trigger_postgresql(table, "truncate", "STATEMENT", "audit_written_once")


def _trigger_postgresql(table: str, deed: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{deed} BEFORE {deed.upper()} ON {table}"
        f" FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
