"""Cases played on a whole service: HTTP API, real worker, time-skipping server, register and mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from domain.calendar import local_date
from domain.notices import NoticeKind
from records.tables.letters import NoticeRow
from records.tables.obligations import ClockRow, FeedbackTask, FiredRung
from records.tables.outcomes import Suggestion
from records.tables.people import Person
from service.case_files import read_case
from service.expectations import View
from service.player import Played, Player, moved
from service.simulation import Simulation, first_day, simulated_service

FIRST_DAY = date(2026, 1, 1)
"""Before the first day of every case."""


class Entered(Protocol):
    """The fixture of that name: a case entered afterwards on the service that all such journeys share."""

    async def __call__(self, name: str) -> "Journey": ...


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

    @property
    def consultation_id(self) -> str:
        """The consultation that the case is about, the first where it tells of two."""
        return self.played.consultation_id

    async def consultation(self) -> dict[str, Any]:
        """The consultation as its staff read it at the end."""
        return await self._view.consultation()

    async def evaluations(self) -> dict[str, Any]:
        """Scores and ballots of the last round."""
        return await self._view.evaluations()

    async def task(self, item: int) -> dict[str, Any]:
        """The task that stands for an item at the end, with its clock explained."""
        return await self._view.task_in_full(item)

    async def read(self, path: str, who: str = "", **query: Any) -> Any:
        """What the API answers the case's staff, or somebody else. Below the consultation without a slash."""
        full = path if path.startswith("/") else f"/consultations/{self.consultation_id}/{path}"
        return await self.simulation.callers.read(who or self.played.case.reader, full, **query)

    async def figure(self, rule_id: str, area: str, who: str = "") -> dict[str, Any]:
        """A yearly figure of the case's year in an area."""
        board = await self.read("/figures", who, area=area, year=2026 + self.years)
        (found,) = [
            one for rules in board["rule_sets"] for one in rules["figures"] if one["rule_id"] == rule_id
        ]
        figure: dict[str, Any] = found
        return figure

    def refusals(self) -> list[tuple[str, tuple[str, ...]]]:
        """The steps that were to be refused: the case's day, and the rules that said so."""
        steps = self.played.case.step[: self.played.steps_played]
        return [(step.on.isoformat()[5:], step.expect.rules) for step in steps if step.expect.refused]

    def blocking(self, standing: dict[str, Any]) -> set[str]:
        """The hard rules that stand before the next state."""
        gates = standing["gates"]
        return {one["rule_id"] for one in gates if one["severity"] == "hard" and not one["is_satisfied"]}

    @property
    def _view(self) -> View:
        last = self.played.case.step[-1].model_copy(update={"of": "consultation"})
        return self.player.view(last)

    def rungs(self, item: int) -> list[tuple[str, int, date]]:
        """The rungs that fired for the tasks of an item: name, generation, and the case's day of it."""
        with self.simulation.parts.register.reading() as session:
            found = session.execute(
                select(FiredRung.name, FiredRung.generation, FiredRung.due_at)
                .join(FeedbackTask, FeedbackTask.clock_id == FiredRung.clock_id)
                .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
                .where(Suggestion.item_number == item, Suggestion.consultation_id == self.consultation_id)
                .order_by(FiredRung.due_at)
            )
            return [(name, generation, moved(local_date(at), -self.years)) for name, generation, at in found]

    def rungs_of(self, kind: str) -> list[tuple[str, date]]:
        """The rungs that fired for clocks of one kind: name, and the case's day of it."""
        with self.simulation.parts.register.reading() as session:
            found = session.execute(
                select(FiredRung.name, FiredRung.due_at, ClockRow.kind)
                .join(ClockRow, ClockRow.id == FiredRung.clock_id)
                .where(ClockRow.consultation_id == self.consultation_id)
                .order_by(FiredRung.due_at)
            )
            return [(name, moved(local_date(at), -self.years)) for name, at, of in found if of.value == kind]

    def rungs_in_all(self) -> int:
        """How many rungs fired, of whatever clock of the consultation."""
        with self.simulation.parts.register.reading() as session:
            return len(
                session.scalars(
                    select(FiredRung.name)
                    .join(ClockRow, ClockRow.id == FiredRung.clock_id)
                    .where(ClockRow.consultation_id == self.consultation_id)
                ).all()
            )

    def letters(self, kind: NoticeKind) -> int:
        """How many letters of a kind were written about the consultation."""
        with self.simulation.parts.register.reading() as session:
            return len(
                session.scalars(
                    select(NoticeRow.id).where(
                        NoticeRow.kind == kind, NoticeRow.consultation_id == self.consultation_id
                    )
                ).all()
            )

    def letters_to(self, who: str) -> set[NoticeKind]:
        """The kinds of letters about the consultation that somebody was written."""
        with self.simulation.parts.register.reading() as session:
            return set(
                session.scalars(
                    select(NoticeRow.kind)
                    .join(Person, Person.id == NoticeRow.person_id)
                    .where(Person.sign_in_name == who, NoticeRow.consultation_id == self.consultation_id)
                )
            )

    def due_dates(self) -> list[tuple[str, date, bool]]:
        """Kind, due date (as a day of the case) and 暂定 of every clock, in order."""
        with self.simulation.parts.register.reading() as session:
            clocks = session.execute(
                select(ClockRow.kind, ClockRow.due_on, ClockRow.is_provisional).where(
                    ClockRow.consultation_id == self.consultation_id
                )
            )
            return sorted((kind.value, moved(due_on, -self.years), flag) for kind, due_on, flag in clocks)

    def due_on(self, kind: str) -> list[date]:
        """The due dates of the clocks of one kind, in order."""
        return [due_on for found, due_on, _ in self.due_dates() if found == kind]

    def audit_faults(self) -> list[Any]:
        """What the verification of every audit stream finds."""
        with self.simulation.parts.register.reading() as session:
            return list(self.simulation.parts.trail.verify(session))


@asynccontextmanager
async def journey(
    name: str, folder: Path, *, is_live: bool, database_url: str = "", until: date | None = None
) -> AsyncIterator[Journey]:
    """Play a case on a service of its own, to its end or up to a day: live, or entered afterwards (补录)."""
    case = read_case(name)
    async with simulated_service(folder, first_day(case), database_url=database_url) as simulation:
        yield await played_on(simulation, name, is_live=is_live, until=until)


async def played_on(
    simulation: Simulation,
    name: str,
    *,
    is_live: bool = False,
    until: date | None = None,
    key_prefix: str = "case",
) -> Journey:
    """Play a case on a service that runs already."""
    player = Player(
        read_case(name),
        simulation.callers,
        key_prefix=key_prefix,
        years=simulation.years if is_live else 0,
        arrive=simulation.arrive if is_live else None,
    )
    return Journey(simulation, player, await player.play(until))
