"""Variables of the letters about what supervisors ask of a body: 督查整改 and 督查意见.

Number and title are those of the inspection, or of the consultation that a comment is about.
"""

from dataclasses import dataclass
from datetime import date

from domain.notices import NoticeKind
from notifications.notice_bases import DatedFact, Notice, Prose


@dataclass(frozen=True, kw_only=True)
class DemandNotice(Notice):
    """A letter about one demand; ``demand_name`` says whether it is a 督查整改 or a 督查意见."""

    demand_name: str
    demand_title: str
    unit_name: str
    issued_by: str


@dataclass(frozen=True, kw_only=True)
class DatedDemandNotice(DemandNotice):
    """A letter about a demand whose due date matters."""

    due_on: date
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class DemandIssued(DatedDemandNotice):
    """The body is asked; with ``reason`` its answer is sent back and it is asked anew."""

    kind = NoticeKind.DEMAND_ISSUED
    demand_text: Prose
    issued_on: date
    due_workdays: int
    reason: Prose = ""


@dataclass(frozen=True, kw_only=True)
class DemandDue(DatedDemandNotice):
    """Near or past its due date; ``workdays_late`` is 0 for what is not late yet."""

    kind = NoticeKind.DEMAND_DUE
    issued_on: date
    workdays_left: int
    workdays_late: int
    colour_name: str


@dataclass(frozen=True, kw_only=True)
class DemandAnswered(DatedDemandNotice):
    """The supervisors are told that the body has answered."""

    kind = NoticeKind.DEMAND_ANSWERED
    answered_on: date
    workdays_late: int
    answer: Prose


@dataclass(frozen=True, kw_only=True)
class DemandVerified(DemandNotice):
    """The body is told that its answer was verified."""

    kind = NoticeKind.DEMAND_VERIFIED
    verified_on: date
    comment: Prose = ""


@dataclass(frozen=True, kw_only=True)
class DemandReported(DatedDemandNotice):
    """专报 of supervisors to the party committee about what stays overdue."""

    kind = NoticeKind.DEMAND_REPORTED
    addressee_name: str
    demand_text: Prose
    issued_on: date
    workdays_late: int
    rungs_fired: tuple[DatedFact, ...]
    reported_on: date
