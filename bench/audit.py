"""How long the whole record takes to verify, and how much memory: ``python -m bench.audit [ENTRIES]``.

A register is filled with streams of different lengths, sealed, and verified in a process of its own, so that its memory
is nobody else's.
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from domain.audit_actions import AuditAction
from records.audit import AuditTrail, administration_stream, consultation_stream
from records.audit_checks import AuditCheck
from records.base import new_id
from records.migrations import upgrade
from records.seal_keys import SealKeys
from records.seals import Sealing
from records.sessions import Register
from records.stream_walks import GENESIS, content_of
from records.tables.audit import AuditEntry, AuditHead

ENTRIES = 1_000_000
ENTRIES_A_CONSULTATION = 80
ROWS_AT_ONCE = 5_000
TRAIL = AuditTrail(b"the key of the bench, 32 bytes..")
KEYS = SealKeys(b"b" * 32)
START_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def main() -> None:
    """Fill, seal, verify and tell."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'register.db'}"
        upgrade(url)
        print(f"{entries:,} entries, one stream in {ENTRIES_A_CONSULTATION} and one of a tenth of all")
        print(f"filled in {_timed(lambda: _fill(url, entries)):.0f} s")
        for name, job in (
            ("sealed", _seal),
            ("verified", _verify),
            ("verified since the seal", _verify_tail),
        ):
            seconds, busy, megabytes = _apart(job, url)
            print(f"{name}: {seconds:.1f} s, {busy:.1f} s of one core, {megabytes:.0f} MB at most")


def _fill(url: str, entries: int) -> None:
    register = Register(url)
    try:
        with register.writing() as session:
            rows: list[dict[str, Any]] = []
            for stream, length in _streams(entries):
                head = GENESIS
                for sequence in range(1, length + 1):
                    entry = _entry(stream, sequence, head)
                    head = entry.hash
                    rows.append(
                        {column.name: getattr(entry, column.name) for column in AuditEntry.__table__.c}
                    )
                session.execute(insert(AuditHead).values(stream=stream, length=length, head=head))
                if len(rows) >= ROWS_AT_ONCE:
                    session.execute(insert(AuditEntry), rows)
                    rows.clear()
            if rows:
                session.execute(insert(AuditEntry), rows)
    finally:
        register.dispose()


def _streams(entries: int) -> Iterator[tuple[str, int]]:
    yield administration_stream("accounts"), entries // 10
    left = entries - entries // 10
    while left > 0:
        yield consultation_stream(new_id()), min(left, ENTRIES_A_CONSULTATION)
        left -= ENTRIES_A_CONSULTATION


def _entry(stream: str, sequence: int, previous: str) -> AuditEntry:
    entry = AuditEntry(
        stream=stream,
        sequence=sequence,
        at=START_AT + timedelta(minutes=sequence),
        person_id="0198c0de-0000-7000-8000-000000000001",
        organisation_id="0198c0de-0000-7000-8000-000000000002",
        role="staff",
        on_behalf_of="",
        action=AuditAction.STAGE_ADVANCED,
        object_kind="consultation",
        object_id=stream,
        rule_ids=["SZ-21", "SZ-22"],
        old={"state": "topic"},
        new={"state": "participants", "occurred_on": "2026-03-02"},
        note="议题已经街道党工委审定，区政协备案。",
        update_id=f"bench-{sequence}",
        previous_hash=previous,
    )
    entry.hash = TRAIL._hash(content_of(entry), "sha256")
    return entry


def _seal(url: str) -> None:
    register = Register(url)
    seal, _ = Sealing(register, TRAIL, KEYS, "http://bench").seal_the_day(START_AT + timedelta(days=400))
    register.dispose()
    assert seal.left_out == 0


def _verify(url: str) -> None:
    _check(url, AuditCheck(TRAIL, KEYS))


def _verify_tail(url: str) -> None:
    _check(url, AuditCheck(TRAIL, KEYS, since=(START_AT + timedelta(days=500)).date()))


def _check(url: str, check: AuditCheck) -> None:
    register = Register(url)
    with register.reading() as session:
        assert list(check.faults(session)) == []
    register.dispose()


def _timed(job: Any) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _apart(job: Any, url: str) -> tuple[float, float, float]:
    """Seconds, seconds of one core, and the most megabytes that a job takes in a process of its own."""
    context = get_context("spawn")
    answers: SimpleQueue[tuple[float, float, float]] = context.SimpleQueue()
    process = context.Process(target=_measured, args=(job, url, answers))
    process.start()
    process.join()
    return answers.get()


def _measured(job: Any, url: str, answers: "SimpleQueue[tuple[float, float, float]]") -> None:
    seconds = _timed(lambda: job(url))
    answers.put((seconds, time.process_time(), _most_megabytes()))


def _most_megabytes() -> float:
    # Not ru_maxrss, which a child takes over from the process that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main()
