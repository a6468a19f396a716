"""What the ledger of a task's clock does not say itself: from whom it was taken over, what was asked of it in vain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from domain.explanations import Remark
from records.tables.obligations import ClockRow, ExtensionRequest, FeedbackTask, ReturnRequest
from records.tables.people import Organisation


@dataclass(frozen=True)
class ClockRemarks:
    """Why the clock was opened, where that needs a word, and what was asked without moving its date."""

    opened_because: str = ""
    asked: Sequence[Remark] = ()


NO_REMARKS = ClockRemarks()


def clocks_with_remarks(
    session: Session, clock_ids: Sequence[str]
) -> tuple[list[ClockRow], dict[str, ClockRemarks]]:
    """The clocks of these ids, and by clock id the remarks on those of feedback tasks: one question for both."""
    former = aliased(FeedbackTask)
    found: Sequence[Any] = session.execute(
        select(ClockRow, Organisation.name, ReturnRequest, ExtensionRequest)
        .outerjoin(FeedbackTask, FeedbackTask.clock_id == ClockRow.id)
        .outerjoin(former, former.id == FeedbackTask.predecessor_id)
        .outerjoin(Organisation, Organisation.id == former.unit_id)
        .outerjoin(ReturnRequest, ReturnRequest.task_id == FeedbackTask.id)
        .outerjoin(ExtensionRequest, ExtensionRequest.task_id == FeedbackTask.id)
        .where(ClockRow.id.in_(clock_ids))
        .order_by(ReturnRequest.id, ExtensionRequest.id)
    ).all()
    asked: dict[str, dict[str, Remark]] = {}
    for clock, _, returned, extended in found:
        of_clock = asked.setdefault(clock.id, {})
        if returned is not None:
            of_clock[returned.id] = _of_return(returned)
        if extended is not None and (remark := _of_extension(extended)) is not None:
            of_clock[extended.id] = remark
    rows = {clock.id: clock for clock, *_ in found}
    remarks = {
        clock.id: ClockRemarks(handed_on_by(name), list(asked[clock.id].values()))
        for clock, name, *_ in found
    }
    return list(rows.values()), remarks


def _of_return(one: ReturnRequest) -> Remark:
    return return_remark(one.requested_on, one.reason, one.is_accepted, one.decided_on, one.note)


def _of_extension(one: ExtensionRequest) -> Remark | None:
    return extension_remark(
        one.requested_on, one.workdays, one.reason, one.is_granted, one.decided_on, one.note
    )


def handed_on_by(unit_name: str | None) -> str:
    """Why a task's clock begins with a full period, where another unit had the item before."""
    return f"{unit_name}退办，改交办，期限重新起算" if unit_name else ""


def return_remark(
    on: date, reason: str, is_accepted: bool | None, decided_on: date | None, note: str
) -> Remark:
    """A 退办 as a line beside the ledger."""
    asked = f"{on} 申请退办（{reason}）"
    if is_accepted:
        return Remark(on, f"{asked}，{decided_on} 同意，由新的承办单位重新起算")
    return Remark(on, asked + _unmoved(is_accepted, decided_on, note, "退办"))


def extension_remark(
    on: date, workdays: int | None, reason: str, is_granted: bool | None, decided_on: date | None, note: str
) -> Remark | None:
    """A 延期 that moved no date; None for a granted one, which stands in the ledger itself."""
    if is_granted:
        return None
    asked = f"{on} 申请延期 {workdays} 个工作日（{reason}）"
    return Remark(on, asked + _unmoved(is_granted, decided_on, note, "延期"))


def _unmoved(is_granted: bool | None, decided_on: date | None, note: str, word: str) -> str:
    if is_granted is None:
        return "，尚未答复，原期限继续计算"
    return f"，{decided_on} 未同意{word}" + (f"（{note}）" if note else "") + "，到期日不变"
