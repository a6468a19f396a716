"""中止 and 恢复: an entry in every ledger that freezes the clocks, never a state.

A reading of domain.md §2.9 (中止 "max 60 wd"): all suspensions of one consultation together, because otherwise a
resumption for a day would begin the maximum anew.
"""

from datetime import date

from sqlalchemy import select

from activities.case import Case, require_words
from activities.deeds import records
from activities.stage_entries import everyone_concerned
from domain.acts import ResumeConsultation, SuspendConsultation
from domain.audit_actions import AuditAction
from domain.ledger import Resumed, Suspended
from domain.matters import ObligationKind
from domain.refusals import RefusalCode, refuse
from notifications import notices
from records.tables.consultations import Suspension

RUNNING_ON = frozenset({ObligationKind.ESCALATION, ObligationKind.SUSPENSION})
"""Clocks that a suspension does not freeze: the party committee's desk, and the suspension's own review."""


@records(SuspendConsultation)
def record_suspension(case: Case, act: SuspendConsultation) -> str:
    """Freeze every clock, and open the clock of the day on which the reason is looked at again."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    require_words(act.reason, "reason", "中止须写明理由。")
    _check_review_date(case, act)
    suspension = Suspension(
        consultation_id=case.row.id,
        reason=act.reason,
        suspended_on=act.occurred_on,
        review_on=act.review_on,
    )
    case.session.add(suspension)
    case.session.flush()
    for record in case.open_clocks():
        if record.row.kind not in RUNNING_ON:
            case.write(record, Suspended(max(act.occurred_on, record.clock.started_on), act.reason))
    case.start_clock(
        ObligationKind.SUSPENSION,
        suspension.id,
        holder_id=case.row.operator_id or case.row.owner_id,
        title="中止复查",
        started_on=act.occurred_on,
        budget_workdays=case.calendar.workdays_between(act.occurred_on, act.review_on),
    )
    case.row.is_suspended = True
    case.post(
        everyone_concerned(case),
        notices.Suspended(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            suspended_on=act.occurred_on,
            suspended_by=case.body_name(act.by.organisation_id),
            reason=act.reason,
            review_on=act.review_on,
        ),
    )
    case.note(
        AuditAction.SUSPENDED,
        "suspension",
        suspension.id,
        new={"suspended_on": act.occurred_on.isoformat(), "review_on": act.review_on.isoformat()},
        note=act.reason,
    )
    return suspension.id


@records(ResumeConsultation)
def record_resumption(case: Case, act: ResumeConsultation) -> str:
    """Let every clock run on with the working days it had left."""
    case.permit(act)
    require_words(act.note, "note", "恢复须在备注中写明理由。")
    suspension = case.session.scalar(
        select(Suspension).where(Suspension.consultation_id == case.row.id, Suspension.resumed_on.is_(None))
    )
    if suspension is None:
        raise RuntimeError(f"{case.row.number} is suspended without a suspension")
    case.check_date(act, suspension.suspended_on)
    suspension.resumed_on = act.occurred_on
    case.stop_clocks(act.occurred_on, ObligationKind.SUSPENSION)
    for record in case.open_clocks():
        if record.row.kind not in RUNNING_ON:
            case.write(record, Resumed(max(act.occurred_on, record.clock.started_on), act.note))
    case.row.is_suspended = False
    case.post(
        everyone_concerned(case),
        notices.Resumed(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            suspended_on=suspension.suspended_on,
            resumed_on=act.occurred_on,
            resumed_by=case.body_name(act.by.organisation_id),
            suspended_workdays=case.calendar.workdays_between(suspension.suspended_on, act.occurred_on),
        ),
    )
    case.note(
        AuditAction.RESUMED,
        "suspension",
        suspension.id,
        new={"resumed_on": act.occurred_on.isoformat()},
        note=act.note,
    )
    return suspension.id


def _check_review_date(case: Case, act: SuspendConsultation) -> None:
    longest, used = case.workdays("suspension_days"), _workdays_suspended(case)
    if used >= longest:
        raise refuse(
            RefusalCode.LIMIT_REACHED,
            f"该协商已中止 {used} 个工作日，累计最长 {longest} 个工作日，不能再次中止；确不具备协商条件的，请终止。",
        )
    latest = case.calendar.add_workdays(act.occurred_on, longest - used).on
    if not act.occurred_on < act.review_on <= latest:
        already = f"，此前已中止 {used} 个" if used else ""
        raise refuse(
            RefusalCode.INVALID_INPUT,
            f"复查日期应在中止之后，且不晚于{_day(latest)}（累计最长 {longest} 个工作日{already}）。",
            field="review_on",
        )


def _workdays_suspended(case: Case) -> int:
    """The working days of all suspensions that have ended."""
    ended = case.session.scalars(
        select(Suspension).where(
            Suspension.consultation_id == case.row.id, Suspension.resumed_on.is_not(None)
        )
    )
    between = case.calendar.workdays_between
    return sum(between(one.suspended_on, one.resumed_on) for one in ended if one.resumed_on is not None)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
