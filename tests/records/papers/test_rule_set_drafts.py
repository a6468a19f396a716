"""A county's own version: drafted by one person, published by another, bound by what its parent has settled."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.matters import ObligationKind
from domain.refusals import RefusalCode, Refused
from records.books import county_version
from records.papers.rule_set_drafts import (
    WithdrawalPaper,
    amend_draft,
    draft_version,
    publish_draft,
    withdraw_draft,
)
from records.tables.audit import AuditEntry
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetDraft
from regulations.reading_ladders import ladder_table
from tests.records.papers.people_and_places import BOOKS, TODAY, Scene
from tests.records.papers.samples import SUZHOU, parameters

LADDER = ladder_table(SUZHOU.ladder(ObligationKind.FEEDBACK_TASK))
LATER = [{**rung, "offset_workdays": 15} if rung["name"] == "special_report" else rung for rung in LADDER]


def drafted(scene: Scene, **values: Any) -> str:
    """A draft of the convener; its id."""
    made = scene.write(lambda pen: draft_version(pen, SUZHOU, parameters(**values)), by=scene.convener)
    return str(made["draft_id"])


def refused(scene: Scene, write: Any, **who: Any) -> Any:
    with pytest.raises(Refused) as caught:
        scene.write(write, **who)
    return caught.value.refusal


def published(scene: Scene, draft_id: str) -> RuleSetVersion:
    made = scene.write(lambda pen: publish_draft(pen, SUZHOU, draft_id))
    with scene.register.reading() as session:
        return session.get_one(RuleSetVersion, made["rule_set_version_id"])


def test_who_drafted_does_not_publish(scene: Scene) -> None:
    draft_id = drafted(scene)
    found = refused(scene, lambda pen: publish_draft(pen, SUZHOU, draft_id), by=scene.convener)
    assert (found.code, found.field) == (RefusalCode.SAME_PERSON, "drafted_by")
    row = published(scene, draft_id)
    assert (row.drafted_by, row.published_by) == (scene.convener.person_id, scene.staff.person_id)


def test_a_hard_rule_of_the_parent_is_named_with_its_clause(scene: Scene) -> None:
    share = {"direct_stakeholder_min": {"numerator": 2, "denominator": 3}}
    found = refused(scene, lambda pen: draft_version(pen, SUZHOU, parameters(parameters=share)))
    assert (found.code, found.field) == (RefusalCode.PARENT_RULE_HARD, "direct_stakeholder_min")
    assert "SZ-21" in found.message
    assert "直接利益相关群众应不少于50%" in found.message


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"no_such_parameter": 1}, "no_such_parameter"),
        ({"return_days": 9}, "return_days"),
        ({"feedback_days": {"town": 0}}, "feedback_days"),
        ({"evaluation_weights": {"party_gov_comment": 100}}, "evaluation_weights"),
        (
            {
                "evaluation_weights": {
                    "party_gov_comment": 25,
                    "member_review": 25,
                    "public_rating": 35,
                    "organizer_analysis": 16,
                }
            },
            "evaluation_weights",
        ),
        ({"forbidden_words": []}, "forbidden_words"),
    ],
)
def test_an_impossible_value_is_refused_at_its_field(
    scene: Scene, values: dict[str, Any], field: str
) -> None:
    found = refused(scene, lambda pen: draft_version(pen, SUZHOU, parameters(parameters=values)))
    assert (found.code, found.field) == (RefusalCode.INVALID_INPUT, field)


def test_a_ladder_is_checked_rung_by_rung(scene: Scene) -> None:
    wrong = [{**LADDER[0], "tell": []}, *LADDER[1:]]
    paper = parameters(ladders={"feedback_task": wrong})
    found = refused(scene, lambda pen: draft_version(pen, SUZHOU, paper))
    assert (found.code, found.field) == (RefusalCode.INVALID_INPUT, "ladder.feedback_task.blue_10.tell")
    assert "没有告知任何人" in found.message


def test_only_its_drafter_amends_a_draft_and_only_as_it_was_read(scene: Scene) -> None:
    draft_id = drafted(scene)
    more = parameters(parameters={"feedback_days": {"town": 25}}, ladders={"feedback_task": LATER})

    def amend(version: int) -> Any:
        return lambda pen: amend_draft(pen, SUZHOU, draft_id, version, more)

    assert refused(scene, amend(1)).code is RefusalCode.NOT_PERMITTED
    scene.write(amend(1), by=scene.convener)
    assert refused(scene, amend(1), by=scene.convener).code is RefusalCode.STALE_FORM
    elsewhere = replace(more, area="suzhou")
    moved = refused(scene, lambda pen: amend_draft(pen, SUZHOU, draft_id, 2, elsewhere), by=scene.convener)
    assert moved.field == "area"
    with scene.register.reading() as session:
        row = session.get_one(RuleSetDraft, draft_id)
        assert row.parameters == {"feedback_days": {"town": 25}}
        assert row.ladders["feedback_task"][5]["offset_workdays"] == 15


def test_a_published_version_never_changes_and_its_name_is_used_once(scene: Scene) -> None:
    draft_id = drafted(scene)
    published(scene, draft_id)
    for write in (
        lambda pen: amend_draft(pen, SUZHOU, draft_id, 2, parameters()),
        lambda pen: withdraw_draft(pen, draft_id, WithdrawalPaper(reason="误拟")),
        lambda pen: publish_draft(pen, SUZHOU, draft_id),
    ):
        assert refused(scene, write, by=scene.convener).code is RefusalCode.STATE_FORBIDS
    for name, area in (("2026-1", "suzhou/fengxi"), ("2026-1", "suzhou"), (SUZHOU.version, "suzhou/fengxi")):
        paper = parameters(version=name, area=area)
        found = refused(scene, lambda pen, paper=paper: draft_version(pen, SUZHOU, paper))
        assert (found.code, found.field) == (RefusalCode.INVALID_INPUT, "version")


def test_of_two_drafts_of_one_name_only_one_is_published(scene: Scene) -> None:
    first, second = drafted(scene), drafted(scene)
    published(scene, first)
    assert refused(scene, lambda pen: publish_draft(pen, SUZHOU, second)).field == "version"


def test_a_draft_that_sets_nothing_is_not_published(scene: Scene) -> None:
    draft_id = drafted(scene, parameters={})
    assert refused(scene, lambda pen: publish_draft(pen, SUZHOU, draft_id)).field == "parameters"


def test_a_withdrawn_draft_stays_on_record_with_its_reason(scene: Scene) -> None:
    draft_id = drafted(scene)
    scene.write(lambda pen: withdraw_draft(pen, draft_id, WithdrawalPaper(reason="区里另有安排")))
    assert refused(scene, lambda pen: publish_draft(pen, SUZHOU, draft_id)).code is RefusalCode.STATE_FORBIDS
    with scene.register.reading() as session:
        assert session.get_one(RuleSetDraft, draft_id).withdrawal_reason == "区里另有安排"


def test_draft_and_publication_are_both_on_record(scene: Scene) -> None:
    published(scene, drafted(scene))
    with scene.register.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.sequence)).all()
        by = {entry.action: entry.person_id for entry in entries}
    assert by[AuditAction.COUNTY_VERSION_DRAFTED] == scene.convener.person_id
    assert by[AuditAction.PARAMETER_SET] == scene.staff.person_id


def test_a_version_of_a_coming_day_binds_who_opens_from_that_day(scene: Scene) -> None:
    coming = TODAY + timedelta(days=10)
    row = published(scene, drafted(scene, effective_on=coming, ladders={"feedback_task": LATER}))
    with scene.register.reading() as session:
        before = BOOKS.in_force(session, "suzhou", "suzhou/fengxi/yuntang", coming - timedelta(days=1))
        after = BOOKS.in_force(session, "suzhou", "suzhou/fengxi/yuntang", coming)
        elsewhere = BOOKS.in_force(session, "suzhou", "suzhou/wuzhong", coming)
    assert (before, elsewhere) == (SUZHOU, SUZHOU)
    assert after == county_version(SUZHOU, row)
    assert after.ladder(ObligationKind.FEEDBACK_TASK).rung("special_report").offset_workdays == 15
