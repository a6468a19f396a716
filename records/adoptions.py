"""Changing over to a newer version of the rules: whether a consultation may, and what that would move.

The dry run and the deed ask the same. A consultation stands at the border of a stage for a new version when nothing
that is open is touched by the change, or when the stage has only just been entered: nothing was recorded since, so
that what the entry itself began can begin again under the newer rules. A clock is touched when its ladder or its
period differs, the stage's own gate when one of its rules says something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.calendar import DueDate, WorkCalendar, local_date
from domain.clocks import read
from domain.ladder import DueRung, Ladder, due_rungs
from domain.ledger import Clock
from domain.matters import ObligationKind
from domain.policy import is_within
from domain.refusals import Refusal, RefusalCode, RuleFinding
from domain.stages import FINAL_STATES, GatePoint
from records.audit import consultation_stream
from records.books import GATE_POINTS, Books, county_version, gate_findings
from records.ledgers import ClockRecord, clock_records
from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation, StageAdvance
from records.tables.obligations import ClockRow
from records.tables.rooms import Room, RuleSetVersion
from regulations.differences import Differences, RuleChange, days_at, differences, period_differs
from regulations.rule_sets import RuleSet

_BEGUN_BY_ENTRY = {ObligationKind.REPORTING: "report_days", ObligationKind.EVALUATION: "evaluation_days"}
"""The parameter of the period that begins with the entry into a stage."""

_NO_WORK = frozenset(
    {
        AuditAction.RUNG_FIRED,
        AuditAction.CLOCKS_RECOUNTED,
        AuditAction.CONTACT_REVEALED,
        AuditAction.RULE_SET_ADOPTED,
    }
)
"""What leaves an entry in a consultation's stream without carrying its stage on."""

_ENTRIES = frozenset(
    {
        AuditAction.CONSULTATION_OPENED,
        AuditAction.STAGE_ADVANCED,
        AuditAction.RETURNED_TO_TOPIC,
        AuditAction.REWORK_ORDERED,
        AuditAction.FOLLOW_UP_RECORDED,
    }
)
"""With what a stage can be entered."""

_LOOK_AHEAD = timedelta(days=800)


@dataclass(frozen=True)
class GateMove:
    """One rule of a gate still ahead that says something else; judged now where it is the next gate."""

    change: RuleChange
    point: GatePoint
    former: RuleFinding | None
    judged: RuleFinding | None


@dataclass(frozen=True)
class ClockMove:
    """One open clock that begins again: its period, its due date and its rungs before and after.

    ``is_kept`` says that the due date stays although the period differs: it has passed, or would have passed already.
    """

    record: ClockRecord
    workdays: int
    former_due: DueDate
    due: DueDate
    is_kept: bool
    former_rungs: tuple[DueRung, ...]
    rungs: tuple[DueRung, ...]


@dataclass(frozen=True)
class Adoption:
    """What one consultation would live under, what that would move, and why it may not where it may not."""

    consultation: Consultation
    former: RuleSet
    adopted: RuleSet
    differences: Differences
    gates: tuple[GateMove, ...]
    clocks: tuple[ClockMove, ...]
    refusal: Refusal | None


def adoption_of(
    session: Session, books: Books, row: Consultation, version: RuleSetVersion, at: datetime
) -> Adoption:
    """The change-over of one consultation to a published version at that instant. It changes nothing."""
    today = local_date(at)
    former = books.pinned(session, row)
    adopted = county_version(books.rule_sets[version.rule_set_id], version)
    change = differences(former, adopted)
    room = session.get_one(Room, row.room_id)
    open_clocks = _open_clocks(session, row)
    touched = [one for one in open_clocks if _is_touched(one, change, former, adopted, room)]
    gates = tuple(_gates(session, books, row, room, (former, adopted), change, today))
    refusal = _not_this_version(session, books, row, version, today) or _not_here(
        session, row, touched, gates
    )
    return Adoption(
        consultation=row,
        former=former,
        adopted=adopted,
        differences=change,
        gates=gates,
        clocks=tuple(_move(session, books, row, room, one, (former, adopted), at) for one in touched),
        refusal=refusal,
    )


def covers(version: RuleSetVersion, row: Consultation) -> bool:
    """Whether the version speaks of the consultation's rule set and area."""
    return version.rule_set_id == row.rule_set_id and is_within(row.area, version.area)


def _not_this_version(
    session: Session, books: Books, row: Consultation, version: RuleSetVersion, today: date
) -> Refusal | None:
    if not covers(version, row):
        return Refusal(RefusalCode.NOT_FOUND, "未找到适用于该协商的这一版本。", "version_id")
    if row.state in FINAL_STATES:
        return Refusal(
            RefusalCode.STATE_FORBIDS, f"协商已处于「{row.state.label}」，按原版本办理，不再改用。"
        )
    if version.effective_on > today:
        message = f"该版本自 {version.effective_on} 起施行，施行前不能改用。"
        return Refusal(RefusalCode.STATE_FORBIDS, message, "version_id")
    pinned = books.pinned_version(session, row)
    if pinned is not None and _order(version) <= _order(pinned):
        message = f"协商现用〔{row.rule_set_version}〕，只能改用施行更晚的版本。"
        return Refusal(RefusalCode.STATE_FORBIDS, message, "version_id")
    return None


def _order(version: RuleSetVersion) -> tuple[date, datetime]:
    return version.effective_on, version.published_at


