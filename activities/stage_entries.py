"""What entering a state begins and ends: approvals, clocks, follow-up reviews, letters to whoever moves next."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import func, select

from activities.approvals import begin_chain
from activities.case import Case
from activities.evaluations import begin_evaluation, schedule_follow_ups
from domain.bodies import Role
from domain.matters import ObligationKind, SessionState
from domain.stages import ConsultationState
from notifications.notices import Archived, Completed, StageDuty
from records.ledgers import clock_record
from records.papers.supervision import enter_supervision
from records.recipients import conveners_of, organisers_of, people_of
from records.tables.deliberations import ConsultationSession
from records.tables.obligations import FeedbackTask
from records.tables.outcomes import FollowUpReview, Submission

DUTIES: Mapping[ConsultationState, tuple[str, ...]] = {
    ConsultationState.PLATFORM: ("核对协商议事室、召集人和领导党组织", "确认后推进到“确定议题”"),
    ConsultationState.TOPIC: ("完成不议事项审查", "按次序办理审定、备案"),
    ConsultationState.PARTICIPANTS: ("登记参会人员并注明利益相关依据", "邀请责任单位"),
    ConsultationState.RESEARCH: ("开展商前调研", "提交调研报告，由召集人审核"),
    ConsultationState.DELIBERATION: ("提前发出协商活动通知和材料", "登记签到、发言、异议和协商建议"),
    ConsultationState.REPORTING: ("形成成果文件并由召集人签发", "报送并登记签收", "确认协商建议清单"),
    ConsultationState.IMPLEMENTATION: (
        "逐项交办协商建议",
        "核实书面反馈",
        "对未能解决事项和异议作出解释说明",
    ),
    ConsultationState.EVALUATION: ("组织四方评价", "发放群众评价票"),
}


def on_entering(case: Case, state: ConsultationState, on: date) -> None:
    """Begin what the state needs and tell whoever has to move next."""
    begin = _BEGINNINGS.get(state)
    if begin is not None:
        begin(case, on)
    if state in DUTIES:
        _tell_duty(case, state, on)


def _begin_topic(case: Case, on: date) -> None:
    begin_chain(case, on)


def _begin_reporting(case: Case, on: date) -> None:
    """The period for reporting runs from the last session held (domain.md §1.5 report_days)."""
    held_on = case.session.scalar(
        select(func.max(ConsultationSession.held_on)).where(
            ConsultationSession.consultation_id == case.row.id, ConsultationSession.state == SessionState.HELD
        )
    )
    case.row.deliberated_on = held_on or on
    case.start_clock(
        ObligationKind.REPORTING,
        case.row.id,
        holder_id=case.row.operator_id or case.row.owner_id,
        title="报送协商成果",
        started_on=case.row.deliberated_on,
        budget_workdays=case.workdays("report_days"),
    )


def _begin_implementation(case: Case, on: date) -> None:
    sent_on = case.session.scalar(
        select(func.max(Submission.sent_on)).where(Submission.consultation_id == case.row.id)
    )
    case.stop_clocks(sent_on or on, ObligationKind.REPORTING)
    enter_supervision(case.pen, case.row, on)


def _begin_evaluation(case: Case, on: date) -> None:
    verified_on = case.session.scalar(
        select(func.max(FeedbackTask.verified_on)).where(FeedbackTask.consultation_id == case.row.id)
    )
    schedule_follow_ups(case, verified_on or on)
    begin_evaluation(case, on)


def _complete(case: Case, on: date) -> None:
    case.row.completed_on = on
    case.stop_clocks(on, ObligationKind.EVALUATION)
    follow_up_on = case.session.scalar(
        select(func.min(FollowUpReview.due_on)).where(
            FollowUpReview.consultation_id == case.row.id, FollowUpReview.round == case.row.round
        )
    )
    case.post(
        everyone_concerned(case),
        Completed(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            completed_on=on,
            outcome_name=case.row.state.label,
            follow_up_on=follow_up_on,
        ),
    )


def _archive(case: Case, on: date) -> None:
    case.row.archived_on = on
    case.stop_clocks(on)
    held = case.session.scalar(
        select(func.count()).where(
            FollowUpReview.consultation_id == case.row.id, FollowUpReview.held_on.is_not(None)
        )
    )
    case.post(
        everyone_concerned(case),
        Archived(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            archived_on=on,
            follow_up_count=held or 0,
            retention_name="30 年",
        ),
    )


def _close(case: Case, on: date) -> None:
    case.row.completed_on = on
    case.stop_clocks(on)


_BEGINNINGS: Mapping[ConsultationState, Callable[[Case, date], None]] = {
    ConsultationState.TOPIC: _begin_topic,
    ConsultationState.REPORTING: _begin_reporting,
    ConsultationState.IMPLEMENTATION: _begin_implementation,
    ConsultationState.EVALUATION: _begin_evaluation,
    ConsultationState.COMPLETED: _complete,
    ConsultationState.ARCHIVED: _archive,
    ConsultationState.COMPLETED_UNMET: _close,
    ConsultationState.TERMINATED: _close,
    ConsultationState.REJECTED: _close,
    ConsultationState.MERGED: _close,
}


def everyone_concerned(case: Case) -> list[str]:
    """Organisers, conveners, the leading party organisation, and every unit that led or co-handled a task."""
    on = case.pen.today
    people = organisers_of(case.session, case.row, on) + conveners_of(case.session, case.row.room_id, on)
    people += people_of(case.session, case.row.leading_party_id, (Role.PARTY_OFFICE, Role.APPROVER), on)
    tasks = case.session.scalars(select(FeedbackTask).where(FeedbackTask.consultation_id == case.row.id))
    units = {unit_id for task in tasks for unit_id in (task.unit_id, *task.co_unit_ids)}
    for unit_id in sorted(units):
        people += people_of(case.session, unit_id, (Role.DEPARTMENT,), on)
    return list(dict.fromkeys(people))


def _tell_duty(case: Case, state: ConsultationState, on: date) -> None:
    stage = state.stage
    if stage is None:
        return
    due = None
    if state is ConsultationState.REPORTING:
        (record,) = case.open_clocks(ObligationKind.REPORTING)
        due = clock_record(case.session, record.row.id).row
    stages = list(ConsultationState)
    case.post(
        organisers_of(case.session, case.row, case.pen.today)
        + conveners_of(case.session, case.row.room_id, case.pen.today),
        StageDuty(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            stage_name=stage.label,
            stage_ordinal=stage.number,
            previous_stage_name=stages[stage.number - 2].label if stage.number > 1 else None,
            entered_on=on,
            duties=DUTIES[state],
            due_on=due.due_on if due else None,
            is_provisional=due.is_provisional if due else False,
        ),
    )
