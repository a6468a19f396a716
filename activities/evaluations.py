"""Stage eight: evaluation, 再评议 with 二次办理, and the 回头看 that comes after."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from activities.case import Case, require_words
from activities.deeds import records
from domain.acts import OrderRework, RecordEvaluation, RecordFollowUpOutcome
from domain.audit_actions import AuditAction
from domain.bodies import Role
from domain.ledger import PeriodRestarted
from domain.matters import (
    EvaluationParty,
    FollowUpOutcome,
    FollowUpReviewState,
    ObligationKind,
    ResultClass,
)
from domain.refusals import RefusalCode, refuse
from notifications.notices import EvaluationAsked, Relapsed, ReworkStarted
from records.cppcc_members import is_member_for
from records.ledgers import clock_record
from records.queries.feedback_tasks import latest_answers
from records.recipients import conveners_of, organisers_of, people_of
from records.tables.obligations import ClockRow, FeedbackTask
from records.tables.outcomes import Evaluation, FollowUpReview, Suggestion
from statemachines import feedback_task as task_law
from statemachines import follow_up_review as review_law

SECOND_LOOK_RESULTS = (ResultClass.B, ResultClass.C)
"""Items of these classes are looked at a second time (domain.md §1.5 follow-up)."""


def begin_evaluation(case: Case, on: date) -> None:
    """Open the clock of the four evaluations and ask the parties that have an account."""
    clock = case.start_clock(
        ObligationKind.EVALUATION,
        case.row.id,
        holder_id=case.row.operator_id or case.row.owner_id,
        title="四方评价" if case.row.round == 1 else f"第 {case.row.round} 轮四方评价",
        started_on=on,
        budget_workdays=case.workdays("evaluation_days"),
    )
    today = case.pen.today
    asked = {
        EvaluationParty.PARTY_GOV_COMMENT: people_of(
            case.session, case.row.leading_party_id, (Role.PARTY_OFFICE, Role.APPROVER), today
        ),
        EvaluationParty.ORGANIZER_ANALYSIS: organisers_of(case.session, case.row, today)
        + conveners_of(case.session, case.row.room_id, today),
    }
    for party, people in asked.items():
        case.post(people, evaluation_asked(case, party.label, clock))


def evaluation_asked(case: Case, party_name: str, clock: ClockRow) -> EvaluationAsked:
    """The letter that asks one party to evaluate."""
    return EvaluationAsked(
        consultation_number=case.row.number,
        consultation_title=case.row.title,
        link=case.link(),
        party_name=party_name,
        round_ordinal=case.row.round,
        due_on=clock.due_on,
        is_provisional=clock.is_provisional,
    )


def schedule_follow_ups(case: Case, verified_on: date) -> None:
    """Schedule the 回头看 of this round: one for all, a second where an item is of class B or C."""
    # What a 二次办理 has answered anew stands; the answer of the round before is history.
    answers = latest_answers(case.session, case.row.id).values()
    _schedule(case, verified_on, "follow_up_days", "回头看")
    if any(answer.result in SECOND_LOOK_RESULTS for answer in answers):
        _schedule(case, verified_on, "follow_up_again_days", "B、C 类事项再回头看")


@records(RecordEvaluation)
def record_evaluation(case: Case, act: RecordEvaluation) -> str:
    """Record one party's score; a second one of the same party and round replaces the first and is audited."""
    case.permit(act)
    case.check_date(act)
    if act.party is EvaluationParty.PUBLIC_RATING:
        raise refuse(RefusalCode.INVALID_INPUT, "群众评价由评价票计算，不能直接填写分数。", field="party")
    if not 0 <= act.score <= 100:
        raise refuse(RefusalCode.INVALID_INPUT, "评分应在 0 至 100 之间。", field="score")
    row = case.session.scalar(
        select(Evaluation).where(
            Evaluation.consultation_id == case.row.id,
            Evaluation.round == case.row.round,
            Evaluation.party == act.party,
        )
    )
    old = None if row is None else row.score
    if row is None:
        row = Evaluation(consultation_id=case.row.id, round=case.row.round, party=act.party)
        case.session.add(row)
    row.score, row.comment, row.evaluated_on = act.score, act.comment, act.occurred_on
    case.session.flush()
    case.note(
        AuditAction.EVALUATED,
        "evaluation",
        row.id,
        old={"score": old},
        new={"party": act.party, "round": row.round, "score": act.score},
        note=act.note,
    )
    return row.id


