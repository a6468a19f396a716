"""The daily check of the yearly figures: silent before a warning day, told once on it, and to nobody else."""

from datetime import date, timedelta

from activities.quota_checks import QuotaCheck
from domain.audit_actions import AuditAction
from domain.calendar import at_local
from domain.notices import NoticeKind
from records.queries.counting import WARNING_DAYS
from records.tables.audit import AuditEntry
from records.tables.daily_rounds import QuotaWarning
from records.tables.letters import NoticeRow
from tests import cast
from tests.stories import BASE_URL, BOOKS, TRAIL, Story

FIRST = date(2026, *WARNING_DAYS[0])


def check(story: Story, on: date) -> tuple[int, int]:
    return QuotaCheck(story.register, TRAIL, BOOKS, BASE_URL).run(at_local(on, 6, 10))


def test_nobody_is_told_before_the_first_warning_day(story: Story) -> None:
    assert check(story, FIRST - timedelta(days=1)) == (1, 0)
    assert story.every(QuotaWarning) == []


def test_a_figure_that_lags_on_a_warning_day_is_told_once_to_the_staff_of_its_committee(
    story: Story,
) -> None:
    looked_at, told = check(story, FIRST)
    assert (looked_at, told > 0) == (1, True)
    warnings = story.every(QuotaWarning)
    assert {(one.area, one.look_on) for one in warnings} == {(cast.DISTRICT, FIRST)}
    rooms = next(one for one in warnings if one.rule_id == "SZ-12")
    assert rooms.required
    assert check(story, FIRST + timedelta(days=1)) == (1, 0)
    (letter,) = story.every(NoticeRow, kind=NoticeKind.QUOTA_BEHIND)
    assert letter.person_id == cast.OWNER_PLAYER.id
    assert len(letter.payload["behind"]) == told
    assert len(story.every(AuditEntry, action=AuditAction.QUOTA_WARNED)) == 1


def test_the_next_warning_day_tells_again(story: Story) -> None:
    check(story, FIRST)
    second = date(2026, *WARNING_DAYS[1])
    assert check(story, second)[1] > 0
    assert {one.look_on for one in story.every(QuotaWarning)} == {FIRST, second}
