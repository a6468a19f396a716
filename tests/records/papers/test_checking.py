"""What no paper may hold: hostile text, impossible days, bodies that do not exist."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from domain.matters import BallotChoice
from domain.refusals import RefusalCode, Refused
from domain.stages import FINAL_STATES, ConsultationState
from records.papers import (
    attachments,
    ballots,
    outcomes,
    participants,
    research,
    sessions,
    statements,
    topics,
)
from records.papers.checking import Line, Lines, Moment, Number, PastDay, Text, Words, checked
from records.papers.rule_set_drafts import draft_version
from records.pen import Pen
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, Topic
from tests.records.papers.people_and_places import BOOKS, NOW, TODAY, Scene
from tests.records.papers.samples import (
    DOCUMENT,
    PDF,
    PLAN,
    RESEARCH,
    SUGGESTION,
    SUZHOU,
    TOPIC,
    listed,
    parameters,
    participant,
)

HOSTILE = ["\x00", "a\x00b", "a\x1bb", "\x7f", "a\x85b", "a\ud800b", "a\u202eb", "a\uffffb", "x" * 100_000]
BLANK = ["", "   ", "\n\t", "\u3000"]


def refusal_of(scene: Scene, write: Callable[[Pen], Any]) -> tuple[RefusalCode, str]:
    with pytest.raises(Refused) as refused:
        scene.write(write)
    with scene.register.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
    return refused.value.refusal.code, refused.value.refusal.field


@pytest.mark.parametrize("text", [*HOSTILE, *BLANK, "两\n行", "制\t表", "a\u2028b", "字" * 201])
def test_a_title_is_one_clean_line(scene: Scene, text: str) -> None:
    found = refusal_of(scene, lambda pen: topics.propose_topic(pen, replace(TOPIC, title=text)))
    assert found == (RefusalCode.INVALID_INPUT, "title")


@pytest.mark.parametrize("text", [*HOSTILE, *BLANK, "字" * 20_001])
def test_prose_is_clean_and_not_endless(scene: Scene, text: str) -> None:
    paper = replace(SUGGESTION, text=text)
    found = refusal_of(scene, lambda pen: outcomes.record_suggestion(pen, scene.consultation_id, paper))
    assert found == (RefusalCode.INVALID_INPUT, "text")


@pytest.mark.parametrize(
    "text", ["字" * 200, "<script>alert(1)</script>", "'; DROP TABLE topics; --", "𠮷😀", "=1+1"]
)
def test_an_odd_but_harmless_title_is_kept_as_it_is(any_scene: Scene, text: str) -> None:
    made = any_scene.write(lambda pen: topics.propose_topic(pen, replace(TOPIC, title=text)))
    with any_scene.register.reading() as session:
        topic = session.get(Topic, made["topic_id"])
        assert topic is not None
        assert topic.title == text


def test_twenty_thousand_characters_in_several_lines_are_kept(any_scene: Scene) -> None:
    text = "第一行\r\n" + "字" * 19_994
    made = any_scene.write(lambda pen: topics.propose_topic(pen, replace(TOPIC, description=text)))
    with any_scene.register.reading() as session:
        topic = session.get(Topic, made["topic_id"])
        assert topic is not None
        assert topic.description == text.replace("\r\n", "\n")


@given(text=st.text(max_size=300))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_line_is_accepted_can_be_stored_and_stays_itself(scene: Scene, text: str) -> None:
    with scene.register.reading() as session:
        pen = Pen(session, scene.trail, scene.staff, NOW)
        try:
            kept = Line("文字").of(text, "text", pen)
        except Refused:
            return
        assert kept == kept.strip() != ""
        assert kept.encode().decode() == kept
        assert Line("文字").of(kept, "text", pen) == kept


@pytest.mark.parametrize(
    "day", [TODAY + timedelta(days=1), date(1999, 12, 31), date(9999, 1, 1), date(1, 1, 1)]
)
def test_a_day_that_tells_of_the_past_lies_between_2000_and_today(scene: Scene, day: date) -> None:
    one = scene.consultation_id
    paper = replace(RESEARCH, held_on=day)
    found = refusal_of(scene, lambda pen: research.record_research(pen, one, paper))
    assert found == (RefusalCode.INVALID_INPUT, "held_on")


def test_today_is_the_day_in_shanghai(scene: Scene) -> None:
    paper = replace(RESEARCH, held_on=TODAY + timedelta(days=1))
    late = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
    scene.write(lambda pen: research.record_research(pen, scene.consultation_id, paper), at=late)
    with pytest.raises(Refused):
        scene.write(
            lambda pen: research.record_research(pen, scene.consultation_id, paper),
            at=late - timedelta(microseconds=1),
        )


@dataclass(frozen=True, kw_only=True)
class Sample:
    lines: Annotated[tuple[str, ...], Lines("项", items_max=2)] = ()
    number: Annotated[Any, Number("数", most=5)] = 0
    words: Annotated[tuple[str, ...], Words("词", BallotChoice)] = ()
    moment: Annotated[Any, Moment("时刻")] = NOW
    day: Annotated[Any, PastDay("日期")] = TODAY
    text: Annotated[Any, Text("文字", is_required=False)] = ""


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lines": ("a", "b", "c")}, "lines"),
        ({"lines": ("a", "")}, "lines[1]"),
        ({"number": 6}, "number"),
        ({"number": -1}, "number"),
        ({"number": True}, "number"),
        ({"number": 1.5}, "number"),
        ({"words": ("bad",)}, "words"),
        ({"words": ("\x00",)}, "words"),
        ({"moment": datetime(2026, 6, 10)}, "moment"),  # noqa: DTZ001
        ({"moment": datetime(1990, 6, 10, tzinfo=UTC)}, "moment"),
        ({"day": NOW}, "day"),
        ({"day": "2026-06-10"}, "day"),
        ({"text": 5}, "text"),
    ],
)
def test_a_value_of_another_kind_is_refused_at_its_field(
    scene: Scene, values: dict[str, Any], field: str
) -> None:
    with scene.register.reading() as session, pytest.raises(Refused) as refused:
        checked(Pen(session, scene.trail, scene.staff, NOW), Sample(**values), prefix="p.")
    assert refused.value.refusal.field == f"p.{field}"
    assert refused.value.refusal.message.endswith("。")


def test_words_are_kept_once_and_in_order(scene: Scene) -> None:
    sample = Sample(words=("dissatisfied", "satisfied", "satisfied"))
    with scene.register.reading() as session:
        values = checked(Pen(session, scene.trail, scene.staff, NOW), sample)
    assert values["words"] == ["satisfied", "dissatisfied"]


@pytest.mark.parametrize("unknown", ["", "none", "\x00", "x" * 10_000, "'"])
def test_a_body_that_does_not_exist_is_refused(any_scene: Scene, unknown: str) -> None:
    papers = [participant(organisation_id=unknown)]
    one = any_scene.consultation_id
    found = refusal_of(
        any_scene, lambda pen: participants.list_participants(pen, one, papers, any_scene.vault)
    )
    assert found == (RefusalCode.INVALID_INPUT, "participants[0].organisation_id")


@pytest.mark.parametrize("phone", ["1381234567", "138123456789", "12812345678", "abc", "1" * 31])
def test_a_phone_that_is_none_is_refused_without_being_repeated(scene: Scene, phone: str) -> None:
    one = scene.consultation_id
    with pytest.raises(Refused) as refused:
        scene.write(
            lambda pen: participants.list_participants(pen, one, [participant(phone=phone)], scene.vault)
        )
    assert refused.value.refusal.field == "participants[0].phone"
    assert phone not in refused.value.refusal.message
    assert phone not in repr(participant(phone=phone))


PAPERS_OF_A_CONSULTATION: dict[str, Callable[[Scene, Pen, str], Any]] = {
    "participants": lambda scene, pen, one: participants.list_participants(
        pen, one, [participant()], scene.vault
    ),
    "removal": lambda _, pen, one: participants.remove_participant(pen, one, "x"),
    "research": lambda _, pen, one: research.record_research(pen, one, RESEARCH),
    "acceptance": lambda _, pen, one: research.accept_research(pen, one, "x", TODAY),
    "plan": lambda _, pen, one: sessions.plan_session(pen, one, PLAN, BOOKS),
    "sign_ins": lambda _, pen, one: sessions.record_sign_ins(pen, one, "x", ["y"]),
    "dissent": lambda _, pen, one: statements.record_dissent(
        pen, one, "x", statements.DissentPaper(dissenter="a", text="b")
    ),
    "suggestion": lambda _, pen, one: outcomes.record_suggestion(pen, one, SUGGESTION),
    "list": lambda _, pen, one: outcomes.accept_suggestion_list(pen, one),
    "document": lambda _, pen, one: outcomes.record_outcome_document(pen, one, DOCUMENT),
    "tokens": lambda _, pen, one: ballots.issue_ballot_tokens(pen, one, 1),
    "ballot": lambda _, pen, one: ballots.cast_ballot(pen, one, "t", BallotChoice.SATISFIED),
    "sheet": lambda _, pen, one: ballots.record_ballot_sheet(pen, one, 1, 0, 0),
    "attachment": lambda _, pen, one: attachments.add_attachment(pen, one, PDF),
}


@pytest.mark.parametrize("paper", PAPERS_OF_A_CONSULTATION)
def test_no_paper_is_written_for_a_consultation_that_does_not_exist(any_scene: Scene, paper: str) -> None:
    write = PAPERS_OF_A_CONSULTATION[paper]
    for unknown in ("none", "\x00", ""):
        code, _ = refusal_of(any_scene, partial(_for, write, any_scene, unknown))
        assert code is RefusalCode.NOT_FOUND


def _for(write: Callable[[Scene, Pen, str], Any], scene: Scene, consultation_id: str, pen: Pen) -> Any:
    return write(scene, pen, consultation_id)


@pytest.mark.parametrize("paper", PAPERS_OF_A_CONSULTATION)
def test_no_paper_is_written_after_the_end(scene: Scene, paper: str) -> None:
    write = PAPERS_OF_A_CONSULTATION[paper]
    for state in FINAL_STATES:
        scene.set_state(state)
        code, _ = refusal_of(scene, lambda pen: write(scene, pen, scene.consultation_id))
        assert code is RefusalCode.STATE_FORBIDS


def test_papers_go_on_while_the_consultation_is_suspended_or_completed(scene: Scene) -> None:
    scene.set_state(ConsultationState.COMPLETED)
    with scene.register.writing() as session:
        consultation = session.get(Consultation, scene.consultation_id)
        assert consultation is not None
        consultation.is_suspended = True
    assert listed(scene)


@pytest.mark.parametrize(
    "values",
    [
        {"Bad Name": 1},
        {"x": None},
        {"x": float("nan")},
        {"x": 10**10},
        {"x": {"Bad Name": 1}},
        {"x": {"y": "one"}},
        {"x": {"y": {"z": 1}}},
        {"x": "a\x00"},
        {"x": ["", 1]},
    ],
)
def test_parameters_are_plain_values_under_plain_names(scene: Scene, values: dict[str, Any]) -> None:
    found = refusal_of(scene, lambda pen: draft_version(pen, SUZHOU, parameters(parameters=values)))
    assert found[0] is RefusalCode.INVALID_INPUT
    assert found[1].startswith("parameters")
