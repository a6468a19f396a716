"""Reports of research that they read before a session, and accept as its convener."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.matters import ResearchKind
from domain.stages import FINAL_STATES, ConsultationState
from records.queries.mine.own import OwnCase, Part, case_columns, case_of, is_own
from records.tables.consultations import Consultation
from records.tables.deliberations import ResearchRecord

RESEARCH_MAX = 30

_WITHOUT_RESEARCH = (*FINAL_STATES, ConsultationState.COMPLETED, ConsultationState.EVALUATION)
"""States in which nobody prepares a session by reading research any more."""


@dataclass(frozen=True)
class OwnResearch:
    """A report of research; the convener accepts what nobody has decided yet."""

    case: OwnCase
    id: str
    kind: ResearchKind
    held_on: date
    place: str
    accepted_on: date | None

    @property
    def is_to_accept(self) -> bool:
        """Whether it waits for the reader's acceptance."""
        return self.case.part is Part.CONVENER and self.accepted_on is None


def own_research(session: Session, actor: Actor, today: date) -> tuple[OwnResearch, ...]:
    """Reports of consultations under way, those to be accepted first."""
    table = ResearchRecord
    found = session.execute(
        select(table, *case_columns(actor, today))
        .join(Consultation, Consultation.id == table.consultation_id)
        .where(
            is_own(actor, today), table.returned_on.is_(None), Consultation.state.not_in(_WITHOUT_RESEARCH)
        )
        .order_by(table.accepted_on.is_not(None), table.held_on.desc(), table.id)
        .limit(RESEARCH_MAX)
    )
    return tuple(
        OwnResearch(case_of(values), row.id, row.kind, row.held_on, row.place, row.accepted_on)
        for row, *values in found
    )
