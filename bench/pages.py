"""Server time of the pages over a large register: ``python -m bench.pages [folder]``.

Fills a register a thousand times the sample data (once: a folder that is named is used again), asks each page many
times through the application itself, and prints p50 and p95 in milliseconds, p95 of the processor's own time, statements
and compressed bytes. On a machine that does other work too, only the processor's time says what the page costs. The
goal for the list of consultations with any of its conditions: p95 ≤ 100 ms on SQLite.
"""

import logging
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pydantic import SecretStr
from sqlalchemy import event, func, select, update
from starlette.testclient import TestClient
from temporalio.client import Client

from api.identity import COOKIE
from bench.large_register import WATCHERS, fill
from records.migrations import upgrade
from records.tables.consultations import Consultation
from records.tables.people import UserSession
from service.bell import Bell
from service.composition import Parts, open_parts
from service.keys import new_key
from service.processes import make_app, spare_the_collector
from service.settings import Settings

ROUNDS = 40
WARM_UP = 3
LONG_ENOUGH_MS = 10_000
"""A page that took so long in all is not asked again: it is slow."""

PAGES = (
    ("staff", "/consultations"),
    ("owner", "/consultations"),
    ("owner", "/consultations?sort=number"),
    ("owner", "/consultations?sort=newest"),
    ("owner", "/consultations?text=%E5%8A%A0%E8%A3%85%E7%94%B5%E6%A2%AF"),
    ("owner", "/consultations?text=%E7%AC%AC19999%E5%8F%B7"),
    ("owner", "/consultations?text=000777"),
    ("owner", "/consultations?text=%E7%AC%AC7%E6%89%BF%E5%8A%9E%E5%B1%80"),
    ("owner", "/consultations?text=%E8%B5%B5%E5%BB%BA%E5%9B%BD"),
    ("owner", "/consultations?text=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E8%AF%8D"),
    ("owner", "/consultations?overdue=yes"),
    ("owner", "/consultations?overdue=yes&text=%E5%81%9C%E8%BD%A6"),
    ("owner", "/consultations?colour=red"),
    ("owner", "/consultations?colour=yellow"),
    ("owner", "/consultations?colour=blue"),
    ("owner", "/consultations?state=archived&year=2025"),
    ("supervisor", "/consultations?overdue=yes"),
    ("department", "/consultations"),
    ("department", "/consultations?text=%E5%8A%A0%E8%A3%85"),
    ("convener", "/consultations"),
    ("party", "/consultations"),
    ("staff", "/"),
    ("owner", "/"),
    ("department", "/"),
    ("department", "/feedback-tasks"),
    ("supervisor", "/overdue"),
    ("supervisor", "/overview"),
)


@dataclass(frozen=True)
class Measured:
    """One page: server times in milliseconds, statements of one answer, its bytes as they go over the wire."""

    who: str
    path: str
    times_ms: list[float]
    processor_ms: list[float]
    statements: int
    compressed_bytes: int

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.times_ms)


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


@contextmanager
def counted(parts: Parts) -> Iterator[list[str]]:
    """The statements that read, as they are sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(parts.register.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(parts.register.engine, "before_cursor_execute", note)


def measured(client: TestClient, parts: Parts, who: str, path: str, rounds: int = ROUNDS) -> Measured:
    """Ask for one page many times. Raises AssertionError for a page that does not open."""
    headers = {"Cookie": f"{COOKIE}=cookie-of-{who}"}
    with counted(parts) as sent:
        answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    times: list[float] = []
    processor: list[float] = []
    for number in range(WARM_UP + rounds):
        if sum(times) > LONG_ENOUGH_MS:
            break
        started, busy = time.perf_counter(), time.process_time()
        client.get(path, headers=headers)
        if number >= WARM_UP:
            times.append((time.perf_counter() - started) * 1000)
            processor.append((time.process_time() - busy) * 1000)
    return Measured(who, path, times, processor, len(sent), len(zlib.compress(answer.content)))


def large_parts(folder: Path) -> Parts:
    """The parts of a service over the large register in this folder, which is filled unless it is already."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'register.db'}",
        base_url="http://testserver",
        audit_key=SecretStr(new_key()),
        personal_data_key=SecretStr(new_key()),
        seal_key=SecretStr(new_key()),
        session_idle_minutes=24 * 60,
    )
    upgrade(settings.database_url)
    parts = open_parts(settings)
    with parts.register.reading() as session:
        is_empty = session.scalar(select(func.count()).select_from(Consultation)) == 0
    if is_empty:
        fill(parts.register, parts.books)
    with parts.register.writing() as session:
        session.execute(update(UserSession).values(seen_at=datetime.now(UTC)))
    return parts


def main() -> None:
    """Measure every page and print the table."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as scratch:
        parts = large_parts(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch))
        # The pages below only read: nothing of them asks the engine or rings the post office.
        app = make_app(parts, cast(Client, None), cast(Bell, SimpleNamespace(ring=lambda: None)))
        spare_the_collector()
        with TestClient(app) as client:
            print(f"{'p50 ms':>8}{'p95 ms':>8}{'p95 cpu':>9}{'asked':>7}{'bytes':>8}  page")
            for who, path in PAGES:
                one = measured(client, parts, who, path)
                label = WATCHERS[who][0]
                print(
                    f"{one.p50:8.1f}{p95(one.times_ms):8.1f}{p95(one.processor_ms):9.1f}"
                    f"{one.statements:7}{one.compressed_bytes:8}  {path}（{label}）",
                    flush=True,
                )
        parts.close()


if __name__ == "__main__":
    main()
