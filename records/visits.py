"""A reader's bookmark in a consultation. Like the hour at which a session was last seen, it is no change of the register:
it decides nothing, nobody else is shown it, and it leaves no audit entry."""

from datetime import datetime

from records.queries.changes_since import ChangesSince, is_same_look
from records.sessions import Register
from records.tables.visits import ConsultationVisit


def note_visit(
    register: Register, person_id: str, consultation_id: str, found: ChangesSince, at: datetime
) -> None:
    """Remember that the person has now seen what was found; nothing is written where nothing would change."""
    if not needs_noting(found, at):
        return
    with register.writing() as session:
        visit = session.get(ConsultationVisit, (person_id, consultation_id))
        if visit is None:
            session.add(
                ConsultationVisit(
                    person_id=person_id, consultation_id=consultation_id, sequence=found.length, seen_at=at
                )
            )
        elif visit.former_sequence is not None and is_same_look(visit.seen_at, at):
            visit.sequence = max(visit.sequence, found.length)
        else:
            visit.former_sequence, visit.former_seen_at = visit.sequence, visit.seen_at
            visit.sequence, visit.seen_at = max(visit.sequence, found.length), at


def needs_noting(found: ChangesSince, at: datetime) -> bool:
    """Whether the look tells the register anything: the first one, one with news, or one after a while."""
    kept = found.kept
    return kept is None or found.length > kept.sequence or not is_same_look(kept.seen_at, at)
