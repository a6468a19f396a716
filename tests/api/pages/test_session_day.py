"""The day of a session: people sign in at the door, and each step says what the gate still lacks."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from domain.calendar import at_local
from domain.matters import SessionFormat, SessionState
from domain.stages import ConsultationState
from records.base import new_id
from records.tables.deliberations import ConsultationSession, Dissent, Participant, SignIn, Statement
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on
from tests.stories import DELIBERATED_ON, NOTIFIED_ON


@pytest.fixture
def day(pages: Pages) -> str:
    """A session that was called for today."""
    pages.story.reach(ConsultationState.DELIBERATION)
    pages.story.go_to(DELIBERATED_ON)
    session_id = new_id()
    pages.story.add(
        ConsultationSession(
            id=session_id,
            consultation_id=pages.story.consultation_id,
            number=1,
            planned_on=DELIBERATED_ON,
            starts_at=at_local(DELIBERATED_ON, 9),
            notice_sent_on=NOTIFIED_ON,
            materials=["调研报告"],
            place="议事厅",
            chair_name="周启明",
            format=SessionFormat.MEETING,
            state=SessionState.PLANNED,
        )
    )
    return f"{pages.case}/sessions/{session_id}"


def test_who_comes_is_ticked_at_the_door_and_the_ratio_follows(pages: Pages, day: str) -> None:
    staff, people = pages.by(cast.STAFF_PLAYER), pages.story.every(Participant)
    door = staff.get(f"{day}/sign-ins").text
    (form_id,) = [one for one in form_ids(door) if one.startswith("sign-ins")]
    assert "0 / 6" in door
    assert "未达到" in door
    residents = [one.id for one in people if one.is_direct_stakeholder]
    done = staff.send(f"{day}/sign-ins", form_id, participant_ids=residents[:2])
    assert done.headers["location"] == f"{day}/sign-ins"
    staff.send(f"{day}/sign-ins", form_id, participant_ids=[residents[2], *residents[:1]])
    door = staff.get(f"{day}/sign-ins").text
    assert "3 / 6" in door
    assert "已达到：直接利益相关群众 3 人，占签到人员 3 人的 100.0 %" in door
    assert len(pages.story.every(SignIn)) == 3


def test_nobody_ticked_is_said_at_the_door(pages: Pages, day: str) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    (form_id,) = [one for one in form_ids(staff.get(f"{day}/sign-ins").text) if one.startswith("sign-ins")]
    answer = staff.send(f"{day}/sign-ins", form_id)
    assert answer.status_code == 422
    assert "一次应登记 1 至 500 名签到人员。" in answer.text


def test_each_step_says_what_the_gate_still_lacks_until_the_consultation_may_go_on(
    pages: Pages, day: str
) -> None:
    staff, session_id = pages.by(cast.STAFF_PLAYER), day.rsplit("/", 1)[1]
    assert "还缺 " in staff.get(day).text
    everybody = [one.id for one in pages.story.every(Participant)]
    staff.send(f"{day}/sign-ins", f"sign-ins-{session_id}", participant_ids=everybody)
    said = {"text": "先定补偿", "participant_id": everybody[0], "is_public": "yes", "basis": "入户问卷"}
    answer = staff.send(day, f"statements-{session_id}", **said)
    assert answer.headers["location"] == f"{day}#statements"
    opinion = pages.story.one(Statement)
    form = form_on(staff.get(f"{day}?reply_to={opinion.id}").text, f"statements-{session_id}")
    assert form is not None
    assert form.values["reply_to_id"] == opinion.id
    staff.post(form.address, **{**form.values, "text": "参照市里方案", "speaker": "王科长"})
    dissent = {"dissenter": "甲业主", "text": "补偿偏低"}
    assert staff.send(day, f"dissents-{session_id}", **dissent).headers["location"] == f"{day}#dissents"
    assert pages.story.one(Dissent).text == "补偿偏低"
    outcome = {"is_dissent_list_confirmed": "yes", "is_without_consensus": "yes"}
    staff.send(day, f"session-outcomes-{session_id}", is_chaired_by_convener="yes", **outcome)
    assert pages.story.one(ConsultationSession).state is SessionState.HELD
    text = staff.get(day).text
    assert "还缺 " not in text
    pages.story.advance()
    assert pages.story.row.state is ConsultationState.REPORTING


def test_a_refused_outcome_keeps_what_was_typed_on_the_day_page(pages: Pages, day: str) -> None:
    form_id = f"session-outcomes-{day.rsplit('/', 1)[1]}"
    wrong = {"is_without_consensus": "yes", "consensus": "同意加装"}
    answer = pages.by(cast.STAFF_PLAYER).send(day, form_id, **wrong)
    assert answer.status_code == 422
    assert "已注明未形成共识的，不应再填写" in answer.text
    form = form_on(answer.text, form_id)
    assert form is not None
    assert form.values["consensus"] == "同意加装"


def test_before_the_day_nothing_can_be_written_down(pages: Pages, day: str) -> None:
    pages.story.go_to(DELIBERATED_ON - timedelta(days=1))
    staff = pages.by(cast.STAFF_PLAYER)
    for path in (day, f"{day}/sign-ins"):
        text = staff.get(path).text
        assert "2026年3月26日（周四）" in text
        assert not any(one.startswith(("sign-ins", "statements", "session-")) for one in form_ids(text))


def test_others_see_the_day_but_no_form_and_outsiders_see_nothing(pages: Pages, day: str) -> None:
    for path in (day, f"{day}/sign-ins"):
        text = pages.by(cast.SUPERVISOR_PLAYER).get(path).text
        assert not any(one.startswith(("sign-ins", "statements", "session-")) for one in form_ids(text))
        assert pages.by(cast.OUTSIDER_PLAYER).get(path).status_code == 404
    unknown = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/sessions/{new_id()}")
    assert unknown.status_code == 404


def test_the_day_and_the_door_take_few_queries(pages: Pages, day: str) -> None:
    staff, said = pages.by(cast.STAFF_PLAYER), []
    staff.get(day)
    with pages.story.look() as session:
        engine = session.get_bind()

    def keep(*given: object) -> None:
        said.append(given[2])

    event.listen(engine, "before_cursor_execute", keep)
    counts = {}
    for path in (day, f"{day}/sign-ins"):
        said.clear()
        assert staff.get(path).status_code == 200
        counts[path] = [str(one)[:4000] for one in said if str(one).startswith("SELECT")]
    event.remove(engine, "before_cursor_execute", keep)
    assert len(counts[f"{day}/sign-ins"]) <= 12
    # The day asks every rule of its gate, each of which looks up what it judges.
    assert len(counts[day]) <= 16
