"""What a sheet lists one by one under its totals, so that every total can be counted again by hand."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.stages import ConsultationState
from domain.timeliness import Quadrant
from records.queries.analysis.dwell import steps_of
from records.queries.analysis.results import UNVERIFIED_LABEL
from records.queries.analysis.timeliness import tasks_of
from records.queries.analysis.view import View
from records.queries.counting.results import answers_by_task, handled_tasks, items_of
from records.tables.consultations import Consultation
from records.tables.outcomes import Suggestion
from records.tables.people import Organisation

DETAILS_MAX = 5_000

Cell = str | int | date | None


@dataclass(frozen=True)
class Details:
    """Rows under headings. ``is_cut`` says that there were more."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_cut: bool


def tasks_listed(view: View) -> Details:
    """Every task with its quadrant."""
    tasks = tasks_of(view)
    found = view.session.execute(
        select(
            tasks.c.number,
            tasks.c.title,
            tasks.c.area,
            Organisation.name,
            tasks.c.assigned_on,
            tasks.c.due_on,
            tasks.c.answered_on,
            tasks.c.quadrant,
        )
        .join(Organisation, Organisation.id == tasks.c.unit_id)
        .order_by(tasks.c.number, tasks.c.assigned_on, tasks.c.id)
        .limit(DETAILS_MAX + 1)
    )
    rows = [(*row[:2], view.names.get(row[2], row[2]), *row[3:7], Quadrant(row[7]).label) for row in found]
    headings = ("协商编号", "议题", "区域", "承办单位", "交办日期", "到期日", "最近办复日期", "办理情况")
    return _details("办理任务明细", headings, rows)


def stages_listed(view: View) -> Details:
    """Every stage that was left, with its length."""
    steps = steps_of(view.stands)
    found = view.session.execute(
        select(
            steps.c.number,
            steps.c.title,
            steps.c.area,
            steps.c.from_state,
            steps.c.entered_on,
            steps.c.occurred_on,
        )
        .where(steps.c.occurred_on.between(view.span.first_on, view.span.last_on))
        .order_by(steps.c.number, steps.c.occurred_on)
        .limit(DETAILS_MAX + 1)
    )
    rows: list[tuple[Cell, ...]] = []
    for number, title, area, state, entered_on, left_on in found:
        stage = ConsultationState(state).stage
        if stage is not None:
            days = view.books.calendar_in(view.session, area).workdays_between(entered_on, left_on)
            rows.append((number, title, view.names.get(area, area), stage.label, entered_on, left_on, days))
    headings = ("协商编号", "议题", "区域", "环节", "进入日期", "离开日期", "工作日")
    return _details("环节用时明细", headings, rows)


def items_listed(view: View) -> Details:
    """Every suggestion of the span with its class and its conversion."""
    classes = {one.suggestion_id: one.result for one in items_of(handled_tasks(view), answers_by_task(view))}
    found = view.session.execute(
        select(
            Suggestion.id,
            Consultation.number,
            Consultation.title,
            Consultation.area,
            Suggestion.item_number,
            Suggestion.text,
            Suggestion.conversion,
        )
        .join(Consultation, Consultation.id == Suggestion.consultation_id)
        .where(view.held)
        .order_by(Consultation.number, Suggestion.item_number)
        .limit(DETAILS_MAX + 1)
    )
    rows: list[tuple[Cell, ...]] = []
    for id, number, title, area, item, text, conversion in found:
        result = classes.get(id)
        known = result.label if result else UNVERIFIED_LABEL if id in classes else "未交办"
        turned_into = conversion.label if conversion else ""
        rows.append((number, title, view.names.get(area, area), item, text, known, turned_into))
    headings = ("协商编号", "议题", "区域", "项号", "建议", "办理结果", "转化形式")
    return _details("建议明细", headings, rows)


def _details(title: str, headings: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Details:
    return Details(title, headings, tuple(rows[:DETAILS_MAX]), len(rows) > DETAILS_MAX)
