"""The month: what is on which day, which days are off or worked by name, and only what one may see."""

import re
from datetime import date

import pytest

from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, statements
from tests.stories import ASSIGNED_ON, DELIBERATED_ON, DUE_ON


def day_of(text: str, on: date) -> str:
    """One day of the month."""
    return next(
        one for one in text.split('<li class="month-day')[1:] if f'datetime="{on.isoformat()}"' in one
    )


def assigned(pages: Pages) -> Pages:
    """A session held in March, a task due in May."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    return pages


def test_a_session_stands_on_the_day_it_was_held(pages: Pages) -> None:
    text = assigned(pages).by(cast.STAFF_PLAYER).get("/calendar?month=2026-03").text
    day = day_of(text, DELIBERATED_ON)
    assert "协商活动（已举行）" in day
    assert f'href="{pages.case}/sessions"' in day
    assert text.count("协商活动（已举行）") == 1


def test_a_due_date_stands_on_its_day_and_says_when_it_has_passed(pages: Pages) -> None:
    pages = assigned(pages)
    path = f"/feedback-tasks/{pages.story.tasks[0].id}"
    unit = pages.by(cast.HOUSING_PLAYER)
    assert f'href="{path}"' in (day := day_of(unit.get("/calendar?month=2026-05").text, DUE_ON))
    assert "到期" in day
    pages.story.go_to(DUE_ON.replace(day=25))
    assert "已逾期" in day_of(unit.get("/calendar").text, DUE_ON)


def test_nobody_sees_the_dates_of_what_is_not_theirs(pages: Pages) -> None:
    pages = assigned(pages)
    for player in (cast.OUTSIDER_PLAYER, cast.POLICE_PLAYER, cast.SYSTEM_ADMIN_PLAYER):
        for month in ("2026-03", "2026-05"):
            text = pages.by(player).get(f"/calendar?month={month}").text
            assert "month-entry" not in text, player
            assert "本月没有协商活动和到期事项" in text


def test_days_off_and_worked_weekends_are_marked_by_name(pages: Pages) -> None:
    text = pages.by(cast.STAFF_PLAYER).get("/calendar?month=2026-05").text
    off, worked, weekend = (day_of(text, date(2026, 5, day)) for day in (4, 9, 16))
    assert "month-off" in off
    assert re.search(r"劳动节.* 休<", off)
    assert "month-off" not in worked
    assert re.search(r"劳动节.*上班<", worked)
    assert ">休<" in weekend


def test_today_is_marked_and_only_in_its_month(pages: Pages) -> None:
    browser = pages.by(cast.STAFF_PLAYER)
    text = browser.get("/calendar").text
    assert text.count('aria-current="date"') == 1
    assert "今天</strong>" in day_of(text, pages.story.today)
    assert "今天</strong>" not in browser.get("/calendar?month=2026-04").text


def test_the_months_before_and_after_are_one_click_away(pages: Pages) -> None:
    text = pages.by(cast.STAFF_PLAYER).get("/calendar?month=2026-12").text
    assert 'href="/calendar?month=2026-11" rel="prev"' in text
    assert 'href="/calendar?month=2027-01" rel="next"' in text
    assert len(re.findall('<li class="month-day', text)) == 31
    assert 'class="month-day month-from-2' in text


def test_a_year_without_its_notice_says_that_its_days_are_estimated(pages: Pages) -> None:
    browser = pages.by(cast.STAFF_PLAYER)
    assert "放假安排尚未公布" in browser.get("/calendar?month=2040-05").text
    assert "放假安排尚未公布" not in browser.get("/calendar?month=2026-05").text


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "0000-01", "9999-12", "2026-5", "五月"])
def test_what_is_no_month_is_this_month(pages: Pages, month: str) -> None:
    text = pages.by(cast.STAFF_PLAYER).get(f"/calendar?month={month}").text
    assert "<h1>2026年3月</h1>" in text


def test_the_month_asks_the_register_a_dozen_times_at_most(pages: Pages) -> None:
    pages = assigned(pages)
    browser = pages.by(cast.STAFF_PLAYER)
    browser.get("/calendar")
    with statements(pages) as asked:
        assert browser.get("/calendar?month=2026-05").status_code == 200
    assert len(asked) <= QUERIES_MAX, asked
