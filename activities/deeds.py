"""The frame of every deed: one act, one transaction, one outcome, exactly once.

A deed function says only what its act changes. The frame locks the consultation, asks the law, keeps the key,
counts the version, derives the next instant at which a clock yields something, and hands back the outcome. A refusal
leaves nothing behind.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.case import Case
from activities.waiting import what_is_awaited
from domain.acts import Act, OpenConsultation, Outcome, RecordWhatIsDue, Stamp, act_digest
from domain.refusals import RefusalCode, Refused, refuse
from records.audit import AuditTrail, consultation_stream
from records.books import Books
from records.deputies import tell_both
from records.outcomes import outcome_from_json, outcome_to_json
from records.pen import Pen
from records.sessions import Register
from records.tables.audit import AuditHead
from records.tables.consultations import Consultation, RecordedDeed
from statemachines import consultation as law

logger = logging.getLogger(__name__)

ATTEMPTS_MAX = 3
"""How often a deed is tried that collides with another one over a row that neither found."""

A = TypeVar("A", bound=Act)
DeedFunction = Callable[[Case, A], str | None]

DEEDS: dict[type[Act], DeedFunction[Any]] = {}


def records(act_type: type[A]) -> Callable[[DeedFunction[A]], DeedFunction[A]]:
    """Declare the function that records acts of this type. It returns the id of the row it made, if any."""

    def register(function: DeedFunction[A]) -> DeedFunction[A]:
        DEEDS[act_type] = function
        return function

    return register


@dataclass(frozen=True)
class Workshop:
    """What deeds need from outside: the register, the audit trail, the books, the address of the pages.

    ``poke`` tells the post office, after a commit, that letters lie in the outbox; losing a poke only delays.
    """

    register: Register
    trail: AuditTrail
    books: Books
    base_url: str
    poke: Callable[[], None]

    def record(self, act: Act, stamp: Stamp) -> Outcome:
        """Record one act. The same key again returns the first outcome; the same key for another act is refused.

        Raises nothing for a refused act: the outcome carries the refusal. Database faults propagate, so that the
        activity is tried again.
        """
        digest = act_digest(act)
        with _following(stamp):
            try:
                outcome, has_letters = self._record_or_recall(act, stamp, digest)
            except Refused as refused:
                logger.info("refused %s: %s", act.name, refused)
                return Outcome(act_digest=digest, refusal=refused.refusal)
            logger.info("recorded %s", act.name)
        if has_letters:
            self.poke()
        return outcome

    def _record_or_recall(self, act: Act, stamp: Stamp, digest: str) -> tuple[Outcome, bool]:
        for _ in range(ATTEMPTS_MAX - 1):
            try:
                return self._record_once(act, stamp, digest)
            except (IntegrityError, Refused) as trouble:
                # Where two executions of one deed raced, the other one was first: its outcome stands.
                with self.register.reading() as session:
                    earlier = session.get(RecordedDeed, (stamp.workflow_id, stamp.update_id))
                if earlier is not None:
                    return _outcome_of(earlier, digest), False
                if isinstance(trouble, Refused):
                    raise
                # Another deed took the same new number or stream in this instant: look again what stands there.
        return self._record_once(act, stamp, digest)

    def _record_once(self, act: Act, stamp: Stamp, digest: str) -> tuple[Outcome, bool]:
        with self.register.writing() as session:
            earlier = session.get(RecordedDeed, (stamp.workflow_id, stamp.update_id))
            if earlier is not None:
                return _outcome_of(earlier, digest), False
            pen = Pen(session, self.trail, act.by, stamp.at, stamp.update_id, self.base_url)
            case = Case(pen, self.books, self.base_url, self._row(session, act, stamp))
            if not isinstance(act, OpenConsultation):
                law.after(case.row.state, act.event, is_suspended=case.row.is_suspended)
            made_id = DEEDS[type(act)](case, act)
            if pen.entries_written == 0 and not isinstance(act, RecordWhatIsDue):
                raise RuntimeError(f"{act.deed} left no audit entry")
            tell_both(pen)
            outcome = self._outcome(case, made_id, digest)
            session.add(
                RecordedDeed(
                    scope=stamp.workflow_id,
                    key=stamp.update_id,
                    act=act.name,
                    digest=digest,
                    outcome=outcome_to_json(outcome),
                    recorded_at=stamp.at,
                )
            )
            return outcome, pen.letters_written > 0

    def _row(self, session: Session, act: Act, stamp: Stamp) -> Consultation:
        if isinstance(act, OpenConsultation):
            # Nothing to lock yet: the deed of the opening fills the row.
            return Consultation(id=act.consultation_id)
        consultation_id = stamp.workflow_id.removeprefix("consultation/")
        row = session.scalar(select(Consultation).where(Consultation.id == consultation_id).with_for_update())
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商。")
        _name_in_the_log(row)
        return row

    def _outcome(self, case: Case, made_id: str | None, digest: str) -> Outcome:
        case.session.flush()
        _name_in_the_log(case.row)
        awaited = what_is_awaited(case)
        head = case.session.get(AuditHead, consultation_stream(case.row.id))
        case.row.version += 1
        case.row.next_wake_at, case.row.waiting_for = awaited.wake_at, awaited.text
        return Outcome(
            state=case.row.state,
            version=case.row.version,
            is_suspended=case.row.is_suspended,
            next_wake_at=awaited.wake_at,
            waiting_for=awaited.text,
            made_id=made_id,
            act_digest=digest,
            audit_length=head.length if head else 0,
            audit_head=head.head if head else "",
        )


@contextmanager
def _following(stamp: Stamp) -> Iterator[None]:
    """Name the consultation in every line logged inside: its id at once, its number when its row is at hand."""
    consultation_id = stamp.workflow_id.removeprefix("consultation/")
    with structlog.contextvars.bound_contextvars(consultation_id=consultation_id):
        try:
            yield
        finally:
            structlog.contextvars.unbind_contextvars("consultation")


def _name_in_the_log(row: Consultation) -> None:
    structlog.contextvars.bind_contextvars(consultation=row.number)


def _outcome_of(earlier: RecordedDeed, digest: str) -> Outcome:
    if earlier.digest != digest:
        raise refuse(RefusalCode.KEY_REUSED, "该幂等键已用于另一项内容不同的操作，请更换后重试。")
    return outcome_from_json(earlier.outcome)
