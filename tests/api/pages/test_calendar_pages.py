"""工作日历 by hand: a draft of one administrator, the preview, the publication by another, and the warning of December."""

from datetime import date

from domain.bodies import Actor, Role
from domain.stages import ConsultationState
from records.papers.calendars import CalendarDay, CalendarPaper, DayKind, draft_calendar
from records.tables.calendars import WorkCalendarPublication, WorkCalendarTable
from records.tables.obligations import ClockRow
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import ASSIGNED_ON

COLLEAGUE = Actor("colleague", cast.OPERATIONS.id, Role.SYSTEM_ADMIN)
ADMIN = cast.SYSTEM_ADMIN_PLAYER
FLOOD = date(2026, 4, 20)


def drafted_by_a_colleague(pages: Pages, scope: str) -> str:
    """A draft that adds a day off."""
    paper = CalendarPaper(scope=scope, year=2026, source="试验用表")
    rows = [CalendarDay(1, FLOOD, DayKind.OFF, "防汛停工")]
    made = pages.story.write(lambda pen: draft_calendar(pen, paper, rows), COLLEAGUE)
    return f"/calendars/{made['calendar_id']}"


def test_a_draft_shows_what_it_would_move_and_publishing_moves_it(pages: Pages) -> None:
    story = pages.story.reach(ConsultationState.IMPLEMENTATION)
    story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    clock_id = story.tasks[0].clock_id
    before = story.one(ClockRow, id=clock_id).due_on
    address = drafted_by_a_colleague(pages, story.row.area)
    shown = pages.by(ADMIN).get(address).text
    assert "发布后将变动的期限" in shown
    assert "防汛停工" in shown
    answer = pages.by(ADMIN).send(address, "publications")
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert story.one(ClockRow, id=clock_id).due_on > before
    assert "已发布，第 1 号" in pages.by(cast.STAFF_PLAYER).get(address).text


def test_what_is_typed_becomes_a_draft_and_its_drafter_cannot_publish(pages: Pages) -> None:
    answer = pages.by(ADMIN).send(
        "/calendars", "calendars", year="2027", source="试验用表", days="2027-01-01,放假,元旦"
    )
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    assert "须由另一名系统管理员核对后发布" in pages.by(ADMIN).get(address).text
    assert pages.by(ADMIN).post(f"{address}/publications", key="own").status_code == 403
    assert pages.story.every(WorkCalendarPublication) == []


def test_a_faulty_row_is_named_and_what_was_typed_stays(pages: Pages) -> None:
    typed = "2027-01-01,放假,元旦\n2027-01-04,上班,调休"
    answer = pages.by(ADMIN).send("/calendars", "calendars", year="2027", source="试验用表", days=typed)
    assert answer.status_code == 422
    assert "第 2 行（2027-01-04）：不是周末" in answer.text
    assert "2027-01-04,上班,调休" in answer.text
    assert pages.story.every(WorkCalendarTable) == []


def test_a_file_is_read(pages: Pages) -> None:
    content = "日期,类型,名称\n2027-01-01,放假,元旦\n".encode()
    answer = pages.by(ADMIN).send(
        "/calendars",
        "calendars",
        year="2027",
        source="试验用表",
        files={"file": ("2027.csv", content, "text/csv")},
    )
    assert answer.status_code == 303, answer.text
    assert pages.story.one(WorkCalendarTable).days_off == {"2027-01-01": "元旦"}


def test_nobody_else_sees_the_form_or_publishes(pages: Pages) -> None:
    address = drafted_by_a_colleague(pages, "")
    for player in (cast.STAFF_PLAYER, cast.SECURITY_ADMIN_PLAYER):
        assert "导入工作日历" not in pages.by(player).get("/calendars").text
        assert "发布并重新计算期限" not in pages.by(player).get(address).text
        assert pages.by(player).post(f"{address}/publications", key="k").status_code == 403


def test_from_december_on_administrators_are_told_of_the_missing_year(pages: Pages) -> None:
    warning = "2027 年工作日历尚未导入，已有 0 个期限为暂定"
    pages.story.go_to(date(2026, 11, 30))
    for place in ("/calendars", "/"):
        assert warning not in pages.by(ADMIN).get(place).text
    pages.story.go_to(date(2026, 12, 1))
    for place in ("/calendars", "/"):
        assert warning in pages.by(ADMIN).get(place).text
        assert warning not in pages.by(cast.STAFF_PLAYER).get(place).text
