"""The pages of the yearly figures fit a window and a phone, and axe finds nothing on them."""

import pytest

from domain.stages import ConsultationState
from tests import cast
from tests.browser.conftest import Site
from tests.browser.soundness import faults_of_all
from tests.figures_books import COUNTING_BOOKS

pytestmark = pytest.mark.browser
PATHS = (
    "/figures",
    "/figures/suzhou/SZ-12",
    f"/figures/suzhou/SZ-12?part={cast.ROOM_ID}",
    "/figures/suzhou/SZ-11",
    "/figures/suzhou/SZ-39",
)


@pytest.fixture
def counting_site(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Site:
    """The pages with books whose quotas are known."""
    monkeypatch.setattr("tests.pages.BOOKS", COUNTING_BOOKS)
    site: Site = request.getfixturevalue("site")
    return site


def test_the_figures_fit_their_window_and_axe_finds_nothing(counting_site: Site) -> None:
    site = counting_site
    site.story.reach(ConsultationState.REPORTING)
    assert faults_of_all(site, [(cast.OWNER_PLAYER, site.address + path) for path in PATHS]) == []


def test_a_year_is_picked_and_a_number_followed_to_its_cases_without_script(counting_site: Site) -> None:
    site = counting_site
    site.story.reach(ConsultationState.REPORTING)
    page = site.window(cast.OWNER_PLAYER, has_script=False)
    page.goto(f"{site.address}/figures?year=2025")
    page.get_by_label("年度").select_option("2026")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="每室协商议事活动次数").first.click()
    page.locator(f'a[href="/consultations/{site.story.consultation_id}"]').click()
    assert page.url == site.case
