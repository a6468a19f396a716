"""The words of a consultation room: what it is for, who stands on its roster, which duties have a person."""

from domain.words import Word


class RoomFunction(Word):
    """What a room is used for besides consultations (SZ-06, NT-02)."""

    MEMBER_HOME = "member_home", "委员之家"
    PUBLIC_OPINION_CONTACT = "public_opinion_contact", "社情民意联系点"
    MEMBER_STUDIO = "member_studio", "委员工作室"


class FixedMemberKind(Word):
    """In what quality somebody stands on the roster of a room (NA-04)."""

    GRID_LEADER = "grid_leader", "网格长"
    GRID_WORKER = "grid_worker", "网格员代表"
    BUILDING_LEADER = "building_leader", "楼道长"
    MEMBER = "member", "政协委员"
    CADRE = "cadre", "镇村（社区）干部"
    OTHER = "other", "其他"


class ResponsibilitySlot(Word):
    """A duty that must have a person when the platform is set up (SC-23, LF-23)."""

    OVERALL = "overall", "党组书记、主席总负责"
    LEAD = "lead", "分管副主席牵头抓"
    COORDINATION = "coordination", "秘书长协调"
    OFFICES = "offices", "办公室（厅）、各专委会分工负责"
