"""A 回头看 finds one thing, once."""

import pytest

from domain.matters import FollowUpOutcome, FollowUpReviewState
from domain.refusals import RefusalCode, Refused
from statemachines.follow_up_review import after, open_events

S = FollowUpReviewState
FOUND = [S.HOLDS, S.PARTLY, S.RELAPSED]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (FollowUpOutcome.HOLDS, S.HOLDS),
        (FollowUpOutcome.PARTLY, S.PARTLY),
        (FollowUpOutcome.RELAPSED, S.RELAPSED),
    ],
)
def test_a_scheduled_review_ends_in_what_it_found(
    outcome: FollowUpOutcome, state: FollowUpReviewState
) -> None:
    assert after(S.SCHEDULED, outcome) is state


def test_every_outcome_is_open_to_a_scheduled_review_and_no_other_event() -> None:
    assert open_events(S.SCHEDULED) == {outcome.value for outcome in FollowUpOutcome}


@pytest.mark.parametrize("outcome", FollowUpOutcome)
@pytest.mark.parametrize("state", FOUND)
def test_a_recorded_finding_stands(state: FollowUpReviewState, outcome: FollowUpOutcome) -> None:
    assert open_events(state) == frozenset()
    with pytest.raises(Refused) as raised:
        after(state, outcome)
    assert raised.value.refusal.code is RefusalCode.STATE_FORBIDS
    assert f"「{state.label}」" in raised.value.refusal.message


def test_an_event_nobody_declared_is_a_mistake_and_no_refusal() -> None:
    with pytest.raises(KeyError):
        after(S.HOLDS, "improve")
