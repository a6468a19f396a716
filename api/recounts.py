"""After a calendar was published: the act that counts afresh, sent to every consultation that is concerned.

What is still to be done follows from the register, so whatever was interrupted is found again: a worker looks from
time to time, and the key of the act lets nothing happen twice.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date

from fastapi.concurrency import run_in_threadpool
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError

from api.process import tell
from domain.acts import RecountClocks
from domain.bodies import CLOCK_ACTOR
from records.books import Books
from records.queries.recounts import calendar_edition, consultations_to_recount
from records.sessions import Register

logger = logging.getLogger(__name__)

AT_ONCE_MAX = 8


@dataclass(frozen=True)
class Recounting:
    """What became of one round: how many consultations were counted afresh, and how many are left for the next."""

    done: int
    left: int


async def recount_all(client: Client, register: Register, books: Books, today: date) -> Recounting:
    """Send the act to every consultation with a clock that names an older calendar. Never raises for one of them."""
    edition, ids = await run_in_threadpool(_to_recount, register, books)
    act = RecountClocks(by=CLOCK_ACTOR, occurred_on=today, calendar=edition)
    gate = asyncio.Semaphore(AT_ONCE_MAX)

    async def recount(consultation_id: str) -> bool:
        async with gate:
            try:
                await tell(client, consultation_id, act, f"recount/{edition}")
            except (RPCError, TimeoutError, WorkflowUpdateFailedError):
                logger.warning("%s is not counted afresh yet", consultation_id, exc_info=True)
                return False
            return True

    done = sum(await asyncio.gather(*(recount(one) for one in ids)))
    return Recounting(done, len(ids) - done)


def _to_recount(register: Register, books: Books) -> tuple[str, list[str]]:
    with register.reading() as session:
        return calendar_edition(session, books), consultations_to_recount(session, books)
