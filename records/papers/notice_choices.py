"""What somebody chooses about their notices, within what the rules allow."""

from dataclasses import dataclass
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.notice_ways import NoticeChannel
from domain.notices import NoticeKind
from records.audit import administration_stream
from records.papers.checking import Words, checked, invalid
from records.pen import Pen
from records.tables.notice_ways import NoticeChoice

DIGEST_HOURS = range(9, 18)
"""The full hours within the working hours (08:30–17:30)."""
_STREAM = administration_stream("accounts")


@dataclass(frozen=True, kw_only=True)
class NoticeChoicePaper:
    """By which way ordinary notices come, from which hour on, and which kinds are read in the house only."""

    channel: NoticeChannel
    digest_hour: int | None = None
    house_kinds: Annotated[tuple[NoticeKind, ...], Words("仅在站内查看的通知", NoticeKind)] = ()


def choose_notices(pen: Pen, paper: NoticeChoicePaper) -> dict[str, Any]:
    """Keep the choice of the one who writes; it holds for every letter that has not gone out.

    Raises Refused (INVALID_INPUT): an hour outside the working hours, or a kind that the rules oblige us to send.
    """
    values = checked(pen, paper)
    if paper.digest_hour is not None and paper.digest_hour not in DIGEST_HOURS:
        raise invalid("“每日汇总时间”应在工作时间（08:30 至 17:30）之内。", "digest_hour")
    kinds = [NoticeKind(kind) for kind in values["house_kinds"]]
    for kind in kinds:
        if not kind.may_be_chosen:
            message = (
                f"“{kind.label}”涉及交办、期限、督办或者专报，按规则必须送达本人，不能改为仅在站内查看。"
            )
            raise invalid(message, "house_kinds")
    row = pen.session.get(NoticeChoice, pen.by.person_id)
    if row is None:
        row = NoticeChoice(person_id=pen.by.person_id)
        pen.session.add(row)
    row.channel = paper.channel
    row.digest_minute = None if paper.digest_hour is None else paper.digest_hour * 60
    row.house_kinds = sorted({kind.value for kind in kinds})
    row.chosen_at = pen.at
    pen.session.flush()
    pen.note(
        AuditAction.NOTICES_CHOSEN,
        "person",
        pen.by.person_id,
        stream=_STREAM,
        new={
            "channel": paper.channel.value,
            "digest_hour": paper.digest_hour,
            "house_kinds": row.house_kinds,
        },
    )
    return {"person_id": pen.by.person_id}
