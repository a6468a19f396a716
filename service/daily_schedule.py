"""The Schedule that starts the daily round, made or brought up to date whenever a worker starts."""

from datetime import timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from workflows.addresses import DAILY_ROUND, DAILY_SCHEDULE_ID

HOUR, MINUTE = 6, 10
"""Before the offices open, so that what it finds lies on the desks in the morning. [D] 系统默认。"""
TIME_ZONE = "Asia/Shanghai"
CAUGHT_UP_WITHIN = timedelta(days=3)
"""A server that was down for less makes good what it missed, as soon as it is back."""
ROUND_WITHIN = timedelta(hours=4)

log = structlog.stdlib.get_logger(__name__)


async def keep_daily_schedule(client: Client, task_queue: str) -> None:
    """Make the Schedule, with a first round at once, or bring the one that is there up to date.

    A server without Schedules (the time-skipping one) is left as it is, with a line in the log.

    Raises:
        RPCError: the server cannot be reached.
    """
    wanted = _schedule(task_queue)
    try:
        await client.create_schedule(DAILY_SCHEDULE_ID, wanted, trigger_immediately=True)
        log.info("the daily schedule was made", hour=HOUR, minute=MINUTE)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(DAILY_SCHEDULE_ID).update(lambda found: _updated(found, wanted))
    except RPCError as trouble:
        if trouble.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
        log.warning("this Temporal server has no schedules: no daily round runs by itself")


def _schedule(task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            DAILY_ROUND, id="daily-round", task_queue=task_queue, execution_timeout=ROUND_WITHIN
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(HOUR)], minute=[ScheduleRange(MINUTE)])],
            time_zone_name=TIME_ZONE,
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CAUGHT_UP_WITHIN),
    )


def _updated(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    # Whether an operator has paused it stays as it is.
    wanted.state = found.description.schedule.state
    return ScheduleUpdate(wanted)
