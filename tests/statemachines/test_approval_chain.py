"""审定 and 备案 in their order: by date, then by step; silence never approves."""

from datetime import date

import pytest

from domain.matters import Decision
from domain.refusals import Refusal, RefusalCode, Refused
from statemachines.approval_chain import ChainStep, after, open_steps, reopened

# 四川 (SC-11) and 苏州, village level (SZ-19).
SICHUAN = (ChainStep(1, "政协党组"), ChainStep(2, "主席会议"), ChainStep(3, "县委"))
VILLAGE = (
    ChainStep(1, "村党总支"),
    ChainStep(2, "镇党委", is_optional=True),
    ChainStep(3, "政协工委", is_filing=True),
)
MAY_4 = date(2026, 5, 4)
MAY_5 = date(2026, 5, 5)
MAY_6 = date(2026, 5, 6)


def refusal(
    chain: tuple[ChainStep, ...], step: int, decision: Decision, on: date, closes: date | None = None
) -> Refusal:
    with pytest.raises(Refused) as raised:
        after(chain, step, decision, on, objection_closes_on=closes)
    return raised.value.refusal


def decided(chain: tuple[ChainStep, ...], *decisions: tuple[int, Decision, date]) -> tuple[ChainStep, ...]:
    for step, decision, on in decisions:
        chain = after(chain, step, decision, on)
    return chain


FILED = decided(VILLAGE, (1, Decision.APPROVED, MAY_4), (3, Decision.FILED, MAY_5))


def test_a_chain_is_decided_step_by_step() -> None:
    chain: tuple[ChainStep, ...] = SICHUAN
    for step in (1, 2, 3):
        assert open_steps(chain) == {step}
        chain = after(chain, step, Decision.APPROVED, MAY_4)
        assert chain[step - 1].decision is Decision.APPROVED
        assert chain[step - 1].decided_on == MAY_4
    assert open_steps(chain) == frozenset()


def test_a_step_before_its_turn_is_refused_and_names_the_missing_one() -> None:
    chain = decided(SICHUAN, (1, Decision.APPROVED, MAY_4))
    refused = refusal(chain, 3, Decision.APPROVED, MAY_5)
    assert refused.code is RefusalCode.WRONG_ORDER
    assert refused.message == "主席会议尚未审定，县委不能先行审定。"


def test_the_first_missing_step_is_named_however_the_chain_is_listed() -> None:
    refused = refusal((SICHUAN[2], SICHUAN[1], SICHUAN[0]), 3, Decision.APPROVED, MAY_5)
    assert refused.message.startswith("政协党组尚未审定")


def test_a_filing_before_the_approval_is_refused() -> None:
    assert refusal(VILLAGE, 3, Decision.FILED, MAY_4).code is RefusalCode.WRONG_ORDER


def test_silence_never_approves_however_late_the_day() -> None:
    refused = refusal(SICHUAN, 2, Decision.APPROVED, date(2036, 1, 1))
    assert refused.code is RefusalCode.WRONG_ORDER


def test_two_steps_may_fall_on_one_day() -> None:
    chain = decided(SICHUAN, (1, Decision.APPROVED, MAY_4), (2, Decision.APPROVED, MAY_4))
    assert open_steps(chain) == {3}


def test_a_step_dated_before_an_earlier_one_is_refused() -> None:
    chain = decided(SICHUAN, (1, Decision.APPROVED, MAY_5))
    refused = refusal(chain, 2, Decision.APPROVED, MAY_4)
    assert refused.code is RefusalCode.WRONG_ORDER
    assert refused.field == "occurred_on"
    assert refused.message == "政协党组审定的日期为5月5日，主席会议的日期不得早于该日。"


def test_a_refused_step_stops_the_chain() -> None:
    chain = decided(SICHUAN, (1, Decision.APPROVED, MAY_4), (2, Decision.REFUSED, MAY_5))
    assert open_steps(chain) == frozenset()
    refused = refusal(chain, 3, Decision.APPROVED, MAY_6)
    assert refused.code is RefusalCode.STATE_FORBIDS
    assert refused.message == "主席会议审定未同意，审定程序已停止。"


def test_an_optional_step_that_was_asked_and_refused_stops_the_chain_too() -> None:
    chain = decided(VILLAGE, (1, Decision.APPROVED, MAY_4), (2, Decision.REFUSED, MAY_5))
    assert refusal(chain, 3, Decision.FILED, MAY_6).code is RefusalCode.STATE_FORBIDS


def test_an_optional_step_may_be_taken_or_left_out() -> None:
    chain = decided(VILLAGE, (1, Decision.APPROVED, MAY_4))
    assert open_steps(chain) == {2, 3}
    assert open_steps(after(chain, 2, Decision.APPROVED, MAY_5)) == {3}
    assert open_steps(after(chain, 3, Decision.FILED, MAY_5)) == frozenset()


def test_an_optional_step_left_out_cannot_be_made_up_for_after_the_filing() -> None:
    refused = refusal(FILED, 2, Decision.APPROVED, MAY_6)
    assert refused.code is RefusalCode.WRONG_ORDER
    assert refused.message == "政协工委已经备案，不能再补办镇党委审定。"


def test_a_step_is_decided_once() -> None:
    chain = decided(SICHUAN, (1, Decision.APPROVED, MAY_4))
    refused = refusal(chain, 1, Decision.APPROVED, MAY_5)
    assert refused.code is RefusalCode.STATE_FORBIDS
    assert refused.message == "政协党组已作出「同意」的决定，不能重复办理。"


@pytest.mark.parametrize(
    ("step", "decision"),
    [(1, Decision.FILED), (1, Decision.OBJECTED), (3, Decision.APPROVED), (3, Decision.REFUSED)],
)
def test_an_approval_is_no_filing_and_a_filing_no_approval(step: int, decision: Decision) -> None:
    refused = refusal(VILLAGE, step, decision, MAY_4)
    assert refused.code is RefusalCode.INVALID_INPUT
    assert refused.field == "decision"


def test_a_step_the_chain_does_not_have_is_not_found() -> None:
    assert refusal(VILLAGE, 9, Decision.APPROVED, MAY_4).code is RefusalCode.NOT_FOUND


@pytest.mark.parametrize("is_filed_already", [False, True])
def test_an_objection_within_its_window_sends_the_chain_back_to_approval(is_filed_already: bool) -> None:
    chain = FILED if is_filed_already else decided(VILLAGE, (1, Decision.APPROVED, MAY_4))
    back = after(chain, 3, Decision.OBJECTED, MAY_6, objection_closes_on=MAY_6)
    assert back == VILLAGE == reopened(chain)
    assert open_steps(back) == {1}


def test_an_objection_after_its_window_is_refused_with_the_last_day() -> None:
    refused = refusal(FILED, 3, Decision.OBJECTED, MAY_6, closes=MAY_5)
    assert refused.code is RefusalCode.WINDOW_CLOSED
    assert refused.message == "政协工委对备案的异议最迟应于5月5日提出，现已超过期限。"


def test_an_objection_dated_before_the_filing_is_refused() -> None:
    assert refusal(FILED, 3, Decision.OBJECTED, MAY_4).code is RefusalCode.WRONG_ORDER
