"""What somebody does who owns the database itself: taking down its guards, and writing behind the service's back."""

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from records.audit import AuditTrail, entries_after
from records.stream_walks import GENESIS, content_of
from records.tables.audit import AuditEntry, AuditHead


def take_down_guards(session: Session) -> None:
    """Drop every trigger of the audit tables, as only the owner of the database can."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("DROP FUNCTION audit_written_once CASCADE"))
        session.execute(text("DROP FUNCTION audit_only_forwards CASCADE"))


def rewrite_chain(session: Session, trail: AuditTrail, stream: str) -> None:
    """Number and hash the whole stream anew with this key, and set its head, as who stole the key would."""
    previous, sequence = GENESIS, 0
    for found in session.execute(entries_after(stream, 0)).all():
        sequence += 1
        at = (AuditEntry.stream == stream, AuditEntry.sequence == found.sequence)
        session.execute(update(AuditEntry).where(*at).values(sequence=sequence, previous_hash=previous))
        there = (AuditEntry.stream == stream, AuditEntry.sequence == sequence)
        entry = session.execute(select(*AuditEntry.__table__.columns).where(*there)).one()
        previous = trail._hash(content_of(entry), "sha256")
        session.execute(update(AuditEntry).where(*there).values(hash=previous))
    session.execute(
        update(AuditHead).where(AuditHead.stream == stream).values(length=sequence, head=previous)
    )
