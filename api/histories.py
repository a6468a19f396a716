"""Holding a consultation's audit stream against the history of its workflow, while both go on."""

import asyncio

from temporalio.client import Client

from records.sessions import Register
from records.witnesses import HeldAgainst, hold_against, length_of
from workflows.histories import witnessed_history


async def held_against_history(register: Register, client: Client, consultation_id: str) -> HeldAgainst:
    """What the history witnesses of one consultation. Raises RPCError when the server cannot be asked."""
    # In this order: what is written meanwhile is missing in the history, and never the other way round.
    until = await asyncio.to_thread(_length, register, consultation_id)
    history = await witnessed_history(client, consultation_id)

    def compare() -> HeldAgainst:
        with register.reading() as session:
            return hold_against(session, consultation_id, history, until)

    return await asyncio.to_thread(compare)


def _length(register: Register, consultation_id: str) -> int:
    with register.reading() as session:
        return length_of(session, consultation_id)
