"""The application: routers, guards, problems, health and metrics around one counter."""

from functools import cache

from fastapi import APIRouter, FastAPI
from prometheus_client import make_asgi_app
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import BaseRoute

from api import (
    approvals,
    attachments,
    audit,
    calendar_feeds,
    co_handlings,
    consultations,
    daily_rounds,
    deliveries,
    demands,
    effects,
    endings,
    escalations,
    evaluations,
    feedback_tasks,
    figures,
    health,
    inspections,
    leaves,
    links,
    lists,
    looking_back,
    members,
    mine,
    notices,
    organisations,
    outcomes,
    participants,
    plans,
    printed_papers,
    problems,
    research_records,
    reworks,
    rooms,
    rule_set_drafts,
    rule_set_versions,
    rule_sets,
    rule_usage,
    seals,
    sessions,
    signing,
    stage_advances,
    statistics,
    supervision_items,
    suspensions,
    topic_returns,
    topics,
    trail_exports,
    updates,
    waivers,
    watches,
    webhooks,
    work_calendars,
    work_log,
    worklist,
    yearly_statistics,
)
from api.counter import Counter
from api.middleware import BodyLimitWording, Envelope, Faults, SameOriginGuard
from api.openapi import PROBLEM_RESPONSES, add_problem_schema
from api.pages.install import install_pages
from api.pages.live_counters import LiveCounters

BODY_BYTES_MAX = 2 * 1024 * 1024
API = "/api/v1"

API_ROUTERS = (
    signing.router,
    rule_sets.router,
    rule_set_versions.router,
    rule_set_drafts.router,
    work_calendars.router,
    rule_usage.router,
    organisations.router,
    leaves.router,
    rooms.router,
    topics.router,
    topic_returns.router,
    links.router,
    consultations.router,
    approvals.router,
    endings.router,
    reworks.router,
    stage_advances.router,
    suspensions.router,
    waivers.router,
    participants.router,
    research_records.router,
    sessions.router,
    outcomes.router,
    effects.router,
    supervision_items.router,
    inspections.router,
    demands.router,
    watches.router,
    attachments.router,
    feedback_tasks.router,
    co_handlings.router,
    escalations.router,
    evaluations.router,
    lists.router,
    figures.router,
    # Its /statistics/overview goes before the analyses by name.
    worklist.router,
    yearly_statistics.router,
    statistics.router,
    printed_papers.router,
    audit.router,
    seals.router,
    looking_back.router,
    trail_exports.router,
    work_log.router,
    plans.router,
    members.router,
    notices.router,
    deliveries.router,
    webhooks.router,
    calendar_feeds.router,
    daily_rounds.router,
    mine.router,
    updates.router,
)


def create_app(counter: Counter) -> FastAPI:
    """The application of one process. It opens and closes nothing: that is its creator's."""
    app = FastAPI(
        title="商量",
        summary="有事好商量：协商全流程的登记、时限、督办和审计",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        telemetry={"tracing": False},
    )
    app.state.counter = counter
    app.state.attempts = signing.Attempts()
    app.state.live_counters = LiveCounters(counter)
    problems.install(app)
    app.mount("/metrics", make_asgi_app(registry=health.registry_of(counter)))
    app.routes.extend(_addresses())
    # The last one added is the first one passed: every answer goes out in the envelope, refused or not.
    # Not the application's own limit, which would stand outside and answer without the envelope.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_BYTES_MAX)
    app.add_middleware(BodyLimitWording)
    app.add_middleware(SameOriginGuard, own_origins=(counter.base_url,))
    app.add_middleware(Faults)
    app.add_middleware(Envelope)
    add_problem_schema(app)
    return app


@cache
def _addresses() -> tuple[BaseRoute, ...]:
    """Every address, read once a process: the signatures behind them take FastAPI longer than anything else."""
    api = APIRouter(prefix=API, responses=PROBLEM_RESPONSES)
    for part in API_ROUTERS:
        api.include_router(part)
    house = APIRouter()
    house.include_router(api)
    house.include_router(health.router)
    install_pages(house)
    return tuple(house.routes)
