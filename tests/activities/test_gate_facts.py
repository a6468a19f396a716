"""The facts that rules ask for stand as the register has them, and are looked up only before the gate that asks."""

from datetime import date

import pytest

from domain.bodies import BodyKind, RoomLevel
from domain.facts import ConsultationFacts
from domain.matters import OutcomeDocumentKind
from domain.plans import PlanSide
from domain.stages import ConsultationState as S
from domain.work_log import WorkKind
from records.base import new_id
from records.books import gate_findings
from records.facts import facts_of
from records.tables.consultations import Topic
from records.tables.deliberations import ConsultationSession
from records.tables.outcomes import DecisionRecord, OutcomeDocument, Submission, SupervisionItem
from records.tables.people import Organisation
from records.tables.plans import PlanItem, PlanSignOff
from records.tables.rooms import Convener, Room
from records.tables.work_log import WorkRecord
from tests import cast
from tests.stories import BOOKS, DELIBERATED_ON, OPENED_ON, REPORTED_ON, Story


def facts(story: Story) -> ConsultationFacts:
    """What the gate is judged on now."""
    with story.look() as session:
        rule_set = BOOKS.pinned(session, story.row)
        return facts_of(session, story.row, story.today, rule_set, BOOKS.calendar)


def unmet(story: Story) -> dict[str, str]:
    """What the rules before the next state find missing, by id."""
    with story.look() as session:
        rule_set = BOOKS.pinned(session, story.row)
        found = gate_findings(session, rule_set, BOOKS.calendar, story.row, story.today)
    return {one.rule_id: one.measured for one in found if not one.is_satisfied}


# ---------------------------------------------------------------- 年度协商计划


def test_the_sides_that_signed_the_item_are_known_while_the_topic_is_settled(any_story: Story) -> None:
    any_story.reach(S.TOPIC)
    assert facts(any_story).topic.plan_sign_offs == frozenset({"cppcc"})
    any_story.add(
        PlanSignOff(
            item_id=cast.plan_item_id(cast.TOPIC_ID),
            side=PlanSide.PARTY,
            organisation_id=cast.DISTRICT_PARTY.id,
            signed_on=date(2026, 1, 16),
            signed_by_person_id=cast.DISTRICT_PARTY_PLAYER.id,
        )
    )
    assert facts(any_story).topic.plan_sign_offs == frozenset({"cppcc", "party"})


def test_an_item_that_nobody_signed_is_an_item_and_one_withdrawn_is_none(any_story: Story) -> None:
    any_story.reach(S.TOPIC)
    with any_story.register.writing() as session:
        session.query(PlanSignOff).delete()
    assert facts(any_story).topic.plan_sign_offs == frozenset()
    assert unmet(any_story)["SZ-34-plan"] == "计划项目尚缺签署：政协"
    with any_story.register.writing() as session:
        session.get_one(PlanItem, cast.plan_item_id(cast.TOPIC_ID)).withdrawn_on = date(2026, 3, 5)
    assert facts(any_story).topic.plan_sign_offs is None


def test_who_only_claims_to_stand_in_the_plan_is_refused(story: Story) -> None:
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).plan_item_id = None
    story.reach(S.TOPIC).approve_topic()
    assert unmet(story)["SZ-34-plan"] == "自称列入年度协商计划，但未关联计划项目"


# ---------------------------------------------------------------- 搭建平台


def test_a_village_waits_until_every_town_of_its_county_has_a_room(any_story: Story) -> None:
    linhu = f"{cast.DISTRICT}/linhu"
    with any_story.register.writing() as session:
        room = session.get_one(Room, cast.ROOM_ID)
        room.level, room.area = RoomLevel.VILLAGE, f"{cast.STREET}/qiaonan"
        session.add(Organisation(id="linhu", name="临湖镇党委", kind=BodyKind.PARTY_COMMITTEE, area=linhu))
    any_story.reach(S.PLATFORM)
    assert facts(any_story).room.uncovered_areas == 2
    assert unmet(any_story)["SZ-10"] == "尚有 2 个乡镇（街道）、园区未建协商议事室"
    for name, area in (("yuntang", cast.STREET), ("linhu", linhu)):
        any_story.add(Room(name=name, level=RoomLevel.STREET, rule_set_id="suzhou", area=area))
    assert facts(any_story).room.uncovered_areas == 0


def test_a_street_is_not_asked_about_the_others_and_names_who_operates_it(story: Story) -> None:
    story.add(Organisation(id="x", name="某镇", kind=BodyKind.PARTY_COMMITTEE, area=f"{cast.DISTRICT}/linhu"))
    story.reach(S.PLATFORM)
    assert facts(story).room.uncovered_areas == 0
    assert facts(story).room.operator_kind is BodyKind.WORK_COMMITTEE


@pytest.mark.parametrize(("day", "is_too_long"), [(date(2026, 4, 14), False), (date(2026, 4, 15), True)])
def test_a_post_vacant_for_more_than_thirty_working_days_blocks_the_platform(
    story: Story, day: date, is_too_long: bool
) -> None:
    story.reach(S.PLATFORM)
    with story.register.writing() as session:
        session.query(Convener).one().until_on = OPENED_ON
    story.go_to(day)
    assert facts(story).room.convener_left_on == OPENED_ON
    assert ("D-S1-vacancy" in unmet(story)) is is_too_long


# ---------------------------------------------------------------- 请示报告


