"""The work log as response bodies."""

from datetime import date, datetime

from api.fields import Shown
from domain.work_log import WorkKind


class WorkRecordShown(Shown):
    """One entry of the work log; withdrawn ones say when and why."""

    id: str
    kind: WorkKind
    organisation_id: str
    area: str
    happened_on: date
    title: str
    note: str
    people_count: int | None
    cost_yuan: int | None
    room_id: str | None
    consultation_id: str | None
    person_id: str | None
    subject_organisation_id: str | None
    recorded_at: datetime
    withdrawn_on: date | None
    withdrawal_reason: str
