"""The audit chain finds whatever was done to its entries behind the service's back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from records.audit import AuditTrail, consultation_stream
from records.audit_checks import AuditCheck
from records.proofs import proof_of
from records.queries.seals import newest_seal
from records.seals import Sealing
from records.stream_walks import AuditFault
from records.tables.audit import AuditEntry, AuditHead
from tests.records.papers.people_and_places import NOW, Scene
from tests.records.papers.samples import suggested
from tests.stories import SEAL_KEYS
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


def test_a_sealed_record_that_goes_on_verifies_on_both_databases(written: Scene) -> None:
    sealing = Sealing(written.register, written.trail, SEAL_KEYS, "http://testserver")
    for days in range(3):
        sealing.seal_the_day(NOW + timedelta(days=days))
        suggested(written)
    with written.register.reading() as session:
        check = AuditCheck(written.trail, SEAL_KEYS)
        assert list(check.faults(session)) == []
        assert newest_seal(session).number == 3  # type: ignore[union-attr]
        proof = proof_of(session, SEAL_KEYS, STREAM, ENTRIES + 1)
        assert proof["seal"]["statement"].startswith("shangliang-seal/1 number=2 ")
    with written.register.writing() as session:
        take_down_guards(session)
        session.execute(update(AuditEntry).where(*entry(ENTRIES + 1)).values(note="改"))
    with written.register.reading() as session:
        assert [(one.stream, one.sequence) for one in check.faults(session)] == [(STREAM, ENTRIES + 1)]


def test_entries_that_arrive_while_a_stream_is_read_are_no_fault(written: Scene) -> None:
    def go_on() -> None:
        suggested(written)

    with written.register.reading() as session:
        assert written.trail.fault_of(session, STREAM, seen=go_on) is None
