"""What the register holds at the end of the year, beside what the plans say it must."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import at_local, local_date
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from records.sessions import Register
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.obligations import ClockRow, CoHandling, Escalation, FeedbackTask, FiredRung
from records.tables.outcomes import Suggestion
from tests.simulated_year.lives import SETTLING_DAYS, Fired, Plan

N = NoticeKind
LETTERS_OF_RUNGS: dict[str, dict[str, tuple[NoticeKind, int]]] = {
    "task": {
        "blue_10": (N.DUE_SOON, 1),
        "blue_5": (N.DUE_SOON, 1),
        "blue_1": (N.DUE_SOON, 1),
        "yellow": (N.OVERDUE, 3),
        "red": (N.RED_NOTICE, 4),
        "special_report": (N.SPECIAL_REPORT, 3),
        "talk_proposed": (N.TALK_PROPOSED, 5),
    },
    "receipt": {"not_yet_acknowledged": (N.NOT_YET_ACKNOWLEDGED, 3)},
    "opinion": {"blue_1": (N.DUE_SOON, 1), "yellow": (N.OVERDUE, 3), "red": (N.OVERDUE, 4)},
    "desk": {"blue_1": (N.DUE_SOON, 1), "yellow": (N.SPECIAL_REPORT, 3), "red": (N.SPECIAL_REPORT, 3)},
    "review": {"blue_5": (N.DUE_SOON, 1), "yellow": (N.OVERDUE, 2)},
}
"""By what is owed and rung: the letter, and to how many people of the county it goes."""

LETTERS_OF_DEEDS: dict[str, dict[NoticeKind, int]] = {
    "ask_return": {N.RETURN_ASKED: 1},
    "accept_return": {N.RETURN_ACCEPTED: 2, N.TASK_REASSIGNED: 2},
    "refuse_return": {N.RETURN_REFUSED: 2},
    "ask_extension": {N.EXTENSION_ASKED: 1},
    "grant_extension": {N.EXTENSION_GRANTED: 2},
    "refuse_extension": {N.EXTENSION_REFUSED: 2},
    "answer": {N.ANSWERED: 1},
    "verify": {N.VERIFIED: 2},
    "send_back": {N.SENT_BACK: 2},
    "opine": {N.CO_HANDLING_ANSWERED: 2},
    "instruct": {N.INSTRUCTION_RECORDED: 3},
}
UNCOUNTED = {N.SUSPENDED, N.RESUMED}
"""Told to everyone concerned, who are more or fewer: only that nobody is told twice is asked of them."""


def due_dates(register: Register, consultation_ids: Sequence[str]) -> dict[str, dict[str, date]]:
    """The due dates as lists search by them, by consultation and by what the reference calls each clock."""
    found: dict[str, dict[str, date]] = {one: {} for one in consultation_ids}
    with register.reading() as session:
        for key, clock in _keyed_clocks(session, consultation_ids):
            found[clock.consultation_id][key] = clock.due_on
    return found


def rungs_fired(register: Register, consultation_ids: Sequence[str]) -> dict[str, list[Fired]]:
    """Every row of a rung, by consultation."""
    found: dict[str, list[Fired]] = {one: [] for one in consultation_ids}
    with register.reading() as session:
        keys = {
            clock.id: (clock.consultation_id, key) for key, clock in _keyed_clocks(session, consultation_ids)
        }
        for rung in session.scalars(select(FiredRung)):
            consultation_id, key = keys[rung.clock_id]
            found[consultation_id].append((key, rung.generation, rung.name, local_date(rung.due_at)))
    return found


def shortcomings(register: Register, plans: Sequence[Plan], mails: Sequence[str]) -> Iterator[str]:
    """Every rung lost, doubled or misdated, every due date that is not the reference's, every letter too many or few."""
    ids = [plan.consultation_id for plan in plans]
    fired, due = rungs_fired(register, ids), due_dates(register, ids)
    for plan in plans:
        shown, wanted = Counter(fired[plan.consultation_id]), Counter(plan.rungs)
        yield from (f"{plan.title}: {rung} is lost" for rung in wanted - shown)
        yield from (f"{plan.title}: {rung} is too many" for rung in shown - wanted)
        if due[plan.consultation_id] != plan.due[max(plan.due)]:
            yield f"{plan.title} ends with {due[plan.consultation_id]} for {plan.due[max(plan.due)]}"
    yield from _wrong_letters(register, plans)
    settled_at = at_local(max(max(plan.due) for plan in plans) - timedelta(days=SETTLING_DAYS - 1), 0)
    yield from _wrong_mail(register, mails, settled_at)


