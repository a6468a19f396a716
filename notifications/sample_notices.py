"""A sample of every letter, for the preview: each variable gets a value by its name, or else by its type."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from domain.calendar import at_local
from domain.notices import NoticeKind
from notifications.notice_bases import DatedFact
from notifications.notices import NOTICES, Notice

RECIPIENT = "张明"
PLATFORM = "“有事好商量”协商平台"
DAY = date(2026, 7, 14)
_BY_NAME: Mapping[str, Any] = {
    "consultation_number": "苏-枫溪-2026-0007",
    "consultation_title": "老旧小区加装电梯",
    "link": "https://shangliang.example/consultations/sample",
    "unit_name": "枫溪区住房和城乡建设局",
    "task_title": "将云塘小区列入年度加装计划",
    "document_number": "云政协工委〔2026〕3号",
    "addressee_name": "中共枫溪区委员会",
    "suggestion": "将云塘小区列入年度加装计划，六月底前完成选址。",
    "clause": "不议有悖于公序良俗的、法规明文规定的以及个体利益纠纷之事",
    "article": "二（三）",
    "source": "苏委办发〔2019〕1号",
    "address": "云塘街道办事处三楼议事室",
    "place": "云塘街道办事处三楼议事室",
    "topic_title": "老旧小区加装电梯",
    "stage_name": "开展协商",
    "approval_name": "审定",
    "party_name": "群众",
    "outcome_name": "办结",
    "obligation_name": "书面反馈",
    "colour_name": "黄牌",
    "demand_name": "督查整改通知书",
    "demand_title": "加装电梯办理进度滞后",
    "absent_name": "沈知远",
    "deputy_name": "顾明",
    "capacity": "云塘街道政协工委 · 工作人员",
    "what": "答复延期申请",
}


def sample_of(kind: NoticeKind, link: str = "") -> Notice:
    """A letter of this kind with sample values. ``link`` replaces the sample address."""
    form = NOTICES[kind]
    values = _values(form)
    return form(**{**values, "link": link or values["link"]})


def _values(form: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(form)
    # What may be left out is left out: the plain case of the letter is shown.
    needed = [one.name for one in fields(form) if one.default is MISSING]
    return {name: _value(name, hints[name]) for name in needed}


def _value(name: str, hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return _value(name, next(part for part in get_args(hint) if part is not NoneType))
    if get_origin(hint) is tuple:
        return (_value(name.removesuffix("s"), get_args(hint)[0]),)
    if hint is DatedFact:
        return DatedFact(happened_on=DAY, what="黄牌，发出《催办通知书》")
    if hint is str:
        return _BY_NAME.get(name) or _text(name)
    by_type: Mapping[Any, Any] = {bool: False, int: 5, date: DAY, datetime: at_local(DAY, 9)}
    return by_type[hint]


def _text(name: str) -> str:
    if name.endswith("_by") or "name" in name:
        return "云塘街道政协工委"
    return "（示例内容）"
