"""What every handler needs, put together once by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from domain.calendar import local_date
from records.audit import AuditTrail
from records.books import Books
from records.papers.desk import PaperDesk
from records.personal_data import PersonalDataVault
from records.seal_keys import SealKeys
from records.sessions import Register


@dataclass(frozen=True)
class Counter:
    """The counter of one process. ``patience_seconds`` is how long a request waits for a process event."""

    register: Register
    trail: AuditTrail
    books: Books
    vault: PersonalDataVault
    desk: PaperDesk
    client: Client
    task_queue: str
    now: Callable[[], datetime]
    patience_seconds: float
    idle_minutes: int
    base_url: str
    seal_keys: SealKeys

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai."""
        return local_date(self.now())

    @property
    def idle(self) -> timedelta:
        """How long a signed-in browser may rest."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def has_secure_cookies(self) -> bool:
        """Whether people reach the pages through https."""
        return self.base_url.startswith("https://")


def counter_of(request: Request) -> Counter:
    """The counter that the application was created with."""
    counter: Counter = request.app.state.counter
    return counter


TheCounter = Annotated[Counter, Depends(counter_of)]
