"""三级联动: a consultation placed under one of a larger area, after both were opened."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.errands import AnErrand
from api.fields import AsPaper, PathId
from records.papers.links import ParentLink, link_consultations

router = APIRouter(prefix="/consultations/{consultation_id}", tags=["协商进程"])


@router.post("/parent-links", status_code=201)
def create_parent_link(
    consultation_id: PathId, errand: AnErrand, paper: Annotated[ParentLink, AsPaper()]
) -> JSONResponse:
    """Name the consultation one level up that this one belongs to."""
    return errand.write_for(
        consultation_id,
        "link_consultations",
        paper,
        lambda pen: link_consultations(pen, consultation_id, paper),
    )
