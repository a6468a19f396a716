"""并案: a consultation on a similar topic ends here and goes on inside another."""

from sqlalchemy import select

from activities.case import Case
from activities.deeds import records
from activities.stage_entries import everyone_concerned, on_entering
from domain.acts import MergeConsultation
from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from notifications.notices import Merged
from records.linked_cases import may_merge_into
from records.recipients import organisers_of, proposers_of
from records.tables.consultations import Consultation, Topic


@records(MergeConsultation)
def record_merge(case: Case, act: MergeConsultation) -> str:
    """End as 并案 with every clock stopped. It never counts in any quota; the other one answers for its topic too."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    other = _survivor(case, act)
    people = everyone_concerned(case)
    source = case.row.state
    target = case.move("merge", act)
    case.row.merged_into_id = other.id
    on_entering(case, target, act.occurred_on)
    if act.occurred_on == case.pen.today:
        topic = case.session.get_one(Topic, case.row.topic_id)
        people += proposers_of(case.session, topic, act.occurred_on)
        people += organisers_of(case.session, other, act.occurred_on)
        case.post(
            people,
            Merged(
                consultation_number=case.row.number,
                consultation_title=case.row.title,
                link=case.link(),
                merged_on=act.occurred_on,
                merged_by=case.body_name(act.by.organisation_id),
                into_number=other.number,
                into_title=other.title,
                reason=act.reason,
            ),
        )
    case.note(
        AuditAction.MERGED,
        "consultation",
        case.row.id,
        old={"state": source},
        new={"state": target, "into": other.number, "occurred_on": act.occurred_on.isoformat()},
        note=act.reason,
    )
    return other.id


def _survivor(case: Case, act: MergeConsultation) -> Consultation:
    """The consultation that goes on, locked: of two that are merged into each other, the second is refused."""
    field = "into_consultation_id"
    if not act.reason.strip():
        raise refuse(RefusalCode.INVALID_INPUT, "请写明并案理由。", field="reason")
    if act.into_consultation_id == case.row.id:
        raise refuse(RefusalCode.INVALID_INPUT, "协商不能并入自身。", field=field)
    other = case.session.scalar(
        select(Consultation).where(Consultation.id == act.into_consultation_id).with_for_update()
    )
    if other is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到要并入的协商。", field=field)
    if not may_merge_into(case.row, other):
        raise refuse(RefusalCode.INVALID_INPUT, "要并入的协商应在同一区域。", field=field)
    if other.state.stage is None:
        label = ConsultationState(other.state).label
        message = f"要并入的协商（{other.number}）已{label}，只能并入正在进行的协商。"
        raise refuse(RefusalCode.STATE_FORBIDS, message, field=field)
    if act.occurred_on < other.opened_on:
        message = f"并案日期不能早于要并入的协商的发起日期（{other.opened_on}）。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="occurred_on")
    return other
