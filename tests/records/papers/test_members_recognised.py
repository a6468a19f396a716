"""Members are recognised by name, once and for all: nobody types an account beside it, nobody scores for another."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.bodies import BodyKind, Role
from domain.matters import ParticipantKind
from records.papers import participants, research
from records.recognition import members_named, names_in
from records.tables.deliberations import Participant, ResearchRecord
from records.tables.people import Membership, Organisation, Person
from tests.records.papers.people_and_places import AREA, TODAY, Scene
from tests.records.papers.samples import RESEARCH

ONE = "consultation"


def join(
    scene: Scene, person_id: str, name: str, *, area: str = "suzhou/fengxi", until_on: date | None = None
) -> None:
    """Somebody becomes a member of a county's 政协."""
    with scene.register.writing() as session:
        body = session.get(Organisation, area) or Organisation(
            id=area, name=f"政协 {area}", kind=BodyKind.CPPCC_COMMITTEE, area=area
        )
        session.add(body)
        session.add(Person(id=person_id, name=name, sign_in_name=person_id, password_hash="!"))
        session.flush()
        session.add(
            Membership(person_id=person_id, organisation_id=body.id, role=Role.MEMBER, until_on=until_on)
        )


def listed(scene: Scene, name: str, kind: ParticipantKind = ParticipantKind.CPPCC_MEMBER) -> str | None:
    paper = participants.ParticipantPaper(name=name, kind=kind, basis="政协委员")
    scene.write(lambda pen: participants.list_participants(pen, ONE, [paper], scene.vault))
    with scene.register.reading() as session:
        return session.scalars(select(Participant.person_id).order_by(Participant.id.desc())).first()


def test_a_member_on_the_list_is_recognised(scene: Scene) -> None:
    join(scene, "xu", "许慕青")
    assert listed(scene, " 许慕青 ") == "xu"


@pytest.mark.parametrize(
    "kind", [ParticipantKind.DEPARTMENT, ParticipantKind.STAKEHOLDER, ParticipantKind.EXPERT]
)
def test_who_takes_part_in_another_quality_is_not_counted_as_member(
    scene: Scene, kind: ParticipantKind
) -> None:
    join(scene, "xu", "许慕青")
    assert listed(scene, "许慕青", kind) is None


def test_two_members_of_one_name_are_not_told_apart(scene: Scene) -> None:
    join(scene, "xu-1", "许慕青")
    join(scene, "xu-2", "许慕青")
    assert listed(scene, "许慕青") is None


def test_a_member_of_another_county_is_not_taken_for_ours(scene: Scene) -> None:
    join(scene, "xu", "许慕青", area="suzhou/fengxi2")
    assert listed(scene, "许慕青") is None


def test_a_former_member_is_not_recognised(scene: Scene) -> None:
    join(scene, "xu", "许慕青", until_on=TODAY - timedelta(days=1))
    assert listed(scene, "许慕青") is None


def test_members_among_the_researchers_are_recognised(scene: Scene) -> None:
    join(scene, "xu", "许慕青")
    join(scene, "gu", "顾一帆")
    paper = replace(RESEARCH, researchers="许慕青、顾一帆，冯桂珍")
    scene.write(lambda pen: research.record_research(pen, ONE, paper))
    with scene.register.reading() as session:
        assert session.scalar(select(ResearchRecord.researcher_ids)) == ["gu", "xu"]


def test_names_are_read_as_people_write_them() -> None:
    assert names_in("许慕青、顾一帆，冯桂珍; 毛阿金\n屠思远") == [
        "许慕青",
        "顾一帆",
        "冯桂珍",
        "毛阿金",
        "屠思远",
    ]
    assert names_in(" ") == []


def test_nobody_named_asks_nothing(scene: Scene) -> None:
    with scene.register.reading() as session:
        assert members_named(session, [], AREA, TODAY) == {}
