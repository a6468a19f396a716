"""Separation of duties where deputies act: nobody judges what passed through their own hands."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.refusals import RefusalCode, refuse
from domain.separation import KEPT_APART, SUBMISSIONS, Apart
from records.tables.audit import AuditEntry


def require_separate_hands(
    session: Session, by: Actor, action: AuditAction, stream: str, object_id: str
) -> None:
    """Raise Refused (SAME_PERSON) where a deputyship would let the same hands do both sides of an act.

    The audit trail says whose hands an act went through. Where neither side was done by a deputy, the policy and the
    rules of the paper alone decide.
    """
    apart = KEPT_APART.get(action)
    if apart is None or not by.people:
        return
    for entry in _entries(session, by, stream, apart):
        if _is_about(entry, object_id, apart):
            message = (
                f"“{action.label}”与“{entry.action.label}”不得由同一人办理：代办人及其所代人员此前已办理"
                f"“{entry.action.label}”，请由其他人员办理。"
            )
            raise refuse(RefusalCode.SAME_PERSON, message, field="membership_id")


def _entries(session: Session, by: Actor, stream: str, apart: Apart) -> Sequence[AuditEntry]:
    people = tuple(by.people)
    conditions: list[ColumnElement[bool]] = [
        AuditEntry.stream == stream,
        AuditEntry.action.in_(tuple(apart.actions)),
        or_(AuditEntry.person_id.in_(people), AuditEntry.on_behalf_of.in_(people)),
    ]
    if by.on_behalf_of is None:
        conditions.append(AuditEntry.on_behalf_of != "")
    if apart.since_submission:
        submitted = select(func.max(AuditEntry.sequence)).where(
            AuditEntry.stream == stream, AuditEntry.action.in_(tuple(SUBMISSIONS))
        )
        conditions.append(AuditEntry.sequence >= submitted.scalar_subquery())
    return session.scalars(select(AuditEntry).where(*conditions).order_by(AuditEntry.sequence)).all()


def _is_about(entry: AuditEntry, object_id: str, apart: Apart) -> bool:
    if apart.since_submission:
        return entry.object_id != object_id
    return object_id in _named(entry)


def _named(entry: AuditEntry) -> Iterator[str]:
    yield entry.object_id
    # A part names its whole: a drafted answer its task, an item its plan.
    yield from (str(value) for name, value in entry.new.items() if name in {"task_id", "plan_id"})
