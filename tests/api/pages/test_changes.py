"""An unread mark: what others changed since somebody last opened a consultation, in lists and on its first page."""

import re

from domain.stages import ConsultationState
from records.queries.changes_since import changes_counted
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import section
from tests.stories import ASSIGNED_ON


def marks(text: str) -> list[str]:
    """The words of every mark on a page."""
    return re.findall(r'<span class="unread[^"]*">.*?</span> ([^<]+)</span>', text)


def test_a_consultation_never_opened_is_marked_so_until_it_is_opened(pages: Pages) -> None:
    pages.story.open()
    owner = pages.by(cast.OWNER_PLAYER)
    assert marks(owner.get("/consultations").text) == ["未看过"]
    assert section(owner.get(pages.case).text, "news") == ""
    assert marks(owner.get("/consultations").text) == []


def test_what_others_did_is_marked_and_told_on_the_first_page(pages: Pages) -> None:
    pages.story.open()
    owner = pages.by(cast.OWNER_PLAYER)
    owner.get(pages.case)
    pages.story.advance()
    assert marks(owner.get("/consultations").text) == ["1 处变化"]
    assert marks(owner.get("/").text) == ["1 处变化"]
    news = section(owner.get(pages.case).text, "news")
    assert "推进环节" in news
    assert cast.STAFF_PLAYER.name in news
    assert f'href="{pages.case}/timeline#entry-2"' in news
    assert marks(owner.get("/consultations").text) == []


def test_reloading_tells_it_again_and_the_next_look_does_not(pages: Pages) -> None:
    pages.story.open()
    owner = pages.by(cast.OWNER_PLAYER)
    owner.get(pages.case)
    pages.story.advance()
    owner.get(pages.case)
    assert section(owner.get(pages.case).text, "news")
    pages.story.go_to(pages.story.today, 14)
    assert section(owner.get(pages.case).text, "news") == ""


def test_ones_own_acts_are_no_news(pages: Pages) -> None:
    pages.story.open()
    staff = pages.by(cast.STAFF_PLAYER)
    staff.get(pages.case)
    pages.story.advance()
    assert marks(staff.get("/consultations").text) == []
    assert section(staff.get(pages.case).text, "news") == ""


def test_a_further_page_counts_as_opening(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON)
    owner = pages.by(cast.OWNER_PLAYER)
    owner.get(f"{pages.case}/tasks")
    pages.story.assign(cast.HOUSING.id)
    assert marks(owner.get("/consultations").text) == ["1 处变化"]
    owner.get(f"{pages.case}/tasks")
    assert marks(owner.get("/consultations").text) == []
    assert "交办" in section(owner.get(pages.case).text, "news")


def test_what_somebody_may_not_know_of_leaves_no_bookmark(pages: Pages) -> None:
    pages.story.open()
    assert pages.by(cast.OUTSIDER_PLAYER).get(pages.case).status_code == 404
    with pages.story.look() as session:
        assert changes_counted(session, cast.OUTSIDER_PLAYER.id, [pages.story.consultation_id]) == {}
