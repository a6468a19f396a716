from datetime import UTC, date, datetime

import pytest

from domain.calendar import at_local
from domain.notices import NoticeKind
from notifications.working_hours import may_go_out_at

FRIDAY = date(2026, 5, 8)
WORKED_SATURDAY = date(2026, 5, 9)
SUNDAY = date(2026, 5, 10)
MONDAY = date(2026, 5, 11)


def is_workday(day: date) -> bool:
    return day == WORKED_SATURDAY or day.weekday() < 5


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at_local(FRIDAY, 8, 29), at_local(FRIDAY, 8, 30)),
        (at_local(FRIDAY, 8, 30), at_local(FRIDAY, 8, 30)),
        (at_local(FRIDAY, 17, 29), at_local(FRIDAY, 17, 29)),
        (at_local(FRIDAY, 17, 30), at_local(WORKED_SATURDAY, 8, 30)),
        (at_local(WORKED_SATURDAY, 12), at_local(WORKED_SATURDAY, 12)),
        (at_local(WORKED_SATURDAY, 23), at_local(MONDAY, 8, 30)),
        (at_local(SUNDAY, 3), at_local(MONDAY, 8, 30)),
    ],
)
def test_an_ordinary_letter_waits_for_working_hours(now: datetime, expected: datetime) -> None:
    assert may_go_out_at(NoticeKind.TASK_ASSIGNED, now, is_workday) == expected


def test_an_escalation_goes_out_at_once_even_at_night() -> None:
    night = at_local(SUNDAY, 2)
    assert may_go_out_at(NoticeKind.SPECIAL_REPORT, night, is_workday) == night


def test_the_instant_is_utc() -> None:
    assert may_go_out_at(NoticeKind.DUE_SOON, at_local(SUNDAY, 2), is_workday).tzinfo is UTC


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        may_go_out_at(NoticeKind.DUE_SOON, datetime(2026, 5, 8, 9), is_workday)  # noqa: DTZ001


def test_a_calendar_without_workdays_is_refused_instead_of_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="no working day"):
        may_go_out_at(NoticeKind.DUE_SOON, at_local(SUNDAY, 2), lambda day: False)


def test_what_is_urgent_is_a_decision() -> None:
    assert {kind.value for kind in NoticeKind if kind.is_urgent} == {
        "special_report",
        "unmet_report",
        "talk_proposed",
        "red_notice",
        "overdue",
        "instruction_recorded",
        "terminated",
        "suspended",
        "rejected",
        "session_rescheduled",
        "session_notice",
        "inspection_notice",
        "demand_reported",
    }


def test_urgent_letters_come_first_in_a_digest() -> None:
    ranked = sorted(NoticeKind, key=lambda kind: kind.urgency_rank)
    urgent = [kind.is_urgent for kind in ranked]
    assert urgent == sorted(urgent, reverse=True)
