"""The service as people meet it: worker and web on the embedded server, and consultations ready to advance."""

import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import httpx2
from pydantic import SecretStr
from sqlalchemy.orm import Session
from temporalio.client import Client

from domain.bodies import CLOCK_ACTOR, BodyKind, Role, RoomLevel
from domain.calendar import local_date
from domain.matters import TopicCategory, TopicSource
from records.accounts import issue_token
from records.migrations import upgrade
from records.papers.desk import ShownOnce
from records.pen import Pen
from records.tables.consultations import Topic
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Convener, Room
from service.composition import Parts, open_parts
from service.keys import new_key
from service.processes import make_app, serving, working
from service.settings import Settings
from workflows.addresses import consultation_workflow_id

AREA = "suzhou/fengxi/yuntang"
Job = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Stage:
    """Gives out the jobs to be timed: each a stage advance of a consultation of its own."""

    parts: Parts
    base_url: str
    token: str
    opened: list[str]
    numbers: "itertools.count[int]"

    async def advances(self, http: httpx2.AsyncClient, count: int) -> list[Job]:
        """Advances that the gate lets through."""
        return [partial(self._advance, http, one) for one in await self._open(http, count)]

    async def refusals(self, http: httpx2.AsyncClient, count: int) -> list[Job]:
        """Advances that the gate refuses: a warning without its reason."""
        return [partial(self._refused, http, one) for one in await self._open(http, count)]

    async def history(self, client: Client) -> tuple[int, int]:
        """Events and bytes that the last advance added to its history."""
        handle = client.get_workflow_handle(consultation_workflow_id(self.opened[-1]))
        async with httpx2.AsyncClient(base_url=self.base_url, timeout=60) as http:
            before = await handle.fetch_history()
            await self._advance(http, self.opened[-1])
            after = await handle.fetch_history()
        added = after.events[len(before.events) :]
        return len(added), sum(event.ByteSize() for event in added)

    async def _open(self, http: httpx2.AsyncClient, count: int) -> list[str]:
        topics = [f"topic-{next(self.numbers)}" for _ in range(count)]
        with self.parts.register.writing() as session:
            session.add_all([_topic(topic_id) for topic_id in topics])
        made = []
        for topic_id in topics:
            body = {"room_id": "room", "topic_id": topic_id, "occurred_on": str(_today())}
            answer = await self._post(http, "/api/v1/consultations", body)
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["made_id"])
        self.opened.extend(made)
        return made

    async def _advance(self, http: httpx2.AsyncClient, consultation_id: str) -> None:
        answer = await self._post_advance(http, consultation_id, "测量")
        assert answer.status_code == 201, answer.text

    async def _refused(self, http: httpx2.AsyncClient, consultation_id: str) -> None:
        answer = await self._post_advance(http, consultation_id, "")
        assert answer.status_code == 422, answer.text

    async def _post_advance(
        self, http: httpx2.AsyncClient, consultation_id: str, reason: str
    ) -> httpx2.Response:
        body = {"expected_state": "platform", "reason_for_warnings": reason, "occurred_on": str(_today())}
        return await self._post(http, f"/api/v1/consultations/{consultation_id}/stage-advances", body)

    async def _post(self, http: httpx2.AsyncClient, path: str, body: dict[str, str]) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4())}
        return await http.post(path, json=body, headers=headers)


@asynccontextmanager
async def prepared_stage(settings: Settings, client: Client) -> AsyncIterator[Stage]:
    """Worker and web over a fresh register with one room."""
    settings = settings.model_copy(
        update={name: SecretStr(new_key()) for name in ("audit_key", "personal_data_key", "seal_key")}
    )
    upgrade(settings.database_url)
    parts = open_parts(settings)
    async with AsyncExitStack() as stack:
        stack.callback(parts.close)
        with parts.register.writing() as session:
            token = _people_and_room(session, parts)
        bell = await stack.enter_async_context(working(parts, client))
        await stack.enter_async_context(serving(settings, make_app(parts, client, bell)))
        yield Stage(parts, f"http://127.0.0.1:{settings.web_port}", token, [], itertools.count(1))


def _people_and_room(session: Session, parts: Parts) -> str:
    session.add_all(
        [
            Organisation(id="owner", name="区政协", kind=BodyKind.CPPCC_COMMITTEE, area="suzhou/fengxi"),
            Organisation(id="operator", name="街道政协工委", kind=BodyKind.WORK_COMMITTEE, area=AREA),
            Organisation(id="party", name="街道党工委", kind=BodyKind.PARTY_WORK_COMMITTEE, area=AREA),
            Person(
                id="staff", name="林晓", sign_in_name="staff", password_hash="", email="staff@example.org"
            ),
        ]
    )
    session.flush()
    session.add(Membership(id="membership", person_id="staff", organisation_id="operator", role=Role.STAFF))
    session.add(
        Room(
            id="room",
            name="“有事好商量”协商议事室",
            short_name="云塘",
            level=RoomLevel.STREET,
            rule_set_id="suzhou",
            area=AREA,
            leading_party_id="party",
            owner_id="owner",
            operator_id="operator",
        )
    )
    session.flush()
    session.add(
        Convener(
            room_id="room",
            person_id="staff",
            is_cppcc_member=True,
            is_deputy_party_secretary=True,
            is_work_committee_director=True,
        )
    )
    session.flush()
    made = issue_token(Pen(session, parts.trail, CLOCK_ACTOR, datetime.now(UTC)), "membership", "bench")[
        "token"
    ]
    return str(made.value) if isinstance(made, ShownOnce) else str(made)


def _topic(topic_id: str) -> Topic:
    return Topic(
        id=topic_id,
        title=topic_id,
        area=AREA,
        proposed_on=_today(),
        source=TopicSource.PUBLIC_PROPOSED,
        category=TopicCategory.LIVELIHOOD,
    )


def _today() -> date:
    return local_date(datetime.now(UTC))
