"""公开发布: what was made public, judged by the words that the pinned rule set does not use (SZ-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, RuleFinding, refuse
from domain.rule_words import EnforcedAt
from domain.work_log import PublicationChannel
from records.books import Books
from records.papers.changes import kept
from records.papers.checking import Line, PastDay, Text, checked, invalid
from records.papers.enforced import breach_of, refuse_breaches, rules_enforced
from records.papers.finding import lasting_consultation
from records.pen import Pen
from records.queries.effects import reporting_left_on
from records.tables.work_log import Publication
from regulations.rule_sets import Rule, RuleSet
from regulations.wording import forbidden_in


@dataclass(frozen=True, kw_only=True)
class PublicationPaper:
    """One text that was made public, and where."""

    channel: PublicationChannel
    title: Annotated[str, Line("标题")]
    text: Annotated[str, Text("发布内容")]
    published_on: Annotated[date, PastDay("发布日期")]
    address: Annotated[str, Line("网址", is_required=False, characters_max=500)] = ""


def publish(pen: Pen, consultation_id: str, paper: PublicationPaper, books: Books) -> dict[str, Any]:
    """Record a publication of a consultation that has left 报送成果.

    Raises Refused: NOT_FOUND, STATE_FORBIDS before that, INVALID_INPUT, GATES_UNMET for words that the rule set
    does not use.
    """
    row = lasting_consultation(pen, consultation_id)
    left_on = reporting_left_on(pen.session, row.id)
    if left_on is None:
        raise refuse(RefusalCode.STATE_FORBIDS, "协商尚未完成“报送成果”环节，不能公开发布。")
    values = checked(pen, paper)
    if values["published_on"] < left_on:
        raise invalid(f"“发布日期”不得早于报送成果完成之日（{left_on}）。", "published_on")
    if values["address"] and not values["address"].startswith(("https://", "http://")):
        raise invalid("“网址”应以 http:// 或 https:// 开头。", "address")
    rule_set = books.pinned(pen.session, row)
    rules = rules_enforced(pen, rule_set, row, EnforcedAt.PUBLICATION)
    if breaches := _breaches(rule_set, rules, {name: values[name] for name in ("title", "text")}):
        raise refuse_breaches(breaches)
    publication = Publication(consultation_id=row.id, **values)
    pen.session.add(publication)
    pen.session.flush()
    pen.note(
        AuditAction.PUBLICATION_RECORDED,
        "publication",
        publication.id,
        consultation_id=row.id,
        new=kept(values),
        rule_ids=[rule.id for rule in rules],
    )
    return {"publication_id": publication.id}


def _breaches(rule_set: RuleSet, rules: Sequence[Rule], texts: dict[str, str]) -> list[RuleFinding]:
    """The publication rules that a text breaks: names out of use by the region's own rule, the rest by ours."""
    retired = rule_set.parameter("forbidden_words").value
    has_own = any(not rule.is_default for rule in rules)
    findings = []
    for field, text in texts.items():
        found = forbidden_in(rule_set, text)
        own = tuple(word for word in found if has_own and isinstance(retired, tuple) and word in retired)
        rest = tuple(word for word in found if word not in own)
        for rule in rules:
            words = rest if rule.is_default else own
            if words:
                measured = f"{_LABELS[field]}含有{'、'.join(f'“{_bare(word)}”' for word in words)}"
                findings.append(breach_of(rule, measured, "公开发布的内容不使用停用的提法和标识", field))
    return findings


_LABELS = {"title": "标题", "text": "发布内容"}


def _bare(word: str) -> str:
    return word.replace("“", "‘").replace("”", "’")
