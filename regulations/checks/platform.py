"""搭建平台: the room's name, bodies, conveners and roster."""

from domain.facts import ConsultationFacts, ConvenerFacts
from domain.rooms import FixedMemberKind, ResponsibilitySlot, RoomFunction
from domain.words import Word
from regulations.checks.registry import Finding, check

_QUOTES = str.maketrans("", "", "“”\"'‘’「」『』《》 　")


class RoomBody(Word):
    """A body that a room must name."""

    LEADING_PARTY = "leading_party", "领导本议事室的党组织"
    OWNER = "owner", "责任主体（县级政协）"
    OPERATOR = "operator", "运行机构（政协工委）"


class Quality(Word):
    """A quality of a convener."""

    CPPCC_MEMBER = "is_cppcc_member", "政协委员"
    DEPUTY_PARTY_SECRETARY = "is_deputy_party_secretary", "党委（党工委）副书记"
    WORK_COMMITTEE_DIRECTOR = "is_work_committee_director", "政协工委主任"
    PARTY_SECRETARY = "is_party_secretary", "党组织负责人"
    LIAISON_MEMBER = "is_liaison_member", "分片联系的政协委员"


@check
def room_name_contains(facts: ConsultationFacts, *, words: str) -> Finding:
    """The name holds these words; quotation marks and spaces do not matter."""
    return Finding(
        words.translate(_QUOTES) in facts.room.name.translate(_QUOTES),
        measured=f"议事室名称为“{facts.room.name}”",
        required=f"名称须含“{words}”",
        field="name",
    )


@check
def room_has_bodies(facts: ConsultationFacts, *, bodies: tuple[RoomBody, ...]) -> Finding:
    """Each of these bodies is named."""
    room = facts.room
    named = {
        RoomBody.LEADING_PARTY: room.has_leading_party,
        RoomBody.OWNER: room.has_owner,
        RoomBody.OPERATOR: room.has_operator,
    }
    missing = [body for body in bodies if not named[body]]
    return Finding(
        not missing,
        measured=_missing_shown(missing, "均已登记"),
        required=f"登记{_listed(bodies)}",
        field=missing[0].value if missing else "",
    )


@check
def room_functions_include(facts: ConsultationFacts, *, functions: tuple[RoomFunction, ...]) -> Finding:
    """The room serves all of these ends."""
    missing = [each for each in functions if each.value not in facts.room.functions]
    return Finding(
        not missing,
        measured=_missing_shown(missing, "功能齐全"),
        required=f"融{_listed(functions)}等功能于一体",
        field="functions",
    )


@check
def room_has_convener(facts: ConsultationFacts) -> Finding:
    """Somebody is there to call the consultation."""
    count = len(facts.room.conveners)
    return Finding(count > 0, f"召集人 {count} 人", "至少登记 1 名召集人", "conveners")


@check
def a_convener_is(facts: ConsultationFacts, *, qualities: tuple[Quality, ...]) -> Finding:
    """One convener has all the qualities; an acting record stands in while the post is vacant."""
    conveners = facts.room.conveners
    required = f"召集人同时为{_listed(qualities)}；职务空缺时须有代行记录"
    if any(_has_all(convener, qualities) for convener in conveners):
        return Finding(True, "召集人符合任职条件", required, "conveners")
    if any(convener.is_acting for convener in conveners):
        return Finding(True, "召集人由代行人员担任，已有代行记录", required, "conveners")
    if not conveners:
        return Finding(False, "尚未登记召集人", required, "conveners")
    nearest = min((_lacking(convener, qualities) for convener in conveners), key=len)
    return Finding(False, f"召集人尚缺：{_listed(nearest)}；无代行记录", required, "conveners")


@check
def conveners_are_together(facts: ConsultationFacts, *, first: Quality, second: Quality) -> Finding:
    """Two different people call together, one of each quality."""
    conveners = facts.room.conveners
    is_pair = any(
        _has_all(one, (first,)) and _has_all(other, (second,))
        for place, one in enumerate(conveners)
        for other_place, other in enumerate(conveners)
        if place != other_place
    )
    present = [each for each in (first, second) if any(_has_all(one, (each,)) for one in conveners)]
    who = f"，其中有{_listed(present)}" if present else ""
    return Finding(
        is_pair,
        measured=f"召集人 {len(conveners)} 人{who}",
        required=f"由{first.label}和{second.label}共同担任召集人",
        field="conveners",
    )


@check
def director_is_party_leader(facts: ConsultationFacts) -> Finding:
    """The 工委主任 among the conveners also holds a leading post of the party committee."""
    is_satisfied = any(
        convener.is_work_committee_director
        and (convener.is_deputy_party_secretary or convener.is_party_secretary)
        for convener in facts.room.conveners
    )
    return Finding(
        is_satisfied,
        measured="政协工委主任由党（工）委领导兼任"
        if is_satisfied
        else "未见党（工）委领导兼任的政协工委主任",
        required="政协工委主任一般由党（工）委（专职）副书记或党工委、管委会领导兼任",
        field="conveners",
    )


@check
def fixed_members_include_one_of(
    facts: ConsultationFacts, *, member_kinds: tuple[FixedMemberKind, ...]
) -> Finding:
    """The roster has somebody of at least one of these kinds."""
    present = [each for each in member_kinds if each.value in facts.room.fixed_member_kinds]
    return Finding(
        bool(present),
        measured=f"固定成员中有{_listed(present)}" if present else f"固定成员中无{_listed(member_kinds)}",
        required=f"固定成员中至少有{'或'.join(each.label for each in member_kinds)}之一",
        field="fixed_members",
    )


@check
def responsibility_slots_are_filled(
    facts: ConsultationFacts, *, slots: tuple[ResponsibilitySlot, ...]
) -> Finding:
    """Every duty of the platform has a person."""
    missing = [slot for slot in slots if slot.value not in facts.room.responsibility_slots]
    return Finding(
        not missing,
        measured=_missing_shown(missing, "责任分工齐全"),
        required=f"明确{_listed(slots)}",
        field="responsibility_slots",
    )


def _has_all(convener: ConvenerFacts, qualities: tuple[Quality, ...]) -> bool:
    return not _lacking(convener, qualities)


def _lacking(convener: ConvenerFacts, qualities: tuple[Quality, ...]) -> list[Quality]:
    return [quality for quality in qualities if not getattr(convener, quality.value)]


def _listed(words: tuple[Word, ...] | list[Quality] | list[FixedMemberKind]) -> str:
    return "、".join(word.label for word in words)


def _missing_shown(missing: list[RoomBody] | list[RoomFunction] | list[ResponsibilitySlot], full: str) -> str:
    return f"尚缺：{'、'.join(word.label for word in missing)}" if missing else full
