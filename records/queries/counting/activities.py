"""How often was consulted, by whom, before whom: SZ-12, SZ-17b, SC-07, SC-08, LF-01, LF-18 to LF-20."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import and_, distinct, exists, func, or_, select

from domain.bodies import BodyKind, RoomLevel
from domain.facts import ParticipantFacts
from domain.figures import Asked, FigurePart, Minimum, Standing, Tally, minimum_for, standing_of_all
from domain.matters import ConsultationKind, ParticipantKind, SessionState
from records.queries.counting.committees import committees_of, responsible
from records.queries.counting.count import Case, Count
from records.queries.counting.measures import (
    BY_PART,
    committees_tally,
    ids_of,
    number_part,
    number_tally,
    share_tally,
    sum_tally,
)
from records.queries.counting.rooms import rooms_of
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Participant, SignIn
from records.tables.people import Membership, Organisation
from regulations.checks.counting import is_public


def activities_per_room(
    count: Count, *, minimum: Minimum = Asked.NOTHING, levels: tuple[RoomLevel, ...] = ()
) -> Tally:
    """Substantive consultations of every room, those rooms too that had none."""
    rooms = [one for one in rooms_of(count) if one.level in (levels or tuple(RoomLevel))]
    by_room: dict[str, list[Case]] = {}
    for case in count.cases:
        by_room.setdefault(case.room_id, []).append(case)
    parts = tuple(
        _room_part(one.id, one.name, by_room.get(one.id, []), minimum_for(minimum, one.level))
        for one in rooms
    )
    return Tally(
        value=sum(len(part.consultation_ids) for part in parts),
        standing=_standing_of_rooms(parts, minimum),
        required=minimum if isinstance(minimum, int) else None,
        required_words=_required_of_rooms(minimum),
        details=_rooms_counted(parts),
        consultation_ids=ids_of(parts),
        parts=parts,
    )


def _standing_of_rooms(parts: tuple[FigurePart, ...], minimum: Minimum) -> Standing:
    if minimum is None:
        return Standing.UNSET
    return Standing.COUNTED if minimum is Asked.NOTHING else standing_of_all(parts)


def _required_of_rooms(minimum: Minimum) -> str:
    if isinstance(minimum, Mapping):
        return BY_PART
    return f"每室不少于 {minimum} 次" if isinstance(minimum, int) else ""


def _rooms_counted(parts: tuple[FigurePart, ...]) -> tuple[tuple[str, int], ...]:
    reached = sum(part.standing is Standing.REACHED for part in parts)
    idle = sum(not part.value for part in parts)
    is_asked = any(part.standing in (Standing.REACHED, Standing.MISSED) for part in parts)
    return (
        ("协商议事室", len(parts)),
        *((("其中达到的", reached),) if is_asked else ()),
        ("其中当年没有活动的", idle),
    )


def _room_part(room_id: str, name: str, cases: list[Case], minimum: int | Asked | None) -> FigurePart:
    ids = [case.id for case in cases if case.is_substantive]
    merely_held = len(cases) - len(ids)
    details = (("不计入的座谈", merely_held),) if merely_held else ()
    return number_part(room_id, name, len(ids), minimum, ids, details)


def consultations_held(
    count: Count,
    *,
    kinds: tuple[ConsultationKind, ...],
    minimum: Minimum = Asked.NOTHING,
    levels: tuple[RoomLevel, ...] = (),
    leader_only: bool = False,
) -> Tally:
    """Consultations of these kinds. A number that is asked is asked of every 政协 in the area; one by level of levels."""
    cases = [case for case in count.cases if case.kind in kinds and (not levels or case.level in levels)]
    if leader_only:
        led = count.once("led", _led_by_a_leader)
        cases = [case for case in cases if case.id in led]
    return replace(_held(count, cases, kinds, minimum, levels), title=_held_title(kinds, leader_only))


def _held(
    count: Count,
    cases: list[Case],
    kinds: tuple[ConsultationKind, ...],
    minimum: Minimum,
    levels: tuple[RoomLevel, ...],
) -> Tally:
    ids = [case.id for case in cases]
    if isinstance(minimum, Mapping):
        return sum_tally(_by_level(cases, levels or tuple(map(RoomLevel, minimum)), minimum), words=BY_PART)
    committees = committees_of(count, levels) if isinstance(minimum, int) else ()
    if not committees:
        return number_tally(len(ids), None if minimum is None else Asked.NOTHING, ids, _by_kind(cases, kinds))
    own: dict[str, list[str]] = {one.id: [] for one in committees}
    for case in cases:
        holder = responsible(committees, case.area)
        if holder is not None:
            own[holder.id].append(case.id)
    parts = tuple(number_part(one.id, one.name, len(own[one.id]), minimum, own[one.id]) for one in committees)
    return committees_tally(parts, minimum)


def _held_title(kinds: tuple[ConsultationKind, ...], leader_only: bool) -> str:
    words = "协商活动" if set(kinds) == set(ConsultationKind) else "、".join(kind.label for kind in kinds)
    return f"{'主席会议成员牵头的' if leader_only else ''}{words}次数"


def _by_level(
    cases: list[Case], levels: tuple[RoomLevel, ...], minimum: Mapping[str, int]
) -> tuple[FigurePart, ...]:
    ids = {level: [case.id for case in cases if case.level is level] for level in levels}
    return tuple(
        number_part(level, level.label, len(ids[level]), minimum_for(minimum, level), ids[level])
        for level in levels
    )


def _by_kind(cases: list[Case], kinds: tuple[ConsultationKind, ...]) -> tuple[FigurePart, ...]:
    if len(kinds) == 1:
        return ()
    ids = {kind: [case.id for case in cases if case.kind is kind] for kind in kinds}
    return tuple(number_part(kind, kind.label, len(ids[kind]), ids=ids[kind]) for kind in kinds)


def _led_by_a_leader(count: Count) -> frozenset[str]:
    """The year's consultations led by somebody who belonged to a 主席会议 on the day."""
    on_the_day = (
        or_(Membership.since_on.is_(None), Membership.since_on <= Consultation.deliberated_on),
        or_(Membership.until_on.is_(None), Membership.until_on >= Consultation.deliberated_on),
    )
    leaders = exists(
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == Consultation.lead_person_id,
            Organisation.kind == BodyKind.CHAIRPERSONS_MEETING,
            *on_the_day,
        )
    )
    return frozenset(count.session.scalars(select(Consultation.id).where(count.counts(count.year), leaders)))


