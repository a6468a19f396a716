"""议题: proposing, amending, and refusing one that never became a consultation."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.matters import Diversion, Exclusion, TopicCategory, TopicSource
from domain.notices import NoticeKind
from domain.plans import TopicFit, TopicTiming
from domain.policy import is_within
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.cppcc_members import is_member_for
from records.papers.changes import amend, kept, require_version
from records.papers.checking import Known, Line, PastDay, Text, Words, checked, invalid
from records.papers.finding import row_of
from records.papers.organisations import require_area
from records.pen import Pen
from records.recipients import proposers_of
from records.tables.consultations import Consultation, Topic
from records.tables.people import Organisation, Person
from records.tables.plans import AnnualPlan, PlanItem

_STREAM = administration_stream("topics")


@dataclass(frozen=True, kw_only=True)
class TopicPaper:
    """A topic as proposed. An answer of None has not been given yet.

    A topic that names its item of the yearly plan is a planned one, and one that names none is not, unless
    ``is_planned`` says so: then it is taken at its word and the gate says whether that will do.
    """

    title: Annotated[str, Line("议题名称")]
    area: Annotated[str, Line("所属区域")]
    proposed_on: Annotated[date, PastDay("提出日期")]
    description: Annotated[str, Text("议题说明", is_required=False)] = ""
    proposer: Annotated[str, Line("提出人（单位）", is_required=False)] = ""
    source: TopicSource | None = None
    category: TopicCategory | None = None
    is_against_public_morals: bool | None = None
    is_settled_by_law: bool | None = None
    is_individual_dispute: bool | None = None
    affects_public_interest: bool = True
    is_sensitive: bool = False
    is_long_standing: bool = False
    is_key: bool = False
    is_planned: bool | None = None
    must_consult_first: bool = False
    place: Annotated[str, Line("涉及地点", is_required=False)] = ""
    matter: Annotated[str, Line("涉及事项", is_required=False)] = ""
    is_solvable: bool | None = None
    scope_statement: Annotated[str, Text("议题范围说明", is_required=False)] = ""
    plan_item_id: Annotated[str | None, Known("年度计划议题", PlanItem)] = None
    timing: TopicTiming | None = None
    fits: Annotated[tuple[str, ...], Words("选题契合点", TopicFit)] = ()
    is_beyond_grassroots: bool | None = None
    has_heard_sectors: bool | None = None
    recommended_by_id: Annotated[str | None, Known("荐题委员", Person)] = None


@dataclass(frozen=True, kw_only=True)
class TopicRejection:
    """不予受理: why, under which clause of the rule set, and to which channel the topic is handed."""

    exclusion: Exclusion
    diversion: Diversion
    reason: Annotated[str, Text("不予受理的理由")]
    rejected_on: Annotated[date, PastDay("决定日期")]
    clause: Annotated[str, Text("依据条款", is_required=False)] = ""
    article: Annotated[str, Line("条款出处", is_required=False)] = ""
    source: Annotated[str, Line("依据文件", is_required=False)] = ""
    link: Annotated[str, Line("页面地址", is_required=False, characters_max=1000)] = ""


def propose_topic(pen: Pen, paper: TopicPaper) -> dict[str, Any]:
    """Register a proposed topic."""
    values = _checked_topic(pen, paper)
    topic = Topic(**values)
    pen.session.add(topic)
    pen.session.flush()
    new = kept(values, without=("proposer",))
    pen.note(AuditAction.TOPIC_PROPOSED, "topic", topic.id, stream=_STREAM, new=new)
    return {"topic_id": topic.id, "row_version": topic.row_version}


def amend_topic(pen: Pen, topic_id: str, row_version: int, paper: TopicPaper) -> dict[str, Any]:
    """Amend a topic as it was read at ``row_version``, while its consultation (if any) is still open.

    Raises Refused (NOT_FOUND, STALE_FORM, STATE_FORBIDS).
    """
    topic = row_of(pen, Topic, topic_id, "议题")
    require_version(row_version, topic.row_version)
    _require_not_rejected(topic)
    states = pen.session.scalars(select(Consultation.state).filter_by(topic_id=topic.id)).all()
    if any(state.is_final for state in states):
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题的协商已结束，不能再修改议题。")
    values = _checked_topic(pen, paper)
    old, new = amend(topic, values)
    pen.session.flush()
    old.pop("proposer", None)
    new.pop("proposer", None)
    pen.note(AuditAction.TOPIC_AMENDED, "topic", topic.id, stream=_STREAM, old=old, new=new)
    return {"topic_id": topic.id, "row_version": topic.row_version}


def reject_topic(pen: Pen, topic_id: str, paper: TopicRejection) -> dict[str, Any]:
    """Refuse a topic that has no consultation, and tell the staff of the organisation that proposed it.

    A topic under consultation is rejected by the act of that consultation instead. Raises Refused (NOT_FOUND,
    STATE_FORBIDS).
    """
    topic = row_of(pen, Topic, topic_id, "议题")
    _require_not_rejected(topic)
    if pen.session.scalar(select(Consultation.id).filter_by(topic_id=topic.id)) is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题已发起协商，请在协商中办理不予受理。")
    values = checked(pen, paper)
    topic.exclusion, topic.diversion = paper.exclusion, paper.diversion
    topic.rejection_reason, topic.rejected_on = values["reason"], values["rejected_on"]
    pen.session.flush()
    pen.note(
        AuditAction.TOPIC_REJECTED, "topic", topic.id, stream=_STREAM, new=kept(values, without=("link",))
    )
    _tell_proposer(pen, topic, values)
    return {"topic_id": topic.id, "row_version": topic.row_version}


def _checked_topic(pen: Pen, paper: TopicPaper) -> dict[str, Any]:
    values = checked(pen, paper)
    require_area(values["area"])
    if paper.plan_item_id is not None:
        _require_usable_item(pen, paper.plan_item_id, values["area"])
        if paper.is_planned is False:
            raise invalid("已选择年度计划议题的，应为“已列入年度协商计划”。", "is_planned")
    if paper.is_planned is None:
        values["is_planned"] = paper.plan_item_id is not None
    if paper.recommended_by_id is not None and not is_member_for(
        pen.session, paper.recommended_by_id, values["area"], paper.proposed_on
    ):
        raise invalid("荐题人不是本地区的政协委员，请重新选择。", "recommended_by_id")
    return values


def _require_usable_item(pen: Pen, item_id: str, area: str) -> None:
    # Locked, so that nobody withdraws the item beside the topic that names it.
    item = row_of(pen, PlanItem, item_id, "计划议题")
    if not is_within(area, pen.session.get_one(AnnualPlan, item.plan_id).area):
        raise invalid("该计划议题属于其他地区的年度协商计划。", "plan_item_id")
    if item.withdrawn_on is not None:
        raise invalid("该计划议题已撤出年度协商计划。", "plan_item_id")


def _require_not_rejected(topic: Topic) -> None:
    if topic.rejected_on is not None:
        raise refuse(RefusalCode.STATE_FORBIDS, "该议题已不予受理，不能再修改。")


def _tell_proposer(pen: Pen, topic: Topic, values: dict[str, Any]) -> None:
    decider = pen.session.get(Organisation, pen.by.organisation_id)
    payload = {
        "consultation_number": topic.id,
        "consultation_title": topic.title,
        "link": values["link"],
        "decided_on": values["rejected_on"].isoformat(),
        "decided_by": decider.name if decider is not None else "",
        "reason": values["reason"],
        "clause": values["clause"] or Exclusion(values["exclusion"]).label,
        "article": values["article"],
        "source": values["source"],
        "diverted_to": [Diversion(values["diversion"]).label],
    }
    pen.post(NoticeKind.REJECTED, proposers_of(pen.session, topic, pen.today), payload)
