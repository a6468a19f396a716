"""No page of a consultation asks the register more than a dozen questions, whoever looks and wherever it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from domain.stages import ConsultationState
from records.tables.deliberations import ConsultationSession
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import ASSIGNED_ON

QUERIES_MAX = 12
TABS = ("", "/participants", "/research", "/sessions", "/outcomes", "/tasks", "/evaluation", "/timeline")
PLAYERS = (
    cast.STAFF_PLAYER,
    cast.CONVENER_PLAYER,
    cast.OWNER_PLAYER,
    cast.STREET_PARTY_PLAYER,
    cast.HOUSING_PLAYER,
    cast.SUPERVISOR_PLAYER,
)
STATES = (
    ConsultationState.PLATFORM,
    ConsultationState.TOPIC,
    ConsultationState.DELIBERATION,
    ConsultationState.REPORTING,
    ConsultationState.IMPLEMENTATION,
    ConsultationState.EVALUATION,
    ConsultationState.COMPLETED,
)


@contextmanager
def counted(pages: Pages) -> Iterator[list[str]]:
    """The statements that read, as they are sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append(statement)

    engine = pages.story.register.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.value)
def test_a_page_of_a_consultation_asks_at_most_twelve_questions(
    pages: Pages, state: ConsultationState
) -> None:
    pages.story.reach(state)
    if state is ConsultationState.IMPLEMENTATION:
        pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    opened = 0
    for player in PLAYERS:
        browser = pages.by(player)
        browser.get(pages.case)
        for tab in TABS:
            with counted(pages) as sent:
                answer = browser.get(pages.case + tab)
            listed = "\n".join(sent)
            assert len(sent) <= QUERIES_MAX, f"{player.id} {tab or '/'}: {len(sent)} statements\n{listed}"
            opened += answer.status_code == 200
    assert opened >= len(TABS)


def test_the_day_of_a_session_asks_at_most_twelve_questions(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    session_id = pages.story.one(ConsultationSession).id
    for player in PLAYERS[:3]:
        for place in ("", "/sign-ins"):
            browser = pages.by(player)
            browser.get(pages.case)
            with counted(pages) as sent:
                answer = browser.get(f"{pages.case}/sessions/{session_id}{place}")
            assert answer.status_code == 200
            listed = "\n".join(sent)
            assert len(sent) <= QUERIES_MAX, f"{player.id} {place}: {len(sent)} statements\n{listed}"