def substantive_share(count: Count) -> Tally:
    """How many of the consultations were more than a symposium (SZ-17b)."""
    ids = [case.id for case in count.cases if case.is_substantive]
    others = [case.id for case in count.cases if not case.is_substantive]
    parts = (
        number_part("substantive", "有问答、有意见、有建议", len(ids), ids=ids, unit="次"),
        number_part("symposium", "不计入的座谈", len(others), ids=others, unit="次"),
    )
    return share_tally(len(ids), len(count.cases), ids=ids, parts=parts)


def leader_attended_share(count: Count, *, minimum_percent: int | None) -> Tally:
    """The share of consultations at which a 党委、政府负责同志 signed in (LF-19)."""
    attended = count.once("attended", _attended_by_a_leader)
    ids = [case_id for case_id in count.case_ids if case_id in attended]
    return share_tally(len(ids), len(count.cases), minimum_percent, ids)


def _attended_by_a_leader(count: Count) -> frozenset[str]:
    signed_in = (
        select(Participant.consultation_id)
        .join(SignIn, SignIn.participant_id == Participant.id)
        .join(ConsultationSession, ConsultationSession.id == SignIn.session_id)
        .where(
            Participant.kind == ParticipantKind.LEADER,
            ConsultationSession.state == SessionState.HELD,
            Participant.consultation_id.in_(count.counted_ids()),
        )
    )
    return frozenset(count.session.scalars(signed_in))


def public_participants(count: Count) -> Tally:
    """How many of the public came, this year and the year before: each once a consultation (LF-01)."""
    now, before = _public_of(count, count.year), _public_of(count, count.year - 1)
    parts = (
        number_part(str(count.year), f"{count.year}年", now, ids=count.case_ids),
        number_part(str(count.year - 1), f"{count.year - 1}年", before),
    )
    return number_tally(now, ids=count.case_ids, parts=parts)


def _public_of(count: Count, year: int) -> int:
    qualities = (Participant.kind, Participant.is_direct_stakeholder, Participant.is_mass_representative)
    found = count.session.execute(
        select(*qualities, func.count(distinct(Participant.id)))
        .join(SignIn, SignIn.participant_id == Participant.id)
        .join(ConsultationSession, ConsultationSession.id == SignIn.session_id)
        .where(
            and_(
                ConsultationSession.state == SessionState.HELD,
                Participant.consultation_id.in_(count.counted_ids(year)),
            )
        )
        .group_by(*qualities)
    )
    return sum(
        number
        for kind, is_direct, is_mass, number in found
        if is_public(
            ParticipantFacts(kind=kind, is_direct_stakeholder=is_direct, is_mass_representative=is_mass)
        )
    )
