"""初审: five working days from the proposal, and none once the topic is decided (domain.md §2.2, case C-08)."""

from datetime import date
from typing import Any

import pytest

from records.queries.topic_reviews import review_due_on
from records.tables.consultations import Topic
from tests import cast
from tests.stories import BOOKS, Story, new_story

PROPOSED_ON = date(2026, 4, 7)


@pytest.fixture
def story(sqlite_url: str) -> Any:
    told = new_story(sqlite_url)
    yield told
    told.register.dispose()


def due(story: Story, **values: Any) -> date | None:
    """The last day of the 初审 of a topic like this."""
    topic = Topic(id="new", title="采光", proposed_on=PROPOSED_ON, **({"area": cast.STREET} | values))
    story.add(topic)
    with story.look() as session:
        return review_due_on(session, BOOKS, session.get_one(Topic, "new"))


def test_a_review_takes_five_working_days(story: Story) -> None:
    assert due(story) == date(2026, 4, 14)


def test_a_county_without_a_room_of_its_own_follows_the_rooms_below(story: Story) -> None:
    assert due(story, area="suzhou/fengxi") == date(2026, 4, 14)


def test_a_place_without_any_room_has_no_period(story: Story) -> None:
    assert due(story, area="elsewhere") is None


def test_what_is_refused_is_reviewed_no_more(story: Story) -> None:
    assert due(story, rejected_on=date(2026, 4, 8)) is None


def test_while_the_proposer_is_awaited_nobody_reviews(story: Story) -> None:
    assert due(story, sent_back_on=date(2026, 4, 8)) is None


def test_what_was_completed_is_reviewed_anew(story: Story) -> None:
    completed = {"sent_back_on": date(2026, 4, 8), "resubmitted_on": date(2026, 4, 10)}
    assert due(story, **completed) == date(2026, 4, 17)


def test_a_topic_under_consultation_has_been_taken_up(story: Story) -> None:
    story.open()
    with story.look() as session:
        assert review_due_on(session, BOOKS, session.get_one(Topic, cast.TOPIC_ID)) is None
