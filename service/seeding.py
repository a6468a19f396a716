"""Sample data: invented bodies and people, then the sample cases entered afterwards (补录) over the HTTP API.

Safe to stop at any moment and to repeat at every start: what the register has recorded under a step's key is not played
again, and a step that was on its way is sent under the same key.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import structlog
from sqlalchemy import select

from domain.bodies import Actor
from domain.calendar import local_date
from records.accounts import issue_token
from records.papers.desk import PaperDesk
from records.tables.consultations import RecordedDeed
from records.tables.people import Membership, Organisation, Person
from service.callers import TIMEOUT_SECONDS, Callers, Client
from service.case_files import SAMPLE_CASES, CaseFile, read_case
from service.composition import Parts, open_parts
from service.people_file import read_people
from service.player import Player
from service.registrar import register_people
from service.settings import Settings

KEY_PREFIX = "sample"
DEMO_PASSWORD = read_people().password
"""The one password of all invented people."""

log = structlog.stdlib.get_logger(__name__)


def sample_sign_ins() -> list[tuple[str, str]]:
    """One sign-in name of every role, with the role in words."""
    first: dict[str, str] = {}
    for body, person in read_people().people:
        first.setdefault(person.role.label, f"{person.sign_in_name}\n{body.name} {person.name}")
    return [(names.split("\n")[0], f"{label}，{names.split(chr(10))[1]}") for label, names in first.items()]


async def seed(settings: Settings) -> None:
    """Load the sample data into the service that answers at ``settings.base_url``.

    Raises CaseFailed or CallFailed where a case cannot go on; the next call goes on from there.
    """
    parts = open_parts(settings)
    try:
        now = datetime.now(UTC)
        await asyncio.to_thread(register_people, parts, read_people(), now)
        # Without the environment's proxies: the service is our own.
        async with Client(base_url=settings.base_url, timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            callers = Callers(client, issued_tokens(parts))
            for name in SAMPLE_CASES:
                await load_case(parts, callers, read_case(name), local_date(now))
    finally:
        parts.close()


async def load_case(parts: Parts, callers: Callers, case: CaseFile, today: date) -> None:
    """Enter one case afterwards, as far as its days lie before today and the sample shows it."""
    recorded = await asyncio.to_thread(recorded_steps, parts, case)
    player = Player(case, callers, key_prefix=KEY_PREFIX, recorded=recorded)
    until = min(today, case.sample_until) if case.sample_until else today
    played = await player.play(until)
    for complaint in played.complaints:
        log.warning("a sample case went otherwise than told", complaint=complaint)
    log.info("sample case is loaded", case=case.id, steps=played.steps_played)


def recorded_steps(parts: Parts, case: CaseFile) -> Mapping[str, Mapping[str, Any]]:
    """What the register holds of earlier plays of this case, by key. Blocks."""
    beginning = f"{KEY_PREFIX}/{case.id}/"
    with parts.register.reading() as session:
        found = session.execute(
            select(RecordedDeed.key, RecordedDeed.outcome).where(
                RecordedDeed.key.startswith(beginning, autoescape=True)
            )
        )
        return {row.key: row.outcome for row in found}


def issued_tokens(parts: Parts) -> Callable[[str], Awaitable[str]]:
    """A ``token_of`` for whoever holds the register: no passwords, and no attempts that would lock people out."""

    def issue(sign_in_name: str) -> str:
        with parts.register.reading() as session:
            row = session.execute(
                select(Membership, Organisation.area)
                .join(Person, Person.id == Membership.person_id)
                .join(Organisation, Organisation.id == Membership.organisation_id)
                .where(Person.sign_in_name == sign_in_name)
                .order_by(Membership.id)
            ).first()
        if row is None:
            raise LookupError(f"nobody signs in as {sign_in_name}")
        membership, area = row
        by = Actor(membership.person_id, membership.organisation_id, membership.role, area)
        answer = PaperDesk(parts.register, parts.trail).once(
            by,
            datetime.now(UTC),
            key=f"{KEY_PREFIX}/token/{uuid.uuid4().hex}",
            act="issue_token",
            body={"name": "示例数据"},
            write=lambda pen: issue_token(pen, membership.id, "示例数据"),
        )
        return str(answer["token"])

    async def token_of(sign_in_name: str) -> str:
        return await asyncio.to_thread(issue, sign_in_name)

    return token_of
