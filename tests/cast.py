"""The fixed cast of the tests: the bodies and people of 枫溪区 around one street's room, and an outsider.

Every body and person is invented. ``furnish`` writes them; the actors are ready to act.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.bodies import Actor, BodyKind, Role, RoomLevel
from domain.matters import ConsultationKind, TopicCategory, TopicSource
from domain.plans import PlanSide
from records.tables.consultations import Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.plans import AnnualPlan, PlanItem, PlanSignOff
from records.tables.rooms import Convener, Room

DISTRICT = "suzhou/fengxi"
STREET = "suzhou/fengxi/yuntang"
ELSEWHERE = "suzhou/linhu"

ROOM_ID = "room-yuntang"
TOPIC_ID = "topic-lifts"
OTHER_TOPIC_ID = "topic-parking"
PLAN_ID = "plan-2026"


@dataclass(frozen=True)
class Body:
    """An organisation of the cast."""

    id: str
    name: str
    kind: BodyKind
    area: str


CPPCC = Body("org-cppcc", "政协枫溪区委员会", BodyKind.CPPCC_COMMITTEE, DISTRICT)
WORK_COMMITTEE = Body("org-work", "云塘街道政协工委", BodyKind.WORK_COMMITTEE, STREET)
STREET_PARTY = Body("org-street-party", "中共云塘街道工作委员会", BodyKind.PARTY_WORK_COMMITTEE, STREET)
DISTRICT_PARTY = Body("org-district-party", "中共枫溪区委员会", BodyKind.PARTY_COMMITTEE, DISTRICT)
HOUSING = Body("org-housing", "枫溪区住房和城乡建设局", BodyKind.HANDLING_UNIT, DISTRICT)
POLICE = Body("org-police", "枫溪区交警大队", BodyKind.HANDLING_UNIT, DISTRICT)
STREET_OFFICE = Body("org-street-office", "云塘街道建设管理办公室", BodyKind.HANDLING_UNIT, STREET)
INSPECTION = Body("org-inspection", "枫溪区委区政府督查室", BodyKind.INSPECTION_OFFICE, DISTRICT)
OPERATIONS = Body("org-operations", "枫溪区协商平台运行中心", BodyKind.OPERATIONS, DISTRICT)
OTHER_WORK_COMMITTEE = Body("org-elsewhere", "临湖镇政协工委", BodyKind.WORK_COMMITTEE, ELSEWHERE)

BODIES = (
    CPPCC,
    WORK_COMMITTEE,
    STREET_PARTY,
    DISTRICT_PARTY,
    HOUSING,
    POLICE,
    STREET_OFFICE,
    INSPECTION,
    OPERATIONS,
    OTHER_WORK_COMMITTEE,
)


@dataclass(frozen=True)
class Player:
    """A person of the cast with one membership."""

    id: str
    name: str
    body: Body
    role: Role

    @property
    def email(self) -> str:
        """Where letters reach them."""
        return f"{self.id}@example.org"

    @property
    def actor(self) -> Actor:
        """Them, acting."""
        return Actor(self.id, self.body.id, self.role, self.body.area)


STAFF_PLAYER = Player("lin", "林晓", WORK_COMMITTEE, Role.STAFF)
CONVENER_PLAYER = Player("zhou", "周启明", WORK_COMMITTEE, Role.CONVENER)
OWNER_PLAYER = Player("qian", "钱若虚", CPPCC, Role.STAFF)
STREET_PARTY_PLAYER = Player("sun", "孙立言", STREET_PARTY, Role.PARTY_OFFICE)
DISTRICT_PARTY_PLAYER = Player("li", "李守正", DISTRICT_PARTY, Role.PARTY_OFFICE)
HOUSING_PLAYER = Player("wu", "吴建安", HOUSING, Role.DEPARTMENT)
HOUSING_HEAD_PLAYER = Player("zheng", "郑局长", HOUSING, Role.DEPARTMENT_HEAD)
POLICE_PLAYER = Player("wang", "王路平", POLICE, Role.DEPARTMENT)
STREET_OFFICE_PLAYER = Player("feng", "冯街建", STREET_OFFICE, Role.DEPARTMENT)
SUPERVISOR_PLAYER = Player("chen", "陈督查", INSPECTION, Role.SUPERVISOR)
MEMBER_PLAYER = Player("chu", "褚委员", CPPCC, Role.MEMBER)
SYSTEM_ADMIN_PLAYER = Player("wei", "卫系统", OPERATIONS, Role.SYSTEM_ADMIN)
SECURITY_ADMIN_PLAYER = Player("jiang", "蒋安全", OPERATIONS, Role.SECURITY_ADMIN)
AUDIT_ADMIN_PLAYER = Player("shen", "沈审计", OPERATIONS, Role.AUDIT_ADMIN)
OUTSIDER_PLAYER = Player("lu", "陆外区", OTHER_WORK_COMMITTEE, Role.STAFF)

PLAYERS = (
    STAFF_PLAYER,
    CONVENER_PLAYER,
    OWNER_PLAYER,
    STREET_PARTY_PLAYER,
    DISTRICT_PARTY_PLAYER,
    HOUSING_PLAYER,
    HOUSING_HEAD_PLAYER,
    POLICE_PLAYER,
    STREET_OFFICE_PLAYER,
    SUPERVISOR_PLAYER,
    MEMBER_PLAYER,
    SYSTEM_ADMIN_PLAYER,
    SECURITY_ADMIN_PLAYER,
    AUDIT_ADMIN_PLAYER,
    OUTSIDER_PLAYER,
)

STAFF = STAFF_PLAYER.actor
CONVENER = CONVENER_PLAYER.actor
OWNER_STAFF = OWNER_PLAYER.actor
STREET_PARTY_OFFICE = STREET_PARTY_PLAYER.actor
DISTRICT_PARTY_OFFICE = DISTRICT_PARTY_PLAYER.actor
HOUSING_CLERK = HOUSING_PLAYER.actor
HOUSING_HEAD = HOUSING_HEAD_PLAYER.actor
POLICE_CLERK = POLICE_PLAYER.actor
STREET_CLERK = STREET_OFFICE_PLAYER.actor
SUPERVISOR = SUPERVISOR_PLAYER.actor
OUTSIDER = OUTSIDER_PLAYER.actor


def furnish(session: Session, *, password_hash: str = "!") -> None:
    """Write bodies, people, the street's room and two topics. Nobody can sign in unless a hash is given."""
    session.add_all(
        Organisation(id=body.id, name=body.name, kind=body.kind, area=body.area) for body in BODIES
    )
    session.add_all(
        Person(
            id=player.id,
            name=player.name,
            sign_in_name=player.id,
            password_hash=password_hash,
            email=player.email,
        )
        for player in PLAYERS
    )
    session.flush()
    session.add_all(
        Membership(person_id=player.id, organisation_id=player.body.id, role=player.role)
        for player in PLAYERS
    )
    session.add(_room())
    session.flush()
    session.add(
        Convener(
            room_id=ROOM_ID,
            person_id=CONVENER_PLAYER.id,
            is_cppcc_member=True,
            is_deputy_party_secretary=True,
            is_work_committee_director=True,
        )
    )
    _furnish_plan(session)
    session.add(_topic(TOPIC_ID, "老旧小区加装电梯", "加装电梯"))
    session.add(_topic(OTHER_TOPIC_ID, "云塘小区停车位重排", "停车位重排"))
    session.flush()