def test_a_report_for_instruction_counts_until_it_is_withdrawn(any_story: Story) -> None:
    any_story.reach(S.RESEARCH)
    assert not facts(any_story).has_report_for_instruction
    record = WorkRecord(
        id=new_id(),
        kind=WorkKind.REPORT_FOR_INSTRUCTION,
        organisation_id=cast.CPPCC.id,
        area=cast.DISTRICT,
        happened_on=any_story.today,
        title="关于协商活动安排的请示报告",
        consultation_id=any_story.consultation_id,
        recorded_by_person_id=cast.OWNER_PLAYER.id,
        recorded_at=any_story.now,
    )
    any_story.add(record)
    assert facts(any_story).has_report_for_instruction
    with any_story.register.writing() as session:
        session.get_one(WorkRecord, record.id).withdrawn_on = any_story.today
    assert not facts(any_story).has_report_for_instruction


# ---------------------------------------------------------------- 通知和材料


@pytest.mark.parametrize(("day", "workdays"), [(19, 5), (20, 4), (26, 0)])
def test_a_notice_is_counted_in_working_days_up_to_the_session(story: Story, day: int, workdays: int) -> None:
    story.reach(S.REPORTING)
    with story.register.writing() as session:
        met = session.query(ConsultationSession).one()
        met.notice_sent_on, met.materials = date(2026, 3, day), ["调研报告", "草案"]
    (seen,) = facts(story).sessions
    assert (seen.held_on, seen.notice_workdays, seen.material_count) == (DELIBERATED_ON, workdays, 2)


def test_a_session_without_notice_has_no_count(story: Story) -> None:
    story.reach(S.REPORTING)
    with story.register.writing() as session:
        session.query(ConsultationSession).one().notice_sent_on = None
    assert facts(story).sessions[0].notice_workdays is None


# ---------------------------------------------------------------- 报送成果


def document(story: Story, **changes: object) -> OutcomeDocument:
    """A signed report of this consultation."""
    values: dict[str, object] = {
        "id": new_id(),
        "consultation_id": story.consultation_id,
        "kind": OutcomeDocumentKind.REPORT,
        "title": "协商报告",
        "advice": "补偿参考方案",
        "consensus": "同意加装",
        "signed_on": REPORTED_ON,
        "drafted_on": DELIBERATED_ON,
    }
    return OutcomeDocument(**(values | changes))


def submit(story: Story, paper: OutcomeDocument) -> None:
    """The paper, sent to the street's party committee and received."""
    story.add(paper)
    story.add(
        Submission(
            consultation_id=story.consultation_id,
            document_id=paper.id,
            recipient_id=cast.STREET_PARTY.id,
            sent_on=REPORTED_ON,
            received_on=REPORTED_ON,
        )
    )


def test_an_interim_report_does_not_close_the_reporting(any_story: Story) -> None:
    any_story.reach(S.REPORTING, until=REPORTED_ON)
    submit(any_story, document(any_story, is_interim=True))
    missing = unmet(any_story)
    assert {"SZ-26", "D-S6-receipt", "SZ-03"} <= missing.keys()
    assert missing["SZ-26"].endswith("阶段性报告 1 份不计")
    submit(any_story, document(any_story))
    assert not {"SZ-26", "D-S6-receipt", "SZ-03"} & unmet(any_story).keys()


def test_what_goes_outside_is_read_while_it_is_being_reported(any_story: Story) -> None:
    any_story.reach(S.REPORTING, until=REPORTED_ON)
    submit(any_story, document(any_story, advice="会议 决定加装", consensus="“三位一体”推进"))
    missing = unmet(any_story)
    assert "“会议决定”" in missing["SZ-01-wording"]
    assert "“三位一体”" in missing["SZ-07"]
    texts = facts(any_story).wordings
    assert texts[:3] == ("协商报告", "会议 决定加装", "“三位一体”推进")
    assert len(texts) == 3 + len(any_story.suggestions)


def test_texts_are_read_at_no_other_stage(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    assert facts(story).wordings == ()


def test_documents_are_told_apart_and_so_are_recipients(story: Story) -> None:
    story.reach(S.REPORTING, until=REPORTED_ON)
    submit(story, document(story))
    submit(story, document(story))
    assert {(one.ordinal, one.recipient_id) for one in facts(story).documents} == {
        (1, cast.STREET_PARTY.id),
        (2, cast.STREET_PARTY.id),
    }


# ---------------------------------------------------------------- 督查事项和决策


def test_a_key_matter_shows_its_supervision_and_its_decision(any_story: Story) -> None:
    with any_story.register.writing() as session:
        topic = session.get_one(Topic, cast.TOPIC_ID)
        topic.is_key, topic.must_consult_first = True, True
    any_story.reach(S.IMPLEMENTATION)
    with any_story.register.writing() as session:
        session.query(SupervisionItem).delete()
    before = facts(any_story)
    assert (before.has_supervision_item, before.decided_on) == (False, None)
    assert before.reporting_left_on == REPORTED_ON
    identity = {"consultation_id": any_story.consultation_id}
    any_story.add(SupervisionItem(**identity, opened_on=REPORTED_ON))
    for day in (20, 10):
        any_story.add(
            DecisionRecord(
                **identity,
                organisation_id=cast.DISTRICT_PARTY.id,
                decided_on=date(2026, 4, day),
                title="关于加装电梯的决定",
            )
        )
    after = facts(any_story)
    assert (after.has_supervision_item, after.decided_on) == (True, date(2026, 4, 10))


def test_an_ordinary_matter_is_not_asked_about_supervision_or_decision(story: Story) -> None:
    story.reach(S.IMPLEMENTATION)
    found = facts(story)
    assert (found.has_supervision_item, found.reporting_left_on, found.decided_on) == (False, None, None)
