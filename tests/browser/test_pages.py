"""What only a real browser can tell: that pages fit, that axe finds nothing, that everything works without script."""

import pytest
from playwright.sync_api import Dialog

from domain.inspections import InspectionKind
from domain.matters import FeedbackTaskState
from domain.stages import ConsultationState
from records.papers.demands import FindingPaper, issue_finding
from records.papers.inspections import InspectionPlan, plan_inspection
from records.seals import Sealing
from records.tables.deliberations import Participant
from records.tables.obligations import Escalation
from tests import cast
from tests.browser.conftest import Site
from tests.browser.soundness import faults_of_all
from tests.cast import Player
from tests.stories import ASSIGNED_ON, BASE_URL, BOOKS, DUE_ON, SEAL_KEYS, TRAIL

pytestmark = pytest.mark.browser
TABS = ("", "/participants", "/research", "/sessions", "/outcomes", "/tasks", "/evaluation", "/timeline")


def inspected(site: Site) -> tuple[str, str]:
    """An inspection of the unit with one finding, which it has still to answer."""
    story, by = site.story, cast.SUPERVISOR
    plan = InspectionPlan(
        kind=InspectionKind.UNANNOUNCED,
        title="电梯加装办理暗访",
        matters="直奔窗口。",
        planned_on=story.today,
        unit_ids=(cast.HOUSING.id,),
    )
    inspection_id: str = story.write(lambda pen: plan_inspection(pen, plan, BASE_URL), by)["inspection_id"]
    finding = FindingPaper(
        holder_id=cast.HOUSING.id,
        title="窗口无人值守",
        text="请落实值守责任。",
        period_workdays=10,
        issued_on=story.today,
    )
    made = story.write(lambda pen: issue_finding(pen, BOOKS, inspection_id, finding, BASE_URL), by)
    return inspection_id, made["demand_id"]


def overdue(site: Site) -> list[tuple[Player | None, str]]:
    """A consultation whose unit is late, and every page of it with somebody who uses it."""
    site.story.reach(ConsultationState.IMPLEMENTATION)
    site.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    site.story.follow_the_clock(DUE_ON.replace(month=6, day=8))
    staff, unit = cast.STAFF_PLAYER, cast.HOUSING_PLAYER
    escalation, task = site.story.one(Escalation), site.story.tasks[0]
    pages: list[tuple[Player | None, str]] = [(staff, site.case + tab) for tab in TABS]
    pages += [
        (staff, site.address + path)
        for path in (
            "/",
            "/?show=others",
            "/consultations",
            "/consultations?colour=red&overdue=yes",
            "/consultations/new",
            "/calendar",
            "/topics/new",
            "/rooms",
            "/work-log",
            "/supervision",
        )
    ]
    pages += [(unit, f"{site.address}/feedback-tasks"), (unit, f"{site.address}/feedback-tasks/{task.id}")]
    desk = cast.DISTRICT_PARTY_PLAYER
    pages += [(desk, f"{site.address}/escalations"), (desk, f"{site.address}/escalations/{escalation.id}")]
    Sealing(site.story.register, TRAIL, SEAL_KEYS, BASE_URL).seal_the_day(site.story.now)
    record = ("/audit?verify=yes", "/audit/seals", "/audit/seals/1")
    pages += [(cast.AUDIT_ADMIN_PLAYER, site.address + path) for path in record]
    pages += [(cast.CONVENER_PLAYER, f"{site.address}/mine"), (cast.MEMBER_PLAYER, f"{site.address}/mine")]
    administration = (
        "/people",
        f"/people/{cast.HOUSING_PLAYER.id}",
        f"/people/{cast.HOUSING_PLAYER.id}/leaves",
        "/organisations",
        "/tokens",
        "/leave",
    )
    pages += [(cast.SECURITY_ADMIN_PLAYER, site.address + path) for path in administration]
    letters = ("/notices", "/notices/choices", "/calendar-feeds")
    pages += [(unit, site.address + path) for path in letters]
    house = ("/notice-templates", "/notice-templates/overdue", "/deliveries", "/webhooks", "/daily-rounds")
    pages += [(cast.SYSTEM_ADMIN_PLAYER, site.address + path) for path in house]
    calendars = ("/calendars", "/calendars/years/2026")
    pages += [(cast.SYSTEM_ADMIN_PLAYER, site.address + path) for path in calendars]
    books = (
        "/rule-sets",
        "/rule-sets/suzhou",
        "/rule-sets/compare",
        "/rule-sets/sichuan/card",
        "/rule-sets/linfen/county",
        "/rule-sets/linfen/differences",
    )
    pages += [(staff, site.address + path) for path in books]
    leader = ("/overdue", "/overdue?by=case", "/overview", "/overview/cases?of=left&stage=topic")
    pages += [(cast.SUPERVISOR_PLAYER, site.address + path) for path in leader]
    analyses = ("timeliness", "dwell", "results", "quotas", "members", "reports", "cases?of=waiting")
    pages += [(cast.SUPERVISOR_PLAYER, f"{site.address}/statistics/{path}") for path in analyses]
    pages += [(cast.SUPERVISOR_PLAYER, site.case + path) for path in ("/timeline", "/as-of?on=2026-05-25")]
    inspection_id, demand_id = inspected(site)
    supervision = (f"/inspections/{inspection_id}", "/watching", "/audit/exports")
    pages += [(cast.SUPERVISOR_PLAYER, site.address + path) for path in supervision]
    pages += [
        (cast.SUPERVISOR_PLAYER, site.case + path) for path in ("/between?since=2026-01-01", "/letters")
    ]
    pages += [(unit, f"{site.address}/demands/{demand_id}")]
    pages += [(None, f"{site.address}/sign-in")]
    pages += [(None, f"{site.address}/ballots/{site.story.consultation_id}?token=one")]
    return pages


