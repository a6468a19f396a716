"""The chain of 审定 and 备案 on a topic: its beginning, each body's decision, what an objection undoes."""

from datetime import date

from sqlalchemy import select

from activities.case import Case
from activities.deeds import records
from domain.acts import DecideApproval
from domain.audit_actions import AuditAction
from domain.bodies import BodyKind, Role
from domain.ladder import FILED_BY_SILENCE
from domain.matters import Decision, ObligationKind
from domain.refusals import RefusalCode, refuse
from notifications.notices import ApprovalAsked
from records.chain_bodies import bodies_for
from records.ledgers import ClockRecord
from records.recipients import people_of
from records.tables.consultations import Approval
from records.tables.obligations import ClockRow, FiredRung
from statemachines.approval_chain import ChainStep, after

SILENCE = "期满无异议，视为已备案"

PARTY_KINDS = frozenset(
    {BodyKind.PARTY_COMMITTEE, BodyKind.PARTY_WORK_COMMITTEE, BodyKind.PARTY_ORGANIZATION}
)


def begin_chain(case: Case, on: date) -> None:
    """Write the steps of the pinned chain and ask the first body. Raises Refused (PARAMETER_UNSET) without one."""
    attempt = 1 + max((row.attempt for row in current_chain(case)), default=0)
    own = (case.row.leading_party_id, case.row.owner_id, case.row.operator_id)
    steps = case.rule_set.approval_chain(case.level, case.row.kind)
    for step, body in bodies_for(case.session, case.row.area, own, steps):
        case.session.add(
            Approval(
                consultation_id=case.row.id,
                attempt=attempt,
                step=step.step,
                label=step.label,
                body_kind=body.kind if body else step.body_kinds[0],
                body_id=body.id if body else None,
                is_filing=step.is_filing,
                is_optional=step.is_optional,
                period_workdays=step.period_workdays,
            )
        )
    case.session.flush()
    _ask_next(case, on)


@records(DecideApproval)
def record_approval(case: Case, act: DecideApproval) -> str:
    """Record what the body decided on its own step; the order is by date, then by step (domain.md §1.6.4)."""
    chain = current_chain(case)
    row = next((one for one in chain if one.step == act.step), None)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, f"审定程序中没有第 {act.step} 步。", field="step")
    case.permit(act, body_id=row.body_id)
    case.check_date(act)
    closes_on = None
    if row.is_filing and row.decided_on is not None:
        closes_on = _objection_closes_on(case, row, row.decided_on)
    steps = tuple(_chain_step(case, one) for one in chain)
    after(steps, act.step, act.decision, act.occurred_on, objection_closes_on=closes_on)
    old = row.decision
    row.decision, row.decided_on, row.note = act.decision, act.occurred_on, act.note
    _stop_clock_of(case, row, act.occurred_on)
    case.note(
        AuditAction.APPROVAL_DECIDED,
        "approval",
        row.id,
        old={"decision": old},
        new={
            "step": row.step,
            "label": row.label,
            "decision": act.decision,
            "decided_on": act.occurred_on.isoformat(),
        },
        note=act.note,
    )
    if act.decision is Decision.OBJECTED:
        begin_chain(case, act.occurred_on)
    elif act.decision is not Decision.REFUSED:
        _ask_next(case, act.occurred_on)
    return row.id


def file_by_silence(case: Case, record: ClockRecord, on: date) -> None:
    """已备案, because the last day for an objection has passed without one; ``on`` is the working day after it.

    Approval never comes of silence (domain.md §1.6.3).
    """
    row = case.session.get_one(Approval, record.row.subject_id)
    closed_on = case.calendar.add_workdays(on, -1).on
    steps = tuple(_chain_step(case, one) for one in current_chain(case))
    after(steps, row.step, Decision.FILED, closed_on)
    row.decision, row.decided_on, row.note = Decision.FILED, closed_on, SILENCE
    _stop_clock_of(case, row, closed_on)
    case.note(
        AuditAction.APPROVAL_DECIDED,
        "approval",
        row.id,
        old={"decision": None},
        new={
            "step": row.step,
            "label": row.label,
            "decision": Decision.FILED,
            "decided_on": closed_on.isoformat(),
        },
        note=SILENCE,
    )
    _ask_next(case, closed_on)


def _objection_closes_on(case: Case, row: Approval, filed_on: date) -> date:
    """The last day to object to what was filed. Silence has used the days up: they are not given twice."""
    is_by_silence = case.session.scalar(
        select(FiredRung.clock_id)
        .join(ClockRow, ClockRow.id == FiredRung.clock_id)
        .where(ClockRow.subject_id == row.id, FiredRung.name == FILED_BY_SILENCE)
    )
    if is_by_silence is not None:
        return filed_on
    return case.calendar.add_workdays(filed_on, case.workdays("filing_objection_days")).on


def current_chain(case: Case) -> list[Approval]:
    """The steps of the latest attempt, in order."""
    rows = list(
        case.session.scalars(
            select(Approval)
            .where(Approval.consultation_id == case.row.id)
            .order_by(Approval.attempt, Approval.step)
        )
    )
    latest = max((row.attempt for row in rows), default=0)
    return [row for row in rows if row.attempt == latest]


def _chain_step(case: Case, row: Approval) -> ChainStep:
    name = case.body_name(row.body_id) or row.label
    return ChainStep(row.step, name, row.is_filing, row.is_optional, row.decision, row.decided_on)


def _ask_next(case: Case, on: date) -> None:
    """Open the clocks of what may be decided next: the optional steps first in line, and the one after them."""
    chain = current_chain(case)
    last_decided = max((row.step for row in chain if row.decision is not None), default=0)
    for row in chain:
        if row.step <= last_decided:
            continue
        if not row.is_optional:
            _ask(case, row, len(chain), on)
            return


def _ask(case: Case, row: Approval, step_count: int, on: date) -> None:
    verb = "备案" if row.is_filing else "审定"
    clock = case.start_clock(
        ObligationKind.FILING if row.is_filing else ObligationKind.APPROVAL,
        row.id,
        holder_id=row.body_id,
        title=row.label,
        started_on=on,
        budget_workdays=row.period_workdays,
    )
    case.post(
        people_of(case.session, row.body_id, (Role.APPROVER, Role.PARTY_OFFICE, Role.STAFF), case.pen.today),
        ApprovalAsked(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            body_name=case.body_name(row.body_id) or row.label,
            approval_name=verb,
            step_ordinal=row.step,
            step_count=step_count,
            asked_on=on,
            asked_by=case.body_name(case.row.operator_id or case.row.owner_id),
            due_on=clock.due_on,
            is_provisional=clock.is_provisional,
            objection_by_on=_silent_on(case, row, on),
        ),
    )


def _silent_on(case: Case, row: Approval, on: date) -> date | None:
    """The day with which silence files the topic; None for an approval, which silence never brings."""
    if not row.is_filing:
        return None
    return case.calendar.add_workdays(on, case.workdays("filing_objection_days")).on


def _stop_clock_of(case: Case, row: Approval, on: date) -> None:
    clock_id = case.session.scalar(select(ClockRow.id).where(ClockRow.subject_id == row.id))
    if clock_id is not None:
        case.stop_clock(clock_id, on)
