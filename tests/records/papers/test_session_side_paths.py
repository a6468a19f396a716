"""改期, 休会 and 续会, 无效场次 with the session that supplements it, and the end of 再协商."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.calendar import at_local
from domain.matters import ParticipantKind, SessionState
from domain.notices import NoticeKind
from domain.refusals import Refusal, RefusalCode, Refused
from domain.stages import ConsultationState
from notifications.notices import SessionRescheduled
from notifications.payloads import from_payload
from records.papers import participants, session_changes, sessions
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, Suspension
from records.tables.deliberations import ConsultationSession, SessionReschedule
from records.tables.letters import NoticeRow
from tests.records.papers.people_and_places import BOOKS, NOW, TODAY, Scene
from tests.records.papers.samples import HELD, MOVE, PLAN, listed, past_session

ONE = "consultation"
WITHOUT_CONSENSUS = replace(HELD, consensus="", is_without_consensus=True)
INVALID = session_changes.Invalidation(reason="签到的直接利益相关群众不足一半")


def refused(scene: Scene, write: Any) -> Refusal:
    with pytest.raises(Refused) as no:
        scene.write(write)
    return no.value.refusal


def planned(scene: Scene, on: date | None = None, **changes: Any) -> str:
    """The id of a session planned for the morning of this day."""
    plan = replace(PLAN, **changes) if on is None else replace(PLAN, starts_at=at_local(on, 9), **changes)
    answer = scene.write(lambda pen: sessions.plan_session(pen, ONE, plan, BOOKS))
    return str(answer["session_id"])


def record(scene: Scene, session_id: str, paper: sessions.SessionOutcome) -> Any:
    return scene.write(lambda pen: sessions.record_session(pen, ONE, session_id, paper))


def moving(scene: Scene, session_id: str, move: session_changes.SessionMove = MOVE) -> Any:
    return lambda pen: session_changes.reschedule_session(pen, ONE, session_id, move, BOOKS)


def marking(session_id: str, paper: session_changes.Invalidation = INVALID) -> Any:
    return lambda pen: session_changes.mark_invalid(pen, ONE, session_id, paper, BOOKS)


def the_session(scene: Scene, session_id: str) -> ConsultationSession:
    with scene.register.reading() as session:
        return session.get_one(ConsultationSession, session_id)


def letters(scene: Scene, kind: NoticeKind) -> list[NoticeRow]:
    with scene.register.reading() as session:
        return list(session.scalars(select(NoticeRow).filter_by(kind=kind)))


# ---------------------------------------------------------------- 改期


@pytest.mark.parametrize("outcome", [HELD, sessions.SessionOutcome(state=SessionState.CANCELLED)])
def test_a_session_that_was_held_or_cancelled_is_not_moved(
    scene: Scene, outcome: sessions.SessionOutcome
) -> None:
    met = past_session(scene)
    record(scene, met, outcome)
    refusal = refused(scene, moving(scene, met))
    assert refusal.code is RefusalCode.STATE_FORBIDS
    assert outcome.state.label in refusal.message


def test_an_invalid_session_is_not_moved(scene: Scene) -> None:
    met = past_session(scene)
    record(scene, met, HELD)
    scene.write(marking(met))
    assert refused(scene, moving(scene, met)).code is RefusalCode.STATE_FORBIDS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": PLAN.starts_at}, "starts_at"),
        ({"starts_at": NOW - timedelta(days=1)}, "starts_at"),
        ({"reason": " "}, "reason"),
        ({"rescheduled_on": TODAY + timedelta(days=1)}, "rescheduled_on"),
    ],
)
def test_a_move_says_another_time_to_come_and_why(scene: Scene, changes: dict[str, Any], field: str) -> None:
    coming = planned(scene)
    refusal = refused(scene, moving(scene, coming, replace(MOVE, **changes)))
    assert (refusal.code, refusal.field) == (RefusalCode.INVALID_INPUT, field)


def test_everybody_who_was_called_hears_of_the_move_even_who_left_the_list(any_scene: Scene) -> None:
    scene = any_scene
    gone = listed(scene, kind=ParticipantKind.DEPARTMENT, organisation_id="org-roads", phone="")
    coming = planned(scene)
    scene.write(lambda pen: participants.remove_participant(pen, ONE, gone))
    listed(scene, kind=ParticipantKind.DEPARTMENT, organisation_id="org-parks", phone="")
    answer = scene.write(moving(scene, coming))
    told = letters(scene, NoticeKind.SESSION_RESCHEDULED)
    assert answer["letters"] == len(told) == 4
    assert {one.person_id for one in told} == {"clerk", "gardener", "convener", "staff"}
    notice = from_payload(told[0].kind, told[0].payload)
    assert isinstance(notice, SessionRescheduled)
    assert (notice.postponed_from, notice.starts_at) == (TODAY + timedelta(days=3), MOVE.starts_at)
    assert notice.reason == MOVE.reason


def test_the_notice_period_runs_from_the_renewed_notice(scene: Scene) -> None:
    coming = planned(scene)
    later = NOW + timedelta(days=2)
    scene.write(moving(scene, coming, replace(MOVE, starts_at=NOW + timedelta(days=9))), at=later)
    row = the_session(scene, coming)
    assert row.notice_sent_on == TODAY + timedelta(days=2)
    assert (row.planned_on, row.starts_at) == (TODAY + timedelta(days=9), NOW + timedelta(days=9))
    with scene.register.reading() as session:
        move = session.scalars(select(SessionReschedule)).one()
        entry = session.scalars(select(AuditEntry).filter_by(action=AuditAction.SESSION_RESCHEDULED)).one()
    assert (move.from_on, move.to_on) == (TODAY + timedelta(days=3), TODAY + timedelta(days=9))
    assert move.rescheduled_on == TODAY + timedelta(days=2)
    assert entry.note == MOVE.reason


def test_a_move_of_the_past_entered_afterwards_tells_nobody(scene: Scene) -> None:
    met = planned(scene, date(2026, 5, 6), notice_sent_on=date(2026, 4, 27))
    move = session_changes.SessionMove(
        starts_at=datetime(2026, 5, 13, 1, 0, tzinfo=UTC), reason="汛情", rescheduled_on=date(2026, 5, 5)
    )
    scene.write(moving(scene, met, move))
    row = the_session(scene, met)
    assert (row.planned_on, row.notice_sent_on) == (date(2026, 5, 13), date(2026, 5, 5))
    assert letters(scene, NoticeKind.SESSION_RESCHEDULED) == []
    assert scene.pokes == []


# ---------------------------------------------------------------- 休会 and 续会


def test_an_adjourned_session_goes_on_not_before_it_was_adjourned(scene: Scene) -> None:
    met = planned(scene, date(2026, 5, 6))
    record(scene, met, replace(HELD, state=SessionState.ADJOURNED, held_on=date(2026, 5, 6)))
    early = replace(HELD, held_on=date(2026, 5, 5))
    refusal = refused(scene, lambda pen: sessions.record_session(pen, ONE, met, early))
    assert refusal.field == "held_on"
    assert "2026-05-06" in refusal.message


def test_what_was_begun_and_adjourned_is_not_cancelled(scene: Scene) -> None:
    met = past_session(scene)
    record(scene, met, replace(HELD, state=SessionState.ADJOURNED, held_on=TODAY))
    never = sessions.SessionOutcome(state=SessionState.CANCELLED)
    assert refused(scene, lambda pen: sessions.record_session(pen, ONE, met, never)).field == "state"


def test_a_continued_session_keeps_the_day_of_its_adjournment(any_scene: Scene) -> None:
    met = planned(any_scene, date(2026, 5, 6))
    for on in (date(2026, 5, 6), date(2026, 5, 8)):
        record(any_scene, met, replace(HELD, state=SessionState.ADJOURNED, held_on=on))
    record(any_scene, met, replace(HELD, held_on=date(2026, 5, 13)))
    row = the_session(any_scene, met)
    assert (row.state, row.adjourned_on, row.held_on) == (
        SessionState.HELD,
        date(2026, 5, 8),
        date(2026, 5, 13),
    )


# ---------------------------------------------------------------- 无效场次


def test_only_a_held_session_is_found_invalid_and_only_once(scene: Scene) -> None:
    coming = planned(scene)
    assert refused(scene, marking(coming)).code is RefusalCode.STATE_FORBIDS
    met = past_session(scene)
    record(scene, met, HELD)
    scene.write(marking(met))
    assert refused(scene, marking(met)).code is RefusalCode.STATE_FORBIDS


def test_an_invalid_session_is_named_with_its_reason_and_the_rule_it_missed(any_scene: Scene) -> None:
    met = past_session(any_scene)
    record(any_scene, met, HELD)
    with pytest.raises(Refused) as no:
        any_scene.write(marking(met, session_changes.Invalidation(reason="")))
    assert no.value.refusal.field == "reason"
    any_scene.write(marking(met))
    assert the_session(any_scene, met).invalid_reason == INVALID.reason
    with any_scene.register.reading() as session:
        entry = session.scalars(select(AuditEntry).filter_by(action=AuditAction.SESSION_INVALIDATED)).one()
    assert (entry.note, entry.rule_ids) == (INVALID.reason, ["SZ-21-S5"])


def test_what_the_consultation_has_gone_on_from_stays_valid(scene: Scene) -> None:
    met = past_session(scene)
    record(scene, met, HELD)
    with scene.register.writing() as session:
        row = session.get_one(Consultation, ONE)
        row.state, row.deliberated_on = ConsultationState.REPORTING, TODAY
    refusal = refused(scene, marking(met))
    assert (refusal.code, "报送成果" in refusal.message) == (RefusalCode.STATE_FORBIDS, True)


def test_a_supplementary_session_names_an_invalid_one_of_the_same_consultation(scene: Scene) -> None:
    met = past_session(scene)
    record(scene, met, HELD)
    for named in (met, "nothing"):
        plan = replace(PLAN, supplements_id=named)
        refusal = refused(scene, lambda pen, plan=plan: sessions.plan_session(pen, ONE, plan, BOOKS))
        assert (refusal.code, refusal.field) == (RefusalCode.INVALID_INPUT, "supplements_id")


def test_an_invalid_session_is_supplemented_once(any_scene: Scene) -> None:
    met = past_session(any_scene)
    record(any_scene, met, HELD)
    any_scene.write(marking(met))
    further = planned(any_scene, supplements_id=met)
    assert the_session(any_scene, further).supplements_id == met
    plan = replace(PLAN, supplements_id=met)
    again = refused(any_scene, lambda pen: sessions.plan_session(pen, ONE, plan, BOOKS))
    assert again.message == "第 1 场已由第 2 场补充，不能重复补充。"
    record(any_scene, further, sessions.SessionOutcome(state=SessionState.CANCELLED))
    assert planned(any_scene, supplements_id=met)


# ---------------------------------------------------------------- 再协商


def test_a_fourth_session_is_refused_in_words_that_say_whose_number_it_is(any_scene: Scene) -> None:
    for day in (6, 13, 20):
        record(any_scene, planned(any_scene, date(2026, 5, day)), replace(WITHOUT_CONSENSUS, held_on=TODAY))
    fourth = replace(PLAN, starts_at=at_local(date(2026, 6, 12), 9))
    refusal = refused(any_scene, lambda pen: sessions.plan_session(pen, ONE, fourth, BOOKS))
    assert refusal.code is RefusalCode.LIMIT_REACHED
    assert "最多举行 3 场有效的协商活动（系统默认，可在规则集中修改）" in refusal.message
    assert "如实报送分歧意见" in refusal.message
    assert "村（居）民会议" in refusal.message


def test_sessions_that_came_to_nothing_use_up_none_of_the_three(scene: Scene) -> None:
    ends = (SessionState.BROKEN_OFF, SessionState.CANCELLED)
    for day, state in zip((6, 7), ends, strict=True):
        met = planned(scene, date(2026, 5, day))
        held_on = None if state is SessionState.CANCELLED else date(2026, 5, day)
        record(scene, met, sessions.SessionOutcome(state=state, held_on=held_on))
    void = planned(scene, date(2026, 5, 8))
    record(scene, void, replace(HELD, held_on=date(2026, 5, 8)))
    scene.write(marking(void))
    for day in (6, 13, 20):
        planned(scene, date(2026, 5, day))
    assert refused(scene, lambda pen: sessions.plan_session(pen, ONE, PLAN, BOOKS)).code is (
        RefusalCode.LIMIT_REACHED
    )


def test_the_thirtieth_working_day_after_the_first_session_is_the_last(scene: Scene) -> None:
    record(scene, planned(scene, date(2026, 6, 1)), replace(WITHOUT_CONSENSUS, held_on=date(2026, 6, 1)))
    # 30 working days after 2026-06-01, 端午 on 06-19 off.
    last = date(2026, 7, 14)
    late = replace(PLAN, starts_at=at_local(last + timedelta(days=1), 9))
    refusal = refused(scene, lambda pen: sessions.plan_session(pen, ONE, late, BOOKS))
    assert (refusal.code, refusal.field) == (RefusalCode.LIMIT_REACHED, "starts_at")
    assert "不晚于 2026-07-14" in refusal.message
    second = planned(scene, last)
    beyond = replace(MOVE, starts_at=at_local(last + timedelta(days=1), 9))
    assert refused(scene, moving(scene, second, beyond)).code is RefusalCode.LIMIT_REACHED


def test_working_days_of_a_suspension_are_not_counted_against_the_span(scene: Scene) -> None:
    record(scene, planned(scene, date(2026, 5, 6)), replace(WITHOUT_CONSENSUS, held_on=date(2026, 5, 6)))
    # 30 working days after 2026-05-06, the worked Saturday 05-09 among them.
    late = replace(PLAN, starts_at=at_local(date(2026, 6, 17), 9))
    planning = partial(sessions.plan_session, consultation_id=ONE, paper=late, books=BOOKS)
    assert refused(scene, planning).code is RefusalCode.LIMIT_REACHED
    with scene.register.writing() as session:
        session.add(
            Suspension(
                consultation_id=ONE,
                reason="等待规划调整",
                suspended_on=date(2026, 5, 11),
                review_on=date(2026, 5, 20),
                resumed_on=date(2026, 5, 12),
            )
        )
    assert scene.write(planning)["number"] == 2
