"""The papers to be printed stand on the pages they belong to, only where there is one, and every link opens."""

import re
from datetime import date

from domain.stages import ConsultationState
from records.tables.obligations import Escalation
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import ASSIGNED_ON

REPORTED_ON = date(2026, 6, 5)


def downloads_on(html: str) -> list[str]:
    """Where the page offers a paper."""
    found = re.findall(r'<a href="(/api/v1/[^"]*)"', html)
    return [address.replace("&amp;", "&") for address in found]


def test_a_session_offers_minutes_once_it_was_held(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    staff = pages.by(cast.STAFF_PLAYER)
    offered = downloads_on(staff.get(f"{pages.case}/sessions").text)
    assert [address.rsplit("/", 1)[-1] for address in offered] == [
        "sign-in-sheet",
        "minutes",
        "minutes?pseudonyms=true",
    ]
    assert {staff.get(address).status_code for address in offered} == {200}


def test_a_task_offers_the_letters_that_its_ladder_has_written(pages: Pages) -> None:
    story = pages.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = story.assign(cast.HOUSING.id)
    unit, address = pages.by(cast.HOUSING_PLAYER), f"/feedback-tasks/{task.id}"
    assert downloads_on(unit.get(address).text) == []
    story.follow_the_clock(REPORTED_ON)
    offered = downloads_on(unit.get(address).text)
    assert [one.rsplit("/", 1)[-1] for one in offered] == ["urge-notice", "circular"]
    assert {unit.get(one).status_code for one in offered} == {200}


def test_an_escalation_offers_its_special_report(pages: Pages) -> None:
    story = pages.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    story.assign(cast.HOUSING.id)
    story.follow_the_clock(REPORTED_ON)
    desk = pages.by(cast.DISTRICT_PARTY_PLAYER)
    (offered,) = downloads_on(desk.get(f"/escalations/{story.one(Escalation).id}").text)
    assert desk.get(offered).status_code == 200


def test_the_list_of_participants_shows_phones_masked(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    html = pages.by(cast.MEMBER_PLAYER).get(f"{pages.case}/participants").text
    assert "138****8000" in html
    assert "13800138000" not in html
