"""What the law of one place says: a rule set as the service uses it, frozen and pinned by every consultation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from domain.bodies import BodyKind, RoomLevel
from domain.evaluation import WEIGHTS
from domain.ladder import Ladder
from domain.matters import ConsultationKind, EvaluationParty, ObligationKind
from domain.refusals import RefusalCode, Severity, refuse
from domain.rule_words import EnforcedAt, RuleBinding, RuleText, ShownAt
from domain.stages import GatePoint
from regulations.parameter_words import parameter_word
from regulations.parameters import WEIGHTS_TOTAL, Parameter


@dataclass(frozen=True)
class ApprovalStep:
    """One step of 审定 or 备案: which kinds of body may take it, and in how many working days."""

    step: int
    body_kinds: tuple[BodyKind, ...]
    label: str
    is_filing: bool = False
    is_optional: bool = False
    period_workdays: int = 0


@dataclass(frozen=True)
class ApprovalChain:
    """The ordered steps for rooms of these levels and consultations of these kinds.

    An empty chain says that no approval of its own is asked for: the topic follows the yearly plan.
    """

    levels: frozenset[RoomLevel]
    kinds: frozenset[ConsultationKind]
    steps: tuple[ApprovalStep, ...]
    source: str
    is_default: bool = False


@dataclass(frozen=True)
class Rule:
    """One rule: the quoted clause, when it is judged, how it binds, and what gives it effect.

    Exactly one of these is given: `check` judges at a gate, `enforced_at` names where else it is enforced,
    `counter` the yearly figure that answers it, `shown_at` the forms that show it, `reason` why it is only
    recorded. `arguments` belong to the check or the counter. An argument of a counter that is None has not
    been set by anybody; `argument_parameters` says which arguments stand for a parameter. Empty `levels` or `kinds` mean all. `reading` is the choice we made where the text
    can be read in two ways. Only the body `waivable_by` may waive it.
    """

    id: str
    stages: tuple[GatePoint, ...]
    severity: Severity
    clause: str
    article: str
    source: str
    check: str = ""
    enforced_at: EnforcedAt | None = None
    counter: str = ""
    shown_at: tuple[ShownAt, ...] = ()
    arguments: Mapping[str, object] = field(default_factory=dict)
    argument_parameters: Mapping[str, str] = field(default_factory=dict)
    waivable_by: str | None = None
    levels: frozenset[RoomLevel] = frozenset()
    kinds: frozenset[ConsultationKind] = frozenset()
    reading: str = ""
    reason: str = ""
    is_default: bool = False

    @property
    def binding(self) -> RuleBinding:
        """Which of the five ways gives the rule its effect."""
        given = next((way for way in RuleBinding if getattr(self, way.value)), None)
        assert given is not None, f"{self.id} binds in no way"
        return given

    def applies_to(self, level: RoomLevel, kind: ConsultationKind) -> bool:
        """Whether the rule speaks of rooms of this level and consultations of this kind."""
        return (not self.levels or level in self.levels) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True)
class RuleSet:
    """One version of the rules of one region."""

    id: str
    version: str
    region: str
    platform_name: str
    title: str
    document: str
    number: str
    adopted_by: str
    effective_on: str
    interpreter: str
    parameters: Mapping[str, Parameter]
    approval_chains: tuple[ApprovalChain, ...]
    ladders: Mapping[ObligationKind, Ladder]
    rules: tuple[Rule, ...]
    texts: Mapping[RuleText, str]
    document_ladders: frozenset[ObligationKind] = frozenset()
    """The kinds of obligation whose rungs the region's own file sets; a county leaves those as they are."""

    def parameter(self, key: str) -> Parameter:
        """The parameter with its source, set or not. Raises KeyError for a key no rule set has."""
        return self.parameters[key]

    def workdays(self, key: str, level: RoomLevel) -> int:
        """The period in working days for rooms of this level.

        Raises Refused (PARAMETER_UNSET) naming parameter and clause when nobody has set it: a period that
        the law leaves to the county is never filled in silently (LF-16).
        """
        parameter = self.parameters[key]
        value = parameter.value
        days = value.get(level.value) if isinstance(value, Mapping) else value
        if isinstance(days, int) and not isinstance(days, bool):
            return days
        clause = f"依据：{parameter.source}“{parameter.clause}”。" if parameter.clause else ""
        raise refuse(
            RefusalCode.PARAMETER_UNSET,
            f"{self.region}规则集（{self.version}）尚未设定{level.label}的“{parameter_word(key)}”，不能计算期限。{clause}",
            field=key,
        )

    def evaluation_weights(self) -> Mapping[EvaluationParty, Fraction]:
        """What each of the four parties counts in the composite score; together 1."""
        parameter = self.parameters.get("evaluation_weights")
        if parameter is None or not isinstance(parameter.value, Mapping):
            return WEIGHTS
        return {
            EvaluationParty(party): Fraction(percent, WEIGHTS_TOTAL)
            for party, percent in parameter.value.items()
        }

    def approval_chain(self, level: RoomLevel, kind: ConsultationKind) -> tuple[ApprovalStep, ...]:
        """The steps in their order. Raises Refused (PARAMETER_UNSET) when the books name no chain."""
        for chain in self.approval_chains:
            if level in chain.levels and kind in chain.kinds:
                return chain.steps
        raise refuse(
            RefusalCode.PARAMETER_UNSET,
            f"{self.region}规则集（{self.version}）尚未设定{level.label}{kind.label}的审定程序。",
            field="approval_chain",
        )

    def ladder(self, kind: ObligationKind) -> Ladder:
        """The rungs of obligations of this kind."""
        return self.ladders[kind]

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises KeyError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
