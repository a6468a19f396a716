"""Ends before or beside 归档: 不予受理, 并案, 终止, 办结（未达预期）."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.errands import AnErrand, ReasonBody
from api.fields import Id, PathId
from domain.acts import CloseUnmet, MergeConsultation, RejectTopic, TerminateConsultation
from domain.matters import Diversion, Exclusion

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class RejectionBody(ReasonBody):
    """Why, which exclusion, and where the topic goes (分流)."""

    exclusion: Exclusion
    diversion: Diversion


class MergeBody(ReasonBody):
    """Why, and into which consultation."""

    into_consultation_id: Id


@router.post("/rejections", status_code=201)
async def create_rejection(consultation_id: PathId, errand: AnErrand, body: RejectionBody) -> JSONResponse:
    """不予受理 of the topic under consultation."""
    return await errand.send(consultation_id, errand.act(RejectTopic, body))


@router.post("/merges", status_code=201)
async def create_merge(consultation_id: PathId, errand: AnErrand, body: MergeBody) -> JSONResponse:
    """并案 into another open consultation of the same area."""
    return await errand.send(consultation_id, errand.act(MergeConsultation, body))


@router.post("/terminations", status_code=201)
async def create_termination(consultation_id: PathId, errand: AnErrand, body: ReasonBody) -> JSONResponse:
    """终止, by the approving body."""
    return await errand.send(consultation_id, errand.act(TerminateConsultation, body))


@router.post("/unmet-closures", status_code=201)
async def create_unmet_closure(consultation_id: PathId, errand: AnErrand, body: ReasonBody) -> JSONResponse:
    """办结（未达预期）, after the last permitted round."""
    return await errand.send(consultation_id, errand.act(CloseUnmet, body))
