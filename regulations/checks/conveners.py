"""搭建平台: who calls the consultation, and which posts they hold."""

from domain.facts import ConsultationFacts, ConvenerFacts
from domain.words import Word
from regulations.checks.registry import Finding, check


class Quality(Word):
    """A quality of a convener."""

    CPPCC_MEMBER = "is_cppcc_member", "政协委员"
    DEPUTY_PARTY_SECRETARY = "is_deputy_party_secretary", "党委（党工委）副书记"
    WORK_COMMITTEE_DIRECTOR = "is_work_committee_director", "政协工委主任"
    PARTY_SECRETARY = "is_party_secretary", "党组织负责人"
    LIAISON_MEMBER = "is_liaison_member", "分片联系的政协委员"


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
def director_also_is(facts: ConsultationFacts, *, posts: tuple[Quality, ...]) -> Finding:
    """The 工委主任 among the conveners also holds one of these posts."""
    wanted = "或".join(post.label for post in posts)
    directors = [each for each in facts.room.conveners if each.is_work_committee_director]
    is_satisfied = any(_has_all(director, (post,)) for director in directors for post in posts)
    if is_satisfied:
        measured = f"政协工委主任由{wanted}兼任"
    else:
        measured = f"政协工委主任未由{wanted}兼任" if directors else "召集人中没有政协工委主任"
    return Finding(is_satisfied, measured, f"政协工委主任一般由{wanted}兼任", "conveners")


@check
def deputy_secretary_is_member(facts: ConsultationFacts) -> Finding:
    """The deputy party secretary who calls is a member of the county's 政协."""
    deputies = [each for each in facts.room.conveners if each.is_deputy_party_secretary]
    members = [each for each in deputies if each.is_cppcc_member]
    return Finding(
        bool(members),
        measured=f"召集人中党（工）委副书记 {len(deputies)} 人，其中政协委员 {len(members)} 人",
        required="党（工）委（专职）副书记提名为县（市、区）政协委员",
        field="conveners",
    )


@check
def convener_post_is_not_vacant_too_long(facts: ConsultationFacts, *, days: int) -> Finding:
    """The post of the convener has not been vacant for more working days than this."""
    is_vacant = facts.room.is_post_vacant_too_long
    left_on = facts.room.convener_left_on
    since = f"（自 {left_on.isoformat()} 起）" if left_on else ""
    return Finding(
        not is_vacant,
        measured=f"召集人职务空缺超过 {days} 个工作日{since}，议事室暂停使用" if is_vacant else "召集人在任",
        required=f"召集人职务空缺不超过 {days} 个工作日",
        field="conveners",
    )


def _has_all(convener: ConvenerFacts, qualities: tuple[Quality, ...]) -> bool:
    return not _lacking(convener, qualities)


def _lacking(convener: ConvenerFacts, qualities: tuple[Quality, ...]) -> list[Quality]:
    return [quality for quality in qualities if not getattr(convener, quality.value)]


def _listed(words: tuple[Quality, ...] | list[Quality]) -> str:
    return "、".join(word.label for word in words)
