"""The letters about demands of supervisors, as they lie in the outbox, and who gets them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import BodyKind, Role
from domain.calendar import local_date
from domain.clocks import Reading
from domain.inspections import DemandKind
from domain.ladder import Colour, DueRung
from domain.notices import NoticeKind
from domain.policy import is_within
from records.demands import DemandRecord
from records.pen import Pen
from records.queries.demands import inspection_number
from records.recipients import DUTY_ROLES, HEAD_ROLES, organisers_of, people_of
from records.tables.consultations import Consultation
from records.tables.inspections import Demand, Inspection
from records.tables.people import Organisation

ANSWERING_ROLES = (*DUTY_ROLES, *HEAD_ROLES)
_PARTY_KINDS = (BodyKind.PARTY_COMMITTEE, BodyKind.PARTY_WORK_COMMITTEE)


@dataclass(frozen=True)
class DemandWords:
    """What every letter about one demand says."""

    row: Demand
    payload: Mapping[str, Any]

    def post(self, pen: Pen, kind: NoticeKind, people: Iterable[str], **more: Any) -> None:
        """Put one letter to each of these people into the outbox."""
        pen.post(kind, people, {**self.payload, **more}, consultation_id=self.row.consultation_id)


def words_of(session: Session, row: Demand, base_url: str) -> DemandWords:
    """The words of a demand: of the inspection it came of, or of the consultation that it comments on."""
    if row.kind is DemandKind.RECTIFICATION:
        inspection = session.get_one(Inspection, row.inspection_id)
        number, title = inspection_number(inspection), inspection.title
    else:
        case = session.get_one(Consultation, row.consultation_id)
        number, title = case.number, case.title
    payload = {
        "consultation_number": number,
        "consultation_title": title,
        "link": f"{base_url.rstrip('/')}/demands/{row.id}",
        "demand_name": row.kind.label,
        "demand_title": row.title,
        "unit_name": session.get_one(Organisation, row.holder_id).name,
        "issued_by": session.get_one(Organisation, row.issued_by_id).name,
    }
    return DemandWords(row, payload)


def dated(row: Demand) -> dict[str, Any]:
    """The due date as letters carry it."""
    return {"due_on": row.due_on.isoformat(), "is_provisional": row.is_provisional}


def tell_asked(pen: Pen, row: Demand, reading: Reading, base_url: str, reason: str = "") -> None:
    """Ask the holder, or with a reason ask anew."""
    people = people_of(pen.session, row.holder_id, ANSWERING_ROLES, pen.today)
    words_of(pen.session, row, base_url).post(
        pen,
        NoticeKind.DEMAND_ISSUED,
        people,
        **dated(row),
        demand_text=row.text,
        issued_on=row.issued_on.isoformat(),
        due_workdays=reading.budget_workdays,
        reason=reason,
    )


def tell_answered(pen: Pen, row: Demand, on: date, late: int, answer: str, base_url: str) -> None:
    """Tell the supervisors who asked."""
    words_of(pen.session, row, base_url).post(
        pen,
        NoticeKind.DEMAND_ANSWERED,
        people_of(pen.session, row.issued_by_id, (Role.SUPERVISOR,), pen.today),
        **dated(row),
        answered_on=on.isoformat(),
        workdays_late=late,
        answer=answer,
    )


def tell_verified(pen: Pen, row: Demand, on: date, comment: str, base_url: str) -> None:
    """Tell the holder that nothing more is asked."""
    words_of(pen.session, row, base_url).post(
        pen,
        NoticeKind.DEMAND_VERIFIED,
        people_of(pen.session, row.holder_id, ANSWERING_ROLES, pen.today),
        verified_on=on.isoformat(),
        comment=comment,
    )


def tell_due(pen: Pen, record: DemandRecord, due: DueRung, reading: Reading, base_url: str) -> None:
    """What a rung of the ladder says: a reminder, or the report to the party committee."""
    row, on = record.row, local_date(due.at)
    late = max(0, -reading.left_workdays)
    words = words_of(pen.session, row, base_url)
    people = told_of(pen.session, row, due.rung.tell, pen.today)
    if due.rung.notice == NoticeKind.DEMAND_REPORTED:
        party = pen.session.get(Organisation, row.reported_to_id) if row.reported_to_id else None
        fired = [
            {"happened_on": local_date(one.due_at).isoformat(), "what": _colour_name(Colour(one.colour))}
            for one in record.rungs
        ]
        words.post(
            pen,
            NoticeKind.DEMAND_REPORTED,
            people,
            **dated(row),
            addressee_name=party.name if party else "党委",
            demand_text=row.text,
            issued_on=row.issued_on.isoformat(),
            workdays_late=late,
            rungs_fired=fired,
            reported_on=on.isoformat(),
        )
        return
    words.post(
        pen,
        NoticeKind.DEMAND_DUE,
        people,
        **dated(row),
        issued_on=row.issued_on.isoformat(),
        workdays_left=max(0, reading.left_workdays),
        workdays_late=late,
        colour_name=_colour_name(due.rung.colour),
    )


def told_of(session: Session, row: Demand, role_names: Iterable[str], on: date) -> list[str]:
    """The people behind the names that a ladder's rung tells. Raises KeyError for a name it may not use."""
    people: list[str] = []
    for name in role_names:
        match name:
            case "duty_holder":
                people += people_of(session, row.holder_id, DUTY_ROLES, on)
            case "duty_head":
                heads = people_of(session, row.holder_id, HEAD_ROLES, on)
                people += heads or people_of(session, row.holder_id, DUTY_ROLES, on)
            case "inspection":
                people += people_of(session, row.issued_by_id, (Role.SUPERVISOR,), on)
            case "party_committee":
                people += people_of(session, row.reported_to_id, (Role.PARTY_OFFICE, Role.APPROVER), on)
            case "organiser" | "owner":
                people += _of_the_consultation(session, row, name, on)
            case unknown:
                raise KeyError(unknown)
    return list(dict.fromkeys(people))


def _of_the_consultation(session: Session, row: Demand, name: str, on: date) -> list[str]:
    """Who runs or owns the consultation that the demand is about; nobody where it is about none."""
    if row.consultation_id is None:
        return []
    case = session.get_one(Consultation, row.consultation_id)
    return (
        organisers_of(session, case, on)
        if name == "organiser"
        else people_of(session, case.owner_id, (Role.STAFF,), on)
    )


def party_committee_over(session: Session, area: str, *, without: str) -> Organisation | None:
    """The party committee nearest above an area, and never the body that is itself late."""
    above = [
        body
        for body in session.scalars(select(Organisation).where(Organisation.kind.in_(_PARTY_KINDS)))
        if is_within(area, body.area) and body.id != without
    ]
    return max(above, key=lambda body: (len(body.area), body.id), default=None)


def _colour_name(colour: Colour) -> str:
    return "到期提醒" if colour is Colour.NONE else colour.label
