"""How long the workflows try and wait. Deeds are tried again for as long as the database is away."""

from datetime import timedelta

from temporalio.common import RetryPolicy

DEED_RETRIES = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=10),
)
DEED_TIMEOUT = timedelta(seconds=15)
"""For one attempt of a deed, longer than it waits for a locked database. A worker that died in the middle is noticed
after this; an attempt that is still under way meets the next one at the register's key."""

AFTER_A_FAULT = timedelta(minutes=10)
"""Before the clock's own deed is tried again, where it failed for a reason that trying again at once would not mend."""

UPDATES_PER_RUN_MAX = 1500
"""A run continues as new before the server's limit of 2,000 updates."""

POST_ROUND_TIMEOUT = timedelta(minutes=10)
POST_SILENCE_MAX = timedelta(minutes=2)
"""Between two letters of one round. A worker that died in the middle is noticed after this."""

POST_ROUNDS_PER_RUN_MAX = 500
"""Rounds of the post office before its run continues as new."""

DAILY_STEP_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=3)
DAILY_STEP_TIMEOUT = timedelta(minutes=20)
"""For one attempt of a step of the daily round, which may look at every consultation."""
