"""A counter over a story's register, for visitors with a token each."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from starlette.testclient import TestClient
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.catalogue import deed_activities
from api.app import create_app
from api.counter import Counter
from records.papers.desk import PaperDesk
from records.tables.people import ApiToken, Membership
from tests.cast import PLAYERS, Player
from tests.servers import TemporalDev
from tests.stories import BOOKS, SEAL_KEYS, TRAIL, VAULT, Story, new_story
from workflows.consultation import ConsultationWorkflow

_keys = count(1)


class NoProcess:
    """A Temporal client that fails the test when anything asks it: what is refused early never does."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the process was asked ({name}), though the counter should have refused")


@dataclass
class House:
    """The application over one register, and what visitors say to it."""

    story: Story
    app: FastAPI
    client: TestClient

    @property
    def consultation(self) -> str:
        """The address of the story's consultation."""
        return f"/api/v1/consultations/{self.story.consultation_id}"

    def get(self, path: str, by: Player | None = None, **options: Any) -> Any:
        """Read as this visitor."""
        return self.client.get(path, headers=headers_of(by), **options)

    def post(self, path: str, body: Any, by: Player | None = None, key: str = "") -> Any:
        """Send as this visitor under a fresh key, unless one is given."""
        headers = {**headers_of(by), "Idempotency-Key": key or f"http-{next(_keys)}"}
        return self.client.post(path, json=body, headers=headers)


def headers_of(by: Player | None) -> dict[str, str]:
    """The bearer token of a player of the cast."""
    return {} if by is None else {"Authorization": f"Bearer token-of-{by.id}"}


def counter_over(story: Story, client: Any, task_queue: str = "nobody") -> Counter:
    """The counter of a story, on the story's own clock."""
    return Counter(
        register=story.register,
        trail=TRAIL,
        books=BOOKS,
        vault=VAULT,
        desk=PaperDesk(story.register, TRAIL),
        client=cast(Client, client),
        task_queue=task_queue,
        now=lambda: story.now,
        patience_seconds=10,
        idle_minutes=15,
        base_url="http://testserver",
        seal_keys=SEAL_KEYS,
    )


def hand_out_tokens(story: Story) -> None:
    """One bearer token for every player."""
    with story.register.writing() as session:
        held = {row.person_id: row.id for row in session.query(Membership)}
        session.add_all(
            ApiToken(
                token_digest=hashlib.sha256(f"token-of-{player.id}".encode()).hexdigest(),
                membership_id=held[player.id],
                name="tests",
                issued_at=story.now,
            )
            for player in PLAYERS
        )


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """A counter whose process must never be asked."""
    yield from _house_over(sqlite_url)


@pytest.fixture
def any_house(database_url: str) -> Iterator[House]:
    """The same, once on SQLite and once on PostgreSQL."""
    yield from _house_over(database_url)


def _house_over(database_url: str) -> Iterator[House]:
    story = new_story(database_url)
    hand_out_tokens(story)
    app = create_app(counter_over(story, NoProcess()))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(story, app, client)
    story.register.dispose()


@dataclass
class LivingHouse:
    """A counter with a real process behind it."""

    story: Story
    counter: Counter
    http: AsyncClient

    async def get(self, path: str, by: Player) -> Any:
        """Read as this visitor."""
        return await self.http.get(path, headers=headers_of(by))

    async def post(self, path: str, body: Any, by: Player, key: str = "") -> Any:
        """Send as this visitor under a fresh key, unless one is given."""
        headers = {**headers_of(by), "Idempotency-Key": key or f"http-{uuid4()}"}
        return await self.http.post(path, json=body, headers=headers)

    def with_patience(self, seconds: float, task_queue: str | None = None) -> AsyncClient:
        """The same counter, less patient, or asking a task queue where nobody works."""
        counter = replace(
            self.counter, patience_seconds=seconds, task_queue=task_queue or self.counter.task_queue
        )
        return http_over(create_app(counter))


def http_over(app: FastAPI) -> AsyncClient:
    """A client of an application in this process."""
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://testserver")


@pytest.fixture
async def living_house(sqlite_url: str, temporal_dev: TemporalDev) -> AsyncIterator[LivingHouse]:
    """A counter, a Temporal server and a worker."""
    story = new_story(sqlite_url)
    hand_out_tokens(story)
    client = temporal_dev.env.client
    task_queue = f"counter-{uuid4()}"
    counter = replace(counter_over(story, client, task_queue), now=lambda: datetime.now(UTC))
    with ThreadPoolExecutor(8) as threads:
        worker = Worker(
            client,
            task_queue=task_queue,
            workflows=[ConsultationWorkflow],
            activities=deed_activities(story.workshop),
            activity_executor=threads,
            workflow_runner=UnsandboxedWorkflowRunner(),
            graceful_shutdown_timeout=timedelta(seconds=5),
        )
        async with worker, http_over(create_app(counter)) as http:
            yield LivingHouse(story, counter, http)
    story.register.dispose()
