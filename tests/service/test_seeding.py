"""Sample data: loaded once however often it is loaded, and gone on with after a stop."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from records.tables.audit import AuditEntry
from records.tables.consultations import Consultation
from regulations.calendars import load_calendar
from service.callers import Callers
from service.case_files import read_case
from service.people_file import read_people
from service.registrar import register_people
from service.seeding import issued_tokens, load_case, sample_sign_ins
from service.simulation import Simulation, in_process, moved_calendar, simulated_service, years_to_move

TODAY = date(2026, 11, 21)


@pytest.fixture
async def simulation(tmp_path: Path) -> AsyncIterator[Simulation]:
    async with simulated_service(tmp_path, TODAY) as running:
        yield running


async def test_a_sample_case_is_loaded_once_and_leaves_its_last_look_back_open(
    simulation: Simulation,
) -> None:
    await _load(simulation, TODAY)
    entries = _entries(simulation)
    await _load(simulation, TODAY)
    assert _entries(simulation) == entries
    assert _consultations(simulation) == [("南-江海-2026-0001", "completed")]


async def test_a_load_that_was_broken_off_goes_on_where_it_stopped(simulation: Simulation) -> None:
    await _load(simulation, date(2026, 3, 20))
    assert _consultations(simulation) == [("南-江海-2026-0001", "implementation")]
    await _load(simulation, TODAY)
    assert _consultations(simulation) == [("南-江海-2026-0001", "completed")]


async def test_registering_the_same_people_again_registers_nobody(simulation: Simulation) -> None:
    entries = _entries(simulation)
    register_people(simulation.parts, read_people(), datetime.now(UTC))
    assert _entries(simulation) == entries


async def test_nobody_gets_a_token_who_is_not_registered(simulation: Simulation) -> None:
    with pytest.raises(LookupError):
        await issued_tokens(simulation.parts)("nobody")


def test_the_sign_ins_shown_at_the_start_have_one_name_a_role() -> None:
    people = read_people().people
    shown = [name for name, _ in sample_sign_ins()]
    assert len(shown) == len({person.role for _, person in people})


def test_a_calendar_moved_by_28_years_works_on_the_same_days_of_the_week() -> None:
    calendar = load_calendar()
    moved = moved_calendar(calendar, 28)
    day = date(2026, 1, 1)
    while day.year == 2026:
        later = day.replace(year=2054)
        assert day.weekday() == later.weekday()
        assert calendar.is_workday(day) == moved.is_workday(later) == moved.is_workday(day)
        day = date.fromordinal(day.toordinal() + 1)
    assert not moved.is_known(2027)
    assert not moved.is_known(2055)


def test_a_case_is_moved_only_when_its_days_are_past() -> None:
    assert years_to_move(date(2026, 4, 7), date(2026, 4, 6)) == 0
    assert years_to_move(date(2026, 4, 7), date(2026, 4, 7)) == 28
    assert years_to_move(date(2026, 4, 7), date(2055, 1, 1)) == 56


async def _load(simulation: Simulation, today: date) -> None:
    async with in_process(simulation.app) as client:
        callers = Callers(client, issued_tokens(simulation.parts))
        await load_case(simulation.parts, callers, read_case("B-05"), today)


def _entries(simulation: Simulation) -> int:
    with simulation.parts.register.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _consultations(simulation: Simulation) -> list[tuple[str, str]]:
    with simulation.parts.register.reading() as session:
        found = session.execute(select(Consultation.number, Consultation.state))
        return [(number, state.value) for number, state in found]
