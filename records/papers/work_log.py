"""工作台账: what was done around consultations. A wrong entry is withdrawn with its reason, never deleted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.bodies import Role
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from domain.stages import ConsultationState
from domain.work_log import NEEDS_COMPLETED_CONSULTATION, NEEDS_INSPECTED_UNIT, NEEDS_MEMBER, WorkKind
from records.audit import administration_stream
from records.papers.changes import amend, kept
from records.papers.checking import Day, Known, Line, Number, Text, checked, clean, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.queries.scopes import consultation_for
from records.recipients import DUTY_ROLES, HEAD_ROLES, people_of
from records.tables.consultations import Consultation
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Room
from records.tables.work_log import WorkRecord

INSPECTION_LEAD_DAYS_MAX = 366
_STREAM = administration_stream("work_log")
_COMPLETED = frozenset({ConsultationState.COMPLETED, ConsultationState.ARCHIVED})


@dataclass(frozen=True, kw_only=True)
class WorkPaper:
    """One entry. ``domain.work_log`` says which kinds need the inspected unit, the consultation or the member.

    An announced inspection may lie ahead, because its unit is told of it; everything else has happened.
    """

    kind: WorkKind
    happened_on: Annotated[date, Day("日期")]
    title: Annotated[str, Line("事项名称")]
    note: Annotated[str, Text("情况说明", is_required=False)] = ""
    subject_organisation_id: Annotated[str | None, Known("走访（督查）的单位", Organisation)] = None
    person_id: Annotated[str | None, Known("政协委员", Person)] = None
    consultation_id: Annotated[str | None, Known("相关协商", Consultation)] = None
    room_id: Annotated[str | None, Known("相关协商议事室", Room)] = None
    people_count: Annotated[int | None, Number("参加人数", most=1_000_000)] = None
    cost_yuan: Annotated[int | None, Number("费用（元）", most=1_000_000_000)] = None


def record_work(pen: Pen, paper: WorkPaper, link: str) -> dict[str, Any]:
    """Record one entry for the writer's own organisation; an announced inspection is told to its unit.

    ``link`` is the address of the work log. Raises Refused (INVALID_INPUT).
    """
    values = checked(pen, paper)
    _require_day(pen, paper)
    _require_subject(pen, paper)
    _require_member(pen, paper)
    _require_consultation(pen, paper)
    keeper = row_of(pen, Organisation, pen.by.organisation_id, "单位")
    record = WorkRecord(
        organisation_id=keeper.id,
        area=keeper.area,
        recorded_by_person_id=pen.by.person_id,
        recorded_at=pen.at,
        **values,
    )
    pen.session.add(record)
    pen.session.flush()
    # Never to the stream of its consultation, which the inspected unit may read (NA-17).
    pen.note(AuditAction.WORK_RECORDED, "work_record", record.id, stream=_STREAM, new=kept(values))
    _tell_inspected(pen, record, keeper, link)
    return {"work_record_id": record.id, "letters": pen.letters_written}


def withdraw_work(pen: Pen, record_id: str, reason: str, link: str) -> dict[str, Any]:
    """Withdraw a wrong entry; a unit that was told of its inspection is told so.

    Raises Refused (NOT_FOUND, STATE_FORBIDS for an entry withdrawn before, INVALID_INPUT).
    """
    record = row_of(pen, WorkRecord, record_id, "台账记录")
    if record.withdrawn_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该条台账记录已经撤销。")
    withdrawal = {
        "withdrawn_on": pen.today,
        "withdrawal_reason": clean(pen, Text("撤销原因"), reason, "reason"),
    }
    old, new = amend(record, withdrawal)
    pen.session.flush()
    pen.note(AuditAction.WORK_WITHDRAWN, "work_record", record.id, stream=_STREAM, old=old, new=new)
    keeper = row_of(pen, Organisation, record.organisation_id, "单位")
    _tell_inspected(pen, record, keeper, link)
    return {"work_record_id": record.id, "letters": pen.letters_written}


def _require_day(pen: Pen, paper: WorkPaper) -> None:
    if paper.happened_on <= pen.today:
        return
    if paper.kind is not WorkKind.INSPECTION:
        raise invalid(f"“日期”不得晚于今天（{pen.today}）。", "happened_on")
    if paper.happened_on > pen.today + timedelta(days=INSPECTION_LEAD_DAYS_MAX):
        raise invalid("督查安排不得早于一年登记。", "happened_on")


def _require_subject(pen: Pen, paper: WorkPaper) -> None:
    if paper.subject_organisation_id is None:
        if paper.kind in NEEDS_INSPECTED_UNIT:
            raise invalid(f"登记{paper.kind.label}应选择被督查的单位。", "subject_organisation_id")
    elif paper.subject_organisation_id == pen.by.organisation_id:
        raise invalid("走访（督查）的单位不能是本单位。", "subject_organisation_id")


def _require_member(pen: Pen, paper: WorkPaper) -> None:
    if paper.person_id is None:
        if paper.kind in NEEDS_MEMBER:
            raise invalid(f"登记{paper.kind.label}应选择政协委员。", "person_id")
        return
    held = select(Membership.id).where(
        Membership.person_id == paper.person_id, Membership.role == Role.MEMBER
    )
    if pen.session.scalars(held).first() is None:
        raise invalid("所选人员不是政协委员，请重新选择。", "person_id")


def _require_consultation(pen: Pen, paper: WorkPaper) -> None:
    if paper.consultation_id is None:
        if paper.kind in NEEDS_COMPLETED_CONSULTATION:
            raise invalid(f"登记{paper.kind.label}应选择已办结的协商。", "consultation_id")
        return
    row = consultation_for(pen.session, pen.by, paper.consultation_id, pen.today)
    if row is None:
        raise invalid("“相关协商”不存在，请重新选择。", "consultation_id")
    if paper.kind in NEEDS_COMPLETED_CONSULTATION and row.state not in _COMPLETED:
        raise invalid(f"典型案例应从已办结的协商中推荐，该协商现处“{row.state.label}”。", "consultation_id")


def _tell_inspected(pen: Pen, record: WorkRecord, keeper: Organisation, link: str) -> None:
    """Tell the unit of an announced inspection. 四不两直 is never told to anybody (NA-17)."""
    if record.kind is not WorkKind.INSPECTION:
        return
    unit = pen.session.get_one(Organisation, record.subject_organisation_id)
    about = pen.session.get_one(Consultation, record.consultation_id).number if record.consultation_id else ""
    payload = {
        "consultation_number": about,
        "consultation_title": record.title,
        "link": link,
        "unit_name": unit.name,
        "inspected_by": keeper.name,
        "inspected_on": record.happened_on.isoformat(),
        "is_to_come": record.happened_on >= pen.today,
        "matters": record.note,
        "withdrawal_reason": record.withdrawal_reason,
    }
    people = people_of(pen.session, unit.id, (*HEAD_ROLES, *DUTY_ROLES), pen.today)
    pen.post(NoticeKind.INSPECTION_NOTICE, people, payload)
