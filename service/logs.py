"""Logs: one line an event, in one shape for our own code, the libraries and Temporal.

A consultation is followed through web, workflow and deed by `consultation_id` in every line, and by `consultation`,
the number people know, wherever its row is at hand. The web and the deeds bind both as context variables; inside
workflows and deeds the id comes from the workflow's id by itself.
"""

import json
import logging
import re
import sys
from typing import TextIO

import structlog
import temporalio.activity
import temporalio.workflow
from structlog.typing import EventDict, Processor, WrappedLogger

from service.settings import LogFormat, LogLevel

CONSULTATION_WORKFLOW_ID = re.compile(r"^consultation[-:/](?P<consultation_id>.+)$")
QUIETER_LOGGERS = {
    "temporalio": logging.WARNING,
    "temporalio.workflow": logging.INFO,  # what our own workflows say
    "httpx2": logging.WARNING,
    "alembic": logging.WARNING,
    "mail.log": logging.WARNING,
    "asyncio": logging.WARNING,
}


def configure_logging(log_format: LogFormat, log_level: LogLevel, stream: TextIO | None = None) -> None:
    """Send everything that is logged to `stream` (standard error when None), once for the whole process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_temporal_context,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    # The names stand in the line's own fields; Temporal would put them into the message as well.
    temporalio.workflow.logger.workflow_info_on_message = False
    temporalio.activity.logger.activity_info_on_message = False
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), flatten_temporal_extra],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(log_format)],
        )
    )
    _install(handler, log_level)


def add_temporal_context(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the workflow and the deed that a line was logged in."""
    if temporalio.activity.in_activity():
        deed = temporalio.activity.info()
        event.setdefault("deed", deed.activity_type)
        event.setdefault("attempt", deed.attempt)
        _add_workflow(event, deed.workflow_id)
    elif temporalio.workflow.in_workflow():
        _add_workflow(event, temporalio.workflow.info().workflow_id)
    return event


def flatten_temporal_extra(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep the update's id of what Temporal's own loggers add; the rest is in the line already."""
    event.pop("temporal_activity", None)
    extra = event.pop("temporal_workflow", None) or {}
    _add_workflow(event, extra.get("workflow_id"))
    if extra.get("update_id"):
        event.setdefault("update_id", extra["update_id"])
    return event


def _add_workflow(event: EventDict, workflow_id: str | None) -> None:
    if workflow_id is None:
        return
    event.setdefault("workflow_id", workflow_id)
    if match := CONSULTATION_WORKFLOW_ID.match(workflow_id):
        event.setdefault("consultation_id", match["consultation_id"])


def _renderers(log_format: LogFormat) -> list[Processor]:
    if log_format is LogFormat.CONSOLE:
        # The default would print every local variable: names, phone numbers, and minutes of rendering.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=False, timestamp_key="at", exception_formatter=plain)]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(serializer=_json_line),
    ]


def _json_line(event: object, **_options: object) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)


def _install(handler: logging.Handler, log_level: LogLevel) -> None:
    root = logging.getLogger()
    for old in root.handlers[:]:
        # Only what an earlier call put there: a test runner's own handlers stay.
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(log_level.value.upper())
    for name, level in QUIETER_LOGGERS.items():
        logging.getLogger(name).setLevel(max(level, root.level))
    # uvicorn puts handlers of its own on these unless it is started with log_config=None.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
