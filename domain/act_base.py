"""What every act is, and what a deed answers."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.bodies import Actor
from domain.refusals import Refusal
from domain.stages import ConsultationState

INTERNAL_ERROR = "internal_error"
"""The code of a fault of ours, where a refusal would carry its own."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What every act says: who does it and on which day it happened.

    ``name`` is the workflow update, ``deed`` the activity that records it, ``event`` the event of the
    consultation's machine that must be open for it.
    """

    name: ClassVar[str]
    deed: ClassVar[str]
    event: ClassVar[str]

    by: Actor
    occurred_on: date
    note: str = ""


@dataclass(frozen=True)
class Stamp:
    """What the workflow adds to an act on its way to the deed: the key that makes it exactly-once, and now.

    ``update_id`` is the client's ``Idempotency-Key``; ``at`` an aware UTC instant of the workflow's own time.
    """

    workflow_id: str
    update_id: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a deed answers: the consultation as it now stands, or the refusal that left it as it was.

    ``version`` grows by one with every recorded deed; a mirror adopts an outcome only when it is newer.
    ``next_wake_at`` is the earliest instant at which a clock yields something, None when nothing is awaited.
    A refused act changes nothing, so its outcome has no state and version 0. ``made_id`` names the row the act made,
    ``act_digest`` the act itself, so that a key reused for another act shows. ``audit_length`` and ``audit_head`` say
    how the audit stream stood after the deed: the workflow's history is a witness of the record.
    """

    state: ConsultationState | None = None
    version: int = 0
    is_suspended: bool = False
    next_wake_at: datetime | None = None
    waiting_for: str = ""
    made_id: str | None = None
    act_digest: str = ""
    audit_length: int = 0
    audit_head: str = ""
    refusal: Refusal | None = None


def act_digest(act: Act) -> str:
    """A digest of everything an act says, so that an idempotency key reused for another act shows."""
    said = json.dumps([act.name, asdict(act)], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