def _wrong_letters(register: Register, plans: Sequence[Plan]) -> Iterator[str]:
    with register.reading() as session:
        letters = session.scalars(select(NoticeRow)).all()
    shown = Counter(one.kind for one in letters if one.kind not in UNCOUNTED)
    wanted = letters_wanted(plans)
    for kind in shown.keys() | wanted.keys():
        if shown[kind] != wanted[kind]:
            yield f"{shown[kind]} letters {kind.value}, not {wanted[kind]}"
    seen = Counter(
        (one.kind, one.person_id, one.consultation_id, repr(sorted(one.payload.items()))) for one in letters
    )
    yield from (f"{key[0].value} to {key[1]} {times} times" for key, times in seen.items() if times > 1)


def letters_wanted(plans: Sequence[Plan]) -> Counter[NoticeKind]:
    """How many letters of each kind the deeds and rungs of the year must have written."""
    wanted: Counter[NoticeKind] = Counter()
    for plan in plans:
        for key, _, name, _ in plan.rungs:
            kind, people = LETTERS_OF_RUNGS[_what_is_owed(key)][name]
            wanted[kind] += people
        for deed in plan.deeds:
            wanted.update(LETTERS_OF_DEEDS.get(deed.what, {}))
            if deed.what == "assign":
                wanted[N.TASK_ASSIGNED] += 2 * len(deed.given["items"])
                wanted[N.CO_HANDLING_ASKED] += 2 * sum(co is not None for _, co in deed.given["items"])
            wanted[N.CO_HANDLING_ASKED] += 2 * deed.given.get("asked_again", 0)
    return +wanted


def _wrong_mail(register: Register, mails: Sequence[str], settled_at: datetime) -> Iterator[str]:
    """Every letter once; what was written after that instant may still wait for its hour."""
    with register.reading() as session:
        letters = {one.id: (one.state, one.written_at) for one in session.scalars(select(NoticeRow))}
        attempts = session.scalars(select(Delivery)).all()
    delivered = Counter(one.notice_id for one in attempts if one.outcome == "delivered")
    for letter_id, (state, written_at) in letters.items():
        times = 1 if state is NoticeState.DELIVERED else 0
        if written_at < settled_at and state not in (NoticeState.DELIVERED, NoticeState.BUNDLED):
            yield f"letter {letter_id} is {state.value}"
        if delivered[letter_id] != times:
            yield f"letter {letter_id} ({state.value}) was delivered {delivered[letter_id]} times"
    yield from (f"mail {one} went out {times} times" for one, times in Counter(mails).items() if times > 1)


def _what_is_owed(key: str) -> str:
    return next(
        (word for word in ("receipt", "desk", "review") if word in key),
        "opinion" if "unit" in key else "task",
    )


def _keyed_clocks(session: Session, consultation_ids: Sequence[str]) -> list[tuple[str, ClockRow]]:
    """Every clock with the name that the reference gives it."""
    clocks = session.scalars(
        select(ClockRow).where(ClockRow.consultation_id.in_(consultation_ids)).order_by(ClockRow.id)
    ).all()
    names = _names_of_tasks(session, consultation_ids)
    names |= _names_of_opinions(session, consultation_ids) | _names_of_desks(session, consultation_ids, names)
    reviews: Counter[str] = Counter()
    keyed = []
    for clock in clocks:
        key = names.get(clock.id, "")
        if clock.kind is ObligationKind.SUSPENSION:
            reviews[clock.consultation_id] += 1
            key = f"review {reviews[clock.consultation_id]}"
        keyed.append((key, clock))
    return keyed


def _names_of_tasks(session: Session, consultation_ids: Sequence[str]) -> dict[str, str]:
    names, turns = {}, Counter[str]()
    for task, item in session.execute(
        select(FeedbackTask, Suggestion.item_number)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .where(FeedbackTask.consultation_id.in_(consultation_ids))
        .order_by(FeedbackTask.id)
    ):
        turns[task.suggestion_id] += 1
        name = f"{item}.{turns[task.suggestion_id]}"
        names[task.clock_id], names[task.acknowledgement_clock_id] = name, f"{name} receipt"
    return names


def _names_of_opinions(session: Session, consultation_ids: Sequence[str]) -> dict[str, str]:
    rows = session.execute(
        select(CoHandling.clock_id, CoHandling.unit_id, Suggestion.item_number)
        .join(FeedbackTask, FeedbackTask.id == CoHandling.task_id)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .where(FeedbackTask.consultation_id.in_(consultation_ids))
    )
    return {clock_id: f"{item} {unit_id.rpartition('-')[2]}" for clock_id, unit_id, item in rows}


def _names_of_desks(
    session: Session, consultation_ids: Sequence[str], names: dict[str, str]
) -> dict[str, str]:
    found, papers = {}, Counter[str]()
    for clock_id, task_clock_id in session.execute(
        select(Escalation.clock_id, FeedbackTask.clock_id)
        .join(FeedbackTask, FeedbackTask.id == Escalation.task_id)
        .where(Escalation.consultation_id.in_(consultation_ids))
        .order_by(Escalation.id)
    ):
        papers[task_clock_id] += 1
        found[clock_id or ""] = f"{names[task_clock_id]} desk {papers[task_clock_id]}"
    return found
