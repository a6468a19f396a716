"""退回补充 of a proposed topic, and the completed topic that comes again."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.errands import AnErrand
from api.fields import AsPaper, PathId, part_of
from api.topics import require_topic_permit
from records.papers.topic_returns import TopicReturn, resubmit_topic, send_back_topic
from records.papers.topics import TopicPaper
from records.pen import Pen

router = APIRouter(prefix="/topics/{topic_id}", tags=["议题"])


@dataclass(frozen=True, kw_only=True)
class TopicResubmission(TopicPaper):
    """A topic as completed, the version that was read, and the day on which it came again (today by default)."""

    row_version: int
    resubmitted_on: date | None = None


@router.post("/returns", status_code=201)
def create_topic_return(
    topic_id: PathId, errand: AnErrand, paper: Annotated[TopicReturn, AsPaper("link")]
) -> JSONResponse:
    """Send a topic back to its proposer for what is missing."""
    link = f"{errand.counter.base_url}/topics/{topic_id}"
    sent_back = TopicReturn(**{**vars(paper), "link": link})

    def write(pen: Pen) -> dict[str, Any]:
        require_topic_permit(pen, errand, topic_id, "reject_proposal")
        return send_back_topic(pen, topic_id, sent_back, errand.counter.books)

    return errand.write("send_back_topic", paper, f"/api/v1/topics/{topic_id}", (), write)


@router.post("/resubmissions", status_code=201)
def create_topic_resubmission(
    topic_id: PathId, errand: AnErrand, completed: Annotated[TopicResubmission, AsPaper()]
) -> JSONResponse:
    """Bring the completed topic again, by anyone who may propose one there."""
    paper = part_of(TopicPaper, completed)
    day = completed.resubmitted_on or errand.counter.today

    def write(pen: Pen) -> dict[str, Any]:
        require_topic_permit(pen, errand, topic_id, "propose_topic")
        return resubmit_topic(pen, topic_id, completed.row_version, paper, day)

    return errand.write("resubmit_topic", completed, f"/api/v1/topics/{topic_id}", (), write)
