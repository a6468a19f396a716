"""Servers that one test run starts once, and databases that every test gets fresh."""

import importlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.postgres import NoPostgresError, create_database, drop_database, fresh_name, postgres_server
from tests.servers import (
    SmtpServer,
    TemporalDev,
    smtp_server,
    temporal_dev_server,
    temporal_time_skipping_server,
)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The `postgres` database of a PostgreSQL server of our own."""
    try:
        with postgres_server() as url:
            yield url
    except NoPostgresError as trouble:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {trouble}")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server_url = request.getfixturevalue("postgres_url")
    name = fresh_name("empty")
    yield create_database(server_url, name)
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, because migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("register") / "template.db"
    _upgrade()(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = fresh_name("template")
    _upgrade()(create_database(postgres_url, name))
    return name


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty register on SQLite alone."""
    shutil.copy(sqlite_template, tmp_path / "register.db")
    return f"sqlite:///{tmp_path / 'register.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty register, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server_url = request.getfixturevalue("postgres_url")
    name = fresh_name("register")
    yield create_database(server_url, name, request.getfixturevalue("postgres_template"))
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def smtp_catcher(_smtp_server: SmtpServer) -> SmtpServer:
    """A real SMTP server that takes every letter into `.messages`; empty at the start of a test."""
    _smtp_server.clear()
    return _smtp_server


@pytest.fixture(scope="session")
async def temporal_dev(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TemporalDev]:
    """The embedded Temporal server; `.env.client` is a client. Use a task queue of your own."""
    async with temporal_dev_server(tmp_path_factory.mktemp("temporal")) as server:
        yield server


@pytest.fixture(scope="session")
async def temporal_time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping Temporal server; `.client` is a client. Use a task queue of your own."""
    async with temporal_time_skipping_server() as env:
        yield env


def _upgrade() -> Callable[[str], None]:
    # Imported late, so that a mistake in the register does not stop tests that need no database.
    upgrade: Callable[[str], None] = importlib.import_module("records.migrations").upgrade
    return upgrade
