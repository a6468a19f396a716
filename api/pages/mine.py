"""我的履职: what concerns a convener or member, each line one click from where it is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fastapi import Response

from api.foresight import require
from api.pages.routing import page_router
from api.pages.visits import AVisit
from domain.bodies import Role
from domain.policy import Matter, may
from records.queries.changes_since import changes_counted
from records.queries.mine import Mine, mine_on
from records.queries.mine.evaluations import OwnEvaluation
from records.queries.mine.own import OwnCase
from records.queries.mine.year import OwnYear

router = page_router()

ADDRESS = "/mine"


@dataclass(frozen=True)
class Owed:
    """Something that waits for the visitor: what, for which consultation, where it is done, and by when."""

    what: str
    case: OwnCase
    address: str
    due_on: date | None = None


@router.get(ADDRESS)
def mine_page(visit: AVisit) -> Response:
    """Sessions, research, statements, evaluations owed and the year's participation of one person."""
    actor, today = visit.actor, visit.today
    require(may(actor, "read_own_participation", Matter()))
    with visit.counter.register.reading() as session:
        mine = mine_on(session, actor, today)
        cases = {one.case.consultation_id for one in mine.sessions}
        changes = changes_counted(session, actor.person_id, cases)
    return visit.page(
        "mine.html",
        mine=mine,
        owed=list(owed_in(mine, today)),
        coming=[one for one in mine.sessions if one.is_to_come and not one.is_to_write_down(today)],
        past=[one for one in mine.sessions if not one.is_to_come],
        numbers=_numbers(mine.year, is_convener=actor.role is Role.CONVENER),
        changes=changes,
        may_propose=may(actor, "propose_topic", Matter(area=actor.area)),
    )


def owed_in(mine: Mine, today: date) -> Iterator[Owed]:
    """What waits for the visitor: sessions to write down, research to accept, evaluations and 回头看."""
    for held in mine.sessions:
        if held.is_to_write_down(today):
            address = session_address(held.case, held.id)
            yield Owed(f"登记第 {held.number} 场协商活动的情况", held.case, address, held.on)
    for report in mine.research:
        if report.is_to_accept:
            address = research_address(report.case, report.id)
            place = f"（{report.place}）" if report.place else ""
            yield Owed(f"审核{report.kind.label}{place}", report.case, address)
    for one in mine.evaluations:
        yield Owed(_evaluation_words(one), one.case, _evaluation_address(one), one.due_on)


def session_address(case: OwnCase, session_id: str) -> str:
    """The day of a session: sign-in, statements and what came of it."""
    return f"/consultations/{case.consultation_id}/sessions/{session_id}"


def research_address(case: OwnCase, record_id: str) -> str:
    """Where a report is read and accepted."""
    return f"/consultations/{case.consultation_id}/research#record-{record_id}"


def _evaluation_words(one: OwnEvaluation) -> str:
    if one.review_id:
        return f"第 {one.review_ordinal} 次回头看"
    return f"登记评价：尚缺{'、'.join(party.label for party in one.missing)}"


def _evaluation_address(one: OwnEvaluation) -> str:
    place = f"#review-{one.review_id}" if one.review_id else ""
    return f"/consultations/{one.case.consultation_id}/evaluation{place}"


def _numbers(year: OwnYear, *, is_convener: bool) -> list[tuple[str, int, str]]:
    numbers = [
        ("出席协商活动", year.attended, "场"),
        ("发言", year.statements, "条"),
        ("参加调研", year.research, "次"),
        ("推荐的议题被采用", year.topics, "件"),
        ("参加回头看", year.reviews, "次"),
    ]
    return [*numbers, ("审核调研报告", year.accepted, "份")] if is_convener else numbers
