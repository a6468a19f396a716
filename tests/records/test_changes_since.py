"""What changed since somebody looked: only what others wrote, the same throughout one look, and each reader's own."""

from datetime import timedelta
from typing import Any

import pytest

from domain.bodies import Actor
from domain.stages import ConsultationState
from records.audit import consultation_of
from records.queries.changes_since import (
    CHANGES_LISTED_MAX,
    ChangesSince,
    case_with_changes,
    changes_counted,
    latest_changes,
)
from records.visits import note_visit
from tests import cast
from tests.stories import Story, new_story

READER = cast.OWNER_STAFF


@pytest.fixture
def story(sqlite_url: str) -> Any:
    told = new_story(sqlite_url)
    yield told
    told.register.dispose()


def look(story: Story, reader: Actor = READER, *, minutes: int = 0) -> ChangesSince:
    """Open the consultation: what the page would tell, and the bookmark moved."""
    at = story.now + timedelta(minutes=minutes)
    with story.look() as session:
        case = case_with_changes(session, reader, story.consultation_id, story.today, at)
    assert case is not None
    note_visit(story.register, reader.person_id, story.consultation_id, case[-1], at)
    return case[-1]


def counted(story: Story, reader: Actor = READER) -> int | None:
    with story.look() as session:
        return changes_counted(session, reader.person_id, [story.consultation_id]).get(story.consultation_id)


def test_who_never_opened_it_has_no_bookmark_and_is_told_no_number(story: Story) -> None:
    story.open()
    assert counted(story) is None
    found = look(story)
    assert (found.since, found.count, found.entries) == (None, 0, ())
    assert counted(story) == 0


def test_what_others_did_since_is_told_newest_first_and_counted(story: Story) -> None:
    story.open()
    first = look(story)
    story.advance()
    assert (number := counted(story))
    found = look(story, minutes=1)
    assert found.since is not None
    assert found.since.sequence == first.length
    assert found.count == number
    sequences = [one.sequence for one in found.entries]
    assert sequences == sorted(sequences, reverse=True)
    assert sequences[0] == found.length
    assert counted(story) == 0


def test_what_somebody_did_is_no_news_to_them(story: Story) -> None:
    story.open()
    look(story, cast.STAFF)
    story.advance()
    story.approve_topic()
    with story.look() as session:
        own = latest_changes(session, "nobody", [story.consultation_id])
        news = latest_changes(session, cast.STAFF_PLAYER.id, [story.consultation_id])
    assert {one.person_id for one in own} >= {cast.STAFF_PLAYER.id}
    assert cast.STAFF_PLAYER.id not in {one.person_id for one in news}
    assert counted(story, cast.STAFF) == len(news)


def test_reading_the_page_again_tells_the_same_until_the_look_is_over(story: Story) -> None:
    story.open()
    look(story)
    story.advance()
    told = look(story, minutes=1)
    again = look(story, minutes=20)
    assert [one.sequence for one in again.entries] == [one.sequence for one in told.entries]
    assert look(story, minutes=60).entries == ()


def test_the_list_is_cut_and_the_number_is_not(story: Story) -> None:
    story.reach(ConsultationState.DELIBERATION)
    note_visit(story.register, READER.person_id, story.consultation_id, ChangesSince(1), story.now)
    found = look(story, minutes=60)
    assert len(found.entries) == CHANGES_LISTED_MAX
    assert found.count > CHANGES_LISTED_MAX


def test_one_readers_look_is_not_anothers(story: Story) -> None:
    story.open()
    look(story)
    assert counted(story, cast.SUPERVISOR) is None


def test_of_what_somebody_may_not_know_they_are_told_nothing(story: Story) -> None:
    story.open()
    with story.look() as session:
        assert (
            case_with_changes(session, cast.OUTSIDER, story.consultation_id, story.today, story.now) is None
        )


def test_the_newest_of_several_consultations_name_their_own(story: Story) -> None:
    story.open()
    other = story.another()
    other.open()
    look(story)
    with story.look() as session:
        news = latest_changes(session, READER.person_id, [story.consultation_id, other.consultation_id])
    assert {consultation_of(one.stream) for one in news} == {other.consultation_id}
