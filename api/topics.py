"""议题: intake, amendment, and 不予受理 with reason and 分流."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand, Errand
from api.fields import AsPaper, PathId, part_of
from api.foresight import require
from api.identity import Visitor
from api.organisations import TextQuery, permitted
from api.shown.papers import TopicShown
from domain.policy import Matter, is_within, may
from domain.refusals import RefusalCode, refuse
from records.papers.topics import TopicPaper, TopicRejection, amend_topic, propose_topic, reject_topic
from records.pen import Pen
from records.queries.papers import topic_of
from records.queries.people import topics
from records.queries.topic_reviews import review_due_on

router = APIRouter(prefix="/topics", tags=["议题"])


@dataclass(frozen=True, kw_only=True)
class TopicAmendment(TopicPaper):
    """A topic as it should be, and the version that was read."""

    row_version: int


class TopicRead(TopicShown):
    """One topic with the last day of its 初审, while it waits for that."""

    review_due_on: date | None


@router.post("", status_code=201)
def create_topic(errand: AnErrand, paper: Annotated[TopicPaper, AsPaper()]) -> JSONResponse:
    """Propose a topic."""
    checks = [permitted(errand, "propose_topic", paper.area)]
    location = "/api/v1/topics/{topic_id}"
    return errand.write("propose_topic", paper, location, checks, lambda pen: propose_topic(pen, paper))


@router.get("", response_model=Page[TopicShown])
def list_topics(
    counter: TheCounter, visitor: Visitor, q: TextQuery = "", cursor: Cursor = None, limit: Limit = PAGE_LIMIT
) -> Page[TopicShown]:
    """The topics of the reader's own area, the newest first."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        rows = topics(session, visitor.actor.area, text=q.strip(), after=key[0] if key else None, limit=limit)
        items = [TopicShown.model_validate(row) for row in rows]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/{topic_id}", response_model=TopicRead)
def read_topic(topic_id: PathId, counter: TheCounter, visitor: Visitor) -> TopicRead:
    """One topic of the reader's own area, and by when its 初审 is due."""
    with counter.register.reading() as session:
        row = topic_of(session, topic_id)
        if row is None or not is_within(row.area, visitor.actor.area):
            raise refuse(RefusalCode.NOT_FOUND, "未找到该议题。")
        shown = TopicShown.model_validate(row).model_dump()
        return TopicRead(**shown, review_due_on=review_due_on(session, counter.books, row))


@router.post("/{topic_id}/amendments", status_code=201)
def create_topic_amendment(
    topic_id: PathId, errand: AnErrand, amendment: Annotated[TopicAmendment, AsPaper()]
) -> JSONResponse:
    """Amend a topic as it was read at a version."""
    paper = part_of(TopicPaper, amendment)

    def write(pen: Pen) -> dict[str, Any]:
        require_topic_permit(pen, errand, topic_id, "amend_topic")
        return amend_topic(pen, topic_id, amendment.row_version, paper)

    checks = [permitted(errand, "amend_topic", paper.area)]
    return errand.write("amend_topic", amendment, f"/api/v1/topics/{topic_id}", checks, write)


@router.post("/{topic_id}/rejections", status_code=201)
def create_topic_rejection(
    topic_id: PathId, errand: AnErrand, paper: Annotated[TopicRejection, AsPaper("link")]
) -> JSONResponse:
    """不予受理 of a topic that never became a consultation."""

    def write(pen: Pen) -> dict[str, Any]:
        require_topic_permit(pen, errand, topic_id, "reject_proposal")
        return reject_topic(pen, topic_id, paper)

    return errand.write("reject_topic", paper, f"/api/v1/topics/{topic_id}", (), write)


def require_topic_permit(pen: Pen, errand: Errand, topic_id: str, action: str) -> None:
    """Raise Refused unless the topic is known to whom the errand is and the policy permits the action there."""
    row = topic_of(pen.session, topic_id)
    if row is None or not is_within(row.area, errand.by.area):
        raise refuse(RefusalCode.NOT_FOUND, "未找到该议题。")
    require(may(errand.by, action, Matter(area=row.area)))
