"""One line an event, one shape, and a consultation that can be followed."""

import io
import json
import logging
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog
from temporalio import activity
from temporalio.worker import Worker

from service.logs import configure_logging
from service.settings import LogFormat, LogLevel
from tests.servers import TemporalDev
from tests.service.speaking_workflow import SpeakInAWorkflow


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging(LogFormat.JSON, LogLevel.INFO, stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_ours_and_one_of_a_library_have_the_same_shape(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger("ours").info("阶段已推进", stage="research")
    logging.getLogger("theirs").warning("slow query: %s ms", 12)
    ours, theirs = lines(stream)
    assert ours["message"] == "阶段已推进"
    assert ours["stage"] == "research"
    assert theirs["message"] == "slow query: 12 ms"
    for line, logger, level in ((ours, "ours", "info"), (theirs, "theirs", "warning")):
        assert line["logger"] == logger
        assert line["level"] == level
        assert line["at"].endswith("Z")


def test_chinese_is_written_as_chinese(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger("ours").info("催办")
    assert "催办" in stream.getvalue()


def test_the_consultation_is_named_inside_the_block_and_not_after(stream: io.StringIO) -> None:
    names = {"consultation_id": "0192", "consultation": "苏-枫溪-2026-0007"}
    with structlog.contextvars.bound_contextvars(**names):
        logging.getLogger("theirs").info("inside")
    logging.getLogger("theirs").info("after")
    inside, after = lines(stream)
    assert inside["consultation"] == "苏-枫溪-2026-0007"
    assert inside["consultation_id"] == "0192"
    assert "consultation" not in after


def test_less_than_the_level_is_not_written(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger("ours").debug("detail")
    logging.getLogger("theirs").debug("detail")
    assert stream.getvalue() == ""


def test_an_exception_is_written_in_its_line(stream: io.StringIO) -> None:
    try:
        raise LookupError("no such desk")
    except LookupError:
        structlog.stdlib.get_logger("ours").exception("failed")
    (line,) = lines(stream)
    assert "LookupError: no such desk" in line["exception"]


@pytest.mark.parametrize("log_format", LogFormat)
def test_no_value_of_a_variable_is_written_with_an_exception(
    stream: io.StringIO, log_format: LogFormat
) -> None:
    configure_logging(log_format, LogLevel.INFO, stream)
    phone = "1380013" + "8000"
    try:
        raise ValueError(f"{len(phone)} digits")
    except ValueError:
        structlog.stdlib.get_logger("ours").exception("a fault")
    assert "11 digits" in stream.getvalue()
    assert phone not in stream.getvalue()


def test_configuring_twice_writes_a_line_once(stream: io.StringIO) -> None:
    configure_logging(LogFormat.JSON, LogLevel.INFO, stream)
    logging.getLogger("theirs").warning("once")
    assert len(lines(stream)) == 1


def test_the_console_is_readable(stream: io.StringIO) -> None:
    configure_logging(LogFormat.CONSOLE, LogLevel.INFO, stream)
    structlog.stdlib.get_logger("ours").info("阶段已推进", stage="research")
    assert "阶段已推进" in stream.getvalue()
    assert "stage=research" in stream.getvalue()


@activity.defn
def speak_in_a_deed() -> None:
    structlog.stdlib.get_logger("deed").warning("in the deed")
    activity.logger.warning("in the deed too")


async def test_workflow_and_deed_name_their_consultation(
    stream: io.StringIO, temporal_dev: TemporalDev
) -> None:
    consultation_id = uuid.uuid4().hex
    client, queue = temporal_dev.env.client, f"logs-{consultation_id}"
    with ThreadPoolExecutor(1) as threads:
        async with Worker(
            client,
            task_queue=queue,
            workflows=[SpeakInAWorkflow],
            activities=[speak_in_a_deed],
            activity_executor=threads,
        ):
            await client.execute_workflow(
                SpeakInAWorkflow.run, id=f"consultation-{consultation_id}", task_queue=queue
            )
    spoken = {line["message"]: line for line in lines(stream) if "message" in line}
    for message in ("in the workflow", "in the deed", "in the deed too"):
        assert spoken[message]["consultation_id"] == consultation_id
        assert "temporal_workflow" not in spoken[message]
        assert "temporal_activity" not in spoken[message]
    assert spoken["in the deed"]["deed"] == "speak_in_a_deed"
