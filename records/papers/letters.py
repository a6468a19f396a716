"""What happens to a letter after it was written: it is sent anew, or its bounce is reported."""

from dataclasses import dataclass
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.notice_ways import DeliveryWay
from domain.refusals import RefusalCode, refuse
from records.audit import administration_stream
from records.mail_standings import is_stopped, note_refusal
from records.papers.checking import Line, checked, invalid
from records.pen import Pen
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.people import Person

_STREAM = administration_stream("notices")
_BOUNCED = frozenset({NoticeState.DELIVERED, NoticeState.REFUSED})
PERMANENT_CODES = range(500, 600)


@dataclass(frozen=True, kw_only=True)
class ResendPaper:
    """Why a letter is sent anew."""

    reason: Annotated[str, Line("重新发送的理由")]


@dataclass(frozen=True, kw_only=True)
class BouncePaper:
    """What the mail gateway heard of a letter that came back: the SMTP code, and the words of the other side."""

    code: int
    detail: Annotated[str, Line("退信说明", is_required=False)] = ""


def resend_notice(pen: Pen, notice_id: str, paper: ResendPaper) -> dict[str, Any]:
    """Put a letter into the outbox once more, as another message, sent at once and by mail whatever was chosen.

    Raises Refused: NOT_FOUND, INVALID_INPUT, STATE_FORBIDS while it still waits or nothing can reach its reader.
    """
    reason = checked(pen, paper)["reason"]
    row = _row(pen, notice_id)
    if row.state is NoticeState.WAITING:
        raise refuse(RefusalCode.STATE_FORBIDS, "该信件尚在待发送，不必重新发送。")
    person = pen.session.get_one(Person, row.person_id)
    if not person.email:
        raise refuse(RefusalCode.STATE_FORBIDS, "收件人没有登记邮箱，请先登记收件地址。")
    if is_stopped(pen.session, person):
        raise refuse(RefusalCode.STATE_FORBIDS, "收件地址已停用，请先更正收件地址。")
    former = row.state
    row.state, row.send_after_at = NoticeState.WAITING, pen.at
    row.resends, row.resend_reason = row.resends + 1, reason
    pen.letters_written += 1
    pen.note(
        AuditAction.NOTICE_RESENT,
        "notice",
        row.id,
        stream=_STREAM,
        old={"state": former},
        new={"count": row.resends},
        note=reason,
    )
    return {"notice_id": row.id, "resends": row.resends}


def report_bounce(pen: Pen, notice_id: str, paper: BouncePaper) -> dict[str, Any]:
    """Note that a letter came back; a bounce for good (5xx) stops its reader's address at once.

    Raises Refused: NOT_FOUND, INVALID_INPUT, STATE_FORBIDS for a letter that never went out.
    """
    detail = checked(pen, paper)["detail"]
    if not 400 <= paper.code < 600:
        raise invalid("“退信代码”应为 400 至 599 的 SMTP 应答代码。", "code")
    row = _row(pen, notice_id)
    if row.state not in _BOUNCED:
        raise refuse(RefusalCode.STATE_FORBIDS, "该信件没有发出过，不能登记退信。")
    person = pen.session.get_one(Person, row.person_id)
    is_for_good = paper.code in PERMANENT_CODES
    row.state = NoticeState.REFUSED
    told = f"退信回报（{paper.code}）：{detail or '未附说明'}"
    pen.session.add(
        Delivery(
            notice_id=row.id,
            at=pen.at,
            outcome="bounced",
            code=paper.code,
            detail=told,
            way=DeliveryWay.BOUNCE,
        )
    )
    pen.note(AuditAction.BOUNCE_REPORTED, "notice", row.id, stream=_STREAM, new={"code": paper.code})
    stopped = note_refusal(pen, person.id, person.email, told, is_for_good=is_for_good)
    return {"notice_id": row.id, "is_address_stopped": stopped}


def _row(pen: Pen, notice_id: str) -> NoticeRow:
    row = pen.session.get(NoticeRow, notice_id, with_for_update=True) if notice_id.isprintable() else None
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该信件。")
    return row
