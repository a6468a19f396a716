"""The first page: what I have to do, by when, and what else waits for me."""

from collections.abc import Mapping

from fastapi import Response

from api.pages.routing import page_router
from api.pages.visits import AVisit
from domain.bodies import Role
from domain.matters import ObligationKind
from domain.stages import ConsultationState
from records.queries.clocks import ClockStanding, clocks_due_for, clocks_near_or_past_due
from records.queries.statistics import consultations_by_state
from records.queries.worklists import Duty, Waiting, running_under, waiting_for

router = page_router()

NEAR_DAYS = 14
NEAR_MAX = 50
_READERS = frozenset(
    {
        Role.STAFF,
        Role.SUPERVISOR,
        Role.MEMBER,
        Role.CONVENER,
        Role.AUDIT_ADMIN,
        Role.PARTY_OFFICE,
        Role.APPROVER,
    }
)
_PLACES: Mapping[Duty, str] = {
    Duty.DECIDE_RETURN: "/feedback-tasks/{subject}",
    Duty.DECIDE_EXTENSION: "/feedback-tasks/{subject}",
    Duty.VERIFY_ANSWER: "/feedback-tasks/{subject}",
    Duty.ACCEPT_RESEARCH: "/consultations/{consultation}/research",
}
_CLOCK_PLACES: Mapping[ObligationKind, str] = {
    ObligationKind.FEEDBACK_TASK: "/feedback-tasks/{subject}",
    ObligationKind.ACKNOWLEDGEMENT: "/feedback-tasks/{subject}",
    ObligationKind.CO_HANDLING: "/feedback-tasks/{subject}",
    ObligationKind.ESCALATION: "/escalations/{subject}",
    ObligationKind.APPROVAL: "/consultations/{consultation}#chain",
    ObligationKind.FILING: "/consultations/{consultation}#chain",
    ObligationKind.REPORTING: "/consultations/{consultation}/outcomes",
    ObligationKind.EVALUATION: "/consultations/{consultation}/evaluation",
    ObligationKind.FOLLOW_UP_REVIEW: "/consultations/{consultation}/evaluation",
}


@router.get("/")
def worklist_page(visit: AVisit) -> Response:
    """My duties today, the nearest due date first."""
    actor, today, counter = visit.actor, visit.today, visit.counter
    with counter.register.reading() as session:
        clocks = clocks_due_for(session, counter.books, [actor.organisation_id], today)
        waiting = waiting_for(session, actor, today)
        near: list[ClockStanding] = []
        if actor.role in _READERS:
            near = clocks_near_or_past_due(
                session, counter.books, actor, today, within_days=NEAR_DAYS, limit=NEAR_MAX
            )
        # What stands above as one's own is not said a second time.
        mine = {one.id for one in clocks}
        near = [one for one in near if one.id not in mine]
        running = running_under(session, actor, today)
        counts = consultations_by_state(session, actor, today)
    order = list(ConsultationState)
    return visit.page(
        "worklist.html",
        clocks=[(one, clock_address(one)) for one in clocks],
        waiting=[(one, _waiting_address(one)) for one in waiting],
        overdue=sum(one.is_overdue for one in clocks),
        running=running,
        near=[(one, clock_address(one)) for one in near],
        counts=[(state, counts[state]) for state in sorted(counts, key=order.index)],
    )


def clock_address(clock: ClockStanding) -> str:
    """Where the obligation of a clock is met."""
    place = _CLOCK_PLACES.get(clock.kind, "/consultations/{consultation}")
    return place.format(subject=clock.subject_id, consultation=clock.consultation_id)


def _waiting_address(one: Waiting) -> str:
    return _PLACES[one.duty].format(subject=one.subject_id, consultation=one.consultation_id)
