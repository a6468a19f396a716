"""Walks at random through the life of a consultation: whatever is done, the order holds."""

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.refusals import Refused
from domain.stages import ConsultationState, Stage
from statemachines.asking import events_of
from statemachines.consultation import ConsultationMachine, after, open_events

EVENTS = [str(event.id) for event in events_of(ConsultationMachine)]
ROUND_LIMIT = 2


class Walk(RuleBasedStateMachine):
    """One consultation to which anything is tried, lawful or not."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ConsultationState.PLATFORM
        self.is_suspended = False
        self.round = 1
        self.furthest = 1

    @rule(event=st.sampled_from(EVENTS))
    def try_anything(self, event: str) -> None:
        before, was_suspended = self.state, self.is_suspended
        try:
            self.state = after(
                before, event, is_suspended=was_suspended, round=self.round, round_limit=ROUND_LIMIT
            )
        except Refused:
            assert event not in open_events(before, is_suspended=was_suspended) or event == "rework"
            return
        assert event in open_events(before, is_suspended=was_suspended)
        assert not before.is_final
        if was_suspended and self.state is not before:
            assert self.state is ConsultationState.TERMINATED
        self.round += event == "rework"
        self.is_suspended = (was_suspended or event == "suspend") and event != "resume"

    @precondition(lambda self: not self.state.is_final)
    @rule()
    def advance(self) -> None:
        with suppress(Refused):
            self.state = after(self.state, "advance", is_suspended=self.is_suspended)

    @invariant()
    def no_stage_is_skipped(self) -> None:
        if self.state.stage is not None:
            assert self.state.stage.number <= self.furthest + 1
            self.furthest = max(self.furthest, self.state.stage.number)
        if self.state in {
            ConsultationState.COMPLETED,
            ConsultationState.ARCHIVED,
            ConsultationState.COMPLETED_UNMET,
        }:
            assert self.furthest == len(Stage)

    @invariant()
    def rework_stays_within_its_rounds(self) -> None:
        assert self.round <= ROUND_LIMIT + 1

    @invariant()
    def an_end_leaves_nothing_open(self) -> None:
        for is_suspended in (False, True):
            assert self.state.is_final is not bool(open_events(self.state, is_suspended=is_suspended))


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
