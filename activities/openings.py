"""Who leads a new consultation, and who organises it together with the room's own bodies."""

from activities.case import Case
from domain.acts import OpenConsultation
from domain.bodies import BodyKind
from domain.refusals import RefusalCode, refuse
from records.cppcc_members import leaders_for
from records.tables.people import Organisation, Person
from records.tables.rooms import Room

CO_ORGANISERS_MAX = 20


def lead_of(case: Case, act: OpenConsultation, room: Room) -> str | None:
    """The leader of the 主席会议 over the room's area (SC-07). Raises Refused (NOT_FOUND, INVALID_INPUT)."""
    person_id = act.lead_person_id
    if person_id is None:
        return None
    if not person_id.isprintable() or case.session.get(Person, person_id) is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该牵头领导。", field="lead_person_id")
    leaders = leaders_for(case.session, room.area, (BodyKind.CHAIRPERSONS_MEETING,), act.occurred_on)
    if person_id not in {one.id for one in leaders}:
        raise refuse(
            RefusalCode.INVALID_INPUT, "牵头领导应为本地区政协主席会议成员。", field="lead_person_id"
        )
    return person_id


def co_organisers_of(case: Case, act: OpenConsultation, room: Room) -> list[str]:
    """The other bodies that organise it, each once. Raises Refused (NOT_FOUND, INVALID_INPUT)."""
    ids = list(act.co_organiser_ids)
    field = "co_organiser_ids"
    if len(ids) > CO_ORGANISERS_MAX or len(set(ids)) < len(ids):
        message = f"联合主办单位不得重复，也不得超过 {CO_ORGANISERS_MAX} 个。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field=field)
    for one in ids:
        if not one.isprintable() or case.session.get(Organisation, one) is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该联合主办单位。", field=field)
        if one in {room.operator_id, room.owner_id}:
            message = "该单位已是责任主体或承办机构，不必再列为联合主办单位。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field=field)
    return ids
