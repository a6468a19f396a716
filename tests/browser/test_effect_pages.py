"""The pages of the work log, of supervised items and of effects, filled, in a real browser."""

import pytest

from domain.stages import ConsultationState
from records.tables.consultations import Topic
from records.tables.work_log import WorkRecord
from tests import cast
from tests.browser.conftest import Site
from tests.browser.soundness import faults_of
from tests.records.papers.people_and_places import TODAY

pytestmark = pytest.mark.browser


def with_effects(site: Site) -> None:
    """A key consultation in 评估质效 whose first suggestion was converted, and a day after it."""
    with site.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_key = True
    site.story.reach(ConsultationState.EVALUATION, until=TODAY)


@pytest.mark.parametrize("width", [1280, 360])
def test_filled_pages_fit_and_axe_finds_nothing(site: Site, width: int) -> None:
    with_effects(site)
    page = site.window(cast.SUPERVISOR_PLAYER, width=width)
    page.goto(f"{site.address}/work-log")
    page.get_by_text("登记工作台账", exact=True).click()
    page.get_by_label("台账类别").select_option("inspection")
    page.get_by_label("事项名称").fill("加装电梯落实情况督查")
    page.get_by_label("走访（督查）的单位").select_option(cast.HOUSING.id)
    page.get_by_role("button", name="登记台账").click()
    page.get_by_text("工作台账已登记，已通知被督查单位。").wait_for()
    assert site.story.one(WorkRecord).title == "加装电梯落实情况督查"
    staff = site.window(cast.STAFF_PLAYER, width=width)
    staff.goto(f"{site.case}/outcomes")
    staff.get_by_text("登记公开发布", exact=True).click()
    staff.get_by_label("发布渠道").select_option("website")
    staff.get_by_label("发布内容").fill("六幢同意加装")
    staff.get_by_role("button", name="登记发布").click()
    staff.get_by_text("公开发布已登记。").wait_for()
    page.goto(f"{site.address}/supervision")
    page.get_by_text("督查销号", exact=True).click()
    other = site.window(cast.SUPERVISOR_PLAYER, width=width)
    other.goto(f"{site.address}/work-log")
    other.get_by_text("撤销这条记录", exact=True).click()
    for one in (page, staff, other):
        assert not faults_of(one)
    assert not site.complaints
