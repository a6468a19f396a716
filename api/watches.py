"""Watch lists: follow consultations and units, and read what changed in them since one last looked."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import Body, PathId, Shown
from api.foresight import require
from api.identity import Visitor
from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.watches import end_watch, read_watch, watch_consultation, watch_unit
from records.pen import Pen
from records.queries.watches import watch_list

router = APIRouter(prefix="/watches", tags=["关注"])


class WatchBody(Body):
    """What is followed: one consultation or one unit."""

    consultation_id: str = ""
    unit_id: str = ""


class WatchShown(BaseModel):
    """One thing followed; ``changes`` is None for a consultation whose page was never opened."""

    id: str
    consultation_id: str | None
    unit_id: str | None
    name: str
    since_at: datetime
    seen_at: datetime
    changes: int | None


class ChangeShown(Shown):
    """One entry that others wrote since one last looked."""

    sequence: int
    at: datetime
    action: AuditAction
    person_name: str
    organisation_name: str
    consultation_id: str
    consultation_number: str
    consultation_title: str


class WatchListShown(BaseModel):
    """What one follows, and what is new in it; at most 50 changes, the newest first."""

    watches: list[WatchShown]
    changes: list[ChangeShown]


@router.get("", response_model=WatchListShown)
def read_watch_list(counter: TheCounter, visitor: Visitor) -> WatchListShown:
    """My watch list, and what changed since I last looked."""
    require_watcher(visitor.actor)
    with counter.register.reading() as session:
        found = watch_list(session, visitor.actor, counter.today)
    watches = [_shown(one.watch, f"{one.row.number} {one.row.title}", one.changes) for one in found.cases]
    watches += [_shown(one.watch, one.unit.name, one.changes) for one in found.units]
    return WatchListShown(watches=watches, changes=[ChangeShown.model_validate(one) for one in found.changes])


@router.post("", status_code=201)
def create_watch(errand: AnErrand, body: WatchBody) -> JSONResponse:
    """Follow a consultation or a unit."""
    return errand.write(
        "watch",
        body,
        "/api/v1/watches",
        [lambda _pen: require_watcher(errand.by)],
        lambda pen: follow(pen, body.consultation_id, body.unit_id),
    )


@router.post("/{watch_id}/endings", status_code=201)
def create_watch_ending(watch_id: PathId, errand: AnErrand) -> JSONResponse:
    """Follow it no more."""
    return errand.write("end_watch", {}, "/api/v1/watches", [], lambda pen: end_watch(pen, watch_id))


@router.post("/{watch_id}/readings", status_code=201)
def create_watch_reading(watch_id: PathId, errand: AnErrand) -> JSONResponse:
    """Say that everything until now has been read."""
    return errand.write("read_watch", {}, "/api/v1/watches", [], lambda pen: read_watch(pen, watch_id))


def follow(pen: Pen, consultation_id: str, unit_id: str) -> dict[str, Any]:
    """Follow the one that is named. Raises Refused (INVALID_INPUT) where it is not exactly one."""
    if bool(consultation_id) == bool(unit_id):
        message = "请指定一件协商或者一个单位。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="consultation_id")
    return watch_consultation(pen, consultation_id) if consultation_id else watch_unit(pen, unit_id)


def require_watcher(by: Actor) -> None:
    """Raise Refused unless the actor may keep a watch list."""
    require(may(by, "watch", Matter(area=by.area)))


def _shown(row: Any, name: str, changes: int | None) -> WatchShown:
    own = ("id", "consultation_id", "unit_id", "since_at", "seen_at")
    return WatchShown(**{one: getattr(row, one) for one in own}, name=name, changes=changes)
