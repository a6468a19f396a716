"""A whole service on a clock that is moved by hand: Temporal's time-skipping server, register, worker, API and mail.

The server begins at the present instant and only goes forward, so cases of this year are played in a later one: every
28 years the days of the week come back, and the workday tables move with them.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment

from api.app import create_app
from domain.calendar import WorkCalendar, YearTable, at_local, local_date
from records.books import Books
from records.migrations import upgrade
from regulations.calendars import calendar_of, load_calendar
from regulations.loader import load_rule_sets
from service.bell import Bell
from service.callers import TIMEOUT_SECONDS, Callers, Client, signing_in
from service.case_files import CaseFile
from service.composition import Parts, make_counter, open_parts
from service.keys import new_key
from service.mail_catcher import MailCatcher, catching_mail
from service.people_file import read_people
from service.player import moved
from service.processes import working
from service.registrar import register_people
from service.settings import Settings
from service.temporal_server import SEARCH_ATTRIBUTES, temporal_binary
from workflows.wire import WIRE

WEEKDAYS_COME_BACK_YEARS = 28
ARRIVAL_HOUR = 10
"""People come to their desks after the morning's reminders, which come from 08:30 on."""


BASE_URL = "http://shangliang.example"


class SimulatedClock:
    """The time of the simulation: moved by hand, and running like any clock in between."""

    def __init__(self, at: datetime) -> None:
        self.move_to(at)

    def move_to(self, at: datetime) -> None:
        """It is this instant now."""
        self._at, self._since = at, time.monotonic()

    def now(self) -> datetime:
        """The aware UTC instant."""
        return self._at + timedelta(seconds=time.monotonic() - self._since)


@dataclass
class Simulation:
    """A running service with a clock of its own. ``years`` is how far the dates of cases are moved."""

    parts: Parts
    env: WorkflowEnvironment
    app: FastAPI
    bell: Bell
    clock: SimulatedClock
    years: int
    callers: Callers
    mail: MailCatcher

    async def settle(self) -> None:
        """Let the letters of the last deeds go out."""
        await self.bell.open_post_office()
        await self.env.sleep(timedelta(minutes=1))

    async def arrive(self, on: date) -> None:
        """Let time pass until the morning of that day; everything that falls due on the way happens."""
        # Letters of the last deeds go out before time moves on.
        await self.bell.open_post_office()
        ahead = at_local(on, ARRIVAL_HOUR) - await self.env.get_current_time()
        if ahead > timedelta(0):
            await self.env.sleep(ahead)
        self.clock.move_to(await self.env.get_current_time())


@asynccontextmanager
async def simulated_service(
    data_dir: Path, first_on: date, *, database_url: str = ""
) -> AsyncIterator[Simulation]:
    """Run a service that stands at the present instant and can go to ``first_on``, moved by 28 years if need be."""
    async with AsyncExitStack() as stack:
        env = await stack.enter_async_context(await _time_skipping_server())
        now = await env.get_current_time()
        years = years_to_move(first_on, local_date(now))
        mail = MailCatcher(data_dir / "mail")
        settings = _settings(data_dir, await stack.enter_async_context(catching_mail(mail)), database_url)
        upgrade(settings.database_url)
        parts = open_parts(settings, books=Books(load_rule_sets(), moved_calendar(load_calendar(), years)))
        stack.callback(parts.close)
        people = read_people()
        register_people(parts, people, now)
        bell = await stack.enter_async_context(working(parts, env.client))
        clock = SimulatedClock(now)
        app = create_app(make_counter(parts, env.client, bell, now=clock.now))
        client = await stack.enter_async_context(in_process(app))
        callers = Callers(client, signing_in(lambda who: in_process(app, who), people.password))
        yield Simulation(parts, env, app, bell, clock, years, callers, mail)


def in_process(app: FastAPI, who: str = "case") -> Client:
    """A client of an application in this process; ``who`` takes the place of a network address."""
    transport = httpx2.ASGITransport(app=app, client=(who, 0))
    return Client(transport=transport, base_url=BASE_URL, timeout=TIMEOUT_SECONDS)


def years_to_move(first_on: date, today: date) -> int:
    """By how many years a case has to be moved so that it begins after today."""
    years = 0
    while moved(first_on, years) <= today:
        years += WEEKDAYS_COME_BACK_YEARS
    return years


def moved_calendar(calendar: WorkCalendar, years: int) -> WorkCalendar:
    """The calendar with its workday tables a second time, so many years later."""
    tables = calendar.years.values()
    return calendar_of([*tables, *(_moved_table(table, years) for table in tables if years)])


def first_day(case: CaseFile) -> date:
    """The day on which a case begins."""
    return case.step[0].on


def _moved_table(table: YearTable, years: int) -> YearTable:
    return replace(
        table,
        year=table.year + years,
        days_off={moved(day, years): name for day, name in table.days_off.items()},
        workdays={moved(day, years): name for day, name in table.workdays.items()},
    )


async def _time_skipping_server() -> WorkflowEnvironment:
    # The test server is an old one on purpose; what the engine has to say about that helps nobody.
    quiet = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_binary("temporal-test-server"),
        data_converter=WIRE,
        runtime=Runtime(telemetry=TelemetryConfig(logging=quiet)),
    )
    await env.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=env.client.namespace,
            search_attributes={
                key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in SEARCH_ATTRIBUTES
            },
        )
    )
    return env


def _settings(data_dir: Path, smtp_port: int, database_url: str) -> Settings:
    return Settings(
        data_dir=data_dir,
        base_url=BASE_URL,
        database_url=database_url or f"sqlite:///{data_dir / 'shangliang.db'}",
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_starttls=False,
        audit_key=SecretStr(new_key()),
        personal_data_key=SecretStr(new_key()),
        seal_key=SecretStr(new_key()),
    )
