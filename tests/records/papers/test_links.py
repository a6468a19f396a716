"""三级联动 after both were opened: one parent, of a larger area, open, and not before either began."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.refusals import Refusal, RefusalCode, Refused
from domain.stages import ConsultationState
from records.papers import links
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from tests.records.papers.people_and_places import AREA, TODAY, Scene
from tests.records.papers.samples import county_consultation

ONE = "consultation"
Code = RefusalCode


def linking(paper: links.ParentLink) -> Any:
    return lambda pen: links.link_consultations(pen, ONE, paper)


def refused(scene: Scene, paper: links.ParentLink) -> Refusal:
    with pytest.raises(Refused) as no:
        scene.write(linking(paper))
    return no.value.refusal


def under(parent_id: str) -> links.ParentLink:
    return links.ParentLink(parent_id=parent_id, linked_on=TODAY)


@pytest.mark.parametrize("area", [AREA, f"{AREA}/yilong", "suzhou/linhu", "suzhou/feng"])
def test_the_parent_is_of_a_larger_area_in_which_this_one_lies(scene: Scene, area: str) -> None:
    refusal = refused(scene, under(county_consultation(scene, area=area)))
    assert (refusal.code, refusal.field) == (Code.INVALID_INPUT, "parent_id")


def test_no_consultation_is_its_own_parent(scene: Scene) -> None:
    assert refused(scene, under(ONE)).field == "parent_id"


def test_an_unknown_parent_and_one_that_has_ended_are_refused(scene: Scene) -> None:
    assert refused(scene, under("nothing")).field == "parent_id"
    ended = county_consultation(scene, state=ConsultationState.ARCHIVED)
    assert "归档" in refused(scene, under(ended)).message


def test_a_link_is_not_dated_before_either_began_or_after_today(scene: Scene) -> None:
    paper = under(county_consultation(scene))
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        assert refused(scene, replace(paper, linked_on=day)).field == "linked_on"


def test_a_consultation_has_one_parent_only(any_scene: Scene) -> None:
    paper = under(county_consultation(any_scene))
    any_scene.write(linking(paper))
    assert refused(any_scene, paper).code is Code.STATE_FORBIDS
    with any_scene.register.reading() as session:
        assert session.get_one(Consultation, ONE).parent_id == "county"
        entry = session.scalars(select(AuditEntry).filter_by(action=AuditAction.LINKED)).one()
    assert entry.new == {"parent": "苏-枫溪-2026-0100", "linked_on": TODAY.isoformat()}
