"""退回补充: a proposed topic goes back to its proposer for what is missing, and comes again (domain.md §2.2)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.books import Books
from records.papers.checking import Day, Line, PastDay, Text, checked, clean, invalid
from records.papers.finding import row_of
from records.papers.topics import TopicPaper, amend_topic
from records.pen import Pen
from records.recipients import proposers_of
from records.tables.consultations import Consultation, Topic
from records.tables.people import Organisation

COMPLETION_WORKDAYS = 5
"""What the proposer has where the paper names no day (domain.md §2.2, a default of ours)."""

_STREAM = administration_stream("topics")


@dataclass(frozen=True, kw_only=True)
class TopicReturn:
    """What is missing, since when, and until when it is to come."""

    reason: Annotated[str, Text("需要补充的内容")]
    sent_back_on: Annotated[date, PastDay("退回日期")]
    complete_by_on: Annotated[date | None, Day("补充期限")] = None
    link: Annotated[str, Line("页面地址", is_required=False, characters_max=1_000)] = ""


def is_awaited(topic: Topic) -> bool:
    """Whether the topic was sent back and has not come again."""
    return topic.sent_back_on is not None and topic.resubmitted_on is None


def require_complete(topic: Topic) -> None:
    """Raise Refused (STATE_FORBIDS) while the proposer is asked for more."""
    if is_awaited(topic):
        message = f"该议题已于 {topic.sent_back_on} 退回补充，重新提交之前不能据此办理。"
        raise refuse(RefusalCode.STATE_FORBIDS, message, field="topic_id")


def send_back_topic(pen: Pen, topic_id: str, paper: TopicReturn, books: Books) -> dict[str, Any]:
    """Ask the proposer for what is missing. Raises Refused (NOT_FOUND, STATE_FORBIDS, INVALID_INPUT)."""
    topic = row_of(pen, Topic, topic_id, "议题")
    if topic.rejected_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题已不予受理，不能退回补充。")
    if pen.session.scalar(select(Consultation.id).filter_by(topic_id=topic.id)) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题已发起协商，不能再退回补充。")
    require_complete(topic)
    values = checked(pen, paper)
    sent_back_on = values["sent_back_on"]
    if sent_back_on < topic.proposed_on:
        raise invalid("“退回日期”不得早于议题的提出日期。", "sent_back_on")
    default = books.calendar_in(pen.session, topic.area).add_workdays(sent_back_on, COMPLETION_WORKDAYS).on
    complete_by_on = values["complete_by_on"] or default
    if complete_by_on <= sent_back_on:
        raise invalid("“补充期限”应晚于退回日期。", "complete_by_on")
    topic.sent_back_on, topic.sent_back_reason = sent_back_on, values["reason"]
    topic.complete_by_on, topic.resubmitted_on = complete_by_on, None
    pen.session.flush()
    pen.note(
        AuditAction.TOPIC_SENT_BACK,
        "topic",
        topic.id,
        stream=_STREAM,
        new={"sent_back_on": sent_back_on.isoformat(), "complete_by_on": complete_by_on.isoformat()},
        note=topic.sent_back_reason,
    )
    if sent_back_on == pen.today:
        _tell_proposer(pen, topic, values["link"])
    return {"topic_id": topic.id, "row_version": topic.row_version}


def resubmit_topic(
    pen: Pen, topic_id: str, row_version: int, paper: TopicPaper, resubmitted_on: date
) -> dict[str, Any]:
    """Bring the completed topic again. Raises Refused (NOT_FOUND, STALE_FORM, STATE_FORBIDS, INVALID_INPUT)."""
    topic = row_of(pen, Topic, topic_id, "议题")
    if not is_awaited(topic) or topic.sent_back_on is None or topic.complete_by_on is None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题未被退回补充，无需重新提交。")
    day = clean(pen, PastDay("重新提交日期"), resubmitted_on, "resubmitted_on")
    if day < topic.sent_back_on:
        raise invalid(f"“重新提交日期”不得早于退回日期（{topic.sent_back_on}）。", "resubmitted_on")
    before = topic.row_version
    amend_topic(pen, topic_id, row_version, paper)
    if topic.row_version == before:
        raise invalid("请先按退回意见补充议题内容，再重新提交。", "description")
    topic.resubmitted_on = day
    pen.session.flush()
    pen.note(
        AuditAction.TOPIC_RESUBMITTED,
        "topic",
        topic.id,
        stream=_STREAM,
        new={"resubmitted_on": day.isoformat(), "is_in_time": day <= topic.complete_by_on},
    )
    return {"topic_id": topic.id, "row_version": topic.row_version}


def _tell_proposer(pen: Pen, topic: Topic, link: str) -> None:
    decider = pen.session.get(Organisation, pen.by.organisation_id)
    payload = {
        "consultation_number": topic.id,
        "consultation_title": topic.title,
        "link": link,
        "sent_back_on": pen.today.isoformat(),
        "sent_back_by": decider.name if decider is not None else "",
        "reason": topic.sent_back_reason,
        "complete_by_on": topic.complete_by_on.isoformat() if topic.complete_by_on else "",
    }
    pen.post(NoticeKind.TOPIC_SENT_BACK, proposers_of(pen.session, topic, pen.today), payload)
