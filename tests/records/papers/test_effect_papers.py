"""What a consultation led to: conversions, links, decisions, publications, supervision, interim reports."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.audit_actions import AuditAction
from domain.effects import ConversionKind, OutcomeLinkKind
from domain.matters import FeedbackTaskState
from domain.refusals import Refusal, RefusalCode, Refused
from domain.stages import ConsultationState
from records.papers.decisions import record_decision
from records.papers.effects import convert_suggestion, record_outcome_link
from records.papers.outcomes import record_outcome_document
from records.papers.publications import publish
from records.papers.supervision import close_supervision, enter_supervision, open_supervision
from records.queries.supervision import may_enter_supervision, progress_of
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from records.tables.obligations import FeedbackTask
from records.tables.outcomes import DecisionRecord, OutcomeDocument, OutcomeLink, Suggestion, SupervisionItem
from records.tables.rooms import Room
from records.tables.work_log import Publication
from tests.records.papers.people_and_places import BOOKS, TODAY, Scene
from tests.records.papers.samples import (
    CLOSURE,
    CONVERSION,
    DECISION,
    DOCUMENT,
    LINK,
    PUBLICATION,
    assigned,
    left_reporting,
    made_key,
    suggested,
    verified,
)

ONE = "consultation"
TOMORROW = TODAY + timedelta(days=1)
WITHOUT_EFFECTS = (ConsultationState.REJECTED, ConsultationState.MERGED)


def refused(scene: Scene, write: Any) -> Refusal:
    with pytest.raises(Refused) as caught:
        scene.write(write)
    return caught.value.refusal


def under_rules_of(scene: Scene, rule_set_id: str) -> None:
    with scene.register.writing() as session:
        session.get_one(Room, scene.room_id).rule_set_id = rule_set_id
        row = session.get_one(Consultation, ONE)
        row.rule_set_id, row.rule_set_version = rule_set_id, BOOKS.rule_sets[rule_set_id].version


def convert(scene: Scene, suggestion_id: str, **values: Any) -> Any:
    paper = replace(CONVERSION, **values)
    return lambda pen: convert_suggestion(pen, ONE, suggestion_id, paper)


def link(**values: Any) -> Any:
    return lambda pen: record_outcome_link(pen, ONE, replace(LINK, **values))


def decide(**values: Any) -> Any:
    return lambda pen: record_decision(pen, ONE, replace(DECISION, **values), BOOKS)


def publication(**values: Any) -> Any:
    return lambda pen: publish(pen, ONE, replace(PUBLICATION, **values), BOOKS)


@pytest.mark.parametrize("state", WITHOUT_EFFECTS, ids=lambda state: state.value)
@pytest.mark.parametrize("write", [link(), decide(), publication()], ids=["link", "decision", "publication"])
def test_what_was_refused_or_merged_has_no_effects(
    scene: Scene, state: ConsultationState, write: Any
) -> None:
    left_reporting(scene)
    scene.set_state(state)
    assert refused(scene, write).code is RefusalCode.STATE_FORBIDS


def test_a_suggestion_is_converted_only_once_its_answer_is_verified(scene: Scene) -> None:
    item = suggested(scene)
    assert refused(scene, convert(scene, item)).code is RefusalCode.STATE_FORBIDS
    assert refused(scene, convert(scene, "nothing")).code is RefusalCode.NOT_FOUND
    assigned(scene)
    assert refused(scene, convert(scene, item)).code is RefusalCode.STATE_FORBIDS


def test_a_conversion_names_its_kind_and_may_be_amended(any_scene: Scene) -> None:
    item = verified(any_scene)
    assert refused(any_scene, convert(any_scene, item, converted_on=TOMORROW)).field == "converted_on"
    before = TODAY - timedelta(days=1)
    assert refused(any_scene, convert(any_scene, item, converted_on=before)).field == "converted_on"
    any_scene.write(convert(any_scene, item))
    any_scene.set_state(ConsultationState.ARCHIVED)
    any_scene.write(convert(any_scene, item, conversion=ConversionKind.POLICY, conversion_note="停车办法"))
    with any_scene.register.reading() as session:
        row = session.get_one(Suggestion, item)
        assert (row.conversion, row.conversion_note) == (ConversionKind.POLICY, "停车办法")
        query = select(AuditEntry.old).where(AuditEntry.action == AuditAction.SUGGESTION_CONVERTED)
        assert [old.get("conversion") for old in session.scalars(query)] == [None, "measure"]


def test_a_link_needs_something_to_come_from(scene: Scene) -> None:
    scene.set_state(ConsultationState.RESEARCH)
    assert refused(scene, link()).code is RefusalCode.STATE_FORBIDS


def test_a_number_is_linked_once_per_kind(any_scene: Scene) -> None:
    any_scene.write(link())
    again = refused(any_scene, link())
    assert (again.code, again.field) == (RefusalCode.INVALID_INPUT, "number")
    any_scene.write(link(kind=OutcomeLinkKind.PUBLIC_OPINION))
    assert refused(any_scene, link(number=" ")).field == "number"
    assert refused(any_scene, link(number="2", linked_on=TOMORROW)).field == "linked_on"
    with any_scene.register.reading() as session:
        assert len(session.scalars(select(OutcomeLink)).all()) == 2


def test_no_decision_is_recorded_before_a_matter_that_must_come_first_was_consulted_on(scene: Scene) -> None:
    under_rules_of(scene, "nantong")
    made_key(scene, is_key=False, must_consult_first=True)
    refusal = refused(scene, decide())
    assert (refusal.code, refusal.field) == (RefusalCode.GATES_UNMET, "decided_on")
    (finding,) = refusal.unmet
    assert finding.rule_id.startswith("NT-05")
    assert finding.clause == "对明确规定需要政协协商的事项，必须经协商后提交决策实施"
    assert finding.article == "(七)"
    assert "报送成果尚未完成" in finding.measured
    left_reporting(scene)
    early = refused(scene, decide(decided_on=TODAY - timedelta(days=1)))
    assert early.code is RefusalCode.GATES_UNMET
    scene.write(decide())
    with scene.register.reading() as session:
        assert session.scalars(select(DecisionRecord)).one().title == "停车改造方案"
        query = select(AuditEntry.rule_ids).where(AuditEntry.action == AuditAction.DECISION_RECORDED)
        assert session.scalars(query).one() == [finding.rule_id]


@pytest.mark.parametrize(("rules", "must"), [("suzhou", True), ("sichuan", True), ("nantong", False)])
def test_any_other_decision_is_recorded_at_any_time(scene: Scene, rules: str, must: bool) -> None:
    under_rules_of(scene, rules)
    made_key(scene, is_key=False, must_consult_first=must)
    assert scene.write(decide())


def test_nothing_is_published_before_reporting_is_completed(scene: Scene) -> None:
    refusal = refused(scene, publication())
    assert (refusal.code, refusal.message) == (
        RefusalCode.STATE_FORBIDS,
        "协商尚未完成“报送成果”环节，不能公开发布。",
    )
    left_reporting(scene)
    assert refused(scene, publication(published_on=TODAY - timedelta(days=1))).field == "published_on"
    assert refused(scene, publication(address="javascript:alert(1)")).field == "address"
    scene.set_state(ConsultationState.ARCHIVED)
    assert scene.write(publication(address="https://example.org/1"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "推进“三 位一体”工作载体"}, "text"),
        ({"title": "“好商量”标识启用"}, "title"),
        ({"text": "使用「好商量」Logo"}, "text"),
    ],
)
def test_words_out_of_use_are_refused_at_publication_with_their_clause(
    scene: Scene, values: dict[str, str], field: str
) -> None:
    left_reporting(scene)
    refusal = refused(scene, publication(**values))
    assert (refusal.code, refusal.field) == (RefusalCode.GATES_UNMET, field)
    (finding,) = refusal.unmet
    assert finding.rule_id.startswith("SZ-07")
    assert finding.article == "二(一)"
    assert "三位一体" in finding.clause
    assert finding.blocks
    with scene.register.reading() as session:
        assert session.scalars(select(Publication)).all() == []


def test_a_publication_that_decides_is_refused_by_the_common_rule(scene: Scene) -> None:
    left_reporting(scene)
    (finding,) = refused(scene, publication(text="会议决定即日起收费")).unmet
    assert finding.is_default
    assert "“会议决定”" in finding.measured


def test_another_region_publishes_words_of_its_own(scene: Scene) -> None:
    under_rules_of(scene, "nantong")
    left_reporting(scene)
    assert scene.write(publication(text="“三位一体”新模式"))


def test_an_interim_report_is_recorded_from_deliberation_on(scene: Scene) -> None:
    paper = replace(DOCUMENT, is_interim=True)
    scene.set_state(ConsultationState.RESEARCH)
    early = refused(scene, lambda pen: record_outcome_document(pen, ONE, paper))
    assert (early.code, early.field) == (RefusalCode.STATE_FORBIDS, "is_interim")
    scene.write(lambda pen: record_outcome_document(pen, ONE, DOCUMENT))
    scene.set_state(ConsultationState.DELIBERATION)
    scene.write(lambda pen: record_outcome_document(pen, ONE, paper))
    with scene.register.reading() as session:
        rows = session.scalars(select(OutcomeDocument).order_by(OutcomeDocument.id)).all()
        assert [row.is_interim for row in rows] == [False, True]


def test_a_key_consultation_is_listed_for_supervision_once(any_scene: Scene) -> None:
    left_reporting(any_scene)
    assert refused(any_scene, lambda pen: open_supervision(pen, ONE)).code is RefusalCode.STATE_FORBIDS
    made_key(any_scene)
    with any_scene.register.reading() as session:
        assert may_enter_supervision(session, session.get_one(Consultation, ONE))
    any_scene.write(lambda pen: open_supervision(pen, ONE))
    assert refused(any_scene, lambda pen: open_supervision(pen, ONE)).code is RefusalCode.STATE_FORBIDS
    with any_scene.register.reading() as session:
        row = session.get_one(Consultation, ONE)
        assert not may_enter_supervision(session, row)
        assert session.scalars(select(SupervisionItem)).one().opened_on == TODAY


def test_supervision_begins_with_implementation(scene: Scene) -> None:
    made_key(scene)
    assert refused(scene, lambda pen: open_supervision(pen, ONE)).code is RefusalCode.STATE_FORBIDS


def supervised(scene: Scene) -> str:
    made_key(scene)
    left_reporting(scene)
    item_id: str = scene.write(lambda pen: open_supervision(pen, ONE))["supervision_item_id"]
    return item_id


def test_an_item_is_closed_only_when_every_answer_is_verified(scene: Scene) -> None:
    item = supervised(scene)

    def close(**values: Any) -> Any:
        return lambda pen: close_supervision(pen, item, replace(CLOSURE, **values))

    assert "尚未交办" in refused(scene, close()).message
    assigned(scene)
    verified(scene)
    assert "尚有 1 项办理结果未核实" in refused(scene, close()).message
    with scene.register.writing() as session:
        session.execute(update(FeedbackTask).values(state=FeedbackTaskState.VERIFIED))
    assert refused(scene, close(closed_on=TOMORROW)).field == "closed_on"
    assert refused(scene, close(closed_on=TODAY - timedelta(days=1))).field == "closed_on"
    assert refused(scene, close(conclusion=" ")).field == "conclusion"
    scene.write(close())
    assert "已经销号" in refused(scene, close()).message
    with scene.register.reading() as session:
        row = session.get_one(SupervisionItem, item)
        assert (row.closed_on, row.conclusion) == (TODAY, "全部落实")


def test_what_was_terminated_can_be_closed_without_answers(scene: Scene) -> None:
    item = supervised(scene)
    assigned(scene)
    scene.set_state(ConsultationState.TERMINATED)
    assert scene.write(lambda pen: close_supervision(pen, item, CLOSURE))


def test_the_progress_of_an_item_names_units_and_leaves_out_what_was_returned(scene: Scene) -> None:
    assigned(scene)
    gone = assigned(scene, "org-parks")
    with scene.register.writing() as session:
        session.get_one(FeedbackTask, gone).state = FeedbackTaskState.RETURNED
    with scene.register.reading() as session:
        (line,) = progress_of(session, [ONE])[ONE]
        assert (line.item_number, line.unit_name) == (1, "枫溪区住房和城乡建设局")


def test_a_topic_that_is_not_key_is_not_supervised(scene: Scene) -> None:
    def write(pen: Any) -> dict[str, Any]:
        row = pen.session.get_one(Consultation, ONE)
        return {"item": enter_supervision(pen, row, TODAY), **record_outcome_link(pen, ONE, LINK)}

    assert scene.write(write)["item"] is None
