"""How each rule takes effect, in words: what its check demands, how its figure is counted, where it is shown.

A check says what it demands itself, asked on a picture of nothing: so the words that explain a rule here are the
words with which it refuses. Where those depend on what was found, they are told in general below.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any

from domain.bodies import RoomLevel
from domain.facts import ConsultationFacts, RoomFacts, TopicFacts
from domain.matters import ConsultationKind
from domain.rule_words import RuleBinding
from domain.stages import GatePoint
from domain.words import Word
from domain.work_log import WorkKind
from regulations.checks import CHECKS
from regulations.counters import COUNTERS
from regulations.rule_sets import Rule, RuleSet

UNSET = "未设定"
_NO_DAY = date(2000, 1, 1)


def by_stage(rule_set: RuleSet) -> Iterator[tuple[GatePoint, list[Rule]]]:
    """The rules of each point that has some, in the order of the stages. A rule of two points stands at both."""
    for point in GatePoint:
        rules = [rule for rule in rule_set.rules if point in rule.stages]
        if rules:
            yield point, rules


def quoted(clause: str) -> str:
    """The clause between quotation marks, its own marks turned into inner ones."""
    return f"“{clause.replace('“', '‘').replace('”', '’')}”"


def cited(rule_set: RuleSet, source: str) -> str:
    """Where a parameter comes from, the short sign of its document (SZ 二(五)) spelt out as its rules cite it."""
    sign, _, article = source.partition(" ")
    titles = (
        rule.source for rule in rule_set.rules if rule.id.startswith(f"{sign}-") and not rule.is_default
    )
    title = next(titles, "")
    return f"{title} {article}".strip() if title else source


def effect_words(rule: Rule) -> str:
    """One sentence: what gives the rule its effect, with its numbers."""
    match rule.binding:
        case RuleBinding.CHECK:
            return f"环节出口检查：{required_words(rule)}。"
        case RuleBinding.ENFORCED_AT:
            assert rule.enforced_at is not None
            return f"不在环节出口检查，{rule.enforced_at.label}强制执行。"
        case RuleBinding.COUNTER:
            return _counted_words(rule)
        case RuleBinding.SHOWN_AT:
            return f"提示于：{'、'.join(place.label for place in rule.shown_at)}。"
        case RuleBinding.REASON:
            return f"仅作记载：{rule.reason.removesuffix('。')}。"


def required_words(rule: Rule) -> str:
    """What the rule's check demands, before anything is known of a consultation."""
    if rule.check in _IN_GENERAL:
        return _IN_GENERAL[rule.check](rule.arguments)
    found = CHECKS[rule.check].judge(_nothing(rule), **rule.arguments)
    return found.required


def _nothing(rule: Rule) -> ConsultationFacts:
    """A consultation of which every question that makes a rule apply has been answered with yes."""
    level = next((one for one in RoomLevel if one in rule.levels), RoomLevel.STREET)
    kind = next((one for one in ConsultationKind if one in rule.kinds), ConsultationKind.ROOM)
    return ConsultationFacts(
        today=_NO_DAY,
        kind=kind,
        room=RoomFacts("", level, has_leading_party=False, has_owner=False, has_operator=False),
        topic=TopicFacts(
            "",
            category=None,
            source=None,
            is_against_public_morals=None,
            is_settled_by_law=None,
            is_individual_dispute=None,
            is_sensitive=True,
            is_long_standing=True,
            is_key=True,
            must_consult_first=True,
        ),
        is_commissioned=True,
    )


def _share(who: str) -> Callable[[Mapping[str, Any]], str]:
    def words(arguments: Mapping[str, Any]) -> str:
        share = f"{arguments['numerator']}/{arguments['denominator']}"
        return f"{who}占{arguments['among'].label}（工作人员、记录、媒体、旁听不计）不少于 {share}"

    return words


_IN_GENERAL: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "direct_stakeholders_are_at_least": _share("直接利益相关群众"),
    "mass_representatives_are_at_least": _share("群众代表"),
    "approvals_are_complete": lambda _: "按本规则集的审定程序逐步审定、备案，次序不得颠倒，未表态不视为同意",
    "ballots_are_enough": lambda given: f"群众评价不少于参会群众人数的半数，且不少于 {given['minimum']} 票",
}


def _counted_words(rule: Rule) -> str:
    counter = COUNTERS[rule.counter]
    given = "；".join(
        f"{_ARGUMENT_WORDS.get(name, name)}：{_value_words(value)}" for name, value in rule.arguments.items()
    )
    unset = f"本规则集设定：{given}。" if given else ""
    return f"年度统计“{counter.title}”（{counter.unit}）：{counter.formula.removesuffix('。')}。{unset}"


_ARGUMENT_WORDS = {
    "levels": "适用层级",
    "kinds": "类别",
    "channels": "渠道",
    "minimum": "不少于",
    "minimums": "各类不少于",
    "minimum_percent": "不低于（%）",
    "points": "各项分值",
    "leader_only": "仅计党政负责同志参加的",
}

_KEY_WORDS: Mapping[str, str] = {
    **{kind.value: kind.label for kind in WorkKind},
    "attend": "参加协商",
    "research": "参加调研",
    "topic_adopted": "议题被采纳",
    "speech": "发言",
    "follow_up": "跟踪问效",
}


def _value_words(value: object) -> str:
    match value:
        case None:
            return UNSET
        case bool():
            return "是" if value else "否"
        case Word():
            return value.label
        case Enum():
            return str(value.value)
        case Mapping():
            return "、".join(f"{_KEY_WORDS.get(key, key)} {one}" for key, one in value.items())
        case tuple():
            return "、".join(map(_value_words, value))
        case _:
            return str(value)
