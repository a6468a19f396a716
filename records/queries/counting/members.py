"""What every member did: attended, researched, recommended, spoke, followed up (NT-18, SZ-39, LF-24).

The members stand in the order of their names. Nobody is ranked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from domain.bodies import Role
from domain.figures import FigurePart, Standing, Tally
from domain.matters import SessionState
from records.queries.counting.count import Count
from records.queries.counting.measures import ids_of, share_part
from records.queries.scopes import within
from records.tables.consultations import Consultation, Topic
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord, SignIn, Statement
from records.tables.outcomes import FollowUpReview
from records.tables.people import Membership, Organisation, Person

DEEDS: Mapping[str, str] = {
    "attend": "出席",
    "research": "调研",
    "topic_adopted": "议题被采用",
    "speech": "发言",
    "follow_up": "跟踪问效",
}
"""What earns points, each once a consultation."""

PARTY_MEMBERS = "party_members"


@dataclass(frozen=True)
class Member:
    """A 政协委员 of the area."""

    id: str
    name: str
    is_party_member: bool | None


def members_on(count: Count, first_on: date, last_on: date) -> tuple[Member, ...]:
    """Who was a member between two days, in the order of their names."""
    found = count.session.execute(
        select(Person.id, Person.name, Person.is_party_member)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role == Role.MEMBER,
            Person.is_active,
            within(Organisation.area, count.area),
            count.runs_between(Membership.since_on, Membership.until_on, first_on, last_on),
        )
        .distinct()
    )
    return tuple(sorted((Member(*row) for row in found), key=lambda one: (one.name, one.id)))


def member_participation(count: Count, *, points: Mapping[str, int] | None) -> Tally:
    """Points of every member; those of 中共党员委员 are shown once more as a share of all."""
    members = members_on(count, count.first_on, count.last_on)
    done = done_by_members(count)
    parts = tuple(_member_part(member, done, points) for member in members)
    total = _sum(parts)
    of_the_party = {member.id for member in members if member.is_party_member}
    share = share_part(
        PARTY_MEMBERS,
        "其中中共党员委员占比",
        _sum(one for one in parts if one.key in of_the_party),
        total,
        unit="%",
    )
    return Tally(
        value=None if points is None else total,
        standing=Standing.UNSET if points is None else Standing.COUNTED,
        details=(("委员", len(members)), ("其中中共党员委员", len(of_the_party))),
        consultation_ids=ids_of(parts),
        parts=(*parts, share) if points is not None else parts,
    )


def done_by_members(count: Count) -> Mapping[str, Mapping[str, set[str]]]:
    """The consultations of the year by deed and person."""
    return {
        "attend": _pairs(count, _attendance(count)),
        "research": _named_in(count, _research(count)),
        "topic_adopted": _pairs(count, _recommendations(count)),
        "speech": _pairs(count, _speeches(count)),
        "follow_up": _named_in(count, _follow_ups(count)),
    }


def _member_part(
    member: Member, done: Mapping[str, Mapping[str, set[str]]], points: Mapping[str, int] | None
) -> FigurePart:
    cases = {deed: done[deed].get(member.id, set()) for deed in DEEDS}
    return FigurePart(
        key=member.id,
        label=member.name,
        value=None if points is None else sum(len(cases[deed]) * points.get(deed, 0) for deed in DEEDS),
        details=tuple((label, len(cases[deed])) for deed, label in DEEDS.items()),
        consultation_ids=tuple(sorted(set().union(*cases.values()))),
    )


def _sum(parts: Iterable[FigurePart]) -> int:
    return sum(part.value for part in parts if isinstance(part.value, int))


def _attendance(count: Count) -> Select[Any, str]:
    return (
        select(Participant.person_id, Participant.consultation_id)
        .join(SignIn, SignIn.participant_id == Participant.id)
        .join(ConsultationSession, ConsultationSession.id == SignIn.session_id)
        .where(
            Participant.person_id.is_not(None),
            ConsultationSession.state == SessionState.HELD,
            Participant.consultation_id.in_(count.counted_ids()),
        )
    )


def _speeches(count: Count) -> Select[Any, str]:
    return (
        select(Participant.person_id, Participant.consultation_id)
        .join(Statement, Statement.participant_id == Participant.id)
        .join(ConsultationSession, ConsultationSession.id == Statement.session_id)
        .where(
            Participant.person_id.is_not(None),
            ConsultationSession.state == SessionState.HELD,
            Participant.consultation_id.in_(count.counted_ids()),
        )
    )


def _recommendations(count: Count) -> Select[Any, str]:
    return (
        select(Topic.recommended_by_id, Consultation.id)
        .join(Consultation, Consultation.topic_id == Topic.id)
        .where(Topic.recommended_by_id.is_not(None), count.counts(count.year))
    )


def _research(count: Count) -> Select[Any, str]:
    return select(ResearchRecord.researcher_ids, ResearchRecord.consultation_id).where(
        ResearchRecord.consultation_id.in_(count.counted_ids())
    )


def _follow_ups(count: Count) -> Select[Any, str]:
    """A 回头看 counts in the year in which it was held, which is often the year after the consultation."""
    return (
        select(FollowUpReview.attended_by_ids, FollowUpReview.consultation_id)
        .join(Consultation, Consultation.id == FollowUpReview.consultation_id)
        .where(count.stands, count.in_year(FollowUpReview.held_on))
    )


def _pairs(count: Count, query: Select[Any, str]) -> Mapping[str, set[str]]:
    """Consultations by person."""
    found: dict[str, set[str]] = defaultdict(set)
    for person_id, consultation_id in count.session.execute(query):
        found[person_id].add(consultation_id)
    return found


def _named_in(count: Count, query: Select[Any, str]) -> Mapping[str, set[str]]:
    """Consultations by person, from lists of people."""
    found: dict[str, set[str]] = defaultdict(set)
    for person_ids, consultation_id in count.session.execute(query):
        for person_id in person_ids:
            found[person_id].add(consultation_id)
    return found
