"""The reconciler: finds what a missed run left behind, repairs what can be repaired, and says both.

The register is the record: where the engine disagrees with it, the engine is brought up to it, never the other way.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from activities.engine import Engine
from domain.acts import Outcome
from domain.words import Word
from records.queries.reconciling import (
    Standing,
    open_consultations,
    stuck_letters,
    touched_between,
    with_rungs_due_since,
)
from records.sessions import Register

RUNG_LATE_AFTER = timedelta(hours=1)
LETTER_LATE_AFTER = timedelta(days=1)
VERSIONS_LOOKED_BACK = timedelta(days=3)
SETTLED_AFTER = timedelta(minutes=10)
"""What is younger may still be on its way between a deed and its workflow."""
REPAIRED_AT_ONCE_MAX = 20


class Disorder(Word):
    """What the reconciler finds."""

    NOT_RUNNING = "not_running", "协商在办而流程未运行"
    RUNG_LATE = "rung_late", "时限节点已到一小时以上而未触发"
    VERSION_BEHIND = "version_behind", "流程所见版本落后于登记"
    LETTER_STUCK = "letter_stuck", "信件到时一天以上仍未发出"


@dataclass(frozen=True)
class Finding:
    """One thing out of order, and what was done about it."""

    disorder: Disorder
    subject_id: str
    name: str
    repair: str


@dataclass
class Reconciliation:
    """What one run of the reconciler looked at and found."""

    looked_at: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def told(self) -> str:
        """One sentence for the page of daily rounds."""
        if not self.findings:
            return f"核对了 {self.looked_at} 件在办协商和待发信件，均相符。"
        counts = {one: sum(found.disorder is one for found in self.findings) for one in Disorder}
        parts = "；".join(f"{one.label} {count} 件" for one, count in counts.items() if count)
        return f"核对了 {self.looked_at} 件在办协商和待发信件，发现：{parts}。"

    def as_json(self) -> dict[str, Any]:
        """For the register: no personal data, only ids, numbers and words."""
        return {
            "found": [
                {
                    "disorder": one.disorder.value,
                    "subject_id": one.subject_id,
                    "name": one.name,
                    "repair": one.repair,
                }
                for one in self.findings
            ]
        }


async def reconcile(
    register: Register, engine: Engine, poke_post_office: Callable[[], None], now: datetime
) -> Reconciliation:
    """Compare register and engine once. Harmless to run twice: every repair asks first what stands."""
    found = Reconciliation()
    standing = await asyncio.to_thread(_read, register, now)
    found.looked_at = len(standing.open)
    restarted = await _restart_what_does_not_run(standing.open, engine, found)
    await _poke_what_is_late(standing.late, restarted, engine, found)
    await _poke_what_lags(standing.touched, restarted, engine, found)
    for letter_id, kind in standing.letters:
        found.findings.append(Finding(Disorder.LETTER_STUCK, letter_id, kind.label, "已通知发信流程"))
    if standing.letters:
        poke_post_office()
    return found


@dataclass(frozen=True)
class _Looked:
    open: list[Standing]
    late: list[Standing]
    touched: list[Standing]
    letters: list[tuple[str, Any]]


def _read(register: Register, now: datetime) -> _Looked:
    settled_at = now - SETTLED_AFTER
    with register.reading() as session:
        return _Looked(
            open=open_consultations(session, opened_before=settled_at),
            late=with_rungs_due_since(session, now - RUNG_LATE_AFTER),
            touched=touched_between(session, now - VERSIONS_LOOKED_BACK, settled_at),
            letters=stuck_letters(session, now - LETTER_LATE_AFTER),
        )


async def _restart_what_does_not_run(
    standing: list[Standing], engine: Engine, found: Reconciliation
) -> set[str]:
    running = await engine.running_ids()
    restarted: set[str] = set()
    for one in standing:
        # The list lags: the workflow itself is asked before anything is started.
        if one.id in running or await engine.is_running(one.id):
            continue
        await engine.restart(one.id, _outcome_of(one))
        restarted.add(one.id)
        found.findings.append(Finding(Disorder.NOT_RUNNING, one.id, one.number, "已从登记恢复运行"))
    return restarted


async def _poke_what_is_late(
    late: list[Standing], restarted: set[str], engine: Engine, found: Reconciliation
) -> None:
    for one in late:
        # What was started anew wakes at once by itself.
        if one.id not in restarted:
            await engine.poke(one.id)
        found.findings.append(Finding(Disorder.RUNG_LATE, one.id, one.number, "已唤醒流程"))


async def _poke_what_lags(
    touched: list[Standing], restarted: set[str], engine: Engine, found: Reconciliation
) -> None:
    asked = [one for one in touched if one.id not in restarted]
    for start in range(0, len(asked), REPAIRED_AT_ONCE_MAX):
        some = asked[start : start + REPAIRED_AT_ONCE_MAX]
        versions = await asyncio.gather(*(engine.version_of(one.id) for one in some))
        for one, version in zip(some, versions, strict=True):
            if version is not None and version < one.version:
                await engine.poke(one.id)
                found.findings.append(Finding(Disorder.VERSION_BEHIND, one.id, one.number, "已唤醒流程"))


def _outcome_of(one: Standing) -> Outcome:
    return Outcome(
        state=one.state,
        version=one.version,
        is_suspended=one.is_suspended,
        next_wake_at=one.next_wake_at,
        waiting_for=one.waiting_for,
    )
