"""What the law of one place says: a rule set as the service uses it, frozen and pinned by every consultation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from domain.bodies import BodyKind, RoomLevel
from domain.ladder import Ladder
from domain.matters import ConsultationKind, ObligationKind
from domain.refusals import RefusalCode, Severity, refuse
from domain.rule_words import EnforcedAt, RuleBinding, RuleText, ShownAt
from domain.stages import GatePoint
from regulations.parameter_words import parameter_word

DEFAULT_SOURCE = "系统默认，可在规则集中修改"
"""What people read beside every number and rule that is ours and not a document's."""

CountyValue = int | Mapping[str, int] | Sequence[object]
"""What a county may say about a parameter: one number, a number a level, or words to add."""

ParameterValue = bool | int | str | tuple[str, ...] | tuple[int, ...] | Mapping[str, int]


class RuleSetError(ValueError):
    """A fault in the books. Names the file, the entry and the field; the service does not start on it."""

    def __init__(self, file: str, entry: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {entry}: {field}: {problem}")
        self.file = file
        self.entry = entry
        self.field = field


@dataclass(frozen=True)
class Parameter:
    """One setting with its source. A value of None has not been set and never silently becomes a number.

    `is_county_set` says that a county confirms the value in its own version; `clause` quotes why.
    """

    key: str
    value: ParameterValue | None
    source: str
    is_default: bool = False
    is_county_set: bool = False
    clause: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is any value."""
        return self.value is not None


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

    def with_county(self, overrides: Mapping[str, CountyValue], version: str) -> "RuleSet":
        """A county's own version with the parameters that the region leaves to it.

        A number counts for every level, a mapping for the levels it names; words are added to the region's.
        Raises Refused (INVALID_INPUT) for a parameter that is not the county's to set, for a number that is no
        period, and for words where the region has none.
        """
        parameters = dict(self.parameters)
        for key, value in overrides.items():
            parameter = parameters.get(key)
            if parameter is None or not parameter.is_county_set:
                raise refuse(
                    RefusalCode.INVALID_INPUT, f"参数“{parameter_word(key)}”不由县（市、区）设定。", field=key
                )
            parameters[key] = replace(parameter, value=_county_value(parameter, value), is_default=False)
        changed = MappingProxyType(parameters)
        rules = tuple(_rule_with(rule, changed, overrides) for rule in self.rules)
        return replace(self, version=version, parameters=changed, rules=rules)


def _rule_with(rule: Rule, parameters: Mapping[str, Parameter], changed: Collection[str]) -> Rule:
    """The rule with its "@key" arguments taken again from the parameters that a county has changed."""
    names = {name: key for name, key in rule.argument_parameters.items() if key in changed}
    if not names:
        return rule
    renewed = {name: parameters[key].value for name, key in names.items()}
    return replace(rule, arguments=MappingProxyType({**rule.arguments, **renewed}))


def _county_value(parameter: Parameter, value: CountyValue) -> ParameterValue:
    key = parameter.key
    if isinstance(parameter.value, tuple) or not isinstance(value, int | Mapping):
        return _county_words(parameter, value)
    by_level = {"": value} if isinstance(value, int) else dict(value)
    levels = {level.value for level in RoomLevel} | {""}
    for level, days in by_level.items():
        if level not in levels:
            raise refuse(
                RefusalCode.INVALID_INPUT, f"参数“{parameter_word(key)}”中没有“{level}”这一层级。", field=key
            )
        if isinstance(days, bool) or not 1 <= days <= PERIOD_MAX:
            raise refuse(
                RefusalCode.INVALID_INPUT,
                f"参数“{parameter_word(key)}”须为 1 至 {PERIOD_MAX} 的整数。",
                field=key,
            )
    return value if isinstance(value, int) else MappingProxyType(by_level)


def _county_words(parameter: Parameter, value: CountyValue) -> tuple[str, ...]:
    """The region's words and the county's after them: a county may forbid more, never less."""
    key = parameter.key
    if not isinstance(parameter.value, tuple):
        raise refuse(
            RefusalCode.INVALID_INPUT,
            f"参数“{parameter_word(key)}”须为 1 至 {PERIOD_MAX} 的整数。",
            field=key,
        )
    words = () if isinstance(value, int | str | Mapping) else tuple(value)
    added = tuple(word for word in words if isinstance(word, str) and word.strip())
    if not words or added != words:
        raise refuse(RefusalCode.INVALID_INPUT, f"参数“{parameter_word(key)}”须为词语的列表。", field=key)
    ours = tuple(str(word) for word in parameter.value)
    return ours + tuple(word for word in dict.fromkeys(added) if word not in ours)


PERIOD_MAX = 366
"""No period of a consultation is longer than a year."""
