"""Entering many things in a real browser: pasted rows, the door of a session, handing out; with script and without."""

import pytest

from domain.calendar import at_local
from domain.matters import SessionFormat, SessionState
from domain.stages import ConsultationState
from records.base import new_id
from records.tables.deliberations import ConsultationSession, Participant, SignIn
from tests import cast
from tests.browser.conftest import Site
from tests.browser.soundness import faults_of
from tests.stories import ASSIGNED_ON, DELIBERATED_ON, NOTIFIED_ON

pytestmark = pytest.mark.browser
PASTED = "姓名\t类别\t联系电话\n张三\t村民\t12\n李四\t专家\t13800138001"


def call_a_session(site: Site) -> str:
    """A session today; where its day stands."""
    site.story.reach(ConsultationState.DELIBERATION)
    site.story.go_to(DELIBERATED_ON)
    session_id = new_id()
    site.story.add(
        ConsultationSession(
            id=session_id,
            consultation_id=site.story.consultation_id,
            number=1,
            planned_on=DELIBERATED_ON,
            starts_at=at_local(DELIBERATED_ON, 9),
            notice_sent_on=NOTIFIED_ON,
            materials=["调研报告"],
            place="议事厅",
            chair_name="周启明",
            format=SessionFormat.MEETING,
            state=SessionState.PLANNED,
        )
    )
    return f"{site.case}/sessions/{session_id}"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("has_script", [True, False], ids=["with_script", "without_script"])
def test_pasted_rows_are_mended_in_place_and_listed_at_once(site: Site, has_script: bool, width: int) -> None:
    site.story.reach(ConsultationState.PARTICIPANTS)
    page = site.window(cast.STAFF_PLAYER, width=width, has_script=has_script)
    page.goto(f"{site.case}/participants")
    page.get_by_label("从表格粘贴").fill(PASTED)
    page.get_by_role("button", name="核对名单").click()
    page.get_by_text("没有“村民”这一类别").first.wait_for()
    if has_script:
        assert not faults_of(page)
    first = page.get_by_role("group", name="第 1 人")
    first.get_by_label("类别").select_option("stakeholder")
    first.get_by_label("联系电话").fill("13800138000")
    page.get_by_role("button", name="改正后重新核对").click()
    page.get_by_role("button", name="登记全部 2 人").click()
    page.get_by_text("已登记 2 名参会人员").wait_for()
    assert {one.name for one in site.story.every(Participant)} == {"张三", "李四"}
    assert not site.complaints


def test_the_ratio_follows_while_typing(site: Site) -> None:
    site.story.reach(ConsultationState.PARTICIPANTS)
    page = site.window(cast.STAFF_PLAYER)
    page.goto(f"{site.case}/participants")
    row = page.get_by_role("group", name="第 1 人")
    row.get_by_label("姓名").fill("张三")
    row.get_by_label("类别").select_option("stakeholder")
    page.get_by_text("✗ 未达到：直接利益相关群众 0 人，计入比例 1 人").wait_for()
    row.get_by_label("直接利益相关").check()
    page.get_by_text("✓ 达到：直接利益相关群众 1 人，计入比例 1 人").wait_for()
    row.get_by_label("类别").select_option("staff")
    page.get_by_text("✗ 未达到：直接利益相关群众 0 人，计入比例 0 人").wait_for()


def test_one_tap_signs_a_person_in_and_the_total_follows(site: Site) -> None:
    door = call_a_session(site) + "/sign-ins"
    page = site.window(cast.STAFF_PLAYER, width=360)
    page.goto(door)
    assert not faults_of(page)
    page.get_by_text("甲业主").click()
    page.get_by_text("己干部").click()
    page.get_by_text("己干部").click()
    page.get_by_text("1 / 6").wait_for()
    page.get_by_text("戊委员").click()
    page.get_by_text("2 / 6").wait_for()
    assert len(site.story.every(SignIn)) == 2
    assert not faults_of(page)
    assert not site.complaints


def test_the_door_works_without_script(site: Site) -> None:
    day = call_a_session(site)
    page = site.window(cast.STAFF_PLAYER, width=360, has_script=False)
    page.goto(f"{day}/sign-ins")
    page.get_by_label("甲业主").check()
    page.get_by_label("乙业主").check()
    page.get_by_role("button", name="登记签到").click()
    page.get_by_text("2 / 6").wait_for()
    assert len(site.story.every(SignIn)) == 2


@pytest.mark.parametrize("width", [1280, 360])
def test_the_day_of_a_session_is_sound(site: Site, width: int) -> None:
    day = call_a_session(site)
    page = site.window(cast.STAFF_PLAYER, width=width)
    page.goto(day)
    assert not faults_of(page)
    assert not site.complaints


def test_the_due_day_follows_the_period_and_a_row_with_a_unit_is_ticked(site: Site) -> None:
    site.story.reach(ConsultationState.IMPLEMENTATION)
    site.story.go_to(ASSIGNED_ON)
    page = site.window(cast.STAFF_PLAYER, width=360)
    page.goto(f"{site.case}/tasks")
    row = page.locator("[data-assign]").first
    row.get_by_label("办理期限（工作日）", exact=True).fill("15")
    row.get_by_text("2026年4月29日（周三）").wait_for()
    row.get_by_label("主办单位").select_option(cast.HOUSING.id)
    assert row.get_by_role("checkbox").is_checked()
    assert not faults_of(page)
    assert not site.complaints
