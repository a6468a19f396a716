"""What each step of the new-consultation wizard asks, under the rule set of the room that was chosen.

A datum that follows from another one is not asked: area, level and rule set come from the room, and what an item of
the yearly plan says (kind, key, to be consulted on first) comes from the item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from api.pages.fields import FieldSpec, fields_of, read_values
from api.pages.openings import OPENING_FIELDS
from api.pages.visits import text_of
from domain.matters import ConsultationKind, Exclusion
from domain.refusals import RefusalCode, refuse
from domain.words import Word
from records.papers.topics import TopicPaper, TopicRejection
from regulations.rule_sets import Rule, RuleSet


class Step(Word):
    """The steps in their order; the last one stands in the place of the two before it for an excluded topic."""

    ROOM = "room", "协商议事室"
    TOPIC = "topic", "议题"
    EXCLUSIONS = "exclusions", "不议事项"
    DECIDERS = "deciders", "由谁审定"
    CHECK = "check", "核对并发起"
    DIVERSION = "diversion", "不予受理并分流"


WAY = (Step.ROOM, Step.TOPIC, Step.EXCLUSIONS, Step.DECIDERS, Step.CHECK)
WAY_OUT = (Step.ROOM, Step.TOPIC, Step.EXCLUSIONS, Step.DIVERSION)
EXCLUDED_AS: Mapping[str, Exclusion] = {
    "is_against_public_morals": Exclusion.PUBLIC_MORALS,
    "is_settled_by_law": Exclusion.SETTLED_BY_LAW,
    "is_individual_dispute": Exclusion.INDIVIDUAL_DISPUTE,
}
SAID_BY_ITEM = frozenset({"is_key", "must_consult_first"})
_TOPIC = {spec.name: spec for spec in fields_of(TopicPaper)}
_TOPIC_ORDER = (
    "plan_item_id",
    "title",
    "description",
    "category",
    "source",
    "proposer",
    "recommended_by_id",
    "proposed_on",
    "place",
    "matter",
    "scope_statement",
    "is_solvable",
    "fits",
    "is_beyond_grassroots",
    "has_heard_sectors",
    "timing",
    "affects_public_interest",
    "is_sensitive",
    "is_long_standing",
    "is_key",
    "must_consult_first",
)
_ASKED_BY = {
    "fits": "topic_fits",
    "is_beyond_grassroots": "priority_question_is_answered",
    "has_heard_sectors": "sectors_are_heard_in_collection",
}
"""Fields that only the rule sets with this check ask for."""

_NARROWED_BY = {
    "category": ("topic_category_is_one_of", "categories"),
    "source": ("topic_source_is_one_of", "sources"),
}
_HINTS = {
    "plan_item_id": "列入计划的，题目、协商种类、是否重点随计划议题确定；不选即为计划外议题。",
    "title": "选了计划议题而不填的，用计划中的题目。",
    "scope_statement": "计划外议题在此写明提出的理由。",
}
_DECIDERS = tuple(spec for spec in OPENING_FIELDS if spec.name != "room_id")
_DIVERSION = fields_of(TopicRejection, ("exclusion", "clause", "article", "source", "link"))
ROOM_FIELD = next(spec for spec in OPENING_FIELDS if spec.name == "room_id")


@dataclass(frozen=True)
class Ground:
    """What the steps after the first one stand on: the room, its rule set in force, and the plan item if one was chosen."""

    room: Any
    rule_set: RuleSet
    item: Any
    has_items: bool = False

    def rule_with(self, check: str) -> Rule | None:
        """The rule of this room's level that is judged by a check."""
        fitting = (
            rule
            for rule in self.rule_set.rules
            if rule.check == check and (not rule.levels or self.room.level in rule.levels)
        )
        return next(fitting, None)

    @property
    def kinds(self) -> tuple[ConsultationKind, ...]:
        """The kinds of consultation for which the books name a chain at this level."""
        return tuple(
            kind
            for kind in ConsultationKind
            if any(
                self.room.level in chain.levels and kind in chain.kinds
                for chain in self.rule_set.approval_chains
            )
        )


def specs_of(step: Step, ground: Ground | None) -> tuple[FieldSpec, ...]:
    """The fields of a step; none before a room is chosen."""
    if step is Step.ROOM:
        return (ROOM_FIELD,)
    if ground is None:
        return ()
    match step:
        case Step.TOPIC:
            return _topic_specs(ground)
        case Step.EXCLUSIONS:
            return _exclusion_specs()
        case Step.DECIDERS:
            return _decider_specs(ground)
        case Step.DIVERSION:
            return _DIVERSION
    return ()


