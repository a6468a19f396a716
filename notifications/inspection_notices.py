"""Variables of the letter that tells a unit of its inspection. An unannounced one has no letter (NA-17)."""

from dataclasses import dataclass
from datetime import date

from domain.notices import NoticeKind
from notifications.notice_bases import Notice, Prose


@dataclass(frozen=True, kw_only=True)
class InspectionNotice(Notice):
    """督查通知; number and title are those of the entry in the work log.

    ``is_to_come`` tells a coming inspection from one that was held, ``withdrawal_reason`` is set when it was
    called off.
    """

    kind = NoticeKind.INSPECTION_NOTICE
    unit_name: str
    inspected_by: str
    inspected_on: date
    is_to_come: bool = True
    matters: Prose = ""
    withdrawal_reason: Prose = ""
