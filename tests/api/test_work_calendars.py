"""Working calendars at the counter: what is refused first, then a draft, its preview and its publication."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from documents.calendar_sheets import rows_of_sheet
from domain.refusals import Refused
from records.papers.calendar_rows import days_of_csv, days_of_rows
from records.papers.calendars import DayKind
from tests import cast
from tests.api.conftest import House

BOOKS = "/api/v1/work-calendars"
ADMIN = cast.SYSTEM_ADMIN_PLAYER
ROW = {"on": "2027-01-01", "kind": "放假", "name": "元旦"}


def body(**changed: object) -> dict[str, object]:
    return {"year": 2027, "source": "试验用表", "days": [ROW], **changed}


def worked(on: str) -> dict[str, str]:
    return {"on": on, "kind": "上班", "name": "调休"}


REFUSED = [
    ({"scope": "nowhere/at-all"}, "适用范围"),
    ({"scope": "unit:nobody"}, "适用范围"),
    ({"days": [ROW, worked("2027-01-04")]}, "第 2 行（2027-01-04）：不是周末"),
    ({"days": [ROW, worked("2027-01-02"), {**ROW, "on": "2027-01-02"}]}, "既列为放假又列为上班"),
    ({"days": [ROW, ROW]}, "第 2 行（2027-01-01）：与第 1 行重复列为放假"),
    ({"days": [{**ROW, "on": "2026-12-31"}]}, "日期不在 2027 年内"),
    ({"days": [], "text": "2027-01-01,休息,元旦"}, "第 1 行：类型“休息”应为放假或者上班"),
    ({"days": [], "text": "日期,类型,名称\n2027/1/1,放假,元旦"}, "第 2 行：日期“2027/1/1”"),
    ({"days": [], "text": "2027-01-01,放假"}, "第 1 行：应有日期、类型、名称三栏"),
    ({"days": [], "text": "year = 2026", "format": "toml"}, "year"),
    ({"days": [], "text": ""}, "没有任何放假日期"),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED)
def test_a_wrong_table_names_its_row_and_the_rule(house: House, changed: object, said: str) -> None:
    assert isinstance(changed, dict)
    before = house.story.footprint()
    answer = house.post(BOOKS, body(**changed), ADMIN)
    assert answer.status_code == 422, answer.text
    assert said in answer.json()["detail"]
    assert house.story.footprint() == before


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_outside_all_reason_is_refused(house: House, year: int) -> None:
    assert house.post(BOOKS, body(year=year), ADMIN).status_code == 422


@pytest.mark.parametrize("player", [cast.STAFF_PLAYER, cast.SECURITY_ADMIN_PLAYER, cast.AUDIT_ADMIN_PLAYER])
def test_only_the_system_administrator_sets_a_calendar(house: House, player: cast.Player) -> None:
    assert house.post(BOOKS, body(), player).status_code == 403


def test_the_drafter_does_not_publish_and_a_draft_can_be_looked_at(house: House) -> None:
    made = house.post(BOOKS, body(), ADMIN)
    assert made.status_code == 201
    address = f"{BOOKS}/{made.json()['calendar_id']}"
    shown = house.get(address, cast.STAFF_PLAYER).json()
    assert (shown["days_off"], shown["number"], shown["revision"]) == ({"2027-01-01": "元旦"}, None, 1)
    assert house.get(f"{address}/preview", cast.STAFF_PLAYER).status_code == 403
    assert house.get(f"{address}/preview", ADMIN).json() == []
    assert [one["id"] for one in house.get(BOOKS, ADMIN).json()] == [shown["id"]]
    answer = house.post(f"{address}/publications", {}, ADMIN)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert house.post(BOOKS, body(), ADMIN).json()["revision"] == 2


def test_a_sheet_is_read_row_by_row() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["日期", "类型", "名称"])
    sheet.append(["2027-01-01", "放假", "元旦"])
    sheet.append(["2027-01-09", "上班", "调休"])
    sheet.append(["元旦", "放假", "元旦"])
    content = BytesIO()
    book.save(content)
    rows = rows_of_sheet(content.getvalue())
    days = days_of_rows(rows[:3])
    assert [(one.row, one.on.isoformat(), one.kind) for one in days] == [
        (2, "2027-01-01", DayKind.OFF),
        (3, "2027-01-09", DayKind.WORKED),
    ]
    with pytest.raises(Refused, match="第 4 行"):
        days_of_rows(rows)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", "日期,类型".encode()])
def test_what_is_no_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="xlsx"):
        rows_of_sheet(content)


def test_a_text_may_begin_with_its_headings() -> None:
    assert len(days_of_csv("\ufeff日期,类型,名称\n2027-01-01,放假,元旦\n\n")) == 1
