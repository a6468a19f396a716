"""Everything that the page of one task shows, in few questions to the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Select, Text, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from domain.bodies import Actor, RoomLevel
from domain.explanations import Remark
from domain.words import Word
from records.books import Books
from records.queries.clock_remarks import ClockRemarks, extension_remark, handed_on_by, return_remark
from records.queries.clocks import ExplainedClock, explained
from records.queries.co_handlings import CoHandlingLine
from records.queries.feedback_tasks import TaskLine
from records.queries.people import organisation_names
from records.queries.scopes import readable
from records.tables.consultations import Attachment, Consultation
from records.tables.obligations import (
    Answer,
    ClockRow,
    CoHandling,
    Escalation,
    ExtensionRequest,
    FeedbackTask,
    ReturnRequest,
)
from records.tables.outcomes import Suggestion
from records.tables.people import Organisation
from records.tables.rooms import Room


class LetterKind(Word):
    """What was written about a task besides answers."""

    RETURN = "return", "申请退办"
    EXTENSION = "extension", "申请延期"
    ESCALATION = "escalation", "专报"
    TALK = "talk", "约谈建议"


@dataclass(frozen=True)
class TaskLetter:
    """A request of the unit with its decision, or a paper to the party committee, which is open until instructed.

    ``is_granted`` is None while a request waits; ``workdays`` is what was asked, ``granted_workdays`` what was given.
    """

    kind: LetterKind
    id: str
    on: date
    workdays: int | None
    reason: str
    is_granted: bool | None
    granted_workdays: int | None
    decided_on: date | None
    note: str
    is_open: bool


@dataclass(frozen=True)
class TaskFolder:
    """One task with all that hangs on it. A draft answer has no day of answering."""

    row: Consultation
    line: TaskLine
    level: RoomLevel
    answers: Sequence[Answer]
    letters: Sequence[TaskLetter]
    files: Sequence[Attachment]
    """Of the answer, and of the opinions of co-handlers (those name the co-handling)."""
    clocks: Mapping[str, ExplainedClock]
    co_handlings: Sequence[CoHandlingLine]

    @property
    def task(self) -> FeedbackTask:
        """The task itself."""
        return self.line.task

    def asked(self, kind: LetterKind) -> bool:
        """Whether such a request waits for its decision."""
        return any(one.kind is kind and one.is_granted is None for one in self.letters)


def _asked_beside(task_id: str) -> Select[str]:
    return select(CoHandling.id).where(CoHandling.task_id == task_id)


def task_folder(session: Session, books: Books, actor: Actor, task_id: str, today: date) -> TaskFolder | None:
    """The task with everything of it, None where there is none that the actor may know of."""
    if not task_id.isprintable():
        return None
    former, former_unit = aliased(FeedbackTask), aliased(Organisation)
    found = session.execute(
        select(
            FeedbackTask,
            Consultation,
            Suggestion.item_number,
            Suggestion.text,
            Organisation.name,
            Room.level,
            former_unit.name,
        )
        .outerjoin(former, former.id == FeedbackTask.predecessor_id)
        .outerjoin(former_unit, former_unit.id == former.unit_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
        .join(Organisation, Organisation.id == FeedbackTask.unit_id)
        .join(Room, Room.id == Consultation.room_id)
        .where(FeedbackTask.id == task_id, readable(actor, today))
    ).one_or_none()
    if found is None:
        return None
    task, row, item_number, suggestion, unit_name, level, former_name = found
    held: Sequence[Any] = session.execute(
        select(ClockRow, CoHandling)
        .outerjoin(CoHandling, CoHandling.clock_id == ClockRow.id)
        .where(
            or_(
                ClockRow.id.in_((task.clock_id, task.acknowledgement_clock_id)), CoHandling.task_id == task_id
            )
        )
    ).all()
    letters = _letters(session, task_id)
    remarks = {task.clock_id: ClockRemarks(handed_on_by(former_name), _remarks(letters))}
    clocks = explained(session, books, [clock for clock, _ in held], today, remarks)
    return TaskFolder(
        row=row,
        line=TaskLine(task, item_number, suggestion, unit_name),
        level=level,
        answers=session.scalars(
            select(Answer).where(Answer.task_id == task_id).order_by(Answer.prepared_at, Answer.id)
        ).all(),
        letters=letters,
        files=session.scalars(
            select(Attachment)
            .where(or_(Attachment.task_id == task_id, Attachment.co_handling_id.in_(_asked_beside(task_id))))
            .order_by(Attachment.id)
        ).all(),
        clocks=clocks,
        co_handlings=_co_handlings(session, task, [one for _, one in held if one is not None], clocks),
    )


def _co_handlings(
    session: Session, task: FeedbackTask, found: Sequence[CoHandling], clocks: Mapping[str, ExplainedClock]
) -> list[CoHandlingLine]:
    """The co-handlers in the order in which they were named, those from before they had clocks too."""
    by_unit = {one.unit_id: one for one in found}
    names = organisation_names(session, set(task.co_unit_ids) - set(by_unit))
    lines = []
    for unit_id in task.co_unit_ids:
        one = by_unit.get(unit_id)
        clock = clocks[one.clock_id].standing if one is not None else None
        lines.append(
            CoHandlingLine(unit_id, clock.holder_name if clock else names.get(unit_id, ""), one, clock)
        )
    return lines


def _remarks(letters: Sequence[TaskLetter]) -> list[Remark]:
    found = [
        return_remark(one.on, one.reason, one.is_granted, one.decided_on, one.note)
        if one.kind is LetterKind.RETURN
        else extension_remark(one.on, one.workdays, one.reason, one.is_granted, one.decided_on, one.note)
        for one in letters
        if one.kind in (LetterKind.RETURN, LetterKind.EXTENSION)
    ]
    return [one for one in found if one is not None]


def _letters(session: Session, task_id: str) -> list[TaskLetter]:
    asked = union_all(_returns(task_id), _extensions(task_id), _escalations(task_id)).subquery()
    rows = session.execute(select(asked).order_by(asked.c.day, asked.c.id))
    return [TaskLetter(LetterKind(kind), *rest) for kind, *rest in rows]


def _returns(task_id: str) -> Any:
    return select(
        literal(LetterKind.RETURN.value).label("kind"),
        ReturnRequest.id.label("id"),
        ReturnRequest.requested_on.label("day"),
        cast(null(), Integer).label("workdays"),
        ReturnRequest.reason.label("reason"),
        ReturnRequest.is_accepted.label("is_granted"),
        cast(null(), Integer).label("granted_workdays"),
        ReturnRequest.decided_on.label("decided_on"),
        ReturnRequest.note.label("note"),
        ReturnRequest.is_accepted.is_(None).label("is_open"),
    ).where(ReturnRequest.task_id == task_id)


def _extensions(task_id: str) -> Any:
    return select(
        literal(LetterKind.EXTENSION.value),
        ExtensionRequest.id,
        ExtensionRequest.requested_on,
        ExtensionRequest.workdays,
        ExtensionRequest.reason,
        ExtensionRequest.is_granted,
        ExtensionRequest.granted_workdays,
        ExtensionRequest.decided_on,
        ExtensionRequest.note,
        ExtensionRequest.is_granted.is_(None),
    ).where(ExtensionRequest.task_id == task_id)


def _escalations(task_id: str) -> Any:
    empty = cast(literal(""), Text)
    return select(
        Escalation.kind,
        Escalation.id,
        Escalation.raised_on,
        cast(null(), Integer),
        empty,
        cast(null(), Boolean),
        cast(null(), Integer),
        cast(null(), Date),
        empty,
        Escalation.is_open,
    ).where(Escalation.task_id == task_id)
