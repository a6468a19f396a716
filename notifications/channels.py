"""The ways out of the house behind one small interface: hand in one letter, hear what became of it."""

from dataclasses import dataclass
from typing import Protocol

from notifications.letters import Letter
from notifications.mailer import DeliveryOutcome, MailConnection


@dataclass(frozen=True)
class Outgoing:
    """One letter on its way. ``message_id`` is the same at every attempt, so that a repeated one is recognisable.

    ``kind`` and ``link`` are what a program may know of it besides the subject.
    """

    letter: Letter
    message_id: str
    kind: str
    link: str


class Channel(Protocol):
    """A way out. Never raises for a delivery that failed: that is an outcome."""

    async def send(self, outgoing: Outgoing) -> DeliveryOutcome:
        """Hand in one letter."""


@dataclass(frozen=True)
class MailChannel:
    """Mail to one address, over a session that several letters share."""

    connection: MailConnection
    address: str

    async def send(self, outgoing: Outgoing) -> DeliveryOutcome:
        """Hand the letter to the mail server."""
        return await self.connection.send(outgoing.letter, self.address, outgoing.message_id)
