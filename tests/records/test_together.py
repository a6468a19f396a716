"""Unlike rows in one statement: each question gets its own rows, in its own order, and nothing of another's."""

import pytest
from sqlalchemy import event

from records.case_rows import CaseRows
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Room
from records.together import Wanted, fetch_together
from tests import cast
from tests.stories import new_story


def test_each_question_gets_its_own_rows_in_its_own_order(database_url: str) -> None:
    story = new_story(database_url)
    with story.look() as session:
        bodies, nobody, pairs = fetch_together(
            session,
            [
                Wanted(
                    Organisation,
                    Organisation.id.in_([cast.HOUSING.id, cast.POLICE.id]),
                    (Organisation.id.desc(),),
                ),
                Wanted(Room, Room.id == "nowhere"),
                Wanted(
                    Membership,
                    Membership.person_id == cast.STAFF_PLAYER.id,
                    beside=(Person, Person.id == Membership.person_id),
                ),
            ],
        )
        assert [one.id for one in bodies] == sorted([cast.HOUSING.id, cast.POLICE.id], reverse=True)
        assert nobody == []
        assert [(held.person_id, who.name) for held, who in pairs] == [
            (cast.STAFF_PLAYER.id, cast.STAFF_PLAYER.name)
        ]
    story.register.dispose()


def test_what_was_read_of_a_consultation_is_not_asked_for_again(database_url: str) -> None:
    story = new_story(database_url)
    story.open()
    sent: list[str] = []
    event.listen(story.register.engine, "before_cursor_execute", lambda *sending: sent.append(sending[2]))
    with story.look() as session:
        rows = CaseRows(session, story.row)
        sent.clear()
        assert rows.conveners
        assert not rows.approvals
        assert not rows.suspensions
        assert not rows.waivers
        assert len([one for one in sent if one.lstrip().startswith("SELECT")]) == 1
        with pytest.raises(LookupError):
            rows.of(Organisation)
    story.register.dispose()
