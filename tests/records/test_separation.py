"""Separation of duties under deputies: every act that judges, against every act it judges."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.refusals import RefusalCode, Refused
from domain.separation import KEPT_APART
from records.audit import consultation_stream
from records.pen import Pen
from records.tables.audit import AuditEntry
from tests.records.papers.people_and_places import Scene

PAIRS = sorted((second.value, first.value) for second, apart in KEPT_APART.items() for first in apart.actions)


def note(scene: Scene, by: Actor, action: str, object_id: str) -> None:
    """Write an act of the consultation into the trail."""

    def write(pen: Pen) -> dict[str, str]:
        pen.note(AuditAction(action), "thing", object_id, consultation_id=scene.consultation_id)
        return {}

    scene.write(write, by=by)


def test_both_sides_never_come_from_the_same_hands_where_a_deputy_acts(scene: Scene) -> None:
    deputy = replace(scene.staff, person_id="deputy", on_behalf_of="absent")
    assert len(PAIRS) > len(KEPT_APART)
    for number, (second, first) in enumerate(PAIRS):
        thing, apart = f"thing {number}", KEPT_APART[AuditAction(second)]
        judged = f"next {thing}" if apart.since_submission else thing
        note(scene, scene.staff, "consultation:opened", "consultation")
        note(scene, deputy, first, thing)
        for hand in (
            replace(scene.staff, person_id="deputy", on_behalf_of="second absent"),
            replace(scene.staff, person_id="deputy"),
            replace(scene.staff, person_id="absent"),
            replace(scene.staff, person_id="somebody", on_behalf_of="absent"),
        ):
            with pytest.raises(Refused) as caught:
                note(scene, hand, second, judged)
            assert caught.value.refusal.code is RefusalCode.SAME_PERSON, (second, first)
        note(scene, replace(scene.staff, person_id="somebody"), second, judged)


def test_a_deputy_does_not_judge_what_he_did_for_himself(scene: Scene) -> None:
    own = replace(scene.staff, person_id="deputy")
    note(scene, own, "feedback_task:extension_requested", "the thing")
    with pytest.raises(Refused):
        note(scene, replace(own, on_behalf_of="absent"), "feedback_task:extension_decided", "the thing")
    note(scene, replace(own, on_behalf_of="absent"), "feedback_task:extension_decided", "another thing")


def test_an_earlier_submission_does_not_bind_a_later_approval(scene: Scene) -> None:
    deputy = replace(scene.staff, person_id="deputy", on_behalf_of="absent")
    note(scene, deputy, "consultation:stage_advanced", "consultation")
    note(scene, scene.staff, "consultation:stage_advanced", "consultation")
    note(scene, deputy, "approval:decided", "first step")
    note(scene, deputy, "approval:decided", "first step")
    with pytest.raises(Refused):
        note(scene, replace(deputy, on_behalf_of="second absent"), "approval:decided", "second step")


def test_without_a_deputy_the_policy_alone_decides(scene: Scene) -> None:
    note(scene, scene.staff, "consultation:stage_advanced", "consultation")
    note(scene, scene.staff, "approval:decided", "first step")
    with scene.register.reading() as session:
        written = session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.stream == consultation_stream(scene.consultation_id))
            .order_by(AuditEntry.sequence)
        ).all()
    assert written[-2:] == [AuditAction.STAGE_ADVANCED, AuditAction.APPROVAL_DECIDED]
