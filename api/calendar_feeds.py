"""Calendar feeds (RFC 5545): due dates as whole days, sessions with their hours, for any calendar program.

A program cannot sign in with our cookie, so each subscription has an address of its own with a secret in it, which its
owner may revoke at any time.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from icalendar import Calendar, Event, vUri

from api.counter import Counter, TheCounter
from api.errands import AnErrand
from api.fields import Body, Line, PathId, Shown
from api.identity import Visitor
from domain.calendar import SHANGHAI
from domain.notice_ways import FeedScope
from domain.refusals import RefusalCode, refuse
from records.calendar_feeds import FeedPaper, feed_of_token, feeds_of, issue_feed, revoke_feed
from records.queries.calendar_dates import CalendarDate, calendar_dates

router = APIRouter(tags=["日历订阅"])

SESSION_LASTS = timedelta(hours=2)
"""How long a session stands in the calendar; nobody says beforehand when it will end. [D] 系统默认。"""
REFRESHED_EVERY = timedelta(hours=4)
Token = Annotated[str, Path(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class FeedBody(Body):
    """Whose dates, and on which device they are read."""

    name: Line
    scope: FeedScope = FeedScope.UNIT


class FeedShown(Shown):
    """A subscription of one's own; its address is never shown again."""

    id: str
    name: str
    scope: FeedScope
    scope_label: str
    organisation_name: str
    issued_at: datetime
    revoked_at: datetime | None


@router.get("/calendar.ics", response_class=Response)
def read_calendar(counter: TheCounter, visitor: Visitor) -> Response:
    """The dates of my unit as a calendar feed, for programs that send a bearer token."""
    with counter.register.reading() as session:
        dates = calendar_dates(session, visitor.actor, FeedScope.UNIT, counter.today)
    return feed(counter, f"商量 · {visitor.organisation_name}", dates)


@router.get("/calendar-feeds/{token}.ics", response_class=Response)
def read_calendar_feed(counter: TheCounter, token: Token) -> Response:
    """The feed behind a subscription address. The secret in the address is all it takes."""
    with counter.register.reading() as session:
        opened = feed_of_token(session, token, counter.today)
        if opened is None:
            raise refuse(RefusalCode.NOT_FOUND, "该日历订阅不存在或者已经撤销。")
        dates = calendar_dates(session, opened.actor, opened.scope, counter.today)
    return feed(counter, opened.title, dates)


@router.get("/me/calendar-feeds", response_model=list[FeedShown])
def list_my_calendar_feeds(counter: TheCounter, visitor: Visitor) -> list[FeedShown]:
    """The subscriptions of the reader, revoked ones too."""
    with counter.register.reading() as session:
        return [
            FeedShown.model_validate(vars(one) | {"scope_label": one.scope.label})
            for one in feeds_of(session, visitor.actor.person_id)
        ]


@router.post("/me/calendar-feeds", status_code=201)
def create_calendar_feed(errand: AnErrand, body: FeedBody) -> JSONResponse:
    """Open a subscription. The token stands in this answer and never again; the address is its path."""
    membership_id = errand.visitor.membership_id
    paper = FeedPaper(name=body.name, scope=body.scope)
    return errand.write(
        "issue_feed",
        body,
        "/api/v1/me/calendar-feeds",
        (),
        lambda pen: issue_feed(pen, membership_id, paper),
    )


@router.post("/me/calendar-feeds/{feed_id}/revocations", status_code=201)
def create_calendar_feed_revocation(feed_id: PathId, errand: AnErrand) -> JSONResponse:
    """Revoke a subscription: its address opens nothing from now on."""
    return errand.write(
        "revoke_feed", {}, "/api/v1/me/calendar-feeds", (), lambda pen: revoke_feed(pen, feed_id)
    )


def feed_address(base_url: str, token: str) -> str:
    """The address that a calendar program subscribes to."""
    return f"{base_url}/api/v1/calendar-feeds/{token}.ics"


def feed(counter: Counter, title: str, dates: Iterable[CalendarDate]) -> Response:
    """The feed as a calendar program reads it. UIDs stay, a change raises SEQUENCE, what fell away is CANCELLED."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//shangliang//calendar feed//ZH")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    stamp = counter.now().astimezone(UTC)
    for one in dates:
        calendar.add_component(_event(one, stamp, counter.base_url))
    return Response(calendar.to_ical(), media_type="text/calendar; charset=utf-8")


def _event(one: CalendarDate, stamp: datetime, base_url: str) -> Event:
    event = Event()
    event.add("uid", f"{one.uid}@shangliang")
    event.add("sequence", one.sequence)
    event.add("dtstamp", stamp)
    event.add("summary", f"已取消：{one.title}" if one.is_cancelled else one.title)
    event.add("description", one.about)
    event.add("url", vUri(f"{base_url}/consultations/{one.consultation_id}"))
    event.add("status", _status(one))
    event.add("transp", "TRANSPARENT" if one.starts_at is None else "OPAQUE")
    if one.starts_at is None:
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
    else:
        starts_at = one.starts_at.astimezone(SHANGHAI)
        event.add("dtstart", starts_at.astimezone(UTC))
        event.add("dtend", (starts_at + SESSION_LASTS).astimezone(UTC))
    if one.place:
        event.add("location", one.place)
    return event


def _status(one: CalendarDate) -> str:
    if one.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if one.is_tentative else "CONFIRMED"
