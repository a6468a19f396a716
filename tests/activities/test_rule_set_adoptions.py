"""Changing a running consultation over to a newer version: at the border of a stage, judged, told, and never backward."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.acts import AdoptRuleSetVersion
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.ladder import Colour
from domain.matters import ObligationKind, OutcomeDocumentKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.adoptions import Adoption, adoption_of
from records.papers.rule_set_drafts import RuleSetDraftPaper, draft_version, publish_draft
from records.queries.clocks import explained_clocks
from records.queries.past_days import case_record, standing_on
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow, FiredRung
from records.tables.outcomes import OutcomeDocument, Submission
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetAdoption
from regulations.reading_ladders import ladder_table
from tests import cast
from tests.stories import ASSIGNED_ON, BOOKS, DELIBERATED_ON, Story, list_people

DRAFTER = cast.SYSTEM_ADMIN_PLAYER.actor
SUZHOU = BOOKS.rule_sets["suzhou"]
OWN_RUNGS: list[dict[str, Any]] = [
    {"name": "nudge", "offset_workdays": -3, "colour": "blue", "notice": "due_soon", "tell": ["duty_holder"]},
    {
        "name": "first_chase",
        "offset_workdays": 2,
        "colour": "yellow",
        "notice": "overdue",
        "tell": ["duty_head", "organiser"],
        "after": "period",
    },
    {
        "name": "to_the_desk",
        "offset_workdays": 6,
        "colour": "red",
        "notice": "special_report",
        "tell": ["party_committee", "owner"],
        "opens": "escalation",
        "after": "period",
    },
    {
        "name": "to_talk",
        "offset_workdays": 1,
        "colour": "red",
        "notice": "talk_proposed",
        "tell": ["party_committee"],
        "opens": "talk",
        "after": "instruction",
    },
]


def publish(story: Story, version: str = "枫溪-2", **values: Any) -> str:
    """A version of the county, drafted by one and published by another; its id."""
    given: dict[str, Any] = {
        "rule_set_id": story.row.rule_set_id,
        "area": cast.DISTRICT,
        "effective_on": story.today,
    }
    paper = RuleSetDraftPaper(**{**given, "version": version, **values})
    rule_set = BOOKS.rule_sets[paper.rule_set_id]
    made = story.write(lambda pen: draft_version(pen, rule_set, paper), DRAFTER)
    done = story.write(lambda pen: publish_draft(pen, rule_set, made["draft_id"]), cast.OWNER_STAFF)
    return str(done["rule_set_version_id"])


def adopting(story: Story, version_id: str, by: Actor = cast.OWNER_STAFF) -> AdoptRuleSetVersion:
    return AdoptRuleSetVersion(
        by=by, occurred_on=story.today, version_id=version_id, reason="区政协主席会议研究同意"
    )


def dry_run(story: Story, version_id: str) -> Adoption:
    with story.look() as session:
        row = session.get_one(Consultation, story.consultation_id)
        return adoption_of(session, BOOKS, row, session.get_one(RuleSetVersion, version_id), story.now)


def reporting_clock(story: Story) -> ClockRow:
    return story.one(ClockRow, consultation_id=story.consultation_id, kind=ObligationKind.REPORTING)


@pytest.fixture
def reporting(story: Story) -> Story:
    """报送成果 has just been entered: its period runs from the session."""
    return story.reach(ConsultationState.REPORTING)


@pytest.mark.parametrize("by", [cast.STAFF, cast.CONVENER, cast.SUPERVISOR_PLAYER.actor, DRAFTER])
def test_only_the_staff_of_the_owner_change_a_consultation_over(reporting: Story, by: Actor) -> None:
    version_id = publish(reporting, parameters={"report_days": 10})
    assert reporting.refusal(adopting(reporting, version_id, by)).code is RefusalCode.NOT_PERMITTED


def test_a_reason_is_required(reporting: Story) -> None:
    act = replace(adopting(reporting, publish(reporting, parameters={"report_days": 10})), reason=" ")
    refusal = reporting.refusal(act)
    assert (refusal.code, refusal.field) == (RefusalCode.INVALID_INPUT, "reason")


def test_neither_an_unknown_a_foreign_nor_a_coming_version_is_adopted(reporting: Story) -> None:
    days: dict[str, Any] = {"parameters": {"report_days": 10}}
    foreign = publish(reporting, "临湖-1", area=cast.ELSEWHERE, **days)
    coming = publish(reporting, effective_on=reporting.today + timedelta(days=1), **days)
    for version_id, code in (
        ("nothing", RefusalCode.NOT_FOUND),
        (foreign, RefusalCode.NOT_FOUND),
        (coming, RefusalCode.STATE_FORBIDS),
    ):
        refusal = reporting.refusal(adopting(reporting, version_id))
        assert (refusal.code, refusal.field) == (code, "version_id")


def test_nobody_goes_back_to_an_older_version_nor_adopts_one_twice(reporting: Story) -> None:
    older = publish(
        reporting, "枫溪-1", effective_on=date(2026, 3, 1), parameters={"forbidden_words": ["甲"]}
    )
    newer = publish(reporting, "枫溪-2", parameters={"forbidden_words": ["乙"]})
    reporting.do(adopting(reporting, newer))
    for version_id in (newer, older):
        assert reporting.refusal(adopting(reporting, version_id)).code is RefusalCode.STATE_FORBIDS


def test_what_the_entry_began_begins_again_as_the_dry_run_said(reporting: Story) -> None:
    before = reporting_clock(reporting)
    version_id = publish(reporting, parameters={"report_days": 10})
    plan = dry_run(reporting, version_id)
    assert plan.refusal is None
    (move,) = plan.clocks
    assert (move.former_due.on, move.is_kept) == (before.due_on, False)
    assert move.due == BOOKS.calendar.add_workdays(DELIBERATED_ON, 10)
    assert [one.rung.name for one in move.rungs] == ["blue_2", "yellow", "red"]
    assert reporting_clock(reporting).due_on == before.due_on

    reporting.do(adopting(reporting, version_id))
    assert reporting_clock(reporting).due_on == move.due.on
    assert reporting.row.rule_set_version == "枫溪-2"
    row = reporting.one(RuleSetAdoption)
    assert (row.former_version, row.version) == (SUZHOU.version, "枫溪-2")
    entry = reporting.one(AuditEntry, action=AuditAction.RULE_SET_ADOPTED)
    assert entry.note == "区政协主席会议研究同意"
    assert entry.new["clocks"][0]["due_on"] == move.due.on.isoformat()
    with reporting.look() as session:
        explained = explained_clocks(session, BOOKS, [before.id], reporting.today)[before.id]
    assert any("改用规则集〔枫溪-2〕" in line.text for line in explained.lines)


def test_those_concerned_are_told_what_changes(reporting: Story) -> None:
    reporting.do(adopting(reporting, publish(reporting, parameters={"report_days": 10})))
    letters = reporting.every(NoticeRow, kind=NoticeKind.RULE_SET_ADOPTED)
    told = {letter.person_id for letter in letters}
    assert {cast.STAFF_PLAYER.id, cast.STREET_PARTY_PLAYER.id} <= told
    assert any("成果报送期限（工作日）：7 → 10" in line for line in letters[0].payload["changes"])


def test_a_date_that_has_passed_stays(reporting: Story) -> None:
    due_on = reporting_clock(reporting).due_on
    reporting.go_to(due_on + timedelta(days=5))
    version_id = publish(reporting, parameters={"report_days": 15})
    (move,) = dry_run(reporting, version_id).clocks
    assert move.is_kept
    reporting.do(adopting(reporting, version_id))
    assert reporting_clock(reporting).due_on == due_on


def test_a_shorter_period_makes_nobody_late_of_a_sudden(reporting: Story) -> None:
    due_on = reporting_clock(reporting).due_on
    reporting.go_to(due_on)
    reporting.do(adopting(reporting, publish(reporting, parameters={"report_days": 2})))
    assert reporting_clock(reporting).due_on == due_on


def test_work_on_what_the_change_touches_bars_the_way_until_the_next_border(story: Story) -> None:
    story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON)
    story.assign(cast.HOUSING.id)
    version_id = publish(story, ladders={"feedback_task": OWN_RUNGS})
    refusal = story.refusal(adopting(story, version_id))
    assert (refusal.code, refusal.field) == (RefusalCode.NOT_AT_STAGE_BORDER, "version_id")
    assert dry_run(story, version_id).refusal == refusal
    # What touches nothing that is open is no such bar.
    story.do(adopting(story, publish(story, "枫溪-3", parameters={"forbidden_words": ["旧提法"]})))


def test_a_rung_that_has_fired_bars_the_way_too(reporting: Story) -> None:
    reporting.follow_the_clock(reporting_clock(reporting).due_on)
    version_id = publish(reporting, parameters={"report_days": 15})
    assert reporting.refusal(adopting(reporting, version_id)).code is RefusalCode.NOT_AT_STAGE_BORDER


def test_a_consultation_that_rests_or_has_ended_keeps_its_version(story: Story) -> None:
    story.reach(ConsultationState.COMPLETED)
    version_id = publish(story, parameters={"report_days": 10})
    assert story.refusal(adopting(story, version_id)).code is RefusalCode.STATE_FORBIDS


def test_a_changed_rule_of_the_gate_at_hand_waits_for_the_border(story: Story) -> None:
    """四川's share is the county's to set; a list is already being drawn up for the old one."""
    story.reach(ConsultationState.PARTICIPANTS)
    live_under(story, "sichuan")
    half = {"direct_stakeholder_min": {"numerator": 9, "denominator": 10}}
    version_id = publish(story, parameters=half)
    plan = dry_run(story, version_id)
    assert plan.refusal is None
    (gate,) = plan.gates
    assert (gate.change.rule.id, gate.point.value) == ("D-S3-direct-third", "participants")
    assert gate.judged is not None
    assert not gate.judged.is_satisfied
    list_people(story)
    assert story.refusal(adopting(story, version_id)).code is RefusalCode.NOT_AT_STAGE_BORDER


def test_a_countys_own_ladder_fires_its_own_rungs_each_once(story: Story) -> None:
    story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON)
    story.do(adopting(story, publish(story, ladders={"feedback_task": OWN_RUNGS})))
    (task,) = story.assign(cast.HOUSING.id)
    due_on = story.one(ClockRow, id=task.clock_id).due_on
    story.follow_the_clock(BOOKS.calendar.add_workdays(due_on, 8).on)
    story.let_clock_run()
    fired = sorted(story.every(FiredRung, clock_id=task.clock_id), key=lambda one: one.due_at)
    assert [(one.name, one.generation) for one in fired] == [
        ("nudge", 1),
        ("first_chase", 1),
        ("to_the_desk", 1),
    ]
    special = story.every(NoticeRow, kind=NoticeKind.SPECIAL_REPORT)
    assert cast.STREET_PARTY_PLAYER.id in {letter.person_id for letter in special}
    assert story.every(NoticeRow, kind=NoticeKind.RED_NOTICE) == []


def test_what_has_stopped_keeps_the_colours_of_its_time(reporting: Story) -> None:
    clock = reporting_clock(reporting)
    late_on = BOOKS.calendar.add_workdays(clock.due_on, 2).on
    reporting.follow_the_clock(late_on)
    send_report(reporting)
    rungs = [{**rung, "colour": "blue"} for rung in ladder_table(SUZHOU.ladder(ObligationKind.REPORTING))[:1]]
    reporting.do(adopting(reporting, publish(reporting, ladders={"reporting": rungs})))
    with reporting.look() as session:
        explained = explained_clocks(session, BOOKS, [clock.id], reporting.today)[clock.id]
        row = session.get_one(Consultation, reporting.consultation_id)
        on_the_day = standing_on(
            case_record(session, BOOKS, row), BOOKS.calendar.add_workdays(late_on, -1).on
        )
    assert Colour.YELLOW in {colour for _, colour in explained.colours}
    assert [one.name for one in explained.rungs] == ["blue_2", "yellow"]
    assert Colour.YELLOW in {one.colour for one in on_the_day.clocks}


def test_an_unset_period_blocks_with_its_clause_until_a_version_sets_it(story: Story) -> None:
    story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON)
    live_under(story, "linfen")
    refusal = story.refusal(story.assigning(cast.HOUSING.id))
    assert (refusal.code, refusal.field) == (RefusalCode.PARAMETER_UNSET, "feedback_days")
    assert "在一定期限内向县(市、区)政协书面反馈" in refusal.message
    version_id = publish(story, "尧岭-1", parameters={"feedback_days": {"street": 45}})
    # The consultation keeps its version until it is changed over.
    assert story.refusal(story.assigning(cast.HOUSING.id)).code is RefusalCode.PARAMETER_UNSET
    story.do(adopting(story, version_id))
    (task,) = story.assign(cast.HOUSING.id)
    assert story.one(ClockRow, id=task.clock_id).budget_workdays == 45


def live_under(story: Story, rule_set_id: str) -> None:
    """Let the consultation be of another region."""
    with story.register.writing() as session:
        session.execute(
            update(Consultation)
            .where(Consultation.id == story.consultation_id)
            .values(rule_set_id=rule_set_id, rule_set_version=BOOKS.rule_sets[rule_set_id].version)
        )


def send_report(story: Story) -> None:
    """The report goes out today, and the consultation goes on."""
    document = OutcomeDocument(
        id="late-report",
        consultation_id=story.consultation_id,
        kind=OutcomeDocumentKind.REPORT,
        title="协商报告",
        advice="补偿参考方案",
        consensus="同意加装",
        signed_by="周启明",
        signed_on=story.today,
        drafted_on=story.today,
    )
    story.add(document)
    story.add(
        Submission(
            consultation_id=story.consultation_id,
            document_id="late-report",
            recipient_id=cast.STREET_PARTY.id,
            sent_on=story.today,
            received_on=story.today,
        )
    )
    story.advance()
