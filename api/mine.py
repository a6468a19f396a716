"""What concerns a convener or member: sessions, research, statements, evaluations owed, and the year in numbers."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from api.counter import TheCounter
from api.fields import Shown
from api.foresight import require
from api.identity import Visitor
from domain.matters import EvaluationParty, ResearchKind, SessionFormat, SessionState
from domain.policy import Matter, may
from records.queries.mine import mine_on
from records.queries.mine.own import Part

router = APIRouter(tags=["召集人和政协委员"])


class OwnCaseShown(Shown):
    """The consultation that a line is about, and what the reader is in it: its convener, listed, or of its room."""

    consultation_id: str
    consultation_number: str
    consultation_title: str
    part: Part


class OwnRoomShown(Shown):
    """A room that the reader convenes, or is assigned to."""

    part: Part
    id: str
    name: str


class OwnSessionShown(Shown):
    """A session on the day on which it is planned or was held."""

    case: OwnCaseShown
    id: str
    number: int
    format: SessionFormat
    state: SessionState
    place: str
    starts_at: datetime | None
    on: date
    has_come: bool


class OwnResearchShown(Shown):
    """A report of research; ``is_to_accept`` says that it waits for the reader."""

    case: OwnCaseShown
    id: str
    kind: ResearchKind
    held_on: date
    place: str
    accepted_on: date | None
    is_to_accept: bool


class OwnStatementShown(Shown):
    """What the reader said at a session."""

    case: OwnCaseShown
    id: str
    session_id: str
    session_number: int
    on: date
    text: str


class OwnEvaluationShown(Shown):
    """Scores that are missing, or a 回头看 (``review_id``) that is to be held."""

    case: OwnCaseShown
    due_on: date | None
    missing: tuple[EvaluationParty, ...]
    review_id: str
    review_ordinal: int


class OwnYearShown(Shown):
    """How often the reader took part in the calendar year; nobody else's numbers stand beside them."""

    year: int
    attended: int
    statements: int
    research: int
    accepted: int
    topics: int
    reviews: int


class MineShown(BaseModel):
    """Everything, as of today. At most 30 sessions to come, 30 past ones, 30 reports and 30 statements."""

    today: date
    rooms: list[OwnRoomShown]
    sessions: list[OwnSessionShown]
    research: list[OwnResearchShown]
    statements: list[OwnStatementShown]
    evaluations: list[OwnEvaluationShown]
    year: OwnYearShown


@router.get("/mine", response_model=MineShown)
def read_mine(counter: TheCounter, visitor: Visitor) -> MineShown:
    """My sessions, research, statements, evaluations and numbers, for conveners and members."""
    actor, today = visitor.actor, counter.today
    require(may(actor, "read_own_participation", Matter()))
    with counter.register.reading() as session:
        mine = mine_on(session, actor, today)
    return MineShown(
        today=today,
        rooms=[OwnRoomShown.model_validate(one) for one in mine.rooms],
        sessions=[OwnSessionShown.model_validate(one) for one in mine.sessions],
        research=[OwnResearchShown.model_validate(one) for one in mine.research],
        statements=[OwnStatementShown.model_validate(one) for one in mine.statements],
        evaluations=[OwnEvaluationShown.model_validate(one) for one in mine.evaluations],
        year=OwnYearShown.model_validate(mine.year),
    )
