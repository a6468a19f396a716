"""What a deputy does is told to both: to the deputy at once, to the absent person on their return."""

from datetime import date
from typing import Any

from sqlalchemy import select

from domain.calendar import end_of_day
from domain.notices import NoticeKind
from records.leaves import Deputyship, deputyship_of
from records.pen import Pen
from records.tables.consultations import Consultation
from records.tables.letters import NoticeRow, NoticeState

TITLE = "请假代办"


def tell_both(pen: Pen) -> None:
    """After an act of a deputy: a letter to each of the two. Acts in one's own right say nothing."""
    if not pen.noted or pen.by.on_behalf_of is None:
        return
    deputyship = deputyship_of(pen.session, pen.by, pen.today)
    if deputyship is None:
        # Sent in the last minute of the leave and recorded after it: the audit entry names both all the same.
        return
    action, consultation_id = pen.noted[0]
    row = None if consultation_id is None else pen.session.get(Consultation, consultation_id)
    payload = letter(pen, deputyship) | {"what": action.label, "done_at": pen.at.isoformat()}
    if row is not None:
        payload |= {
            "consultation_number": row.number,
            "consultation_title": row.title,
            "link": f"{pen.base_url}/consultations/{row.id}/timeline",
        }
    kind = NoticeKind.DONE_BY_DEPUTY
    pen.post(kind, [pen.by.person_id], payload, consultation_id=consultation_id)
    pen.post(
        kind,
        [deputyship.absent_id],
        payload,
        consultation_id=consultation_id,
        not_before_at=end_of_day(deputyship.until_on),
    )


def letter(pen: Pen, deputyship: Deputyship) -> dict[str, Any]:
    """What every letter about a leave says."""
    return {
        "consultation_number": "",
        "consultation_title": TITLE,
        "link": f"{pen.base_url}/leave",
        "absent_name": deputyship.absent_name,
        "deputy_name": deputyship.deputy_name,
        "capacity": deputyship.capacity,
    }


def hand_over(pen: Pen, absent_id: str, until_on: date) -> None:
    """The absent person is back before that day: what waits for their return may go out now."""
    waiting = select(NoticeRow).where(
        NoticeRow.person_id == absent_id,
        NoticeRow.kind == NoticeKind.DONE_BY_DEPUTY,
        NoticeRow.state == NoticeState.WAITING,
        NoticeRow.send_after_at == end_of_day(until_on),
    )
    for row in pen.session.scalars(waiting):
        row.send_after_at = pen.at
