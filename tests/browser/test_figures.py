"""The pages of the yearly figures fit a window and a phone, and axe finds nothing on them."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from domain.stages import ConsultationState
from tests import cast
from tests.browser.conftest import Site
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


@pytest.mark.parametrize("width", [1280, 360])
def test_the_figures_fit_their_window_and_axe_finds_nothing(counting_site: Site, width: int) -> None:
    site = counting_site
    site.story.reach(ConsultationState.REPORTING)
    page = site.window(cast.OWNER_PLAYER, width=width)
    for path in PATHS:
        answer = page.goto(site.address + path)
        assert answer is not None
        assert answer.status == 200, path
        too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(too_wide), path
        violations = Axe().run(page).response["violations"]
        assert not [(path, one["id"], one["nodes"][0]["html"][:120]) for one in violations]
    assert not site.complaints


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