@records(OrderRework)
def record_rework(case: Case, act: OrderRework) -> str:
    """再评议: the named items go back for 二次办理, and a new round of evaluation will follow."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    require_words(act.reason, "reason", "要求二次办理须写明理由。")
    case.move("rework", act)
    return begin_rework(case, act.task_ids, act.occurred_on, act.reason)


@records(RecordFollowUpOutcome)
def record_follow_up_outcome(case: Case, act: RecordFollowUpOutcome) -> str:
    """Record what a 回头看 found. 反弹 with the items named reopens at once; without, a rework must be ordered."""
    review = case.session.get(FollowUpReview, act.review_id)
    if review is None or review.consultation_id != case.row.id:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该次回头看。", field="review_id")
    case.permit(act)
    case.check_date(act, case.row.completed_on)
    review.state = review_law.after(review.state, act.outcome.value)
    review.held_on, review.findings = act.occurred_on, act.findings
    review.attended_by_ids = _members(case, act)
    for record in case.open_clocks(ObligationKind.FOLLOW_UP_REVIEW):
        if record.row.subject_id == review.id:
            case.stop_clock(record.row.id, act.occurred_on)
    case.note(
        AuditAction.FOLLOW_UP_RECORDED,
        "follow_up_review",
        review.id,
        new={"ordinal": review.ordinal, "outcome": act.outcome, "held_on": act.occurred_on.isoformat()},
        note=act.note,
    )
    if act.outcome is FollowUpOutcome.RELAPSED:
        _tell_relapse(case, review, act)
        if act.task_ids:
            case.move("rework", act)
            begin_rework(case, act.task_ids, act.occurred_on, act.findings)
        else:
            _start_rework_clock(case, act.occurred_on)
    return review.id


def _members(case: Case, act: RecordFollowUpOutcome) -> list[str]:
    for person_id in act.attended_by_ids:
        if not is_member_for(case.session, person_id, case.row.area, act.occurred_on):
            message = "参加回头看的委员应为本地区的政协委员。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="attended_by_ids")
    return list(dict.fromkeys(act.attended_by_ids))


def begin_rework(case: Case, task_ids: Sequence[str], on: date, reason: str) -> str:
    """Start round n+1: each named task gets a full new period of its own clock."""
    if not task_ids:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少选择一项需要二次办理的事项。", field="task_ids")
    case.row.round += 1
    case.row.completed_on = None
    case.stop_clocks(on, ObligationKind.EVALUATION, ObligationKind.FOLLOW_UP_REVIEW)
    workdays = case.workdays("rework_days")
    for task_id in task_ids:
        task = case.session.get(FeedbackTask, task_id)
        if task is None or task.consultation_id != case.row.id:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该办理事项。", field="task_ids")
        task.state = task_law.after(task.state, "rework")
        task.round, task.answered_on, task.verified_on = case.row.round, None, None
        record = clock_record(case.session, task.clock_id)
        case.write(record, PeriodRestarted(on, workdays, case.pen.at, f"二次办理：{reason}"))
        suggestion = case.session.get_one(Suggestion, task.suggestion_id)
        case.post(
            people_of(case.session, task.unit_id, (Role.DEPARTMENT, Role.DEPARTMENT_HEAD), case.pen.today),
            ReworkStarted(
                consultation_number=case.row.number,
                consultation_title=case.row.title,
                link=case.link(f"/feedback-tasks/{task.id}"),
                unit_name=case.body_name(task.unit_id),
                task_title=suggestion.text,
                due_on=record.row.due_on,
                is_provisional=record.row.is_provisional,
                started_on=on,
                round_ordinal=case.row.round - 1,
                reason=reason,
                due_workdays=workdays,
            ),
        )
    case.note(
        AuditAction.REWORK_ORDERED,
        "consultation",
        case.row.id,
        new={"round": case.row.round, "task_ids": list(task_ids), "state": case.row.state},
        note=reason,
    )
    return case.row.id


def _schedule(case: Case, verified_on: date, parameter: str, purpose: str) -> None:
    ordinal = 1 + (
        case.session.scalar(
            select(func.max(FollowUpReview.ordinal)).where(FollowUpReview.consultation_id == case.row.id)
        )
        or 0
    )
    workdays = case.workdays(parameter)
    review = FollowUpReview(
        consultation_id=case.row.id,
        ordinal=ordinal,
        round=case.row.round,
        due_on=case.calendar.add_workdays(verified_on, workdays).on,
        state=FollowUpReviewState.SCHEDULED,
        purpose=purpose,
    )
    case.session.add(review)
    case.session.flush()
    case.start_clock(
        ObligationKind.FOLLOW_UP_REVIEW,
        review.id,
        holder_id=case.row.operator_id or case.row.owner_id,
        title=purpose,
        started_on=verified_on,
        budget_workdays=workdays,
    )
    case.note(
        AuditAction.FOLLOW_UP_SCHEDULED,
        "follow_up_review",
        review.id,
        new={"ordinal": ordinal, "due_on": review.due_on.isoformat(), "purpose": purpose},
    )


def _start_rework_clock(case: Case, on: date) -> None:
    """A relapse without items named still owes a decision: no obligation without a clock (invariant 8)."""
    case.start_clock(
        ObligationKind.EVALUATION,
        case.row.id,
        holder_id=case.row.operator_id or case.row.owner_id,
        title="反弹后启动二次办理",
        started_on=on,
        budget_workdays=case.workdays("evaluation_days"),
    )


def _tell_relapse(case: Case, review: FollowUpReview, act: RecordFollowUpOutcome) -> None:
    today = case.pen.today
    people = organisers_of(case.session, case.row, today) + conveners_of(
        case.session, case.row.room_id, today
    )
    people += people_of(case.session, case.row.leading_party_id, (Role.PARTY_OFFICE, Role.APPROVER), today)
    case.post(
        people,
        Relapsed(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            held_on=act.occurred_on,
            follow_up_ordinal=review.ordinal,
            finding=act.findings,
        ),
    )