def _not_here(
    session: Session, row: Consultation, touched: Sequence[ClockRecord], gates: Sequence[GateMove]
) -> Refusal | None:
    present = [one.change.rule.id for one in gates if one.point is GATE_POINTS.get(row.state)]
    if not touched and not present:
        return None
    entered_at = _entered_at(session, row)
    if all(_was_begun_by(entered_at, one) for one in touched) and not _has_moved_on(session, row, entered_at):
        return None
    reasons = [f"“{one.row.title}”的期限正在计算" for one in touched]
    reasons += [f"本环节正按规则 {rule_id} 办理" for rule_id in dict.fromkeys(present)]
    message = (
        f"新版本变更了本环节正在办理的事项（{'；'.join(reasons)}），"
        "须待办结后，或者在刚进入下一环节、尚未办理任何事项时改用。"
    )
    return Refusal(RefusalCode.NOT_AT_STAGE_BORDER, message, "version_id")


def _entered_at(session: Session, row: Consultation) -> datetime:
    last = select(func.max(StageAdvance.recorded_at)).where(StageAdvance.consultation_id == row.id)
    return session.scalar(last) or row.opened_at


def _was_begun_by(entered_at: datetime, record: ClockRecord) -> bool:
    """Whether the entry into the stage started the clock, and nothing has come of it yet."""
    return record.row.recorded_at >= entered_at and not record.fired and not record.clock.ledger


def _has_moved_on(session: Session, row: Consultation, entered_at: datetime) -> bool:
    """Whether anything was recorded of the consultation since it entered its present stage."""
    of_it = (AuditEntry.stream == consultation_stream(row.id), AuditEntry.at >= entered_at)
    entry = session.execute(
        select(AuditEntry.sequence, AuditEntry.update_id)
        .where(*of_it, AuditEntry.action.in_(_ENTRIES))
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    ).one_or_none()
    later = select(AuditEntry.sequence).where(*of_it, AuditEntry.action.not_in(_NO_WORK))
    if entry is not None:
        # The entry's own deed has more to say than that it was entered.
        later = later.where(AuditEntry.sequence > entry.sequence, AuditEntry.update_id != entry.update_id)
    return session.scalar(later.limit(1)) is not None


def _open_clocks(session: Session, row: Consultation) -> list[ClockRecord]:
    query = select(ClockRow).where(ClockRow.consultation_id == row.id, ClockRow.is_open)
    return clock_records(session, session.scalars(query.order_by(ClockRow.id)))


def _is_touched(
    record: ClockRecord, change: Differences, former: RuleSet, adopted: RuleSet, room: Room
) -> bool:
    kind = record.row.kind
    return kind in change.chased_otherwise or period_differs(former, adopted, kind, room.level)


def _gates(
    session: Session,
    books: Books,
    row: Consultation,
    room: Room,
    rule_sets: tuple[RuleSet, RuleSet],
    change: Differences,
    today: date,
) -> Iterator[GateMove]:
    """The changed rules of the gates that the consultation has still to pass."""
    present = GATE_POINTS.get(row.state)
    if present is None:
        return
    points = list(GatePoint)
    ahead = set(points[points.index(present) :])
    changed = [
        (one, point)
        for one in change.rules
        if one.rule.check and one.rule.applies_to(room.level, row.kind)
        for point in one.rule.stages
        if point in ahead
    ]
    found: list[dict[str, RuleFinding]] = [{}, {}]
    if any(point is present for _, point in changed):
        calendar = books.calendar_in(session, row.area)
        found = [
            {one.rule_id: one for one in gate_findings(session, each, calendar, row, today)}
            for each in rule_sets
        ]
    for one, point in changed:
        judged = [each.get(one.rule.id) if point is present else None for each in found]
        yield GateMove(one, point, *judged)


def _move(
    session: Session,
    books: Books,
    row: Consultation,
    room: Room,
    record: ClockRecord,
    rule_sets: tuple[RuleSet, RuleSet],
    at: datetime,
) -> ClockMove:
    former, adopted = rule_sets
    calendar = books.calendar_in(session, row.area, record.row.holder_id)
    today, kind = local_date(at), record.row.kind
    standing = read(record.clock, calendar, today)
    parameter = _BEGUN_BY_ENTRY.get(kind)
    workdays = days_at(adopted, parameter, room.level) if parameter else None
    due = standing.due
    if workdays is not None and workdays != standing.budget_workdays:
        due = calendar.add_workdays(standing.started_on, workdays)
    # Nobody is to be late of a sudden, and nothing that is late becomes early.
    is_kept = due != standing.due and min(due.on, standing.due.on) < today
    budget = standing.budget_workdays if is_kept or workdays is None else workdays
    begun_again = Clock(standing.started_on, budget, at)
    return ClockMove(
        record=record,
        workdays=budget,
        former_due=standing.due,
        due=standing.due if is_kept else due,
        is_kept=is_kept,
        former_rungs=_rungs_ahead(record.clock, former.ladder(kind), calendar, record, at),
        rungs=_rungs_ahead(begun_again, adopted.ladder(kind), calendar, record, at),
    )


def _rungs_ahead(
    clock: Clock, ladder: Ladder, calendar: WorkCalendar, record: ClockRecord, at: datetime
) -> tuple[DueRung, ...]:
    """The rungs that the clock would still fire if nothing more were done."""
    fired = record.fired if clock is record.clock else frozenset()
    found = due_rungs(clock, ladder, calendar, fired, at + _LOOK_AHEAD, record.row.id)
    return tuple(one for one in found if one.at > at)
