"""Alive, ready, and measured: what operators and load balancers ask."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from api.counter import Counter, TheCounter
from records.queries.daily_rounds import last_round
from records.queries.statistics import all_consultations_by_state, open_clocks

router = APIRouter(include_in_schema=False)

ASKED_FOR = timedelta(seconds=2)
POLLED_WITHIN_SECONDS = 60


@router.get("/healthz")
async def read_health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def read_readiness(counter: TheCounter) -> JSONResponse:
    """Register, Temporal and a worker can be reached: 200, else 503 with what is missing."""
    checks: dict[str, bool] = {
        "register": await run_in_threadpool(_is_register_there, counter),
        "temporal": False,
        "worker": False,
    }
    try:
        async with asyncio.timeout(ASKED_FOR.total_seconds()):
            checks["temporal"] = await counter.client.service_client.check_health()
            checks["worker"] = await _is_worker_there(counter)
    except (RPCError, TimeoutError):
        pass
    is_ready = all(checks.values())
    told: dict[str, Any] = {"is_ready": is_ready, **checks}
    if checks["register"]:
        told["daily_round"] = await run_in_threadpool(_daily_round, counter)
    return JSONResponse(told, status_code=200 if is_ready else 503)


def _daily_round(counter: Counter) -> dict[str, Any]:
    """When the daily round last ran. It makes nothing unready: people can work without it."""
    with counter.register.reading() as session:
        last = last_round(session)
    if last is None:
        return {"last_started_at": None, "is_stale": True}
    started_at = last.started_at.isoformat()
    return {
        "last_started_at": started_at,
        "fault_count": last.fault_count,
        "is_stale": last.is_stale(counter.now()),
    }


def _is_register_there(counter: Counter) -> bool:
    try:
        with counter.register.reading() as session:
            session.execute(text("SELECT 1 FROM audit_heads LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


async def _is_worker_there(counter: Counter) -> bool:
    """A worker has asked the task queue for work within the last minute."""
    found = await counter.client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=counter.client.namespace,
            task_queue=TaskQueue(name=counter.task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    now = time.time()
    return any(now - one.last_access_time.seconds < POLLED_WITHIN_SECONDS for one in found.pollers)


class RegisterCollector(Collector):
    """The figures of the register, read when Prometheus asks."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def collect(self) -> Iterator[Any]:
        """Consultations by state, clocks open and overdue."""
        with self._counter.register.reading() as session:
            by_state = all_consultations_by_state(session)
            is_open, is_late = open_clocks(session, self._counter.today)
        consultations = GaugeMetricFamily(
            "shangliang_consultations", "Consultations by state", labels=["state"]
        )
        for state, count in by_state.items():
            consultations.add_metric([state.value], count)
        yield consultations
        yield GaugeMetricFamily("shangliang_clocks_open", "Open clocks", value=is_open)
        yield GaugeMetricFamily("shangliang_clocks_overdue", "Open clocks past their due date", value=is_late)


def registry_of(counter: Counter) -> CollectorRegistry:
    """The registry behind ``/metrics/``."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RegisterCollector(counter))
    return registry
