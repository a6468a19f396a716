"""Why something may not happen, in a form that programs branch on and people read."""

from dataclasses import dataclass

from domain.words import Word


class Severity(Word):
    """How a rule binds (domain.md §1: H, W, Q, I)."""

    HARD = "hard", "硬性要求"
    WARN = "warn", "提醒事项"
    QUOTA = "quota", "统计指标"
    INFO = "info", "提示信息"


class RefusalCode(Word):
    """Stable codes of the HTTP contract. Branch on these, never on a message."""

    GATES_UNMET = "gates_unmet", "尚有规则要求未满足"
    STATE_FORBIDS = "state_forbids", "当前状态不允许此操作"
    SUSPENDED = "suspended", "协商已中止"
    STALE_FORM = "stale_form", "页面已过期"
    NOT_PERMITTED = "not_permitted", "无权进行此操作"
    NOT_FOUND = "not_found", "未找到"
    WINDOW_CLOSED = "window_closed", "已超过规定期限"
    PARAMETER_UNSET = "parameter_unset", "规则集参数尚未设定"
    WRONG_ORDER = "wrong_order", "审定次序不符"
    INVALID_INPUT = "invalid_input", "填写内容有误"
    KEY_REUSED = "key_reused", "幂等键已用于其他内容"
    NOT_WAIVABLE = "not_waivable", "该规则不可豁免"
    LIMIT_REACHED = "limit_reached", "已达规定次数"
    SAME_PERSON = "same_person", "应由两人分别办理"
    PARENT_RULE_HARD = "parent_rule_hard", "上级规定不由本级变更"
    NOT_AT_STAGE_BORDER = "not_at_stage_border", "不在环节交界"


@dataclass(frozen=True)
class RuleFinding:
    """One rule of the books judged against the facts: what was measured, what is required, who says so."""

    rule_id: str
    stage: str
    severity: Severity
    is_satisfied: bool
    measured: str
    required: str
    clause: str
    article: str
    source: str
    field: str = ""
    waivable_by: str | None = None
    is_waived: bool = False
    is_default: bool = False

    @property
    def blocks(self) -> bool:
        """True for an unmet hard rule that nobody has waived."""
        return self.severity is Severity.HARD and not self.is_satisfied and not self.is_waived

    @property
    def warns(self) -> bool:
        """True for an unmet soft rule: going on needs a written reason."""
        return self.severity is Severity.WARN and not self.is_satisfied


@dataclass(frozen=True)
class Refusal:
    """The answer to an act that may not happen. ``field`` names the input at fault, where there is one."""

    code: RefusalCode
    message: str
    field: str = ""
    unmet: tuple[RuleFinding, ...] = ()


class Refused(Exception):
    """Raised where an act is judged; carries the :class:`Refusal` and never anything else."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code.value}: {refusal.message}")
        self.refusal = refusal


def refuse(code: RefusalCode, message: str, field: str = "", unmet: tuple[RuleFinding, ...] = ()) -> Refused:
    """Build the exception to raise: ``raise refuse(RefusalCode.SUSPENDED, "…")``."""
    return Refused(Refusal(code=code, message=message, field=field, unmet=unmet))
