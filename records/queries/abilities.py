"""What somebody may do now: the policy and the law asked together, for buttons and for ``may``."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import ACTS, OpenConsultation, TaskAct
from domain.bodies import Actor
from domain.policy import Matter, may
from records.matters import CO_HANDLERS_ACTS, matter_of
from records.queries.co_handlings import owed_co_handling
from records.queries.consultations import approvals_of, current_chain, terminating_body_id
from records.tables.consultations import Approval, Consultation
from records.tables.obligations import Escalation, FeedbackTask
from statemachines import consultation as law
from statemachines import feedback_task as task_law
from statemachines.approval_chain import ChainStep, open_steps

TASK_EVENTS = {
    "acknowledge_task": ("acknowledge",),
    "request_return": ("request_return",),
    "decide_return": ("accept_return", "refuse_return"),
    "request_extension": ("request_extension",),
    "decide_extension": ("decide_extension",),
    "answer_task": ("answer",),
    "answer_co_handling": ("answer_co_handling",),
    "verify_answer": ("verify", "send_back"),
    # Only while there is no answer yet: an answered task is carried nowhere.
    "raise_escalation": ("answer",),
}
"""The events of the task's machine that an act on a task stands for."""


def acts_open_to(session: Session, row: Consultation, actor: Actor, today: date) -> list[str]:
    """Names of the acts on the consultation itself that the actor may do now. Gates are not asked."""
    open_events = law.open_events(row.state, is_suspended=row.is_suspended)
    approvals = approvals_of(session, row.id)
    matter = matter_of(session, row, today)
    bodies: dict[str, list[str | None]] = {
        "decide_approval": bodies_of_open_steps(current_chain(approvals)),
        "terminate_consultation": [terminating_body_id(row, approvals)],
    }
    desks = session.scalars(
        select(Escalation.target_id).where(Escalation.consultation_id == row.id, Escalation.is_open)
    ).all()
    found = []
    for name, act in ACTS.items():
        if act.event not in open_events or issubclass(act, TaskAct | OpenConsultation):
            continue
        matters = [matter]
        if name in bodies:
            matters = [replace(matter, body_id=body) for body in bodies[name]]
        elif name == "record_instruction":
            matters = [replace(matter, desk_id=desk) for desk in desks]
        if any(may(actor, name, one) for one in matters):
            found.append(name)
    return found


def acts_on_task_open_to(
    session: Session, row: Consultation, task: FeedbackTask, actor: Actor, today: date
) -> list[str]:
    """Names of the acts on one task that the actor may do now. Windows and limits are not asked."""
    matter = matter_of(session, row, today, task=task)
    owed = owed_co_handling(session, task.id, actor.organisation_id)
    return acts_on_task(row, task, actor, matter, owes_opinion=owed is not None)


def acts_on_task(
    row: Consultation, task: FeedbackTask, actor: Actor, matter: Matter, *, owes_opinion: bool
) -> list[str]:
    """The same of a matter that is known, where the actor's unit owes the opinion of a co-handler or does not."""
    if "handle_task" not in law.open_events(row.state, is_suspended=row.is_suspended):
        return []
    events = task_law.open_events(task.state)
    owing = frozenset({actor.organisation_id}) if owes_opinion else frozenset()
    co_handling = replace(matter, unit_ids=owing)
    return [
        name
        for name, wanted in TASK_EVENTS.items()
        if events & set(wanted) and may(actor, name, co_handling if name in CO_HANDLERS_ACTS else matter)
    ]


def bodies_of_open_steps(chain: list[Approval]) -> list[str | None]:
    """The bodies whose step may be decided now."""
    steps = open_steps(
        [
            ChainStep(one.step, one.label, one.is_filing, one.is_optional, one.decision, one.decided_on)
            for one in chain
        ]
    )
    return [one.body_id for one in chain if one.step in steps and one.body_id is not None]
