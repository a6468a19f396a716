"""Cases played on a whole service: HTTP API, real worker, time-skipping server, register and mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from domain.calendar import local_date
from domain.notices import NoticeKind
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow, FeedbackTask, FiredRung
from records.tables.outcomes import Suggestion
from service.case_files import read_case
from service.player import Played, Player, moved
from service.simulation import Simulation, first_day, simulated_service


@dataclass
class Journey:
    """A case that was played to its end, and the service it was played on."""

    simulation: Simulation
    player: Player
    played: Played

    @property
    def years(self) -> int:
        """How far the case's dates were moved: 0 when it was entered afterwards."""
        return self.player.years

    async def consultation(self) -> dict[str, Any]:
        """The consultation as its staff read it at the end."""
        return await self.player.view(self.played.case.step[-1]).consultation()

    async def evaluations(self) -> dict[str, Any]:
        """Scores and ballots of the last round."""
        return await self.player.view(self.played.case.step[-1]).evaluations()

    async def task(self, item: int) -> dict[str, Any]:
        """The task that stands for an item at the end, with its clock explained."""
        return await self.player.view(self.played.case.step[-1]).task_in_full(item)

    def rungs(self, item: int) -> list[tuple[str, int, date]]:
        """The rungs that fired for the tasks of an item: name, generation, and the case's day of it."""
        with self.simulation.parts.register.reading() as session:
            found = session.execute(
                select(FiredRung.name, FiredRung.generation, FiredRung.due_at)
                .join(FeedbackTask, FeedbackTask.clock_id == FiredRung.clock_id)
                .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
                .where(Suggestion.item_number == item)
                .order_by(FiredRung.due_at)
            )
            return [(name, generation, moved(local_date(at), -self.years)) for name, generation, at in found]

    def rungs_in_all(self) -> int:
        """How many rungs fired, of whatever clock."""
        with self.simulation.parts.register.reading() as session:
            return len(session.scalars(select(FiredRung.name)).all())

    def letters(self, kind: NoticeKind) -> int:
        """How many letters of a kind were written."""
        with self.simulation.parts.register.reading() as session:
            return len(session.scalars(select(NoticeRow.id).where(NoticeRow.kind == kind)).all())

    def due_dates(self) -> list[tuple[str, date, bool]]:
        """Kind, due date (as a day of the case) and 暂定 of every clock, in order."""
        with self.simulation.parts.register.reading() as session:
            clocks = session.execute(select(ClockRow.kind, ClockRow.due_on, ClockRow.is_provisional))
            return sorted((kind.value, moved(due_on, -self.years), flag) for kind, due_on, flag in clocks)

    def audit_faults(self) -> list[Any]:
        """What the verification of every audit stream finds."""
        with self.simulation.parts.register.reading() as session:
            return list(self.simulation.parts.trail.verify(session))


@asynccontextmanager
async def journey(
    name: str, folder: Path, *, is_live: bool, database_url: str = ""
) -> AsyncIterator[Journey]:
    """Play a case to its end: live, or entered afterwards (补录)."""
    case = read_case(name)
    async with simulated_service(folder, first_day(case), database_url=database_url) as simulation:
        player = Player(
            case,
            simulation.callers,
            years=simulation.years if is_live else 0,
            arrive=simulation.arrive if is_live else None,
        )
        yield Journey(simulation, player, await player.play())