def _topic_specs(ground: Ground) -> tuple[FieldSpec, ...]:
    asked = [
        name
        for name in _TOPIC_ORDER
        if name not in _ASKED_BY or ground.rule_with(_ASKED_BY[name]) is not None
    ]
    specs = []
    for name in asked:
        spec = _TOPIC[name]
        if name in _NARROWED_BY:
            check, argument = _NARROWED_BY[name]
            spec = _narrowed(spec, ground.rule_with(check), argument)
        elif name == "title":
            # An item brings its title with it, so the browser must not insist on one.
            spec = replace(spec, is_required=not ground.has_items)
        specs.append(replace(spec, hint=_HINTS.get(name, spec.hint)))
    return tuple(specs)


def _narrowed(spec: FieldSpec, rule: Rule | None, argument: str) -> FieldSpec:
    """The choice with those words alone that the rule allows, and with its clause."""
    if rule is None:
        return spec
    allowed: Any = rule.arguments[argument]
    return replace(
        spec,
        is_required=True,
        options=tuple(option for option in spec.options if option[0] in allowed),
        hint=cited_briefly(rule),
    )


def _exclusion_specs() -> tuple[FieldSpec, ...]:
    return tuple(replace(_TOPIC[name], is_required=True) for name in EXCLUDED_AS)


def _decider_specs(ground: Ground) -> tuple[FieldSpec, ...]:
    kinds = {kind.value for kind in ground.kinds}
    narrowed = []
    for spec in _DECIDERS:
        if spec.name == "kind":
            if ground.item is not None:
                continue
            spec = replace(spec, options=tuple(option for option in spec.options if option[0] in kinds))
        narrowed.append(spec)
    return tuple(narrowed)


def cited_briefly(rule: Rule) -> str:
    """The clause and where it stands, as one line under a field."""
    quoted = f"“{rule.clause.replace('“', '‘').replace('”', '’')}”" if rule.clause != rule.source else ""
    return f"{quoted}（{rule.source}{f' {rule.article}' if rule.article else ''}）".strip()


def read_step(step: Step, ground: Ground | None, form: FormData) -> dict[str, Any]:
    """What was typed in a step. Raises Refused (INVALID_INPUT) at the first field at fault."""
    specs = specs_of(step, ground)
    values = read_values(specs, form)
    for spec in specs:
        words = [value for value, _ in spec.options]
        if spec.kind == "choice" and words and values[spec.name] and values[spec.name] not in words:
            message = f"“{spec.label}”不在本室规则集允许的范围内，请重新选择。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field=spec.name)
    if step is Step.TOPIC and ground is not None and ground.item is None and not values["title"]:
        message = "请填写“议题名称”，或者选择年度计划议题。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="title")
    return values


def exclusion_of(form: FormData) -> Exclusion | None:
    """The first exclusion that was answered with yes."""
    return next((excluded for name, excluded in EXCLUDED_AS.items() if text_of(form, name) == "yes"), None)


def way_of(form: FormData) -> tuple[Step, ...]:
    """The steps that lie ahead after what was answered."""
    return WAY_OUT if exclusion_of(form) else WAY


def step_with(field: str, ground: Ground | None, way: Sequence[Step]) -> Step:
    """The step in which a field is asked, the last one for what no step asks."""
    bare = field.split("[")[0]
    for step in way:
        if bare in {spec.name for spec in specs_of(step, ground)}:
            return step
    return way[-1]


def topic_paper(ground: Ground, form: FormData) -> TopicPaper:
    """The topic that was typed, with what room and item imply. Raises Refused (INVALID_INPUT)."""
    values = read_step(Step.TOPIC, ground, form) | read_step(Step.EXCLUSIONS, ground, form)
    item = ground.item
    if item is not None:
        values["title"] = values["title"] or item.title
        values |= {name: values[name] or getattr(item, name) for name in SAID_BY_ITEM}
    return TopicPaper(**values, area=ground.room.area)


def rejection_paper(ground: Ground, form: FormData, link: str) -> TopicRejection:
    """不予受理 as it was typed, under the clause of the room's rule set. Raises Refused (INVALID_INPUT)."""
    values = read_step(Step.DIVERSION, ground, form)
    rule = ground.rule_with("topic_is_not_excluded")
    if rule is not None:
        values |= {"clause": rule.clause, "article": rule.article, "source": rule.source}
    return TopicRejection(**values, exclusion=exclusion_of(form) or Exclusion.OTHER, link=link)


def opening_values(ground: Ground, form: FormData) -> dict[str, Any]:
    """Everything else that the opening says. Raises Refused (INVALID_INPUT)."""
    values = read_step(Step.DECIDERS, ground, form)
    kind = ground.item.kind if ground.item is not None else ConsultationKind(values["kind"])
    return values | {"kind": kind.value}


def first_values(step: Step, ground: Ground | None, today: date, proposer: str) -> dict[str, Any]:
    """What the fields of a step begin with."""
    match step:
        case Step.TOPIC:
            return {"proposed_on": today, "proposer": proposer}
        case Step.DECIDERS:
            kinds = ground.kinds if ground else ()
            return {"occurred_on": today, "kind": kinds[0] if kinds else None}
        case Step.DIVERSION:
            return {"rejected_on": today}
    return {}