def plan_item_id(topic_id: str) -> str:
    """The item of the yearly plan that stands for a topic of the cast."""
    return f"item-of-{topic_id}"


def _furnish_plan(session: Session) -> None:
    """The district's yearly plan with both topics, each signed off by its 政协."""
    session.add(
        AnnualPlan(
            id=PLAN_ID, organisation_id=CPPCC.id, area=DISTRICT, year=2026, title="枫溪区二〇二六年协商计划"
        )
    )
    session.flush()
    titles = {TOPIC_ID: "老旧小区加装电梯", OTHER_TOPIC_ID: "云塘小区停车位重排"}
    for number, (topic_id, title) in enumerate(titles.items(), start=1):
        session.add(
            PlanItem(
                id=plan_item_id(topic_id),
                plan_id=PLAN_ID,
                number=number,
                title=title,
                kind=ConsultationKind.ROOM,
            )
        )
    session.flush()
    session.add_all(
        PlanSignOff(
            item_id=plan_item_id(topic_id),
            side=PlanSide.CPPCC,
            organisation_id=CPPCC.id,
            signed_on=date(2026, 1, 15),
            signed_by_person_id=OWNER_PLAYER.id,
        )
        for topic_id in titles
    )
    session.flush()


def _room() -> Room:
    return Room(
        id=ROOM_ID,
        name="云塘街道“有事好商量”协商议事室",
        short_name="云塘",
        level=RoomLevel.STREET,
        rule_set_id="suzhou",
        area=STREET,
        leading_party_id=STREET_PARTY.id,
        owner_id=CPPCC.id,
        operator_id=WORK_COMMITTEE.id,
        functions=["member_home", "public_opinion_contact", "member_studio"],
        fixed_member_kinds=[],
        responsibility_slots=[],
    )


def _topic(topic_id: str, title: str, matter: str) -> Topic:
    return Topic(
        id=topic_id,
        title=title,
        area=STREET,
        proposed_on=date(2026, 3, 1),
        is_planned=True,
        plan_item_id=plan_item_id(topic_id),
        source=TopicSource.PUBLIC_PROPOSED,
        category=TopicCategory.LIVELIHOOD,
        is_against_public_morals=False,
        is_settled_by_law=False,
        is_individual_dispute=False,
        place="云塘小区",
        matter=matter,
        is_solvable=True,
        scope_statement="云塘小区三至八幢全体业主",
    )
