"""The audit chain finds whatever was done to its entries behind the service's back."""

from collections.abc import Callable

import pytest
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from records.audit import AuditTrail, consultation_stream
from records.stream_walks import AuditFault
from records.tables.audit import AuditEntry, AuditHead
from tests.records.papers.people_and_places import Scene
from tests.records.papers.samples import suggested
from tests.tampering import take_down_guards

STREAM = consultation_stream("consultation")
ENTRIES = 4


@pytest.fixture
def written(any_scene: Scene) -> Scene:
    for _ in range(ENTRIES):
        suggested(any_scene)
    return any_scene


def faults(scene: Scene, tamper: Callable[[Session], object] | None = None) -> list[AuditFault]:
    if tamper is not None:
        with scene.register.writing() as session:
            take_down_guards(session)
            tamper(session)
    with scene.register.reading() as session:
        return list(scene.trail.verify(session))


def entry(sequence: int) -> tuple[ColumnElement[bool], ...]:
    return (AuditEntry.stream == STREAM, AuditEntry.sequence == sequence)


def test_an_untouched_stream_has_no_fault(written: Scene) -> None:
    assert faults(written) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("note", "改"), ("person_id", "x"), ("new", {"item_number": 9}), ("object_id", "x"), ("role", "clock")],
)
def test_a_changed_entry_is_found(written: Scene, column: str, value: object) -> None:
    found = faults(
        written, lambda session: session.execute(update(AuditEntry).where(*entry(2)).values({column: value}))
    )
    assert [(fault.stream, fault.sequence) for fault in found] == [(STREAM, 2)]


def test_a_removed_entry_is_found(written: Scene) -> None:
    found = faults(written, lambda session: session.execute(delete(AuditEntry).where(*entry(2))))
    assert [(fault.sequence, fault.fault) for fault in found] == [(2, "缺少第 2 条")]


def test_swapped_entries_are_found(written: Scene) -> None:
    def swap(session: Session) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            session.execute(update(AuditEntry).where(*entry(old)).values(sequence=new))

    assert [fault.sequence for fault in faults(written, swap)] == [2]


def test_a_cut_tail_is_found(written: Scene) -> None:
    found = faults(written, lambda session: session.execute(delete(AuditEntry).where(*entry(ENTRIES))))
    assert [(fault.sequence, "截断" in fault.fault) for fault in found] == [(ENTRIES, True)]


def test_a_stream_cut_to_nothing_is_found(written: Scene) -> None:
    found = faults(written, lambda session: session.execute(delete(AuditEntry)))
    assert [fault.stream for fault in found] == [STREAM]


def test_a_stream_without_its_head_is_found(written: Scene) -> None:
    found = faults(written, lambda session: session.execute(delete(AuditHead)))
    assert [fault.fault for fault in found] == ["没有链头记录"]


def test_who_has_no_key_cannot_write_an_entry_that_fits(written: Scene) -> None:
    forger = AuditTrail(b"another key")

    def forge(session: Session) -> None:
        last = session.scalars(select(AuditEntry).where(*entry(ENTRIES))).one()
        forger.append(
            session,
            stream=STREAM,
            at=last.at,
            by=written.staff,
            action=last.action,
            object_kind=last.object_kind,
            object_id=last.object_id,
        )

    assert [fault.sequence for fault in faults(written, forge)] == [ENTRIES + 1]
