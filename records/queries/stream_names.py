"""What people call an audit stream: the number of a consultation, the words for an area."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import consultation_of
from records.seal_checks import SEALS
from records.tables.consultations import Consultation

IDS_AT_ONCE = 500
_AREAS = {
    SEALS: "每日封存",
    "administration/accounts": "登录与账号",
    "administration/books": "规则集与工作日历",
    "administration/daily_rounds": "每日例行",
    "administration/inspections": "督查检查",
    "administration/notices": "通知与送达",
    "administration/organisations": "单位、人员与任职",
    "administration/personal_data": "个人信息查看",
    "administration/plans": "年度协商计划",
    "administration/rooms": "协商议事室",
    "administration/seals": "封存登记",
    "administration/topics": "议题",
    "administration/work_log": "工作台账",
}


def area_name(stream: str) -> str:
    """The words for an administrative area; empty for a consultation and for an area without words."""
    return _AREAS.get(stream, "")


def names_of_streams(session: Session, streams: Iterable[str]) -> Mapping[str, str]:
    """Every stream by what people call it; for who may know of every consultation."""
    asked = list(dict.fromkeys(streams))
    ids = [consultation_of(stream) for stream in asked if consultation_of(stream)]
    numbers: dict[str, str] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        found = session.execute(
            select(Consultation.id, Consultation.number).where(
                Consultation.id.in_(ids[start : start + IDS_AT_ONCE])
            )
        )
        numbers.update((row.id, row.number) for row in found)
    return {stream: _named(stream, numbers.get(consultation_of(stream), "")) for stream in asked}


def _named(stream: str, number: str) -> str:
    words = number or area_name(stream)
    return f"{words}（{stream}）" if words and stream != SEALS else words or stream