def test_every_page_fits_its_window_and_axe_finds_nothing(site: Site) -> None:
    assert faults_of_all(site, overdue(site)) == []


@pytest.mark.parametrize("has_script", [True, False], ids=["with_script", "without_script"])
def test_a_department_answers_on_a_phone(site: Site, has_script: bool) -> None:
    site.story.reach(ConsultationState.IMPLEMENTATION)
    site.story.go_to(ASSIGNED_ON)
    (task,) = site.story.assign(cast.HOUSING.id)
    page = site.window(cast.HOUSING_PLAYER, width=360, has_script=has_script)
    page.goto(site.address)
    page.locator(f'a[href="/feedback-tasks/{task.id}"]').first.click()
    page.get_by_role("button", name="签收").click()
    page.get_by_text("已签收，请在办理期限内书面反馈。").wait_for()
    page.get_by_role("textbox", name="书面反馈").fill("已列入年度改造计划，六月底前完成。")
    page.get_by_label("采纳情况").select_option("adopted")
    page.get_by_role("combobox", name="办理结果").select_option("B")
    page.get_by_role("button", name="提交办复").click()
    page.get_by_text("已办复，请等待协商组织方核实。").wait_for()
    assert site.story.tasks[0].state is FeedbackTaskState.ANSWERED
    assert not site.complaints


def test_rows_can_be_added_to_the_participant_list(site: Site) -> None:
    site.story.reach(ConsultationState.PARTICIPANTS)
    page = site.window(cast.STAFF_PLAYER)
    page.goto(f"{site.case}/participants")
    page.get_by_role("button", name="再加一人").click()
    page.get_by_role("group", name="第 4 人").get_by_label("姓名").fill("赵四")
    page.get_by_role("group", name="第 4 人").get_by_label("类别").select_option("expert")
    page.get_by_role("button", name="核对名单").click()
    page.get_by_role("button", name="登记全部 1 人").click()
    page.get_by_text("已登记 1 名参会人员").wait_for()
    assert site.story.one(Participant).name == "赵四"


def test_a_grave_act_asks_once_and_may_be_left(site: Site) -> None:
    site.story.open()
    page = site.window(cast.STAFF_PLAYER)
    page.goto(site.case)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", leave)
    page.get_by_text("中止协商", exact=True).first.click()
    page.get_by_label("中止原因").fill("等待规划调整")
    page.get_by_label("中止复查日期").fill("2026-04-01")
    page.get_by_role("button", name="中止协商").click()
    assert asked == ["中止协商：此操作将记入过程留痕。确定办理吗？"]
    assert not site.story.row.is_suspended


def test_the_keyboard_reaches_the_content_first(site: Site) -> None:
    site.story.open()
    page = site.window(cast.STAFF_PLAYER)
    page.goto(site.case)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到主要内容"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
