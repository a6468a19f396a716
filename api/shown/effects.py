"""What a consultation led to, as response bodies."""

from datetime import date

from api.fields import Shown
from domain.effects import OutcomeLinkKind
from domain.matters import FeedbackTaskState
from domain.work_log import PublicationChannel


class OutcomeLinkShown(Shown):
    """One paper in another system, by its number there."""

    id: str
    kind: OutcomeLinkKind
    number: str
    title: str
    linked_on: date


class DecisionShown(Shown):
    """One decision taken on the matter."""

    id: str
    organisation_id: str
    decided_on: date
    title: str
    document_number: str


class PublicationShown(Shown):
    """One text that was made public."""

    id: str
    channel: PublicationChannel
    title: str
    text: str
    address: str
    published_on: date


class UnitProgressShown(Shown):
    """How far one unit has come with one suggestion."""

    item_number: int
    unit_id: str
    unit_name: str
    state: FeedbackTaskState


class SupervisionItemShown(Shown):
    """One item under supervision."""

    id: str
    consultation_id: str
    opened_on: date
    closed_on: date | None
    conclusion: str
