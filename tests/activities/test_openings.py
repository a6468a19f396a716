"""Who leads a new consultation and who organises it with the room: refusals first."""

from dataclasses import replace
from typing import Any

import pytest

from domain.bodies import BodyKind, Role
from domain.refusals import RefusalCode
from records.tables.consultations import Consultation
from records.tables.people import Membership, Organisation, Person
from tests import cast
from tests.stories import Story


@pytest.fixture
def led(story: Story) -> Story:
    """A story in which the district has a 主席会议 with one leader, and so has another district."""
    with story.register.writing() as session:
        for name, area in (("leader", cast.DISTRICT), ("stranger", cast.ELSEWHERE)):
            session.add(
                Organisation(
                    id=f"top-{name}", name=f"主席会议{name}", kind=BodyKind.CHAIRPERSONS_MEETING, area=area
                )
            )
            session.add(Person(id=name, name=name, sign_in_name=name, password_hash="!"))
            session.flush()
            session.add(Membership(person_id=name, organisation_id=f"top-{name}", role=Role.APPROVER))
    return story


def refusal(story: Story, **said: Any) -> tuple[RefusalCode, str]:
    found = story.refusal(replace(story.opening(), **said))
    return found.code, found.field


@pytest.mark.parametrize("person_id", ["nobody", "\x00"])
def test_a_leader_has_to_be_known(led: Story, person_id: str) -> None:
    assert refusal(led, lead_person_id=person_id) == (RefusalCode.NOT_FOUND, "lead_person_id")


@pytest.mark.parametrize("person_id", [cast.OWNER_PLAYER.id, cast.MEMBER_PLAYER.id, "stranger"])
def test_only_a_member_of_the_chairpersons_meeting_leads(led: Story, person_id: str) -> None:
    assert refusal(led, lead_person_id=person_id) == (RefusalCode.INVALID_INPUT, "lead_person_id")


@pytest.mark.parametrize("organisation_id", ["nobody", "\x00"])
def test_a_co_organiser_has_to_be_known(led: Story, organisation_id: str) -> None:
    found = refusal(led, co_organiser_ids=("top-leader", organisation_id))
    assert found == (RefusalCode.NOT_FOUND, "co_organiser_ids")


@pytest.mark.parametrize("ids", [("top-leader", "top-leader"), (cast.CPPCC.id,), (cast.WORK_COMMITTEE.id,)])
def test_a_co_organiser_is_named_once_beside_the_rooms_own_bodies(led: Story, ids: tuple[str, ...]) -> None:
    assert refusal(led, co_organiser_ids=ids) == (RefusalCode.INVALID_INPUT, "co_organiser_ids")


def test_a_consultation_keeps_its_leader_and_its_co_organisers(led: Story) -> None:
    led.do(replace(led.opening(), lead_person_id="leader", co_organiser_ids=("top-leader",)))
    row = led.one(Consultation)
    assert (row.lead_person_id, row.co_organiser_ids) == ("leader", ["top-leader"])


def test_a_consultation_needs_neither(story: Story) -> None:
    story.open()
    assert (story.row.lead_person_id, story.row.co_organiser_ids) == (None, [])
