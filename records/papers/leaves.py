"""请假代办: somebody on leave names a deputy for a span of days, or an administrator does it for them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from sqlalchemy import Select, select

from domain.audit_actions import AuditAction
from domain.leave import LEAVE_DAYS_MAX, STANDS_IN_FOR
from domain.notices import NoticeKind
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.deputies import hand_over, letter
from records.leaves import Absent, Deputy, deputyship_between
from records.papers.changes import kept
from records.papers.checking import Day, Known, Line, checked, invalid
from records.papers.finding import row_of
from records.pen import Pen
from records.tables.people import Leave, Membership, Person

_STREAM = administration_stream("organisations")


@dataclass(frozen=True, kw_only=True)
class LeavePaper:
    """From which day until which, that day included, somebody is away, and who acts for them meanwhile."""

    membership_id: Annotated[str, Known("请假的任职", Membership)]
    deputy_membership_id: Annotated[str, Known("代办人员", Membership)]
    since_on: Annotated[date, Day("请假起始日期")]
    until_on: Annotated[date, Day("请假截止日期")]
    reason: Annotated[str, Line("请假原因", characters_max=100)]


def enter_leave(pen: Pen, paper: LeavePaper) -> dict[str, Any]:
    """Name a deputy for a membership: by its bearer, or by an administrator for somebody who cannot.

    The reason stays out of the audit trail and of all letters, because it may be an illness. Raises Refused
    (INVALID_INPUT, NOT_PERMITTED).
    """
    values = checked(pen, paper)
    membership = pen.session.get_one(Membership, paper.membership_id)
    deputy = pen.session.get_one(Membership, paper.deputy_membership_id)
    _require_theirs_or_administrator(pen, membership, deputy)
    _lock_people(pen, membership.person_id, deputy.person_id)
    _require_span(pen, paper)
    _require_able(pen, membership, deputy, paper)
    _require_no_chain(pen, membership, deputy, paper)
    leave = Leave(**values, entered_at=pen.at, entered_by_person_id=pen.by.person_id)
    pen.session.add(leave)
    pen.session.flush()
    pen.note(
        AuditAction.LEAVE_ENTERED, "leave", leave.id, stream=_STREAM, new=kept(values, without=("reason",))
    )
    _tell_of_naming(pen, leave, membership)
    return {"leave_id": leave.id}


def end_leave(pen: Pen, leave_id: str) -> dict[str, Any]:
    """End a leave before its last day, at once: the bearer is back. What was done meanwhile goes out to them.

    Raises Refused (NOT_FOUND, NOT_PERMITTED, STATE_FORBIDS).
    """
    leave = row_of(pen, Leave, leave_id, "请假代办")
    membership = pen.session.get_one(Membership, leave.membership_id)
    is_own = membership.person_id == pen.by.person_id
    if not is_own and not may(pen.by, "enter_leave", Matter()):
        raise refuse(RefusalCode.NOT_FOUND, "未找到该请假代办。")
    if leave.ended_at is not None or leave.until_on < pen.today:
        raise refuse(RefusalCode.STATE_FORBIDS, "该请假代办已经结束。")
    leave.ended_at, leave.ended_by_person_id = pen.at, pen.by.person_id
    pen.session.flush()
    pen.note(
        AuditAction.LEAVE_ENDED, "leave", leave.id, stream=_STREAM, new={"ended_on": pen.today.isoformat()}
    )
    told = deputyship_between(pen.session, leave)
    payload = letter(pen, told) | {"ended_on": pen.today.isoformat()}
    pen.post(NoticeKind.DEPUTY_ENDED, [told.absent_id, told.actor.person_id], payload)
    hand_over(pen, told.absent_id, leave.until_on)
    return {"leave_id": leave.id}


def _require_theirs_or_administrator(pen: Pen, membership: Membership, deputy: Membership) -> None:
    if pen.by.person_id == membership.person_id:
        if pen.by.on_behalf_of is not None:
            message = "您正在代他人办理，请先切换回本人的任职再登记请假。"
            raise refuse(RefusalCode.NOT_PERMITTED, message, field="membership_id")
        return
    if not may(pen.by, "enter_leave", Matter()):
        raise refuse(
            RefusalCode.NOT_PERMITTED, "只能为本人的任职指定代办人员，或者由安全管理员登记。", "membership_id"
        )
    if pen.by.people & {membership.person_id, deputy.person_id}:
        message = "安全管理员不能为自己登记代办，请由另一名安全管理员办理。"
        raise refuse(RefusalCode.NOT_PERMITTED, message, field="deputy_membership_id")


def _lock_people(pen: Pen, *person_ids: str) -> None:
    # In one order, so that two leaves entered side by side see each other and never wait in a circle.
    pen.session.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update()
    )


def _require_span(pen: Pen, paper: LeavePaper) -> None:
    if paper.since_on < pen.today:
        raise invalid(f"“请假起始日期”不得早于今天（{pen.today}）。", "since_on")
    if paper.until_on < paper.since_on:
        raise invalid("“请假截止日期”不得早于“请假起始日期”。", "until_on")
    if paper.until_on - paper.since_on >= timedelta(days=LEAVE_DAYS_MAX):
        raise invalid(f"请假不得超过 {LEAVE_DAYS_MAX} 天；时间更长的，请变更任职。", "until_on")


def _require_able(pen: Pen, membership: Membership, deputy: Membership, paper: LeavePaper) -> None:
    """The deputy can act there: an active account, the same organisation, a fitting role, for the whole span."""
    if deputy.person_id == membership.person_id:
        raise invalid("代办人员不得是请假人员本人。", "deputy_membership_id")
    if deputy.organisation_id != membership.organisation_id:
        raise invalid("代办人员应在同一单位任职。", "deputy_membership_id")
    fitting = STANDS_IN_FOR.get(membership.role, frozenset())
    if deputy.role not in fitting:
        labels = "、".join(role.label for role in STANDS_IN_FOR if role in fitting)
        raise invalid(f"“{membership.role.label}”只能由本单位的{labels}代办。", "deputy_membership_id")
    for one, whose, field in (
        (membership, "请假人员", "membership_id"),
        (deputy, "代办人员", "deputy_membership_id"),
    ):
        if not pen.session.get_one(Person, one.person_id).is_active:
            raise invalid(f"{whose}的账号已停用。", field)
        starts_late = one.since_on is not None and one.since_on > paper.since_on
        if starts_late or (one.until_on is not None and one.until_on < paper.until_on):
            raise invalid(f"{whose}的任职不覆盖整个请假期间。", field)


def _require_no_chain(pen: Pen, membership: Membership, deputy: Membership, paper: LeavePaper) -> None:
    overlapping = (
        select(Leave.id)
        .join(Absent, Absent.id == Leave.membership_id)
        .join(Deputy, Deputy.id == Leave.deputy_membership_id)
        .where(Leave.ended_at.is_(None), Leave.since_on <= paper.until_on, Leave.until_on >= paper.since_on)
        .limit(1)
    )

    def is_there(query: Select[str]) -> bool:
        return pen.session.scalar(query) is not None

    if is_there(overlapping.where(Leave.membership_id == membership.id)):
        raise invalid("该任职在此期间已有代办人员；需要更换的，请先提前结束原代办。", "since_on")
    if is_there(overlapping.where(Absent.person_id == deputy.person_id)):
        raise invalid("代办人员在此期间本人请假，不能转由其代办。", "deputy_membership_id")
    if is_there(overlapping.where(Deputy.person_id == membership.person_id)):
        raise invalid("请假人员在此期间正代他人办理，不能再转由他人代办；请先结束该代办。", "membership_id")


def _tell_of_naming(pen: Pen, leave: Leave, membership: Membership) -> None:
    told = deputyship_between(pen.session, leave)
    is_own = membership.person_id == pen.by.person_id
    payload = letter(pen, told) | {
        "since_on": leave.since_on.isoformat(),
        "until_on": leave.until_on.isoformat(),
        "entered_by": "" if is_own else pen.session.get_one(Person, pen.by.person_id).name,
    }
    pen.post(NoticeKind.DEPUTY_NAMED, [told.absent_id, told.actor.person_id], payload)
