"""What moves a consultation or holds it: advances, returns, suspensions, resumptions, ends, waivers, approvals."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.counter import TheCounter
from api.errands import ActBody, AnErrand
from api.fields import Day, Id, PathId, Prose, Reason
from api.identity import Visitor
from api.shown.consultations import ApprovalShown, StageAdvanceShown, SuspensionShown, WaiverShown
from domain.acts import (
    AdvanceStage,
    CloseUnmet,
    DecideApproval,
    GrantWaiver,
    OrderRework,
    RejectTopic,
    ResumeConsultation,
    ReturnToTopic,
    SuspendConsultation,
    TerminateConsultation,
)
from domain.matters import Decision, Diversion, Exclusion
from domain.stages import ConsultationState
from records.queries import consultations as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class StageAdvanceBody(ActBody):
    """The state the sender saw, and the reasons for going on in spite of warnings."""

    expected_state: ConsultationState
    reason_for_warnings: Prose = ""


class ReasonBody(ActBody):
    """Why."""

    reason: Reason


class SuspensionBody(ReasonBody):
    """Why, and when the reason is looked at again."""

    review_on: Day


class RejectionBody(ReasonBody):
    """Why, which exclusion, and where the topic goes (分流)."""

    exclusion: Exclusion
    diversion: Diversion


class WaiverBody(ReasonBody):
    """Which rule, and why."""

    rule_id: Id


class ApprovalBody(ActBody):
    """Which step, and what its body decided."""

    step: Annotated[int, Field(strict=True, ge=1, le=100)]
    decision: Decision


class ReworkBody(ReasonBody):
    """Which tasks go back, and why."""

    task_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)]


@router.post("/stage-advances", status_code=201)
async def create_stage_advance(
    consultation_id: PathId, errand: AnErrand, body: StageAdvanceBody
) -> JSONResponse:
    """Go on to the next stage, if every rule before it is met."""
    return await errand.send(consultation_id, errand.act(AdvanceStage, body))


@router.get("/stage-advances", response_model=list[StageAdvanceShown])
def list_stage_advances(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[StageAdvanceShown]:
    """Every change of state."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        rows = queries.changes_of_state(session, consultation_id)
        return [StageAdvanceShown.model_validate(row) for row in rows]


@router.post("/stage-returns", status_code=201)
async def create_stage_return(consultation_id: PathId, errand: AnErrand, body: ReasonBody) -> JSONResponse:
    """不宜协商: back to 确定议题."""
    return await errand.send(consultation_id, errand.act(ReturnToTopic, body))


@router.post("/rejections", status_code=201)
async def create_rejection(consultation_id: PathId, errand: AnErrand, body: RejectionBody) -> JSONResponse:
    """不予受理 of the topic under consultation."""
    return await errand.send(consultation_id, errand.act(RejectTopic, body))


@router.post("/suspensions", status_code=201)
async def create_suspension(consultation_id: PathId, errand: AnErrand, body: SuspensionBody) -> JSONResponse:
    """中止: freeze every clock."""
    return await errand.send(consultation_id, errand.act(SuspendConsultation, body))


@router.get("/suspensions", response_model=list[SuspensionShown])
def list_suspensions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[SuspensionShown]:
    """Every suspension."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [
            SuspensionShown.model_validate(row) for row in queries.suspensions_of(session, consultation_id)
        ]


@router.post("/resumptions", status_code=201)
async def create_resumption(consultation_id: PathId, errand: AnErrand, body: ActBody) -> JSONResponse:
    """恢复: every clock runs on."""
    return await errand.send(consultation_id, errand.act(ResumeConsultation, body))


@router.post("/terminations", status_code=201)
async def create_termination(consultation_id: PathId, errand: AnErrand, body: ReasonBody) -> JSONResponse:
    """终止, by the approving body."""
    return await errand.send(consultation_id, errand.act(TerminateConsultation, body))


@router.post("/waivers", status_code=201)
async def create_waiver(consultation_id: PathId, errand: AnErrand, body: WaiverBody) -> JSONResponse:
    """Waive one hard rule, where that rule names who may."""
    return await errand.send(consultation_id, errand.act(GrantWaiver, body))


@router.get("/waivers", response_model=list[WaiverShown])
def list_waivers(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[WaiverShown]:
    """The rules that were waived."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [WaiverShown.model_validate(row) for row in queries.waivers_of(session, consultation_id)]


@router.post("/approvals", status_code=201)
async def create_approval(consultation_id: PathId, errand: AnErrand, body: ApprovalBody) -> JSONResponse:
    """Record what a body decided on its own step of the chain."""
    return await errand.send(consultation_id, errand.act(DecideApproval, body))


@router.get("/approvals", response_model=list[ApprovalShown])
def list_approvals(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[ApprovalShown]:
    """Every step of every attempt at the chain."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [ApprovalShown.model_validate(row) for row in queries.approvals_of(session, consultation_id)]


@router.post("/reworks", status_code=201)
async def create_rework(consultation_id: PathId, errand: AnErrand, body: ReworkBody) -> JSONResponse:
    """再评议: send the named tasks back for 二次办理."""
    return await errand.send(consultation_id, errand.act(OrderRework, body))


@router.post("/unmet-closures", status_code=201)
async def create_unmet_closure(consultation_id: PathId, errand: AnErrand, body: ReasonBody) -> JSONResponse:
    """办结（未达预期）, after the last permitted round."""
    return await errand.send(consultation_id, errand.act(CloseUnmet, body))
