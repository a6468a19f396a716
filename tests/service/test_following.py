"""One advance is followed through web, workflow and deed by its consultation, and a fault by its request."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from records.tables.deliberations import ParticipantContact
from service.logs import configure_logging
from service.settings import LogFormat, LogLevel
from tests import cast
from tests.api.conftest import House, LivingHouse, house, living_house
from tests.stories import OPENED_ON, list_people

__all__ = ["house", "living_house"]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Everything that is logged, a JSON object a line."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging(LogFormat.JSON, LogLevel.INFO, stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was logged."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_an_advance_is_followed_through_web_workflow_and_deed(
    stream: io.StringIO, living_house: LivingHouse
) -> None:
    opening = {"room_id": cast.ROOM_ID, "topic_id": cast.TOPIC_ID}
    opened = (await living_house.post("/api/v1/consultations", opening, cast.STAFF_PLAYER)).json()
    consultation_id = opened["consultation_id"]
    path = f"/api/v1/consultations/{consultation_id}"
    body = {"expected_state": "platform", "reason_for_warnings": "按程序继续"}
    answer = await living_house.post(f"{path}/stage-advances", body, cast.STAFF_PLAYER)
    assert answer.status_code == 201, answer.text
    number = (await living_house.get(path, cast.STAFF_PLAYER)).json()["number"]

    told = {line["logger"]: line for line in lines(stream) if "advance_stage" in line["message"]}
    web, workflow, deed = (told[one] for one in ("api.process", "temporalio.workflow", "activities.deeds"))
    assert {line["consultation_id"] for line in (web, workflow, deed)} == {consultation_id}
    assert (web["consultation"], deed["consultation"]) == (number, number)
    assert web["request_id"] == answer.headers["x-request-id"]
    (first,) = [line for line in lines(stream) if line["message"] == "recorded open_consultation"]
    assert (first["consultation_id"], first["consultation"]) == (consultation_id, number)


def test_a_refused_deed_names_the_consultation_and_the_next_line_does_not(
    stream: io.StringIO, house: House
) -> None:
    story = house.story.go_to(OPENED_ON)
    story.open()
    story.refusal(story.advancing(cast.OUTSIDER))
    logging.getLogger("theirs").warning("after")
    refused, after = lines(stream)[-2:]
    assert refused["consultation"] == story.row.number
    assert refused["consultation_id"] == story.consultation_id
    assert "consultation" not in after
    assert "consultation_id" not in after


def test_a_fault_is_told_with_the_number_that_the_answer_bears(stream: io.StringIO, house: House) -> None:
    house.story.go_to(OPENED_ON).open()
    list_people(house.story)
    with house.story.register.writing() as session:
        session.query(ParticipantContact).update({"phone_encrypted": b"sealed with a key that is lost"})
    answer = house.get(f"{house.consultation}/participants", cast.STAFF_PLAYER)
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"]
    (fault,) = [line for line in lines(stream) if line["level"] == "error"]
    assert fault["request_id"] == answer.headers["x-request-id"]
    assert fault["consultation_id"] == house.story.consultation_id
