"""Refusing early: the policy, the law and the gates asked over queried facts, so that most refusals leave no history.

The deed has the last word, inside its own transaction; this only spares it the obvious.
"""

from datetime import date

from sqlalchemy.orm import Session

from api.counter import Counter
from domain.acts import (
    AcknowledgeTask,
    Act,
    AdoptRuleSetVersion,
    AdvanceStage,
    AnswerCoHandling,
    AnswerTask,
    DecideExtension,
    DecideReturn,
    OpenConsultation,
    RequestExtension,
    RequestReturn,
    VerifyAnswer,
)
from domain.bodies import Actor
from domain.matters import Verdict
from domain.policy import Matter, may
from domain.refusals import RefusalCode, Refused, refuse
from records.adoptions import adoption_of
from records.books import gate_findings
from records.matters import matter_of
from records.queries.people import matter_of_room, room
from records.queries.permissions import require, require_permitted
from records.queries.rule_set_versions import version_of
from records.queries.scopes import consultation_for
from regulations.gates import unmet
from statemachines import consultation as law
from statemachines import feedback_task as task_law

__all__ = ["readable_matter", "refuse_early", "refuse_opening", "require", "task_event"]


def refuse_opening(session: Session, act: OpenConsultation, today: date) -> None:
    """Refuse to open a consultation in a room that is not there, or by somebody whom nothing binds to it."""
    row = room(session, act.room_id)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商议事室。", field="room_id")
    require(may(act.by, act.name, matter_of_room(session, row, today)))


def refuse_early(session: Session, counter: Counter, consultation_id: str, act: Act, today: date) -> None:
    """Refuse what can be refused before the process is asked: 404, 403, then state, stale form and gates."""
    row = consultation_for(session, act.by, consultation_id, today)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商。")
    task_state = require_permitted(session, row, act, today)
    law.after(row.state, act.event, is_suspended=row.is_suspended)
    if task_state is not None and (event := task_event(act)) is not None:
        task_law.after(task_state, event)
    if isinstance(act, AdoptRuleSetVersion):
        version = version_of(session, act.version_id)
        plan = adoption_of(session, counter.books, row, version, counter.now())
        if plan.refusal is not None:
            raise Refused(plan.refusal)
    if isinstance(act, AdvanceStage):
        if act.expected_state is not row.state:
            raise refuse(
                RefusalCode.STALE_FORM,
                f"协商已处于「{row.state.label}」，您看到的是「{act.expected_state.label}」，请刷新后再操作。",
                field="expected_state",
            )
        findings = gate_findings(
            session,
            counter.books.pinned(session, row),
            counter.books.calendar_in(session, row.area),
            row,
            act.occurred_on,
        )
        missing = unmet(findings, reasons_given=bool(act.reason_for_warnings.strip()))
        law.after(row.state, act.event, is_suspended=row.is_suspended, unmet=missing)


def task_event(act: Act) -> str | None:
    """The event of the feedback task's machine that an act on a task stands for."""
    match act:
        case AcknowledgeTask():
            return "acknowledge"
        case RequestReturn():
            return "request_return"
        case DecideReturn():
            return "accept_return" if act.is_accepted else "refuse_return"
        case RequestExtension():
            return "request_extension"
        case DecideExtension():
            return "decide_extension"
        case AnswerTask():
            return "answer"
        case AnswerCoHandling():
            return "answer_co_handling"
        case VerifyAnswer():
            return "verify" if act.verdict is Verdict.VERIFIED else "send_back"
        case _:
            return None


def readable_matter(session: Session, actor: Actor, consultation_id: str, today: date) -> Matter:
    """Who is bound to the consultation. Raises Refused (NOT_FOUND) where the actor may not know of it."""
    row = consultation_for(session, actor, consultation_id, today)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商。")
    return matter_of(session, row, today)
