"""Warnings that were gone past and rules that were waived: shown with who, when, why and by what right, and counted."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.acts import GrantWaiver
from domain.audit_actions import AuditAction
from domain.bodies import BodyKind, Role
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from domain.waivers import competence_label, is_competent
from records.tables.audit import AuditEntry
from records.tables.consultations import Topic
from records.tables.people import Organisation
from tests import cast
from tests.api.conftest import House
from tests.stories import Story

USAGE = "/api/v1/rule-sets/suzhou/usage"


def waived(story: Story) -> None:
    """The topic is settled by law; the owner waives that, and the consultation goes on."""
    with story.register.writing() as session:
        session.get_one(Topic, story.topic_id).is_settled_by_law = True
    story.reach(ConsultationState.TOPIC)
    story.approve_topic()
    story.do(waiving(story))
    story.advance()


def warned(story: Story) -> None:
    """The topic is in no plan and its scope is not written down; the street's staff go on with a reason."""
    with story.register.writing() as session:
        topic = session.get_one(Topic, story.topic_id)
        topic.is_planned, topic.plan_item_id, topic.scope_statement = False, None, ""
    story.reach(ConsultationState.PARTICIPANTS)


def waiving(story: Story) -> GrantWaiver:
    """The owner's waiver."""
    return GrantWaiver(
        by=cast.OWNER_STAFF, occurred_on=story.today, rule_id="D-S2-exclusions", reason="县级政协会议研究同意"
    )


def read(house: House, path: str, by: cast.Player = cast.STAFF_PLAYER, **options: Any) -> Any:
    """What an address answers."""
    answer = house.get(path, by, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_passed_warning_is_shown_with_its_rules_its_reason_and_who_passed_it_when(house: House) -> None:
    warned(house.story)
    shown = read(house, house.consultation)
    (passed,) = shown["warnings_passed"]
    assert "SZ-34" in passed["rule_ids"]
    (advance,) = [one for one in shown["stage_advances"] if one["warned_rule_ids"]]
    assert passed["stage_advance_id"] == advance["id"]
    assert passed["rule_ids"] == advance["warned_rule_ids"]
    assert passed["reason"] == "按程序继续"
    assert passed["occurred_on"] == "2026-03-12"
    assert (passed["from_state"], passed["to_state"]) == ("topic", "participants")
    assert (passed["by_person_name"], passed["by_organisation_name"]) == ("林晓", "云塘街道政协工委")


def test_a_consultation_without_warnings_has_passed_none(house: House) -> None:
    house.story.reach(ConsultationState.PARTICIPANTS)
    assert read(house, house.consultation)["warnings_passed"] == []


def test_a_waiver_is_shown_with_who_granted_it_and_under_which_competence(house: House) -> None:
    waived(house.story)
    shown = read(house, house.consultation)["waivers"]
    assert shown == read(house, f"{house.consultation}/waivers")
    (waiver,) = shown
    assert waiver["rule_id"] == "D-S2-exclusions"
    assert waiver["reason"] == "县级政协会议研究同意"
    assert waiver["granted_on"] == "2026-03-12"
    assert waiver["granted_by_person_name"] == "钱若虚"
    assert waiver["granted_by_organisation_name"] == "政协枫溪区委员会"
    assert waiver["competence"] == "政协委员会"


def test_only_the_body_that_the_rule_names_may_waive_it(house: House) -> None:
    with house.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_settled_by_law = True
        session.get_one(Organisation, cast.CPPCC.id).kind = BodyKind.SPECIAL_COMMITTEE
    house.story.reach(ConsultationState.TOPIC)
    refusal = house.story.refusal(waiving(house.story))
    assert refusal.code is RefusalCode.NOT_PERMITTED
    assert refusal.message == "规则 D-S2-exclusions 只能由政协委员会批准豁免。"


@pytest.mark.parametrize(
    ("waivable_by", "kind", "role", "is_so"),
    [
        ("cppcc_committee", BodyKind.CPPCC_COMMITTEE, Role.STAFF, True),
        ("cppcc_committee", BodyKind.WORK_COMMITTEE, Role.STAFF, False),
        ("approver", BodyKind.PARTY_COMMITTEE, Role.APPROVER, True),
        ("cppcc_committee", None, Role.STAFF, False),
        (None, BodyKind.CPPCC_COMMITTEE, Role.STAFF, False),
    ],
)
def test_a_rule_names_a_kind_of_body_or_a_capacity(
    waivable_by: str | None, kind: BodyKind | None, role: Role, is_so: bool
) -> None:
    assert is_competent(waivable_by, kind, role) is is_so


def test_a_rule_that_nobody_may_waive_names_no_competence() -> None:
    assert competence_label(None) == ""


def test_every_passed_warning_and_every_waiver_of_the_year_is_counted_once(any_house: House) -> None:
    warned(any_house.story)
    another = any_house.story.another()
    waived(another)
    usage = read(any_house, USAGE, params={"year": 2026})
    rules = {one["rule_id"]: one for one in usage["rules"]}
    assert (rules["SZ-34"]["warned_count"], rules["SZ-34"]["waived_count"]) == (1, 0)
    assert [one["number"] for one in rules["SZ-34"]["warned"]] == [any_house.story.row.number]
    exclusion = rules["D-S2-exclusions"]
    assert (exclusion["warned_count"], exclusion["waived_count"]) == (0, 1)
    assert [one["consultation_id"] for one in exclusion["waived"]] == [another.consultation_id]


def test_what_was_passed_in_another_year_is_not_counted(house: House) -> None:
    waived(house.story)
    assert read(house, USAGE, params={"year": 2025})["rules"] == []


def test_usage_counts_only_what_the_reader_may_read(house: House) -> None:
    waived(house.story)
    assert read(house, USAGE, cast.OUTSIDER_PLAYER, params={"year": 2026})["rules"] == []
    assert read(house, "/api/v1/rule-sets/nantong/usage", params={"year": 2026})["rules"] == []


def test_usage_of_an_unknown_rule_set_is_not_found(house: House) -> None:
    answer = house.get("/api/v1/rule-sets/atlantis/usage", cast.STAFF_PLAYER, params={"year": 2026})
    assert answer.status_code == 404


def test_without_a_year_usage_is_of_the_present_one(house: House) -> None:
    waived(house.story)
    assert read(house, USAGE)["year"] == house.story.today.year
    assert read(house, USAGE)["rules"] == read(house, USAGE, params={"year": 2026})["rules"]


def test_the_audit_entry_of_a_step_names_the_warnings_it_passed(house: House) -> None:
    warned(house.story)
    entries = house.story.all(select(AuditEntry).where(AuditEntry.action == AuditAction.STAGE_ADVANCED))
    (passed,) = read(house, house.consultation)["warnings_passed"]
    (entry,) = [one for one in entries if "passed_warnings" in one.new]
    assert entry.new["passed_warnings"] == passed["rule_ids"]
    assert entry.note == passed["reason"]
