"""Every event in every state of a feedback task against a table written by hand, and its windows and limits."""

from datetime import date

import pytest

from domain.matters import FeedbackTaskState
from domain.refusals import Refusal, RefusalCode, Refused
from statemachines.asking import events_of
from statemachines.feedback_task import FeedbackTaskMachine, after, open_events

S = FeedbackTaskState

TABLE: dict[str, dict[str, str]] = {
    "acknowledge": {"assigned": "acknowledged"},
    "answer": {"assigned": "answered", "acknowledged": "answered", "sent_back": "answered"},
    "verify": {"answered": "verified"},
    "send_back": {"answered": "sent_back"},
    "rework": {"verified": "sent_back"},
    "request_return": {"assigned": "assigned", "acknowledged": "acknowledged"},
    "accept_return": {"assigned": "returned", "acknowledged": "returned"},
    "refuse_return": {"assigned": "assigned", "acknowledged": "acknowledged"},
    "request_extension": {
        "assigned": "assigned",
        "acknowledged": "acknowledged",
        "sent_back": "sent_back",
    },
    "answer_co_handling": {
        "assigned": "assigned",
        "acknowledged": "acknowledged",
        "answered": "answered",
        "sent_back": "sent_back",
    },
    "decide_extension": {
        "assigned": "assigned",
        "acknowledged": "acknowledged",
        "sent_back": "sent_back",
    },
}


def refusal_of(raised: pytest.ExceptionInfo[Refused]) -> Refusal:
    return raised.value.refusal


@pytest.mark.parametrize("event", TABLE)
@pytest.mark.parametrize("state", FeedbackTaskState)
def test_every_event_in_every_state_is_allowed_or_refused_as_the_table_says(
    state: FeedbackTaskState, event: str
) -> None:
    target = TABLE[event].get(state.value)
    assert (event in open_events(state)) is (target is not None)
    if target is not None:
        assert after(state, event) is FeedbackTaskState(target)
        return
    with pytest.raises(Refused) as raised:
        after(state, event)
    assert refusal_of(raised).code is RefusalCode.STATE_FORBIDS
    assert f"现为「{state.label}」状态" in refusal_of(raised).message


def test_the_table_names_every_event_of_the_machine() -> None:
    assert {event.id for event in events_of(FeedbackTaskMachine)} == set(TABLE)


def test_a_returned_task_is_over() -> None:
    assert open_events(S.RETURNED) == frozenset()


def test_an_event_nobody_declared_is_a_mistake_and_no_refusal() -> None:
    with pytest.raises(KeyError):
        after(S.ASSIGNED, "forget")


def test_a_return_on_the_last_day_of_its_window_is_in_time() -> None:
    on = date(2026, 3, 9)
    assert after(S.ACKNOWLEDGED, "request_return", on=on, window_closes_on=on) is S.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("workdays", "message"),
    [
        (5, "退办须在交办后 5 个工作日内（3月9日前）提出。"),
        (None, "退办须在交办后规定期限内（3月9日前）提出。"),
    ],
)
def test_a_return_after_its_window_is_refused_with_the_last_day(workdays: int | None, message: str) -> None:
    with pytest.raises(Refused) as raised:
        after(
            S.ASSIGNED,
            "request_return",
            on=date(2026, 3, 10),
            window_closes_on=date(2026, 3, 9),
            window_workdays=workdays,
        )
    assert refusal_of(raised).code is RefusalCode.WINDOW_CLOSED
    assert refusal_of(raised).message == message


def test_a_return_asked_in_time_may_be_accepted_later() -> None:
    later = date(2026, 3, 20)
    assert after(S.ASSIGNED, "accept_return", on=later, window_closes_on=date(2026, 3, 9)) is S.RETURNED


def test_an_extension_asked_on_the_latest_day_for_the_longest_time_is_taken() -> None:
    latest = date(2026, 8, 12)
    state = after(
        S.ACKNOWLEDGED,
        "request_extension",
        asked_on=latest,
        latest_on=latest,
        workdays=15,
        workdays_max=15,
    )
    assert state is S.ACKNOWLEDGED


def test_an_extension_asked_a_day_too_late_is_refused() -> None:
    with pytest.raises(Refused) as raised:
        after(
            S.ACKNOWLEDGED,
            "request_extension",
            asked_on=date(2026, 8, 13),
            latest_on=date(2026, 8, 12),
        )
    assert refusal_of(raised).code is RefusalCode.WINDOW_CLOSED
    assert "8月12日" in refusal_of(raised).message


def test_a_second_extension_is_refused() -> None:
    with pytest.raises(Refused) as raised:
        after(S.ACKNOWLEDGED, "request_extension", is_extended_before=True)
    assert refusal_of(raised).code is RefusalCode.LIMIT_REACHED


@pytest.mark.parametrize("event", ["request_extension", "decide_extension"])
@pytest.mark.parametrize("workdays", [16, 0, -1])
def test_an_extension_longer_than_allowed_or_of_no_day_is_refused(event: str, workdays: int) -> None:
    with pytest.raises(Refused) as raised:
        after(S.ACKNOWLEDGED, event, workdays=workdays, workdays_max=15)
    assert refusal_of(raised).code is RefusalCode.INVALID_INPUT
    assert refusal_of(raised).field == "workdays"
