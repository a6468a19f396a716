"""`shangliang verify-audit`: the whole record recomputed, with progress, and held against what lies outside of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from sqlalchemy.orm import Session
from temporalio.client import Client
from temporalio.service import RPCError

from api.histories import held_against_history
from domain.calendar import local_date
from records.audit_checks import AuditCheck, earliest_entry_on, entries_to_read
from records.kept_outside import read_kept
from records.queries.stream_names import names_of_streams
from records.stream_walks import AuditFault
from records.witnesses import HeldAgainst, witnessed_consultations
from service.composition import Parts
from service.settings import Settings
from service.temporal_server import TemporalServerError, connect, embedded_temporal, running_address

SHOW_EVERY = 1_000
ANSWERS_WITHIN_SECONDS = 5.0


async def verify(
    parts: Parts, console: Console, *, since: date | None, heads: Path | None, with_temporal: bool
) -> bool:
    """Verify the record and tell what was found. Returns whether everything holds.

    Raises KeptOutsideError for a file without heads and seals.
    """
    kept = read_kept(heads) if heads else None
    with parts.register.reading() as session:
        faults = _walk(session, console, AuditCheck(parts.trail, parts.seal_keys, since, kept))
    if with_temporal:
        faults += await _hold_against_histories(parts, console)
    with parts.register.reading() as session:
        names = names_of_streams(session, [fault.stream for fault in faults])
        _tell_retention(parts, session, console)
    for fault in faults:
        where = f"第 {fault.sequence} 号" if fault.stream == "seals" else f"第 {fault.sequence} 条"
        console.print(f"不符：{names[fault.stream]} {where}：{fault.fault}", soft_wrap=True, markup=False)
    if not faults:
        console.print("留痕完整：未发现改动、插入、缺失、调换或截断。")
    return not faults


def _walk(session: Session, console: Console, check: AuditCheck) -> list[AuditFault]:
    """Walk every stream with a bar that tells how far; it is silent where nobody looks."""
    total = entries_to_read(session)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        counted = _Counted(progress, progress.add_task("核验留痕", total=total))
        faults = list(replace(check, seen=counted.one).faults(session))
    since = f"（自 {check.since:%Y-%m-%d} 之前的最后一次封存起）" if check.since else ""
    console.print(f"已逐条核验 {counted.entries} 条留痕{since}。")
    return faults


@dataclass
class _Counted:
    progress: Progress
    bar: TaskID
    entries: int = 0

    def one(self) -> None:
        """Another entry was read; the bar moves now and then, because drawing takes longer than reading."""
        self.entries += 1
        if self.entries % SHOW_EVERY == 0:
            self.progress.update(self.bar, completed=self.entries)


async def _hold_against_histories(parts: Parts, console: Console) -> list[AuditFault]:
    try:
        async with _temporal(parts.settings) as client:
            compared = await _all_held_against(parts, client, console)
    except (TemporalServerError, RPCError) as trouble:
        console.print(f"没有与流程历史核对：{trouble}", soft_wrap=True, markup=False)
        return []
    deeds = sum(one.deeds for one in compared)
    console.print(f"已与流程历史核对 {len(compared)} 件协商的 {deeds} 次办理。")
    gone = [one.unwitnessed for one in compared if one.unwitnessed is not None]
    if gone:
        first, last = _day(min(span[0] for span in gone)), _day(max(span[1] for span in gone))
        console.print(
            f"{len(gone)} 件协商在 {first} 至 {last} 之间的流程历史已不存在，这一段只按留痕链核验。"
        )
    return [one.fault for one in compared if one.fault is not None]


async def _all_held_against(parts: Parts, client: Client, console: Console) -> list[HeldAgainst]:
    with parts.register.reading() as session:
        ids = witnessed_consultations(session)
    found = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for consultation_id in progress.track(ids, description="核对流程历史"):
            found.append(await held_against_history(parts.register, client, consultation_id))
    return found


@asynccontextmanager
async def _temporal(settings: Settings) -> AsyncIterator[Client]:
    """A client of the cluster, or of the embedded server: the one that runs, or one run for this alone."""
    if not settings.is_embedded:
        yield await connect(settings, within_seconds=ANSWERS_WITHIN_SECONDS)
        return
    if not (settings.data_dir / "temporal.db").exists():
        raise TemporalServerError("数据目录中没有流程历史 / there is no history in the data directory")
    running = running_address(settings)
    if running is not None:
        yield await connect(settings, running, within_seconds=ANSWERS_WITHIN_SECONDS)
        return
    async with embedded_temporal(settings) as address:
        yield await connect(settings, address)


def _tell_retention(parts: Parts, session: Session, console: Console) -> None:
    earliest = earliest_entry_on(session)
    if earliest is not None:
        months = parts.settings.audit_retention_months
        console.print(f"留痕自 {earliest:%Y-%m-%d} 起保存，应保存至少 {months} 个月；平台不删除任何留痕。")


def _day(at: datetime) -> str:
    return f"{local_date(at):%Y-%m-%d}"
