"""Bodies and the people who act for them."""

from dataclasses import dataclass

from domain.words import Word


class BodyKind(Word):
    """What an organisation is; approval chains and policies name bodies by kind."""

    CPPCC_COMMITTEE = "cppcc_committee", "政协委员会"
    LEADING_PARTY_GROUP = "leading_party_group", "政协党组"
    CHAIRPERSONS_MEETING = "chairpersons_meeting", "主席会议"
    WORK_COMMITTEE = "work_committee", "政协工委"
    SPECIAL_COMMITTEE = "special_committee", "专门委员会"
    PARTY_COMMITTEE = "party_committee", "党委"
    PARTY_WORK_COMMITTEE = "party_work_committee", "党工委"
    PARTY_ORGANIZATION = "party_organization", "基层党组织"
    GOVERNMENT = "government", "政府"
    HANDLING_UNIT = "handling_unit", "承办单位"
    INSPECTION_OFFICE = "inspection_office", "督查机构"
    OPERATIONS = "operations", "运行管理机构"


class RoomLevel(Word):
    """The level at which a consultation room stands; periods and checks differ by it."""

    CITY = "city", "市级"
    COUNTY = "county", "县（市、区）级"
    TOWN = "town", "乡镇级"
    STREET = "street", "街道级"
    PARK = "park", "园区级"
    VILLAGE = "village", "村（社区）级"
    ENTERPRISE = "enterprise", "企事业单位"
    SECTOR = "sector", "界别"


class Role(Word):
    """In what capacity a person acts for an organisation."""

    STAFF = "staff", "工作人员"
    CONVENER = "convener", "召集人"
    APPROVER = "approver", "审定（备案）经办"
    DEPARTMENT = "department", "承办单位经办"
    DEPARTMENT_HEAD = "department_head", "承办单位负责人"
    PARTY_OFFICE = "party_office", "党委办公室"
    MEMBER = "member", "政协委员"
    PUBLIC = "public", "群众"
    SUPERVISOR = "supervisor", "督查监督"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    CLOCK = "clock", "系统时钟"


@dataclass(frozen=True)
class Actor:
    """One membership acting: who, for which organisation, in which capacity.

    Holds opaque ids only, because it crosses the workflow border where no personal data may go.
    ``area`` is the organisation's place in the tree of areas, e.g. ``suzhou/fengxi/yuntang``. ``on_behalf_of`` is
    the person on leave for whom ``person_id``, their deputy, acts (“X 代 Y”).
    """

    person_id: str
    organisation_id: str
    role: Role
    area: str = ""
    on_behalf_of: str | None = None

    @property
    def principal_id(self) -> str:
        """The person in whose right the act is done: the absent one where a deputy acts."""
        return self.on_behalf_of or self.person_id

    @property
    def people(self) -> frozenset[str]:
        """Everybody who has a hand in the act: separation of duties looks at all of them."""
        return frozenset(one for one in (self.person_id, self.on_behalf_of) if one)


CLOCK_ACTOR = Actor(person_id="", organisation_id="", role=Role.CLOCK)
"""The actor of what a clock does by itself: reminders, rungs, escalations."""

PUBLIC_ACTOR = Actor(person_id="", organisation_id="", role=Role.PUBLIC)
"""The actor of what the public does without an account: proposing a topic, casting a ballot."""
