"""A request that names no day means the day on which it first came, however late it is sent again."""

from datetime import timedelta
from typing import Any

from domain.acts import AdvanceStage
from domain.stages import ConsultationState
from tests import cast
from tests.api.conftest import House

KEY = "just-before-midnight"


def advanced_late_at_night(house: House) -> None:
    """An advance under a key, and then the next day."""
    story = house.story
    story.reach(ConsultationState.PLATFORM)
    story.go_to(story.today, 23, 59)
    story.do(
        AdvanceStage(
            by=cast.STAFF,
            occurred_on=story.today,
            expected_state=ConsultationState.PLATFORM,
            reason_for_warnings="按程序继续",
        ),
        KEY,
    )
    story.go_to(story.today + timedelta(days=1), 0, 1)


def sent_again(house: House, **more: str) -> Any:
    """The same advance under the same key."""
    body = {"expected_state": "platform", "reason_for_warnings": "按程序继续", **more}
    return house.post(f"{house.consultation}/stage-advances", body, cast.STAFF_PLAYER, KEY)


def test_another_act_under_the_key_is_refused_after_midnight_too(house: House) -> None:
    advanced_late_at_night(house)
    answer = sent_again(house, note="另一个内容")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


def test_another_day_under_the_key_is_refused(house: House) -> None:
    advanced_late_at_night(house)
    answer = sent_again(house, occurred_on="2026-03-01")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


def test_the_same_request_after_midnight_gets_its_first_answer(house: House) -> None:
    advanced_late_at_night(house)
    answer = sent_again(house)
    assert (answer.status_code, answer.json()["state"]) == (201, "topic")
