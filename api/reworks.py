"""再评议: named tasks go back for 二次办理."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from api.errands import AnErrand, ReasonBody
from api.fields import Id, PathId
from domain.acts import OrderRework

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


class ReworkBody(ReasonBody):
    """Which tasks go back, and why."""

    task_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)]


@router.post("/reworks", status_code=201)
async def create_rework(consultation_id: PathId, errand: AnErrand, body: ReworkBody) -> JSONResponse:
    """再评议: send the named tasks back for 二次办理."""
    return await errand.send(consultation_id, errand.act(OrderRework, body))
