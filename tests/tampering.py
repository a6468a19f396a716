"""What somebody does who owns the database itself: taking down its guards, and writing behind the service's back."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def take_down_guards(session: Session) -> None:
    """Drop every trigger of the audit tables, as only the owner of the database can."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("DROP FUNCTION audit_written_once CASCADE"))
        session.execute(text("DROP FUNCTION audit_only_forwards CASCADE"))
