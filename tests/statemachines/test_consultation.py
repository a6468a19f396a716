"""Every event in every state, suspended or not, against a table written by hand."""

import pytest

from domain.acts import ACTS, RecordWhatIsDue
from domain.refusals import RefusalCode, Refused, RuleFinding, Severity
from domain.stages import FINAL_STATES, ConsultationState, Stage
from statemachines.asking import events_of
from statemachines.consultation import ConsultationMachine, after, open_events

S = ConsultationState
STAGES = tuple(ConsultationState(stage.value) for stage in Stage)

# What each event does where it is open. "=" leaves the state as it is.
TABLE: dict[str, dict[str, str]] = {
    "advance": {
        "platform": "topic",
        "topic": "participants",
        "participants": "research",
        "research": "deliberation",
        "deliberation": "reporting",
        "reporting": "implementation",
        "implementation": "evaluation",
        "evaluation": "completed",
        "completed": "archived",
    },
    "return_to_topic": {"research": "topic"},
    "reject": {"platform": "rejected", "topic": "rejected"},
    "merge": {"platform": "merged", "topic": "merged"},
    "rework": {"evaluation": "implementation", "completed": "implementation"},
    "close_unmet": {"evaluation": "completed_unmet", "completed": "completed_unmet"},
    "terminate": {
        "platform": "terminated",
        "topic": "terminated",
        "participants": "terminated",
        "research": "terminated",
        "deliberation": "terminated",
        "reporting": "terminated",
        "implementation": "terminated",
        "evaluation": "terminated",
    },
    "decide_approval": {"topic": "="},
    "assign_tasks": {"implementation": "="},
    "handle_task": {"implementation": "="},
    "evaluate": {"evaluation": "="},
    "follow_up": {"completed": "="},
    "instruct": {"implementation": "=", "evaluation": "="},
    "waive": dict.fromkeys(
        (
            "platform",
            "topic",
            "participants",
            "research",
            "deliberation",
            "reporting",
            "implementation",
            "evaluation",
        ),
        "=",
    ),
    "adopt_rules": dict.fromkeys(
        (
            "platform",
            "topic",
            "participants",
            "research",
            "deliberation",
            "reporting",
            "implementation",
            "evaluation",
        ),
        "=",
    ),
    "suspend": dict.fromkeys(
        (
            "platform",
            "topic",
            "participants",
            "research",
            "deliberation",
            "reporting",
            "implementation",
            "evaluation",
            "completed",
        ),
        "=",
    ),
    "clock": dict.fromkeys(
        (
            "platform",
            "topic",
            "participants",
            "research",
            "deliberation",
            "reporting",
            "implementation",
            "evaluation",
            "completed",
        ),
        "=",
    ),
    "resume": {},
}
# During a suspension only these are open, in the states named.
TABLE_SUSPENDED: dict[str, dict[str, str]] = {
    "resume": TABLE["suspend"],
    "terminate": TABLE["terminate"],
    "instruct": TABLE["instruct"],
    "clock": TABLE["clock"],
}


def expected(state: ConsultationState, event: str, is_suspended: bool) -> ConsultationState | RefusalCode:
    table = TABLE_SUSPENDED if is_suspended else TABLE
    target = table.get(event, {}).get(state.value)
    if target is not None:
        return state if target == "=" else ConsultationState(target)
    if is_suspended and event not in TABLE_SUSPENDED and state not in FINAL_STATES:
        return RefusalCode.SUSPENDED
    return RefusalCode.STATE_FORBIDS


def answer(state: ConsultationState, event: str, is_suspended: bool) -> ConsultationState | RefusalCode:
    try:
        return after(state, event, is_suspended=is_suspended)
    except Refused as refused:
        return refused.refusal.code


@pytest.mark.parametrize("is_suspended", [False, True], ids=["running", "suspended"])
@pytest.mark.parametrize("event", TABLE)
@pytest.mark.parametrize("state", ConsultationState)
def test_every_event_in_every_state_is_allowed_or_refused_as_the_table_says(
    state: ConsultationState, event: str, is_suspended: bool
) -> None:
    what = expected(state, event, is_suspended)
    assert answer(state, event, is_suspended) is what
    assert (event in open_events(state, is_suspended=is_suspended)) is isinstance(what, ConsultationState)


