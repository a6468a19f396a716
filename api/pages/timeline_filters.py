"""What the timeline of a consultation is narrowed to: conditions in the address, told back in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from domain.audit_actions import AuditAction
from records.queries.audit_entries import Doers, EntryFilter, subject_of

VALUE_CHARACTERS_MAX = 100
CONDITIONS = ("subject", "person", "organisation", "since", "until")
SUBJECTS: Mapping[str, str] = {
    "consultation": "协商进程",
    "approval": "审定（备案）",
    "participant": "参会人员",
    "research_record": "商前调研",
    "session": "协商活动",
    "dissent": "异议与解释",
    "suggestion": "协商建议",
    "outcome_document": "成果文件",
    "submission": "报送成果",
    "feedback_task": "交办办理",
    "co_handling": "会办",
    "answer": "书面反馈",
    "clock": "时限提醒",
    "escalation": "专报与批示",
    "evaluation": "评价",
    "ballot": "群众评价",
    "follow_up_review": "回头看",
    "outcome_link": "关联提案、社情民意信息",
    "decision": "决策",
    "supervision_item": "督查事项",
    "demand": "督查整改和意见",
    "publication": "公开发布",
    "attachment": "附件",
    "personal_data": "查看联系方式",
    "audit": "留痕核验",
}


@dataclass(frozen=True)
class AskedEntries:
    """What the address asks for. ``wrong`` names the fields that cannot be read, with what to do."""

    values: Mapping[str, str]
    narrowed: EntryFilter
    wrong: Mapping[str, str]
    before: int | None

    @property
    def query(self) -> str:
        """The conditions as an address writes them."""
        return urlencode(dict(self.values))


def asked_entries(given: Iterable[tuple[str, str]]) -> AskedEntries:
    """Read the conditions; a day that cannot be read narrows nothing and is told at its field."""
    said = dict(given)
    before = said.get("before", "")
    values = {
        name: said[name].strip()[:VALUE_CHARACTERS_MAX]
        for name in CONDITIONS
        if said.get(name, "").strip().isprintable() and said.get(name, "").strip()
    }
    wrong: dict[str, str] = {}
    since, until = (_day(values, name, wrong) for name in ("since", "until"))
    if since is not None and until is not None and until < since:
        wrong["until"] = "截止日期不能早于起始日期。"
        until = None
    return AskedEntries(
        values,
        EntryFilter(
            subject=values.get("subject", ""),
            person_id=values.get("person", ""),
            organisation_id=values.get("organisation", ""),
            since_on=since,
            until_on=until,
        ),
        wrong,
        int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )


def choices_of(
    doers: Doers, people: Mapping[str, str], names: Mapping[str, str]
) -> Mapping[str, list[tuple[str, str]]]:
    """What the stream can be narrowed to."""
    return {
        "subject": [(one, _subject_word(one)) for one in _in_order(doers.subjects)],
        "person": _by_name(doers.person_ids, people),
        "organisation": _by_name(doers.organisation_ids, names),
    }


def _in_order(subjects: frozenset[str]) -> list[str]:
    return [one for one in SUBJECTS if one in subjects] + sorted(subjects - set(SUBJECTS))


def _subject_word(subject: str) -> str:
    """The word for a subject; of one without a word of its own, the label of its first action."""
    return SUBJECTS.get(subject) or next(
        (one.label for one in AuditAction if subject_of(one) == subject), subject
    )


def _by_name(ids: Iterable[str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(((one, names[one]) for one in ids if one in names), key=lambda pair: pair[1])


def _day(values: Mapping[str, str], name: str, wrong: dict[str, str]) -> date | None:
    if name not in values:
        return None
    try:
        return date.fromisoformat(values[name])
    except ValueError:
        wrong[name] = "请填写日期，例如 2026-05-22。"
        return None
