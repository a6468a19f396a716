"""Participants, research, sessions, statements: who may be listed, accepted, signed in, removed."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from domain.matters import ParticipantKind, SessionState
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, Refused
from notifications.notices import SessionNotice
from notifications.payloads import from_payload
from records.papers import participants, research, sessions, statements
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Participant, ParticipantContact
from records.tables.letters import NoticeRow
from tests.records.papers.people_and_places import BOOKS, NOW, TODAY, Scene
from tests.records.papers.samples import HELD, PHONE, PLAN, RESEARCH, listed, participant, past_session

ONE = "consultation"


def code_of(scene: Scene, write: Any, **who: Any) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        scene.write(write, **who)
    return refused.value.refusal.code


def another_consultation(scene: Scene) -> str:
    with scene.register.writing() as session:
        first = session.get(Consultation, ONE)
        assert first is not None
        names = {column.key for column in Consultation.__table__.columns} - {"id", "number"}
        session.add(Consultation(id="other", number="另", **{name: getattr(first, name) for name in names}))
    return "other"


def test_a_list_is_written_whole_or_not_at_all(scene: Scene) -> None:
    papers = [participant(), participant(name="")]
    code = code_of(scene, lambda pen: participants.list_participants(pen, ONE, papers, scene.vault))
    assert code is RefusalCode.INVALID_INPUT
    with scene.register.reading() as session:
        assert session.scalars(select(Participant)).all() == []


@pytest.mark.parametrize("number", [0, 501])
def test_a_list_holds_one_to_five_hundred_people(scene: Scene, number: int) -> None:
    papers = [participant()] * number
    code = code_of(scene, lambda pen: participants.list_participants(pen, ONE, papers, scene.vault))
    assert code is RefusalCode.INVALID_INPUT


def test_removing_a_participant_erases_the_phone(any_scene: Scene) -> None:
    who = listed(any_scene)
    any_scene.write(lambda pen: participants.remove_participant(pen, ONE, who))
    with any_scene.register.reading() as session:
        row = session.get(Participant, who)
        assert row is not None
        assert (row.removed_on, row.has_contact) == (TODAY, False)
        assert session.scalars(select(ParticipantContact)).all() == []
    assert (
        code_of(any_scene, lambda pen: participants.remove_participant(pen, ONE, who))
        is RefusalCode.NOT_FOUND
    )


def test_whoever_has_signed_in_stays_on_the_list(scene: Scene) -> None:
    who, met = listed(scene), past_session(scene)
    scene.write(lambda pen: sessions.record_sign_ins(pen, ONE, met, [who]))
    code = code_of(scene, lambda pen: participants.remove_participant(pen, ONE, who))
    assert code is RefusalCode.STATE_FORBIDS


def test_revealing_a_phone_needs_a_purpose_and_is_audited_apart(scene: Scene) -> None:
    who = listed(scene)
    vault = scene.vault
    code = code_of(scene, lambda pen: participants.reveal_contact(pen, ONE, who, " ", vault))
    assert code is RefusalCode.INVALID_INPUT
    shown = scene.write(lambda pen: participants.reveal_contact(pen, ONE, who, "通知改期", vault))
    assert shown["phone"] == PHONE
    with scene.register.reading() as session:
        entry = session.scalars(select(AuditEntry).filter_by(stream="administration/personal_data")).one()
    assert (entry.object_id, entry.person_id, entry.note) == (who, "staff", "通知改期")


def test_who_has_no_phone_has_none_to_reveal(scene: Scene) -> None:
    who = listed(scene, phone="")
    code = code_of(scene, lambda pen: participants.reveal_contact(pen, ONE, who, "通知", scene.vault))
    assert code is RefusalCode.NOT_FOUND


def test_parts_of_another_consultation_are_not_found(scene: Scene) -> None:
    other = another_consultation(scene)
    who, met = listed(scene), past_session(scene)
    dissent = statements.DissentPaper(dissenter="张三", text="不同意")
    for write in (
        lambda pen: participants.remove_participant(pen, other, who),
        lambda pen: participants.reveal_contact(pen, other, who, "通知", scene.vault),
        lambda pen: sessions.record_session(pen, other, met, HELD),
        lambda pen: sessions.record_sign_ins(pen, other, met, [who]),
        lambda pen: statements.record_dissent(pen, other, met, dissent),
    ):
        assert code_of(scene, write) is RefusalCode.NOT_FOUND


def test_only_a_convener_of_the_room_accepts_research_and_only_once(scene: Scene) -> None:
    made = scene.write(lambda pen: research.record_research(pen, ONE, RESEARCH))["research_record_id"]

    def accept(pen: Any) -> Any:
        return research.accept_research(pen, ONE, made, TODAY)

    assert code_of(scene, accept) is RefusalCode.NOT_PERMITTED
    scene.write(accept, by=scene.convener)
    assert code_of(scene, accept, by=scene.convener) is RefusalCode.STATE_FORBIDS


def test_research_is_not_accepted_before_it_was_held(scene: Scene) -> None:
    made = scene.write(lambda pen: research.record_research(pen, ONE, RESEARCH))["research_record_id"]
    day = TODAY - timedelta(days=1)
    code = code_of(scene, lambda pen: research.accept_research(pen, ONE, made, day), by=scene.convener)
    assert code is RefusalCode.INVALID_INPUT


def test_a_planned_session_calls_departments_conveners_and_staff_once_each(scene: Scene) -> None:
    listed(scene, kind=ParticipantKind.DEPARTMENT, organisation_id="org-roads", phone="")
    listed(scene, name="李四", kind=ParticipantKind.DEPARTMENT, organisation_id="org-roads", phone="")
    plan = replace(PLAN, agenda=("通报情况", "讨论"), link="https://example.invalid/c/1")
    answer = scene.write(lambda pen: sessions.plan_session(pen, ONE, plan, BOOKS))
    assert scene.pokes == ["poke"]
    with scene.register.reading() as session:
        letters = session.scalars(select(NoticeRow)).all()
        planned = session.get(ConsultationSession, answer["session_id"])
        assert planned is not None
        assert (planned.planned_on, planned.notice_sent_on) == (TODAY + timedelta(days=3), TODAY)
    assert sorted(letter.person_id for letter in letters) == ["clerk", "convener", "staff"]
    assert {letter.kind for letter in letters} == {NoticeKind.SESSION_NOTICE}
    notice = from_payload(letters[0].kind, letters[0].payload)
    assert isinstance(notice, SessionNotice)
    assert (notice.starts_at, notice.agenda) == (PLAN.starts_at, ("通报情况", "讨论"))


def test_a_past_session_entered_afterwards_calls_nobody(scene: Scene) -> None:
    met = past_session(scene)
    with scene.register.reading() as session:
        assert session.scalars(select(NoticeRow)).all() == []
        planned = session.get(ConsultationSession, met)
        assert planned is not None
        assert planned.notice_sent_on is None
    assert scene.pokes == []


def test_what_was_recorded_as_held_stays_held(scene: Scene) -> None:
    met = past_session(scene)
    scene.write(lambda pen: sessions.record_session(pen, ONE, met, HELD))
    code = code_of(scene, lambda pen: sessions.record_session(pen, ONE, met, HELD))
    assert code is RefusalCode.STATE_FORBIDS


def test_an_adjourned_session_may_be_held_later(scene: Scene) -> None:
    met = past_session(scene)
    adjourned = sessions.SessionOutcome(state=SessionState.ADJOURNED, held_on=TODAY)
    for outcome in (adjourned, HELD):
        answer = scene.write(
            partial(sessions.record_session, consultation_id=ONE, session_id=met, paper=outcome)
        )
    assert answer["state"] == "held"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_on": None}, "held_on"),
        ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
        ({"state": SessionState.PLANNED}, "state"),
        ({"state": SessionState.INVALID}, "state"),
        ({"is_without_consensus": True}, "consensus"),
        ({"chair_name": " "}, "chair_name"),
    ],
)
def test_an_outcome_that_contradicts_itself_is_refused(
    scene: Scene, changes: dict[str, Any], field: str
) -> None:
    met = past_session(scene)
    paper = replace(HELD, **changes)
    with pytest.raises(Refused) as refused:
        scene.write(lambda pen: sessions.record_session(pen, ONE, met, paper))
    assert refused.value.refusal.field == field


def test_nobody_signs_in_or_speaks_at_a_session_that_is_still_to_come_or_cancelled(scene: Scene) -> None:
    who = listed(scene)
    coming = scene.write(lambda pen: sessions.plan_session(pen, ONE, PLAN, BOOKS))["session_id"]
    cancelled = past_session(scene)
    paper = sessions.SessionOutcome(state=SessionState.CANCELLED)
    scene.write(lambda pen: sessions.record_session(pen, ONE, cancelled, paper))
    said = statements.StatementPaper(text="车位不够", participant_id=who)
    for met in (coming, cancelled):
        for write in (
            lambda pen, met=met: sessions.record_sign_ins(pen, ONE, met, [who]),
            lambda pen, met=met: statements.record_statement(pen, ONE, met, said),
        ):
            assert code_of(scene, write) is RefusalCode.STATE_FORBIDS


def test_signing_in_twice_counts_once(scene: Scene) -> None:
    who, other, met = listed(scene), listed(scene, name="李四"), past_session(scene)
    scene.write(lambda pen: sessions.record_sign_ins(pen, ONE, met, [who, who]))
    answer = scene.write(lambda pen: sessions.record_sign_ins(pen, ONE, met, [who, other]))
    assert answer["signed_in"] == 2


def test_who_is_not_on_the_list_cannot_sign_in(scene: Scene) -> None:
    met = past_session(scene)
    code = code_of(scene, lambda pen: sessions.record_sign_ins(pen, ONE, met, ["nobody"]))
    assert code is RefusalCode.NOT_FOUND


def test_a_department_presence_may_be_corrected(scene: Scene) -> None:
    met = past_session(scene)
    for has_responded in (False, True):
        paper = sessions.DepartmentPresencePaper(organisation_id="org-roads", has_responded=has_responded)
        scene.write(
            partial(sessions.record_department_presence, consultation_id=ONE, session_id=met, paper=paper)
        )
    with scene.register.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
    assert (entries[-1].old, entries[-1].new["has_responded"]) == ({"has_responded": False}, True)


def test_a_statement_answers_only_one_of_the_same_session(scene: Scene) -> None:
    first, second = past_session(scene), past_session(scene)
    opening = statements.StatementPaper(text="车位不够", speaker="群众甲", is_public=True)
    said = scene.write(lambda pen: statements.record_statement(pen, ONE, first, opening))["statement_id"]
    reply = statements.StatementPaper(text="正在改造", speaker="住建局", reply_to_id=said)
    scene.write(lambda pen: statements.record_statement(pen, ONE, first, reply))
    code = code_of(scene, lambda pen: statements.record_statement(pen, ONE, second, reply))
    assert code is RefusalCode.INVALID_INPUT


def test_a_statement_needs_somebody_who_made_it(scene: Scene) -> None:
    met = past_session(scene)
    paper = statements.StatementPaper(text="车位不够")
    code = code_of(scene, lambda pen: statements.record_statement(pen, ONE, met, paper))
    assert code is RefusalCode.INVALID_INPUT


def test_sessions_are_numbered_in_order(scene: Scene) -> None:
    numbers = [
        scene.write(lambda pen: sessions.plan_session(pen, ONE, PLAN, BOOKS), at=NOW)["number"]
        for _ in range(3)
    ]
    assert numbers == [1, 2, 3]


def test_an_explanation_is_given_on_a_day_that_has_come(scene: Scene) -> None:
    met = past_session(scene)
    dissent = statements.DissentPaper(dissenter="张三", text="不同意")
    made = scene.write(lambda pen: statements.record_dissent(pen, ONE, met, dissent))["dissent_id"]
    paper = statements.ExplanationPaper(explained_on=date(2026, 6, 11), explained_by="王", text="说明")
    code = code_of(scene, lambda pen: statements.explain_dissent(pen, ONE, made, paper))
    assert code is RefusalCode.INVALID_INPUT