def test_the_table_names_every_event_of_the_machine() -> None:
    assert {event.id for event in events_of(ConsultationMachine)} == set(TABLE)


def test_every_act_needs_an_event_that_the_machine_has() -> None:
    needed = {RecordWhatIsDue.event, *(act.event for act in ACTS.values())}
    # Opening is what makes a consultation, so no state comes before it.
    assert needed - {"open"} <= set(TABLE)


def test_an_event_nobody_declared_is_a_mistake_and_no_refusal() -> None:
    with pytest.raises(KeyError):
        after(S.TOPIC, "jump")


FINDING = RuleFinding(
    rule_id="SZ-21",
    stage="participants",
    severity=Severity.HARD,
    is_satisfied=False,
    measured="10/25",
    required="不少于 50%",
    clause="利益相关方不少于50%",
    article="三(二)",
    source="苏州",
)


def test_unmet_gates_refuse_an_advance_and_are_handed_on() -> None:
    with pytest.raises(Refused) as raised:
        after(S.PARTICIPANTS, "advance", unmet=(FINDING,))
    refusal = raised.value.refusal
    assert refusal.code is RefusalCode.GATES_UNMET
    assert refusal.unmet == (FINDING,)
    assert refusal.message == "协商现处「明确主体」环节，尚有 1 项规则要求未满足，不能推进环节。"


def test_unmet_gates_hold_up_the_archive_too() -> None:
    with pytest.raises(Refused) as raised:
        after(S.COMPLETED, "advance", unmet=(FINDING,))
    assert raised.value.refusal.code is RefusalCode.GATES_UNMET


def test_unmet_gates_hold_up_nothing_but_an_advance() -> None:
    assert after(S.RESEARCH, "return_to_topic", unmet=(FINDING,)) is S.TOPIC


def test_a_suspension_is_named_before_the_gates_are() -> None:
    with pytest.raises(Refused) as raised:
        after(S.PARTICIPANTS, "advance", is_suspended=True, unmet=(FINDING,))
    assert raised.value.refusal.code is RefusalCode.SUSPENDED


@pytest.mark.parametrize("state", [S.EVALUATION, S.COMPLETED])
@pytest.mark.parametrize(("round", "round_limit"), [(1, 2), (2, 2), (1, 1)])
def test_rework_may_follow_each_round_up_to_the_limit(
    state: ConsultationState, round: int, round_limit: int
) -> None:
    assert after(state, "rework", round=round, round_limit=round_limit) is S.IMPLEMENTATION


@pytest.mark.parametrize("state", [S.EVALUATION, S.COMPLETED])
def test_rework_beyond_the_limit_is_refused_and_an_unmet_closure_is_left(state: ConsultationState) -> None:
    with pytest.raises(Refused) as raised:
        after(state, "rework", round=3, round_limit=2)
    assert raised.value.refusal.code is RefusalCode.LIMIT_REACHED
    assert "最多 2 轮" in raised.value.refusal.message
    assert after(state, "close_unmet", round=3, round_limit=2) is S.COMPLETED_UNMET


@pytest.mark.parametrize(
    ("state", "event", "is_suspended", "message"),
    [
        (
            S.RESEARCH,
            "decide_approval",
            False,
            "协商现处「商前调研」环节，不能登记审定（备案）决定；该操作限于「确定议题」环节。",
        ),
        (S.COMPLETED, "terminate", False, "协商现处「办结」状态，不能终止协商。"),
        (S.ARCHIVED, "rework", False, "协商现为「归档」状态，程序已经结束，不能启动二次办理。"),
        (S.TOPIC, "advance", True, "协商已中止，恢复之前不能推进环节。"),
        (S.TOPIC, "suspend", True, "协商已中止，恢复之前不能再次中止协商。"),
        (S.TOPIC, "resume", False, "协商现处「确定议题」环节，并未中止，不能恢复协商。"),
    ],
)
def test_a_refusal_names_where_the_consultation_stands(
    state: ConsultationState, event: str, is_suspended: bool, message: str
) -> None:
    with pytest.raises(Refused) as raised:
        after(state, event, is_suspended=is_suspended)
    assert raised.value.refusal.message == message
