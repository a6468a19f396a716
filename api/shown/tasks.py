"""Feedback tasks, escalations and evaluations as response bodies."""

from datetime import date, datetime
from typing import Any

from api.fields import Shown
from domain.matters import (
    AdoptionStatus,
    EvaluationParty,
    FeedbackTaskState,
    FollowUpReviewState,
    ResultClass,
    Verdict,
)


class TaskShown(Shown):
    """One feedback task."""

    id: str
    consultation_id: str
    suggestion_id: str
    item_number: int
    suggestion: str
    unit_id: str
    unit_name: str
    co_unit_ids: list[str]
    state: FeedbackTaskState
    state_label: str
    assigned_on: date
    period_workdays: int
    acknowledged_on: date | None
    answered_on: date | None
    verified_on: date | None
    predecessor_id: str | None
    round: int


class ReturnRequestShown(Shown):
    """退办 asked, and what was decided."""

    id: str
    reason: str
    requested_on: date
    is_accepted: bool | None
    decided_on: date | None
    note: str


class ExtensionRequestShown(Shown):
    """延期 asked, and what was granted."""

    id: str
    workdays: int
    reason: str
    requested_on: date
    is_granted: bool | None
    granted_workdays: int | None
    decided_on: date | None
    note: str


class AnswerShown(Shown):
    """One answer; a draft has no day of answering."""

    id: str
    text: str
    prepared_at: datetime
    prepared_by_person_id: str
    adoption: AdoptionStatus | None
    result: ResultClass | None
    answered_on: date | None
    is_in_time: bool | None
    verdict: Verdict | None
    verdict_on: date | None
    verdict_reason: str


class EscalationShown(Shown):
    """One 专报 or 约谈建议."""

    id: str
    consultation_id: str
    task_id: str | None
    kind: str
    target_id: str | None
    raised_on: date
    facts: dict[str, Any]
    is_open: bool


class InstructionShown(Shown):
    """One 批示."""

    id: str
    text: str
    new_due_on: date | None
    instructed_on: date
    by_person_id: str
    on_behalf_of_id: str | None


class EvaluationShown(Shown):
    """One party's score."""

    id: str
    round: int
    party: EvaluationParty
    score: float
    comment: str
    evaluated_on: date


class FollowUpReviewShown(Shown):
    """One 回头看."""

    id: str
    ordinal: int
    round: int
    due_on: date
    state: FollowUpReviewState
    held_on: date | None
    findings: str
    purpose: str
