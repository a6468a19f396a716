"""What the work log records of the year: trainings, visits, reports, sessions (SZ-24, SZ-36, SC-06, SC-22, NT-23 …)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from domain.bodies import RoomLevel
from domain.figures import Asked, FigurePart, Minimum, Tally, minimum_for
from domain.policy import is_within
from domain.work_log import WorkKind
from records.queries.counting.committees import committees_of, responsible
from records.queries.counting.count import Count
from records.queries.counting.measures import BY_PART, committees_tally, number_part, number_tally, sum_tally
from records.queries.scopes import within
from records.tables.work_log import WorkRecord


@dataclass(frozen=True)
class Entry:
    """One entry of the log that counts in the year."""

    kind: WorkKind
    area: str
    consultation_id: str | None


def work_log(count: Count, *, kinds: tuple[WorkKind, ...], minimum: Minimum = Asked.NOTHING) -> Tally:
    """Entries of these kinds together. A number that is asked is asked of every 政协 in the area."""
    entries = _entries(count, kinds)
    title = f"{'、'.join(kind.label for kind in kinds)}（台账登记次数）"
    return replace(_logged(count, entries, kinds, minimum_for(minimum, RoomLevel.COUNTY)), title=title)


def _logged(
    count: Count, entries: list[Entry], kinds: tuple[WorkKind, ...], minimum: int | Asked | None
) -> Tally:
    committees = committees_of(count) if isinstance(minimum, int) else ()
    if not committees:
        parts = tuple(_part(kind, kind.label, (one for one in entries if one.kind is kind)) for kind in kinds)
        asked = None if minimum is None else Asked.NOTHING
        return number_tally(len(entries), asked, _ids(entries), parts if len(parts) > 1 else ())
    parts = tuple(
        _part(
            committee.id,
            committee.name,
            [one for one in entries if responsible(committees, one.area) == committee],
            minimum,
        )
        for committee in committees
    )
    return committees_tally(parts, minimum)


def work_log_each(count: Count, *, minimums: Mapping[str, int] | None) -> Tally:
    """Every kind against its own number, for every 政协 in the area (SC-06)."""
    if minimums is None:
        return Tally(value=None, standing=number_tally(0, None).standing)
    entries = _entries(count, tuple(WorkKind(kind) for kind in minimums))
    committees = committees_of(count)
    if not committees:
        parts = tuple(
            _part(kind, WorkKind(kind).label, [one for one in entries if one.kind == kind])
            for kind in minimums
        )
        return number_tally(len(entries), ids=_ids(entries), parts=parts)
    return sum_tally(
        tuple(
            _part(
                f"{committee.id}/{kind}",
                f"{committee.name}：{WorkKind(kind).label}",
                [
                    one
                    for one in entries
                    if one.kind == kind and responsible(committees, one.area) == committee
                ],
                least,
            )
            for committee in committees
            for kind, least in minimums.items()
        ),
        words=BY_PART,
    )


def _entries(count: Count, kinds: tuple[WorkKind, ...]) -> list[Entry]:
    everything = count.once("work", _read)
    return [one for one in everything if one.kind in kinds and is_within(one.area, count.area)]


def _read(count: Count) -> tuple[Entry, ...]:
    found = count.session.execute(
        select(WorkRecord.kind, WorkRecord.area, WorkRecord.consultation_id)
        .where(
            within(WorkRecord.area, count.area),
            count.in_year(WorkRecord.happened_on),
            # An announced inspection may lie ahead; everything else in the log has happened.
            or_(WorkRecord.kind != WorkKind.INSPECTION, WorkRecord.happened_on <= count.as_of),
            WorkRecord.withdrawn_on.is_(None),
        )
        .order_by(WorkRecord.happened_on, WorkRecord.id)
    )
    return tuple(Entry(*row) for row in found)


def _part(
    key: str, label: str, entries: Iterable[Entry], minimum: int | Asked | None = Asked.NOTHING
) -> FigurePart:
    own = list(entries)
    return number_part(key, label, len(own), minimum, _ids(own))


def _ids(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.consultation_id for one in entries if one.consultation_id))
