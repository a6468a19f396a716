"""Outcomes between the wire and the register's JSON."""

from datetime import datetime
from typing import Any

from domain.acts import Outcome
from domain.stages import ConsultationState


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome of a recorded deed as it is kept. Only recorded outcomes are kept, so there is no refusal."""
    return {
        "state": outcome.state,
        "version": outcome.version,
        "is_suspended": outcome.is_suspended,
        "next_wake_at": None if outcome.next_wake_at is None else outcome.next_wake_at.isoformat(),
        "waiting_for": outcome.waiting_for,
        "made_id": outcome.made_id,
        "act_digest": outcome.act_digest,
        "audit_length": outcome.audit_length,
        "audit_head": outcome.audit_head,
    }


def outcome_from_json(kept: dict[str, Any]) -> Outcome:
    """The outcome as it was first answered."""
    wake = kept["next_wake_at"]
    return Outcome(
        state=ConsultationState(kept["state"]),
        version=kept["version"],
        is_suspended=kept["is_suspended"],
        next_wake_at=None if wake is None else datetime.fromisoformat(wake),
        waiting_for=kept["waiting_for"],
        made_id=kept["made_id"],
        act_digest=kept["act_digest"],
        # Outcomes kept before they told how the stream stood have neither.
        audit_length=kept.get("audit_length", 0),
        audit_head=kept.get("audit_head", ""),
    )
