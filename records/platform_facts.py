"""The room and the topic of a consultation, as facts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.bodies import RoomLevel
from domain.facts import ConvenerFacts, RoomFacts, TopicFacts
from domain.plans import PlanSide
from domain.stages import ConsultationState
from records.tables.consultations import Consultation, Topic
from records.tables.people import Organisation
from records.tables.plans import PlanItem, PlanSignOff
from records.tables.rooms import Convener, Room

TOWN_LEVELS = frozenset({RoomLevel.TOWN, RoomLevel.STREET, RoomLevel.PARK})
BELOW_TOWN_LEVELS = frozenset({RoomLevel.VILLAGE, RoomLevel.ENTERPRISE, RoomLevel.SECTOR})

_COUNTY_DEPTH = 2
_TOWN_DEPTH = 3


def room_facts(
    session: Session, row: Consultation, room: Room, conveners: Sequence[Convener], today: date
) -> RoomFacts:
    """The room with the conveners in office. What only 搭建平台 asks is looked up only there."""
    in_office = [one for one in conveners if _is_in_office(one, today)]
    ended = [one.until_on for one in conveners if one.until_on is not None and one.until_on < today]
    is_setting_up = row.state is ConsultationState.PLATFORM
    operator = session.get(Organisation, room.operator_id) if is_setting_up and room.operator_id else None
    return RoomFacts(
        name=room.name,
        level=room.level,
        has_leading_party=room.leading_party_id is not None,
        has_owner=room.owner_id is not None,
        has_operator=room.operator_id is not None,
        conveners=tuple(
            ConvenerFacts(
                is_cppcc_member=one.is_cppcc_member,
                is_deputy_party_secretary=one.is_deputy_party_secretary,
                is_work_committee_director=one.is_work_committee_director,
                is_party_secretary=one.is_party_secretary,
                is_liaison_member=one.is_liaison_member,
                is_acting=bool(one.acting_reason),
            )
            for one in in_office
        ),
        functions=frozenset(room.functions),
        fixed_member_kinds=frozenset(room.fixed_member_kinds),
        responsibility_slots=frozenset(room.responsibility_slots),
        operator_kind=operator.kind if operator else None,
        convener_left_on=None if in_office else max(ended, default=None),
        uncovered_areas=_uncovered_areas(session, room)
        if is_setting_up and room.level in BELOW_TOWN_LEVELS
        else 0,
    )


def _is_in_office(convener: Convener, today: date) -> bool:
    has_begun = convener.since_on is None or convener.since_on <= today
    return has_begun and (convener.until_on is None or today <= convener.until_on)


def _uncovered_areas(session: Session, room: Room) -> int:
    """How many towns, streets and parks of the county, as the register knows them, have no room (SZ-10)."""
    county = _at_depth(room.area, _COUNTY_DEPTH)
    known = session.scalars(
        select(Organisation.area)
        .where(Organisation.area.startswith(county + "/", autoescape=True))
        .union(select(Room.area).where(Room.area.startswith(county + "/", autoescape=True)))
    )
    covered = session.scalars(
        select(Room.area).where(
            Room.level.in_(TOWN_LEVELS),
            or_(Room.area == county, Room.area.startswith(county + "/", autoescape=True)),
        )
    )
    towns = {_at_depth(area, _TOWN_DEPTH) for area in known}
    return len(towns - {_at_depth(area, _TOWN_DEPTH) for area in covered})


def _at_depth(area: str, depth: int) -> str:
    return "/".join(area.split("/")[:depth])


def topic_facts(session: Session, row: Consultation, topic: Topic) -> TopicFacts:
    """The topic, with the sign-offs of its item of the yearly plan while it is being settled."""
    return TopicFacts(
        title=topic.title,
        category=topic.category,
        source=topic.source,
        is_against_public_morals=topic.is_against_public_morals,
        is_settled_by_law=topic.is_settled_by_law,
        is_individual_dispute=topic.is_individual_dispute,
        affects_public_interest=topic.affects_public_interest,
        is_sensitive=topic.is_sensitive,
        is_long_standing=topic.is_long_standing,
        is_key=topic.is_key,
        is_planned=topic.is_planned,
        must_consult_first=topic.must_consult_first,
        place=topic.place,
        matter=topic.matter,
        is_solvable=topic.is_solvable,
        scope_statement=topic.scope_statement,
        timing=topic.timing,
        fits=frozenset(topic.fits),
        is_beyond_grassroots=topic.is_beyond_grassroots,
        has_heard_sectors=topic.has_heard_sectors,
        plan_sign_offs=_plan_sign_offs(session, topic.plan_item_id)
        if row.state is ConsultationState.TOPIC and topic.plan_item_id
        else None,
    )


def _plan_sign_offs(session: Session, item_id: str) -> frozenset[str] | None:
    """The sides that signed the item off, or None when it was withdrawn from the plan."""
    found = session.execute(
        select(PlanItem.withdrawn_on, PlanSignOff.side)
        .outerjoin(PlanSignOff, PlanSignOff.item_id == PlanItem.id)
        .where(PlanItem.id == item_id)
    ).all()
    if not found or any(withdrawn_on is not None for withdrawn_on, _ in found):
        return None
    sides: list[PlanSide | None] = [side for _, side in found]
    return frozenset(side.value for side in sides if side is not None)
