"""请假代办: who is away from when until when, and who acts for them."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import AsPaper, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from domain.bodies import Role
from domain.leave import LeaveState
from domain.policy import Matter, may
from records.papers.leaves import LeavePaper, end_leave, enter_leave
from records.queries.leaves import LeaveLine, candidates_for, leaves_of

router = APIRouter(tags=["请假代办"])


class LeaveShown(Shown):
    """One leave. ``reason`` is empty for the deputy, whom it does not concern."""

    id: str
    absent_id: str
    absent_name: str
    deputy_id: str
    deputy_name: str
    organisation_name: str
    role: Role
    role_label: str
    since_on: date
    until_on: date
    reason: str
    state: LeaveState
    state_label: str
    entered_by_name: str
    entered_at: datetime
    ended_at: datetime | None


class CandidateShown(Shown):
    """Somebody who could stand in for a membership, and by which membership of theirs."""

    membership_id: str
    deputy_membership_id: str
    person_name: str
    role: Role


@router.get("/me/leaves", response_model=list[LeaveShown])
def list_my_leaves(counter: TheCounter, visitor: Visitor) -> list[LeaveShown]:
    """The reader's own leaves and those in which they stand in for somebody, the latest first."""
    person_id = visitor.actor.person_id
    with counter.register.reading() as session:
        return [
            _shown(one, is_open=one.absent_id == person_id)
            for one in leaves_of(session, person_id, counter.today)
        ]


@router.get("/me/deputies", response_model=list[CandidateShown])
def list_my_deputies(counter: TheCounter, visitor: Visitor) -> list[CandidateShown]:
    """Whom the reader could name as a deputy, for each of their memberships."""
    with counter.register.reading() as session:
        found = candidates_for(session, visitor.actor.person_id, counter.today)
    return [CandidateShown.model_validate(one) for one in found]


@router.get("/people/{person_id}/leaves", response_model=list[LeaveShown])
def list_leaves(person_id: PathId, counter: TheCounter, visitor: Visitor) -> list[LeaveShown]:
    """The leaves of a person, as the administrator reads them who may enter one."""
    require(may(visitor.actor, "enter_leave", Matter()))
    with counter.register.reading() as session:
        return [_shown(one, is_open=True) for one in leaves_of(session, person_id, counter.today)]


@router.post("/leaves", status_code=201)
def create_leave(errand: AnErrand, paper: Annotated[LeavePaper, AsPaper()]) -> JSONResponse:
    """Name a deputy for a membership of one's own, or as an administrator for somebody else."""
    return errand.write("enter_leave", paper, "/api/v1/me/leaves", (), lambda pen: enter_leave(pen, paper))


@router.post("/leaves/{leave_id}/end", status_code=201)
def create_leave_end(leave_id: PathId, errand: AnErrand) -> JSONResponse:
    """End a leave before its last day: the deputy acts no more from now on."""
    return errand.write("end_leave", {}, "/api/v1/me/leaves", (), lambda pen: end_leave(pen, leave_id))


def _shown(one: LeaveLine, *, is_open: bool) -> LeaveShown:
    labels = {"role_label": one.role.label, "state_label": one.state.label}
    return LeaveShown.model_validate(vars(one) | labels | ({} if is_open else {"reason": ""}))
