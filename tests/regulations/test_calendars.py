"""The shipped workday tables against an independent source, and the refusal of wrong tables."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from regulations.calendars import CalendarError, load_calendar, read_year_table

NOTICE = 'year = 2026\nrevision = 1\nnotice = "通知"\npublished_on = 2025-11-04\n'


def test_every_day_of_2025_and_2026_agrees_with_two_independent_tables() -> None:
    calendar = load_calendar()
    second = holidays.country_holidays("CN", years=(2025, 2026))
    day = date(2025, 1, 1)
    while day.year < 2027:
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        assert calendar.is_workday(day) == second.is_working_day(day), day
        day += timedelta(days=1)


def test_the_version_names_the_latest_year() -> None:
    calendar = load_calendar()
    assert calendar.version == "cn-2026.1"
    assert sorted(calendar.years) == [2025, 2026]


def test_the_source_quotes_the_notice() -> None:
    source = load_calendar().years[2025].source
    assert source == "《国务院办公厅关于2025年部分节假日安排的通知》（国办发明电〔2024〕12号，2024-11-12）"


def test_the_adjusted_working_days_of_2026_carry_their_names() -> None:
    assert load_calendar().years[2026].workdays == {
        date(2026, 1, 4): "元旦调休上班",
        date(2026, 2, 14): "春节调休上班",
        date(2026, 2, 28): "春节调休上班",
        date(2026, 5, 9): "劳动节调休上班",
        date(2026, 9, 20): "国庆节调休上班",
        date(2026, 10, 10): "国庆节调休上班",
    }


def test_a_revised_table_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(NOTICE.replace("revision = 1", "revision = 3"), "utf-8")
    assert load_calendar(tmp_path).version == "cn-2026.3"


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match=r"\*\.toml"):
        load_calendar(tmp_path)


def day_off(first: str, last: str, name: str = "劳动节") -> str:
    return f'[[day_off]]\nname = "{name}"\nfrom = {first}\nuntil = {last}\n'


def workday(*on: str) -> str:
    return f'[[workday]]\nname = "调休上班"\non = [{", ".join(on)}]\n'


@pytest.mark.parametrize(
    ("text", "field"),
    [
        pytest.param(NOTICE + workday("2026-05-08"), "workday[0].on", id="a worked day is a weekend day"),
        pytest.param(NOTICE + workday("2026-05-09", "2026-05-09"), "workday[0].on", id="worked once"),
        pytest.param(NOTICE + workday(), "workday[0].on", id="a worked day has dates"),
        pytest.param(NOTICE + workday('"2026-05-09"'), "workday[0].on", id="a date is not a text"),
        pytest.param(NOTICE + workday("2026-05-09T08:00:00"), "workday[0].on", id="a date is not an instant"),
        pytest.param(NOTICE + day_off("2025-12-31", "2026-01-01"), "day_off[0].from", id="within the year"),
        pytest.param(NOTICE + day_off("2026-05-05", "2026-05-01"), "day_off[0].until", id="ends after start"),
        pytest.param(
            NOTICE + day_off("2026-05-01", "2026-09-01"), "day_off[0].until", id="no endless holiday"
        ),
        pytest.param(
            NOTICE + day_off("2026-05-01", "2026-05-03") + day_off("2026-05-03", "2026-05-04"),
            "day_off[1]",
            id="a day is off once",
        ),
        pytest.param(
            NOTICE + day_off("2026-05-01", "2026-05-03") + workday("2026-05-02"),
            "workday.on",
            id="no day both off and worked",
        ),
        pytest.param(NOTICE + day_off("2026-05-01", "2026-05-03", " "), "day_off[0].name", id="has a name"),
        pytest.param(NOTICE + "day_off = 3\n", "day_off", id="days off are tables"),
        pytest.param(NOTICE.replace("2026\n", '"2026"\n', 1), "year", id="the year is a number"),
        pytest.param(
            NOTICE.replace("year = 2026", "year = 2027"), "year", id="the file is named for the year"
        ),
        pytest.param(NOTICE.replace("year = 2026", "year = 1026"), "year", id="a year of our time"),
        pytest.param(NOTICE.replace("revision = 1", "revision = 0"), "revision", id="revisions start at one"),
        pytest.param(NOTICE.replace("revision = 1\n", ""), "revision", id="a revision is required"),
        pytest.param(NOTICE.replace("通知", ""), "notice", id="the notice has a title"),
        pytest.param(NOTICE.replace("2025-11-04", '"4 Nov"'), "published_on", id="the notice has a date"),
        pytest.param("year = ", "toml", id="the file is TOML"),
    ],
)
def test_a_wrong_table_is_refused_naming_file_and_field(text: str, field: str) -> None:
    with pytest.raises(CalendarError) as caught:
        read_year_table(text, "2026.toml")
    assert (caught.value.file, caught.value.field) == ("2026.toml", field)
    assert "2026.toml" in str(caught.value)
