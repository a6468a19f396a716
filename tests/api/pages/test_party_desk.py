"""专报与批示 by hand: the facts on one screen, the consequence in words, and what became of each 批示."""

from datetime import date

import pytest
from sqlalchemy import select

from domain.stages import ConsultationState
from records.tables.obligations import Escalation, FiredRung
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, section, statements
from tests.stories import ASSIGNED_ON, DUE_ON

REPORTED_ON = DUE_ON.replace(month=6, day=8)
DESK = cast.DISTRICT_PARTY_PLAYER


@pytest.fixture
def paper(pages: Pages) -> str:
    """The page of the 专报 about a task of the housing bureau that is late."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    pages.story.follow_the_clock(REPORTED_ON)
    return f"/escalations/{pages.story.one(Escalation).id}"


def test_the_facts_stand_on_one_screen_with_every_reminder_sent(pages: Pages, paper: str) -> None:
    shown = pages.by(DESK).get(paper).text
    facts = section(shown, "facts")
    assert cast.HOUSING.name in facts
    assert "低层补偿参考方案" in facts
    assert "尚未书面反馈" in facts
    assert "已逾期" in facts
    reminders = section(shown, "reminders")
    with pages.story.look() as session:
        rungs = session.scalars(
            select(FiredRung).where(FiredRung.clock_id == pages.story.tasks[0].clock_id)
        ).all()
    assert reminders.count("<li>") == len(rungs)
    assert reminders.count("临期提醒") == 3
    assert "专报" in reminders


def test_the_form_says_what_follows_when_the_new_date_is_missed(pages: Pages, paper: str) -> None:
    shown = pages.by(DESK).get(paper).text
    assert "新期限届满仍未反馈的，将提出约谈建议；没有党委批示，不再有第三个期限。" in shown


@pytest.mark.parametrize(
    ("answered_on", "outcome"),
    [
        (None, "正在办理"),
        (date(2026, 6, 18), "已按批示期限办复"),
        (date(2026, 6, 24), "办复时已超过批示期限"),
    ],
)
def test_the_desk_says_what_became_of_an_instruction(
    pages: Pages, paper: str, answered_on: date | None, outcome: str
) -> None:
    office = pages.by(DESK)
    pages.story.go_to(date(2026, 6, 9))
    sent = office.send(paper, "instructions", text="限期反馈", new_due_on="2026-06-19")
    assert sent.status_code == 303
    if answered_on is not None:
        pages.story.go_to(answered_on)
        pages.story.do(pages.story.answering(pages.story.tasks[0]))
    assert outcome in section(office.get("/escalations").text, "done")
    assert outcome in section(office.get(paper).text, "instructions-title")


def test_the_desk_asks_the_register_twelve_questions_at_most(pages: Pages, paper: str) -> None:
    office = pages.by(DESK)
    for where in ("/escalations", paper):
        office.get(where)
        with statements(pages) as asked:
            assert office.get(where).status_code == 200
        assert len(asked) <= QUERIES_MAX, (where, asked)
