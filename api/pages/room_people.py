"""The forms on a room's page that are about people: who belongs to it, and whose term or assignment ends."""

from typing import Any

from api.pages.fields import fields_of
from api.pages.forms import Attempt, ShownForm, show_form
from api.pages.visits import Visit
from domain.policy import Matter, may
from records.cppcc_members import members_for
from records.papers.members import EndPaper, MemberAssignmentPaper
from records.queries.members import members_of_room

MEMBER_FIELDS = fields_of(MemberAssignmentPaper)
END_FIELDS = fields_of(EndPaper)
Line = tuple[Any, str, ShownForm | None]


def members_shown(visit: Visit, session: Any, room: Any, tried: Attempt) -> list[Line]:
    """The members of a room with their names, and the form that ends each assignment."""
    is_mine = may(visit.actor, "assign_members", Matter(area=room.area))
    return [
        (
            one,
            name,
            end_form(
                visit, tried, f"/rooms/{room.id}/members/{one.id}/end", f"member-ends-{one.id}", "不再编入"
            )
            if is_mine and one.until_on is None
            else None,
        )
        for one, name in members_of_room(session, room.id, visit.today)
    ]


def conveners_shown(
    visit: Visit, room: Any, found: list[tuple[Any, str]], tried: Attempt, is_mine: bool
) -> list[Line]:
    """The conveners of a room with their names, and the form that ends each term."""
    return [
        (
            one,
            name,
            end_form(
                visit, tried, f"/rooms/{room.id}/conveners/{one.id}/end", f"convener-ends-{one.id}", "卸任"
            )
            if is_mine
            else None,
        )
        for one, name in found
    ]


def assigning(visit: Visit, session: Any, room: Any, tried: Attempt) -> ShownForm | None:
    """The form that assigns a member to the room; who belongs to it already is not offered."""
    if not may(visit.actor, "assign_members", Matter(area=room.area)):
        return None
    there = {
        one.person_id for one, _ in members_of_room(session, room.id, visit.today) if one.until_on is None
    }
    choices = tuple(
        (one.id, one.name) for one in members_for(session, room.area, visit.today) if one.id not in there
    )
    return show_form(
        "members",
        MEMBER_FIELDS,
        tried,
        address=f"/rooms/{room.id}/members",
        title="编入委员",
        button="编入本室",
        initial={"since_on": visit.today},
        options={"person_id": choices},
        hint="按照就近方便原则，将政协委员编入协商议事室。",
    )


def end_form(visit: Visit, tried: Attempt, address: str, form_id: str, title: str) -> ShownForm:
    """The form that ends a term, an assignment or a liaison with its last day."""
    return show_form(
        form_id,
        END_FIELDS,
        tried,
        address=address,
        title=title,
        button=title,
        initial={"until_on": visit.today},
        is_grave=True,
    )
