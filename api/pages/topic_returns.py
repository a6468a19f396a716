"""退回补充 on the page of a topic: sending it back, and bringing it again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Response

from api.foresight import require
from api.pages.fields import FieldSpec, Options, fields_of, read_values
from api.pages.forms import Attempt, ShownForm, show_form
from api.pages.submissions import write_once
from api.pages.visits import Posting, Visit, text_of
from domain.policy import Matter, may
from records.papers.checking import PastDay
from records.papers.topic_returns import TopicReturn, is_awaited, resubmit_topic, send_back_topic
from records.papers.topics import TopicPaper

Known = Callable[[Any], Any]
"""The topic in the session of a pen. Raises Refused (NOT_FOUND) where the visitor may not know of it."""


@dataclass(frozen=True, kw_only=True)
class ResubmissionDay:
    """When the completed topic came again."""

    resubmitted_on: Annotated[date, PastDay("重新提交日期")]


RETURN_FIELDS = fields_of(TopicReturn, ("link",))
DAY_FIELDS = fields_of(ResubmissionDay)


def return_form(visit: Visit, row: Any, tried: Attempt) -> ShownForm | None:
    """The form that sends the topic back, None while it is awaited already."""
    if is_awaited(row):
        return None
    return show_form(
        "returns",
        RETURN_FIELDS,
        tried,
        address=f"/topics/{row.id}/returns",
        title="退回补充",
        button="退回补充",
        initial={"sent_back_on": visit.today},
        hint="补充期限不填的，为退回之后 5 个工作日（系统默认）。",
    )


def resubmission_form(
    visit: Visit, row: Any, tried: Attempt, specs: Sequence[FieldSpec], options: Mapping[str, Options]
) -> ShownForm | None:
    """The form that brings the completed topic again, while it is awaited."""
    if not is_awaited(row) or not may(visit.actor, "propose_topic", Matter(area=row.area)):
        return None
    return show_form(
        "resubmissions",
        (*specs, *DAY_FIELDS),
        tried,
        address=f"/topics/{row.id}/resubmissions",
        title="补充后重新提交",
        button="重新提交",
        initial=kept_topic(row, specs) | {"resubmitted_on": visit.today},
        options=options,
        hidden={"row_version": str(row.row_version)},
        is_primary=True,
    )


def kept_topic(row: Any, specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """What a form on the topic begins with. Whether it is planned stands there only where the item does not say it."""
    kept = {spec.name: getattr(row, spec.name) for spec in specs}
    if row.is_planned == (row.plan_item_id is not None):
        kept["is_planned"] = None
    return kept


async def send_back(posting: Posting, topic_id: str, known: Known) -> Response:
    """Send the topic back."""
    link = f"{posting.counter.base_url.rstrip('/')}/topics/{topic_id}"
    paper = TopicReturn(**read_values(RETURN_FIELDS, posting.form), link=link)

    def write(pen: Any) -> Any:
        require(may(posting.actor, "reject_proposal", Matter(area=known(pen.session).area)))
        return send_back_topic(pen, topic_id, paper, posting.counter.books)

    await write_once(posting, "send_back_topic", write)
    return posting.go(f"/topics/{topic_id}", "议题已退回补充，并告知提出人。")


async def resubmit(posting: Posting, topic_id: str, known: Known, specs: Sequence[FieldSpec]) -> Response:
    """Bring the completed topic again."""
    paper = TopicPaper(**read_values(specs, posting.form))
    day = read_values(DAY_FIELDS, posting.form)["resubmitted_on"]

    def write(pen: Any) -> Any:
        for area in (known(pen.session).area, paper.area):
            require(may(posting.actor, "propose_topic", Matter(area=area)))
        return resubmit_topic(pen, topic_id, version_of(posting), paper, day)

    await write_once(posting, "resubmit_topic", write)
    return posting.go(f"/topics/{topic_id}", "议题已重新提交。")


def version_of(posting: Posting) -> int:
    """The version of the topic that the form was filled in on."""
    version = text_of(posting.form, "row_version")
    return int(version) if version.isdecimal() and len(version) < 10 else 0
