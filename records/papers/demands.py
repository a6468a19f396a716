"""What supervisors ask of a body, what it answers, and whether that satisfies (domain.md §3.3)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.clocks import was_in_time
from domain.inspections import PERIOD_WORKDAYS_MAX, DemandKind, DemandState, DemandStepKind
from domain.matters import Verdict
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.base import new_id
from records.books import Books
from records.demand_letters import tell_answered, tell_asked, tell_verified
from records.demands import DemandRecord, add_step, calendar_of, demand_record, ladder_of, renew
from records.papers.changes import kept
from records.papers.checking import Known, Line, Number, PastDay, Text, checked, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.tables.consultations import Consultation
from records.tables.inspections import Demand, Inspection
from records.tables.people import Organisation
from statemachines import demand as law

STREAM = administration_stream("inspections")
"""Where inspections leave their entries: never where an inspected body may read (NA-17)."""


@dataclass(frozen=True, kw_only=True)
class FindingPaper:
    """One finding of an inspection: who has to put right what, within how many working days."""

    holder_id: Annotated[str, Known("责任单位", Organisation)]
    title: Annotated[str, Line("问题")]
    text: Annotated[str, Text("整改要求")]
    period_workdays: Annotated[int, Number("整改期限（工作日）", least=1, most=PERIOD_WORKDAYS_MAX)]
    issued_on: Annotated[date, PastDay("提出日期")]
    consultation_id: Annotated[str | None, Known("相关协商", Consultation)] = None


@dataclass(frozen=True, kw_only=True)
class CommentPaper:
    """A comment of a supervisor on a consultation, which its staff have to answer."""

    title: Annotated[str, Line("意见要点")]
    text: Annotated[str, Text("具体意见")]
    period_workdays: Annotated[int, Number("答复期限（工作日）", least=1, most=PERIOD_WORKDAYS_MAX)]
    issued_on: Annotated[date, PastDay("提出日期")]


@dataclass(frozen=True, kw_only=True)
class DemandAnswer:
    """What the body answers."""

    text: Annotated[str, Text("答复内容")]
    answered_on: Annotated[date, PastDay("答复日期")]


@dataclass(frozen=True, kw_only=True)
class DemandVerdict:
    """Whether the answer satisfies; one that does not is sent back with its reason and a new period."""

    verdict: Verdict
    comment: Annotated[str, Text("核实意见", is_required=False)] = ""
    period_workdays: Annotated[
        int | None, Number("新的期限（工作日）", least=1, most=PERIOD_WORKDAYS_MAX)
    ] = None
    decided_on: Annotated[date, PastDay("核实日期")]


def issue_finding(
    pen: Pen, books: Books, inspection_id: str, paper: FindingPaper, base_url: str
) -> dict[str, Any]:
    """Issue a finding: from now on its holder knows of it. Raises Refused (STATE_FORBIDS, INVALID_INPUT)."""
    inspection = row_of(pen, Inspection, inspection_id, "督查")
    if inspection.concluded_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该督查已经办结，不能再提出问题。")
    values = checked(pen, paper)
    holder = row_of(pen, Organisation, values["holder_id"], "责任单位")
    row = Demand(
        id=new_id(),
        **values,
        kind=DemandKind.RECTIFICATION,
        inspection_id=inspection.id,
        area=holder.area,
        issued_by_id=inspection.organisation_id,
    )
    return _issue(pen, books, row, values, base_url)


def comment_on(
    pen: Pen, books: Books, consultation_id: str, paper: CommentPaper, base_url: str
) -> dict[str, Any]:
    """Comment on a consultation; whoever runs it has to answer. Raises Refused (STATE_FORBIDS, INVALID_INPUT)."""
    consultation = row_of(pen, Consultation, consultation_id, "协商")
    holder_id = consultation.operator_id or consultation.owner_id
    if holder_id is None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该协商尚未确定承办机构，不能提出督查意见。")
    values = checked(pen, paper)
    row = Demand(
        id=new_id(),
        **values,
        kind=DemandKind.COMMENT,
        consultation_id=consultation.id,
        holder_id=holder_id,
        area=consultation.area,
        issued_by_id=pen.by.organisation_id,
    )
    return _issue(pen, books, row, {**values, "holder_id": holder_id}, base_url)


def answer_demand(
    pen: Pen, books: Books, demand_id: str, paper: DemandAnswer, base_url: str
) -> dict[str, Any]:
    """Answer; the clock stops. Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT)."""
    record = _locked(pen, demand_id)
    state = law.after(record.row.state, "answer")
    values = checked(pen, paper)
    _require_order(record, values["answered_on"], "answered_on")
    row, on = record.row, values["answered_on"]
    calendar = calendar_of(pen.session, books, row)
    is_in_time = was_in_time(record.clock, calendar, on)
    late = 0 if is_in_time else calendar.workdays_between(row.due_on, on)
    record = add_step(
        pen.session,
        record,
        DemandStepKind.ANSWERED,
        on,
        pen.at,
        by_person_id=pen.by.person_id,
        text=values["text"],
        is_in_time=is_in_time,
    )
    row.state = state
    renew(record, ladder_of(pen.session, books, row), calendar, pen.at)
    note_demand(pen, AuditAction.DEMAND_ANSWERED, row, kept({**values, "is_in_time": is_in_time}))
    tell_answered(pen, row, on, late, values["text"], base_url)
    return {"demand_id": row.id}


def judge_answer(
    pen: Pen, books: Books, demand_id: str, paper: DemandVerdict, base_url: str
) -> dict[str, Any]:
    """Verify the answer, or send it back with a reason and a new period.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT).
    """
    record = _locked(pen, demand_id)
    is_verified = paper.verdict is Verdict.VERIFIED
    state = law.after(record.row.state, "verify" if is_verified else "send_back")
    values = checked(pen, paper)
    _require_order(record, values["decided_on"], "decided_on")
    row, on = record.row, values["decided_on"]
    if not is_verified and not values["comment"]:
        raise invalid("退回重办应填写“核实意见”，说明哪些要求没有达到。", "comment")
    workdays = None if is_verified else values["period_workdays"] or row.period_workdays
    record = add_step(
        pen.session,
        record,
        DemandStepKind.VERIFIED if is_verified else DemandStepKind.SENT_BACK,
        on,
        pen.at,
        by_person_id=pen.by.person_id,
        text=values["comment"],
        workdays=workdays,
    )
    row.state = state
    reading = renew(record, ladder_of(pen.session, books, row), calendar_of(pen.session, books, row), pen.at)
    action = AuditAction.DEMAND_VERIFIED if is_verified else AuditAction.DEMAND_SENT_BACK
    new = {"verdict": paper.verdict, "comment": values["comment"], "decided_on": on, "workdays": workdays}
    note_demand(pen, action, row, kept(new if is_verified else {**new, "due_on": row.due_on}))
    if is_verified:
        tell_verified(pen, row, on, values["comment"], base_url)
    else:
        tell_asked(pen, row, reading, base_url, values["comment"])
    return {"demand_id": row.id}


def note_demand(pen: Pen, action: AuditAction, row: Demand, new: dict[str, Any]) -> None:
    """Leave the entry in the stream of the consultation that the demand is about, else in that of inspections."""
    if row.consultation_id is None:
        pen.note(action, "demand", row.id, stream=STREAM, new=new)
    else:
        pen.note(action, "demand", row.id, consultation_id=row.consultation_id, new=new)


def _issue(pen: Pen, books: Books, row: Demand, values: dict[str, Any], base_url: str) -> dict[str, Any]:
    calendar = books.calendar_in(pen.session, row.area, row.holder_id)
    row.state = DemandState.ISSUED
    row.issued_by_person_id, row.issued_at = pen.by.person_id, pen.at
    row.calendar_version = calendar.version
    row.is_running, row.is_provisional, row.due_on = True, False, row.issued_on
    with pen.session.no_autoflush:
        record = DemandRecord(row, (), ())
        reading = renew(record, ladder_of(pen.session, books, row), calendar, pen.at)
    pen.session.add(row)
    pen.session.flush()
    note_demand(pen, AuditAction.DEMAND_ISSUED, row, kept({**values, "kind": row.kind, "due_on": row.due_on}))
    tell_asked(pen, row, reading, base_url)
    return {"demand_id": row.id}


def _locked(pen: Pen, demand_id: str) -> DemandRecord:
    return demand_record(pen.session, row_of(pen, Demand, demand_id, "督查整改（意见）"))


def _require_order(record: DemandRecord, on: date, field: str) -> None:
    latest_on = max([record.row.issued_on, *(step.on for step in record.steps)])
    if on < latest_on:
        raise invalid(f"日期不得早于上一步的日期（{latest_on}）。", field)
