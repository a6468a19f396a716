"""Verifying the whole record: every stream, every seal, and what was kept outside; the first fault of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from domain.calendar import local_date
from records.audit import AuditTrail
from records.kept_outside import KeptOutside, faults_against
from records.queries.seals import spans_of
from records.seal_checks import fault_of_seals
from records.seal_keys import SealKeys
from records.stream_walks import AuditFault
from records.tables.audit import AuditEntry, AuditHead
from records.tables.seals import AuditSeal, AuditSealLeaf

STREAMS_AT_ONCE = 500


@dataclass(frozen=True)
class AuditCheck:
    """One verification. With ``since`` streams are read from the last seal before that day, which is checked itself.

    ``seen`` is told of every entry read, for whoever shows progress.
    """

    trail: AuditTrail
    keys: SealKeys
    since: date | None = None
    kept: KeptOutside | None = None
    seen: Callable[[], None] = lambda: None

    def faults(self, session: Session) -> Iterator[AuditFault]:
        """The first fault of every stream, of the seals, and of what was kept outside."""
        start = self._last_seal_before(session)
        for stream in _streams(session):
            fault = self.fault_of(session, stream, start)
            if fault is not None:
                yield fault
        fault = fault_of_seals(session, self.keys)
        if fault is not None:
            yield fault
        if self.kept is not None:
            yield from faults_against(session, self.kept)

    def fault_of(self, session: Session, stream: str, start: int = 0) -> AuditFault | None:
        """The first fault of one stream, held against its seals; it is read from the seal of number ``start``."""
        spans = spans_of(session, stream)
        before = [span for span in spans if span.seal_number <= start]
        return self.trail.fault_of(
            session, stream, spans=spans[len(before) :], after=before[-1] if before else None, seen=self.seen
        )

    def _last_seal_before(self, session: Session) -> int:
        if self.since is None:
            return 0
        query = select(func.max(AuditSeal.number)).where(AuditSeal.sealed_on < self.since)
        return session.scalar(query) or 0


def entries_to_read(session: Session) -> int:
    """How many entries the heads say there are."""
    return session.scalar(select(func.coalesce(func.sum(AuditHead.length), 0))) or 0


def earliest_entry_on(session: Session) -> date | None:
    """The day of the oldest entry."""
    at = session.scalar(select(func.min(AuditEntry.at)))
    return None if at is None else local_date(at)


def _streams(session: Session) -> Iterator[str]:
    """Every stream that has entries, a head or a seal, read in a stream itself."""
    columns = (AuditHead.stream, AuditEntry.stream, AuditSealLeaf.stream)
    every = union(*(select(column) for column in columns)).order_by("stream")
    yield from session.execute(every.execution_options(yield_per=STREAMS_AT_ONCE)).scalars()
