"""Holding a consultation's audit stream against what the history of its workflow witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import RecordWhatIsDue
from domain.audit_actions import AuditAction
from domain.witnesses import PROCESS_ACTIONS, WitnessedDeed, WitnessedHistory
from records.audit import consultation_of, consultation_stream
from records.stream_walks import AuditFault
from records.tables.audit import AuditEntry, AuditHead


@dataclass(frozen=True)
class HeldAgainst:
    """What the comparison gave: the first fault if any, the deeds that agree, and the span nobody witnesses.

    ``unwitnessed`` is the first and last instant of entries older than what is left of the history, None where the
    history is whole.
    """

    fault: AuditFault | None = None
    deeds: int = 0
    unwitnessed: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class _Entry:
    sequence: int
    update_id: str
    by: tuple[str, str, str]
    action: AuditAction
    hash: str
    at: datetime


@dataclass
class _Hearing:
    """One comparison under way."""

    stream: str
    entries: Sequence[_Entry]
    by_update: dict[str, list[_Entry]] = field(default_factory=dict)
    reached: int = 0
    vouched: int = 0

    def __post_init__(self) -> None:
        for entry in self.entries:
            if entry.update_id:
                self.by_update.setdefault(entry.update_id, []).append(entry)

    def fault_of(self, deed: WitnessedDeed) -> AuditFault | None:
        """What the stream has otherwise than this deed of the history."""
        told = f"流程历史记有 {deed.at:%Y-%m-%d %H:%M}（UTC）的办理"
        found = self.by_update.get(deed.update_id, [])
        if not found and deed.deed != RecordWhatIsDue.deed:
            return self._fault(self.reached + 1, f"{told}（{deed.deed}），留痕中没有")
        if found:
            if found[0].sequence <= self.reached:
                return self._fault(found[0].sequence, "次序与流程历史不同")
            if any(entry.by != (deed.person_id, deed.organisation_id, deed.role) for entry in found):
                return self._fault(found[0].sequence, "办理人与流程历史所记不同")
            self.reached = found[-1].sequence
        return self._witnessed_otherwise(deed)

    def _witnessed_otherwise(self, deed: WitnessedDeed) -> AuditFault | None:
        if deed.audit_length == 0:
            return None
        first, last = self.vouched + 1, deed.audit_length
        there = self.entries[last - 1] if last <= len(self.entries) else None
        if there is None:
            return self._fault(
                len(self.entries) + 1, f"流程历史记有 {last} 条，现只有 {len(self.entries)} 条"
            )
        if (there.sequence, there.hash) != (last, deed.audit_head):
            where = f"第 {first} 条" if first == last else f"第 {first} 至 {last} 条"
            return self._fault(first, f"{where}与流程历史所记的校验值不符，办理之后被改写")
        self.vouched = last
        return None

    def unknown_to(self, history: WitnessedHistory, until: int) -> AuditFault | None:
        """The first entry of a process event that the history does not know, among those written before it was read."""
        known = {deed.update_id for deed in history.deeds}
        since = history.deeds[0].at if history.deeds else None
        for entry in self.entries[:until]:
            is_covered = history.is_whole or (since is not None and entry.at >= since)
            if entry.action in PROCESS_ACTIONS and entry.update_id not in known and is_covered:
                return self._fault(entry.sequence, f"流程历史中没有这一条（{entry.action.label}）")
        return None

    def _fault(self, sequence: int, fault: str) -> AuditFault:
        return AuditFault(self.stream, sequence, fault)


def witnessed_consultations(session: Session) -> list[str]:
    """The ids of every consultation that has a stream, in order."""
    beginning = consultation_stream("")
    streams = session.scalars(select(AuditHead.stream).where(AuditHead.stream.startswith(beginning)))
    return sorted(consultation_of(stream) for stream in streams)


def length_of(session: Session, consultation_id: str) -> int:
    """How many entries the stream has now: asked before its history is read, because both go on growing."""
    return (
        session.scalar(
            select(AuditHead.length).where(AuditHead.stream == consultation_stream(consultation_id))
        )
        or 0
    )


def hold_against(
    session: Session, consultation_id: str, history: WitnessedHistory | None, until: int
) -> HeldAgainst:
    """Compare the stream with the history: every deed in both, in the same order, by the same people.

    ``until`` is the length of the stream before the history was read.
    """
    stream = consultation_stream(consultation_id)
    entries = _entries(session, stream)
    if history is None:
        span = (entries[0].at, entries[-1].at) if entries else None
        return HeldAgainst(unwitnessed=span)
    hearing, deeds = _Hearing(stream, entries), 0
    if not history.is_whole:
        hearing.vouched = _before(entries, history)
        hearing.reached = hearing.vouched
    for deed in history.deeds:
        if not deed.is_done:
            continue
        fault = hearing.fault_of(deed)
        if fault is not None:
            return HeldAgainst(fault, deeds)
        deeds += 1
    older = entries[: _before(entries, history)] if not history.is_whole else []
    return HeldAgainst(
        hearing.unknown_to(history, until), deeds, (older[0].at, older[-1].at) if older else None
    )


def _before(entries: Sequence[_Entry], history: WitnessedHistory) -> int:
    """How many entries lie before the first deed that is left of the history."""
    first = next((deed.update_id for deed in history.deeds if deed.is_done), None)
    return next((entry.sequence - 1 for entry in entries if entry.update_id == first), len(entries))


def _entries(session: Session, stream: str) -> list[_Entry]:
    columns = AuditEntry.__table__.c
    rows = session.execute(
        select(
            columns.sequence,
            columns.update_id,
            columns.person_id,
            columns.organisation_id,
            columns.role,
            columns.action,
            columns.hash,
            columns.at,
        )
        .where(columns.stream == stream)
        .order_by(columns.sequence)
    )
    return [
        _Entry(row.sequence, row.update_id, (row[2], row[3], row.role), row.action, row.hash, row.at)
        for row in rows
    ]
