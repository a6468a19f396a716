"""Webhooks against a real HTTP server: signed, once a matter, never past a redirect, noted like any letter."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.webhook_post import WebhookPost
from domain.notice_ways import DeliveryWay, WebhookFormat
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from notifications.webhooks import DELIVERY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER
from records.base import new_id
from records.papers.webhooks import WebhookPaper, open_webhook
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.notice_ways import Webhook, WebhookCall
from tests import cast
from tests.servers import free_port
from tests.stories import BOOKS, VAULT, Story


@dataclass
class Receiver:
    """A real HTTP server that keeps what was posted to it and answers as it is told."""

    port: int = 0
    status: int = 200
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook?key=k"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(kept.body.encode())

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


def opened(story: Story, address: str, **changes: Any) -> str:
    """A webhook of 云塘街道政协工委; returns its secret."""
    values: dict[str, Any] = {"name": "工委群", "organisation_id": cast.WORK_COMMITTEE.id} | changes
    paper = WebhookPaper(address=address, **values)
    answer = story.write(
        lambda pen: open_webhook(pen, paper, "127.0.0.1", VAULT), by=cast.SYSTEM_ADMIN_PLAYER.actor
    )
    return str(answer["secret"])


def written(story: Story, person: cast.Player = cast.STAFF_PLAYER) -> str:
    """An urgent letter about the story's consultation."""
    payload = {
        "consultation_number": story.row.number,
        "consultation_title": story.row.title,
        "link": f"https://shangliang.example/consultations/{story.consultation_id}",
        "terminated_on": "2026-03-20",
        "terminated_by": "云塘街道党工委",
        "reason": "上级已统一规定",
    }
    row = NoticeRow(
        id=new_id(),
        kind=NoticeKind.TERMINATED,
        consultation_id=story.consultation_id,
        person_id=person.id,
        payload=payload,
        written_at=story.now,
        send_after_at=story.now,
    )
    story.add(row)
    return row.id


async def calls(story: Story, at: datetime | None = None) -> None:
    """One round."""
    post = WebhookPost(story.register, BOOKS, VAULT, "shangliang.example")
    await ActivityEnvironment().run(post.make_calls, at or story.now)


@pytest.fixture
def case(story: Story) -> Story:
    """A consultation whose earlier letters nobody posts."""
    story.reach(ConsultationState.TOPIC)
    story.go_to(story.today + timedelta(days=10))
    return story


async def test_a_post_is_signed_and_says_no_more_than_the_subject_and_a_link(
    case: Story, receiver: Receiver
) -> None:
    secret = opened(case, receiver.address)
    notice_id = written(case)
    await calls(case)
    ((headers, body),) = receiver.posts
    timestamp = headers[TIMESTAMP_HEADER.lower()]
    wanted = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE_HEADER.lower()] == f"sha256={wanted}"
    told = json.loads(body)
    assert set(told) == {"id", "kind", "subject", "link"}
    assert case.row.title in told["subject"]
    assert "林晓" not in body.decode()
    assert told["id"] == headers[DELIVERY_HEADER.lower()]
    delivery = case.one(Delivery, notice_id=notice_id)
    assert (delivery.way, delivery.outcome, delivery.code) == (DeliveryWay.WEBHOOK, "delivered", 200)


async def test_one_matter_told_to_two_people_is_posted_once(case: Story, receiver: Receiver) -> None:
    opened(case, receiver.address)
    written(case)
    written(case, cast.CONVENER_PLAYER)
    extra = written(case)
    await calls(case)
    await calls(case)
    assert len(receiver.posts) == 1
    assert case.one(WebhookCall, notice_id=extra).state is NoticeState.BUNDLED


async def test_what_another_unit_may_not_know_of_is_not_posted_to_it(case: Story, receiver: Receiver) -> None:
    opened(case, receiver.address, organisation_id=cast.OTHER_WORK_COMMITTEE.id)
    opened(case, receiver.address, organisation_id=None, area=cast.ELSEWHERE)
    written(case)
    written(case, cast.OUTSIDER_PLAYER)
    await calls(case)
    assert receiver.posts == []
    opened(case, receiver.address, organisation_id=None, area=cast.DISTRICT)
    written(case)
    await calls(case)
    assert len(receiver.posts) == 1


async def test_group_robots_get_a_text_message_and_their_errcode_counts(
    case: Story, receiver: Receiver
) -> None:
    opened(case, receiver.address, format=WebhookFormat.WECOM)
    receiver.body = '{"errcode": 93000, "errmsg": "invalid webhook url"}'
    written(case)
    await calls(case)
    told = json.loads(receiver.posts[0][1])
    assert told["msgtype"] == "text"
    assert f"consultations/{case.consultation_id}" in told["text"]["content"]
    assert case.one(WebhookCall).state is NoticeState.REFUSED
    assert "invalid webhook url" in case.one(Delivery, way=DeliveryWay.WEBHOOK).detail


async def test_a_redirect_is_refused_and_not_followed(case: Story, receiver: Receiver) -> None:
    opened(case, receiver.address)
    receiver.status, receiver.headers = 302, {"Location": receiver.address}
    written(case)
    await calls(case)
    assert len(receiver.posts) == 1
    assert case.one(WebhookCall).state is NoticeState.REFUSED


async def test_a_receiver_that_is_busy_or_away_is_tried_again_like_mail(
    case: Story, receiver: Receiver
) -> None:
    opened(case, receiver.address)
    receiver.status = 503
    written(case)
    await calls(case)
    assert case.one(WebhookCall).send_after_at == case.now + timedelta(minutes=1)
    with case.register.writing() as session:
        row = session.query(Webhook).one()
        row.sealed_address = VAULT.seal(f"http://127.0.0.1:{free_port()}/", row.id)
    await calls(case, case.now + timedelta(minutes=1))
    call = case.one(WebhookCall)
    assert (call.state, call.attempts) == (NoticeState.WAITING, 2)
    outcomes = [one.detail for one in case.every(Delivery, way=DeliveryWay.WEBHOOK)]
    assert "key=k" not in str(outcomes)
    first, second = receiver.posts[0], outcomes[1]
    assert first[0][DELIVERY_HEADER.lower()].startswith(f"<{call.id}@")
    assert second.startswith("推送接口无法连接")


async def test_an_ended_webhook_is_posted_to_no_more(case: Story, receiver: Receiver) -> None:
    opened(case, receiver.address)
    written(case)
    with case.register.writing() as session:
        session.query(Webhook).one().ended_at = case.now
    await calls(case)
    assert receiver.posts == []
