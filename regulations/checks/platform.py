"""搭建平台: the room's name, bodies, functions and roster, and whether it is its turn yet."""

from domain.bodies import BodyKind
from domain.facts import ConsultationFacts
from domain.rooms import FixedMemberKind, ResponsibilitySlot, RoomFunction
from domain.words import Word
from regulations.checks.registry import Finding, check

_QUOTES = str.maketrans("", "", "“”\"'‘’「」『』《》 　")


class RoomBody(Word):
    """A body that a room must name."""

    LEADING_PARTY = "leading_party", "领导本议事室的党组织"
    OWNER = "owner", "责任主体（县级政协）"
    OPERATOR = "operator", "运行机构（政协工委）"


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
def operator_is_one_of(facts: ConsultationFacts, *, kinds: tuple[BodyKind, ...]) -> Finding:
    """The daily work is done by a body of one of these kinds."""
    kind = facts.room.operator_kind
    return Finding(
        kind in kinds,
        measured=f"运行机构为{kind.label}" if kind else "尚未登记运行机构",
        required=f"日常工作由{'、'.join(each.label for each in kinds)}一方的机构承担",
        field="operator_id",
    )


@check
def higher_level_is_covered(facts: ConsultationFacts) -> Finding:
    """Every town, street and park of the county has its room before the levels below get theirs."""
    missing = facts.room.uncovered_areas
    return Finding(
        missing == 0,
        measured=f"尚有 {missing} 个乡镇（街道）、园区未建协商议事室"
        if missing
        else "乡镇（街道）、园区已全部建有协商议事室",
        required="乡镇（街道）、园区完成建设全覆盖后，再向村（社区）、企事业单位、界别推进",
        field="level",
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


def _listed(words: tuple[Word, ...] | list[FixedMemberKind]) -> str:
    return "、".join(word.label for word in words)


def _missing_shown(missing: list[RoomBody] | list[RoomFunction] | list[ResponsibilitySlot], full: str) -> str:
    return f"尚缺：{'、'.join(word.label for word in missing)}" if missing else full
