"""交办落实: the three lists side by side, item by item, and suggestions handed to their units."""

from collections.abc import Callable

from fastapi import Response
from fastapi.concurrency import run_in_threadpool

from api.pages.assignment_forms import Period, assigning, link_items, period_of, read_assignments
from api.pages.folders import Folder, open_folder
from api.pages.forms import NO_ATTEMPT, Attempt
from api.pages.submissions import send_act
from api.pages.visits import Posting, text_of
from domain.acts import AssignFeedbackTasks
from domain.matters import FeedbackTaskState
from records.queries.case_papers import items_and_answers
from records.queries.clocks import clocks_of
from records.queries.co_handlings import co_handling_lines
from records.queries.feedback_tasks import tasks_of


def tasks_page(folder: Folder) -> Response:
    """Every item with its unit, date and answer, and the form that hands out what is still open."""
    session, row, visit = folder.session, folder.row, folder.visit
    suggestions, answers = items_and_answers(session, row.id)
    lines = tasks_of(session, row.id)
    standings = clocks_of(session, visit.counter.books, row, visit.today, is_open=None)
    clocks = {clock.id: clock for clock in standings}
    in_hand = {line.task.suggestion_id for line in lines if line.task.state is not FeedbackTaskState.RETURNED}
    unassigned = [one for one in suggestions if one.id not in in_hand]
    may_assign = "assign_tasks" in folder.events and folder.may("assign_feedback_tasks")
    return folder.page(
        "tasks",
        items=link_items(suggestions, lines),
        clocks=clocks,
        answers=answers,
        co_handlings=co_handling_lines(
            session, visit.counter.books, [line.task for line in lines], visit.today, clocks
        ),
        unassigned_count=len(unassigned),
        assigning=assigning(folder, unassigned) if may_assign and unassigned else None,
    )


async def assign_tasks(
    posting: Posting, consultation_id: str, show: Callable[[Attempt], Response]
) -> Response:
    """Hand the ticked suggestions to the units chosen for them; with the intent ``check`` only show the due days."""
    period = await run_in_threadpool(lambda: _period(posting, consultation_id))
    assignments = read_assignments(posting.form, period)
    if text_of(posting.form, "intent") == "check":
        return await run_in_threadpool(lambda: show(Attempt("feedback-tasks", posting.form)))
    act = AssignFeedbackTasks(
        by=posting.actor,
        occurred_on=posting.today,
        note=text_of(posting.form, "note").strip(),
        assignments=assignments,
    )
    done = f"已交办 {len(assignments)} 项，承办单位将收到通知；期限自明天起算。"
    return posting.go(
        f"/consultations/{consultation_id}/tasks", await send_act(posting, consultation_id, act, done)
    )


def _period(posting: Posting, consultation_id: str) -> Period:
    with posting.counter.register.reading() as session:
        return period_of(open_folder(posting, session, consultation_id, NO_ATTEMPT))
