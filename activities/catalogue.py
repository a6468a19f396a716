"""Every deed as the activity that a worker registers: one activity per act, named after its deed."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import (
    approvals,
    assignments,
    co_handlings,
    consultations,
    escalations,
    evaluations,
    feedback_tasks,
    merges,
    recounts,
    rule_set_adoptions,
    suspensions,
    task_requests,
    unmet_closures,
    waivers,
    what_is_due,
)
from activities.deeds import DEEDS, Workshop
from domain.acts import INTERNAL_ERROR, Act, Outcome, Stamp
from records.dialects import is_unavailable

logger = logging.getLogger(__name__)

MODULES = (
    approvals,
    assignments,
    co_handlings,
    consultations,
    escalations,
    evaluations,
    feedback_tasks,
    merges,
    recounts,
    rule_set_adoptions,
    suspensions,
    task_requests,
    unmet_closures,
    waivers,
    what_is_due,
)
"""Importing these fills the table of deeds."""


def deed_activities(workshop: Workshop) -> Sequence[Callable[..., Any]]:
    """One activity per act. They run in threads, because the register is synchronous."""
    return [_activity(workshop, act_type) for act_type in DEEDS]


def _activity(workshop: Workshop, act_type: type[Act]) -> Callable[..., Any]:
    def record(act: Act, stamp: Stamp) -> Outcome:
        try:
            return workshop.record(act, stamp)
        except Exception as fault:
            if is_unavailable(fault):
                raise
            logger.exception("%s failed", act_type.deed)
            # Trying a faulty deed again for ever would leave the caller waiting; the clock tries again by itself.
            raise ApplicationError(
                f"{act_type.deed}: {type(fault).__name__}", type=INTERNAL_ERROR, non_retryable=True
            ) from fault

    record.__name__ = act_type.deed
    record.__doc__ = DEEDS[act_type].__doc__
    record.__annotations__["act"] = act_type
    return activity.defn(name=act_type.deed)(record)
