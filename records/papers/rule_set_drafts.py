"""A county's own version of its rule set: drafted by one person, published by another, never changed afterwards."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.policy import is_within
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.papers.changes import amend, kept, require_version
from records.papers.checking import Day, Line, Parameters, Text, checked, invalid
from records.papers.finding import row_of
from records.papers.organisations import require_area
from records.pen import Pen
from records.separation import require_separate_hands
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetDraft
from regulations.county import with_county
from regulations.reading_ladders import ladder_table
from regulations.rule_sets import RuleSet

_BOOKS = administration_stream("books")
_VERSION = re.compile(r"[^\s/?#]{1,40}")


@dataclass(frozen=True, kw_only=True)
class RuleSetDraftPaper:
    """What a county is about to set: parameters that are left to it, and whole ladders by kind of obligation."""

    rule_set_id: Annotated[str, Line("规则集", characters_max=60)]
    area: Annotated[str, Line("适用区域")]
    version: Annotated[str, Line("版本号", characters_max=40)]
    effective_on: Annotated[date, Day("施行日期")]
    basis: Annotated[str, Line("依据文件", is_required=False)] = ""
    parameters: Annotated[dict[str, Any], Parameters("参数", is_required=False)] = field(default_factory=dict)
    ladders: dict[str, Any] = field(default_factory=dict)
    """As a rule-set file writes them; the books check every rung."""


@dataclass(frozen=True, kw_only=True)
class WithdrawalPaper:
    """Why a draft is given up."""

    reason: Annotated[str, Text("撤回原因", characters_max=1_000)]


def draft_version(pen: Pen, rule_set: RuleSet, paper: RuleSetDraftPaper) -> dict[str, Any]:
    """Keep a draft. It binds nobody. Raises Refused (INVALID_INPUT, PARENT_RULE_HARD) naming the field."""
    values = _checked(pen, rule_set, paper)
    row = RuleSetDraft(**values, drafted_by=pen.by.person_id, drafted_at=pen.at)
    pen.session.add(row)
    pen.session.flush()
    pen.note(AuditAction.COUNTY_VERSION_DRAFTED, "rule_set_draft", row.id, stream=_BOOKS, new=kept(values))
    return {"draft_id": row.id, "row_version": row.row_version}


def amend_draft(
    pen: Pen, rule_set: RuleSet, draft_id: str, row_version: int, paper: RuleSetDraftPaper
) -> dict[str, Any]:
    """Change a draft as it was read at ``row_version``. Only its drafter does.

    Raises Refused: NOT_FOUND, NOT_PERMITTED, STATE_FORBIDS, STALE_FORM, INVALID_INPUT, PARENT_RULE_HARD.
    """
    row = _open_draft(pen, draft_id)
    if row.drafted_by != pen.by.person_id:
        raise refuse(RefusalCode.NOT_PERMITTED, "草稿由其拟订人修改；您可以另拟一份。", field="drafted_by")
    require_version(row_version, row.row_version)
    values = _checked(pen, rule_set, paper)
    if (values["rule_set_id"], values["area"]) != (row.rule_set_id, row.area):
        raise invalid("草稿的规则集和适用区域不能更改；请另拟一份。", "area")
    old, new = amend(row, values)
    row.amended_at = pen.at
    pen.session.flush()
    pen.note(AuditAction.COUNTY_VERSION_AMENDED, "rule_set_draft", row.id, stream=_BOOKS, old=old, new=new)
    return {"draft_id": row.id, "row_version": row.row_version}


def publish_draft(pen: Pen, rule_set: RuleSet, draft_id: str) -> dict[str, Any]:
    """Make a version of a draft: consultations opened from its day on are under it. It is never changed.

    Raises Refused: NOT_FOUND, STATE_FORBIDS, SAME_PERSON for the drafter, INVALID_INPUT for an empty draft and
    for a version that stands already, PARENT_RULE_HARD.
    """
    row = _open_draft(pen, draft_id)
    if row.drafted_by in pen.by.people:
        raise refuse(RefusalCode.SAME_PERSON, "县级版本的拟订人与发布人不得为同一人。", field="drafted_by")
    # The entry of the publication names the version; whose hands the draft went through stands under the draft.
    require_separate_hands(pen.session, pen.by, AuditAction.PARAMETER_SET, _BOOKS, row.id)
    if not row.parameters and not row.ladders:
        raise invalid("草稿未设定任何参数或者阶梯，不能发布。", "parameters")
    # The books may have become stricter since the draft was written.
    with_county(rule_set, row.parameters, row.version, row.ladders)
    _require_new_version(pen, rule_set, row.area, row.version)
    version = RuleSetVersion(
        rule_set_id=row.rule_set_id,
        area=row.area,
        version=row.version,
        parameters=row.parameters,
        ladders=row.ladders or None,
        effective_on=row.effective_on,
        basis=row.basis,
        drafted_by=row.drafted_by,
        published_by=pen.by.person_id,
        published_at=pen.at,
    )
    pen.session.add(version)
    pen.session.flush()
    row.published_version_id = version.id
    pen.session.flush()
    new = kept(
        {
            "rule_set_id": version.rule_set_id,
            "area": version.area,
            "version": version.version,
            "effective_on": version.effective_on,
            "basis": version.basis,
            "parameters": version.parameters,
            "ladders": version.ladders,
            "drafted_by_person_id": version.drafted_by,
        }
    )
    pen.note(AuditAction.PARAMETER_SET, "rule_set_version", version.id, stream=_BOOKS, new=new)
    return {"rule_set_version_id": version.id}


def withdraw_draft(pen: Pen, draft_id: str, paper: WithdrawalPaper) -> dict[str, Any]:
    """Give up a draft; it stays on record. Raises Refused (NOT_FOUND, STATE_FORBIDS)."""
    row = _open_draft(pen, draft_id)
    values = checked(pen, paper)
    row.withdrawn_by, row.withdrawn_at = pen.by.person_id, pen.at
    row.withdrawal_reason = values["reason"]
    pen.session.flush()
    pen.note(
        AuditAction.COUNTY_VERSION_WITHDRAWN, "rule_set_draft", row.id, stream=_BOOKS, note=values["reason"]
    )
    return {"draft_id": row.id}


def _open_draft(pen: Pen, draft_id: str) -> RuleSetDraft:
    row = row_of(pen, RuleSetDraft, draft_id, "草稿")
    if not row.is_open:
        done = "发布" if row.published_version_id else "撤回"
        raise refuse(RefusalCode.STATE_FORBIDS, f"该草稿已{done}，不能再修改、发布或者撤回。")
    return row


def _checked(pen: Pen, rule_set: RuleSet, paper: RuleSetDraftPaper) -> dict[str, Any]:
    values = checked(pen, paper)
    require_area(values["area"])
    if not _VERSION.fullmatch(values["version"]):
        raise invalid("“版本号”不超过 40 个字符，不含空格和斜线。", "version")
    county = with_county(rule_set, values["parameters"], values["version"], values["ladders"])
    # Kept as the books read them, so that what is stored holds no more than was checked.
    kinds = {kind.value: kind for kind in county.ladders}
    values["ladders"] = {name: ladder_table(county.ladder(kinds[name])) for name in values["ladders"]}
    _require_new_version(pen, rule_set, values["area"], values["version"])
    return values


def _require_new_version(pen: Pen, rule_set: RuleSet, area: str, version: str) -> None:
    """A name means one version wherever both would apply: the region's own, or that of an area around or inside."""
    same = pen.session.scalars(
        select(RuleSetVersion.area).filter_by(rule_set_id=rule_set.id, version=version)
    )
    if version == rule_set.version or any(is_within(area, one) or is_within(one, area) for one in same):
        raise invalid("该版本号已经使用；已发布的版本不能更改，请使用新的版本号。", "version")
