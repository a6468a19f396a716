"""The yearly plan, the members and the room with its people: fit for every role, and complete without script."""

import pytest

from domain.plans import PlanSide
from records.tables.plans import PlanSignOff
from records.tables.work_log import MemberAssignment
from tests import cast
from tests.browser.conftest import Site
from tests.browser.soundness import faults_of_all
from tests.cast import PLAYERS, Player

pytestmark = pytest.mark.browser
ONE_OF_EACH_ROLE = tuple({player.role: player for player in (*PLAYERS, cast.OWNER_PLAYER)}.values())
PATHS = (
    "/plans",
    f"/plans/{cast.PLAN_ID}",
    "/members",
    f"/rooms/{cast.ROOM_ID}",
    f"/topics/{cast.OTHER_TOPIC_ID}",
)


@pytest.mark.parametrize("player", ONE_OF_EACH_ROLE, ids=lambda one: one.role.value)
def test_the_yearly_pages_fit_a_phone_and_axe_finds_nothing(site: Site, player: Player) -> None:
    assert (
        faults_of_all(site, [(player, site.address + path) for path in PATHS], widths=(360,), unfolded=True)
        == []
    )


@pytest.mark.parametrize("has_script", [True, False], ids=["with_script", "without_script"])
def test_the_party_signs_items_of_the_plan_on_a_phone(site: Site, has_script: bool) -> None:
    page = site.window(cast.DISTRICT_PARTY_PLAYER, width=360, has_script=has_script)
    page.goto(site.address)
    page.get_by_role("link", name="年度计划").click()
    page.locator(f'a[href="/plans/{cast.PLAN_ID}"]').click()
    for box in page.get_by_role("group", name="签署的计划议题").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="签署所选议题").click()
    page.get_by_text("已代表党委签署 2 项。").wait_for()
    assert len(site.story.every(PlanSignOff, side=PlanSide.PARTY)) == 2
    assert not site.complaints


def test_a_member_is_assigned_where_the_room_is_shown(site: Site) -> None:
    page = site.window(cast.STAFF_PLAYER)
    page.goto(f"{site.address}/rooms/{cast.ROOM_ID}")
    page.get_by_text("编入委员", exact=True).click()
    page.get_by_role("combobox", name="政协委员").select_option(label=cast.MEMBER_PLAYER.name)
    page.get_by_role("button", name="编入本室").click()
    page.get_by_text("委员已编入本室。").wait_for()
    assert site.story.one(MemberAssignment).person_id == cast.MEMBER_PLAYER.id
    assert not site.complaints
