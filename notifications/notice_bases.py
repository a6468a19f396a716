"""What several letters share: the consultation, the feedback task, the due date."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from domain.notices import NoticeKind

# Text of several lines; every other text of a notice is printed on one line.
Prose = Annotated[str, "prose"]


@dataclass(frozen=True, kw_only=True)
class DatedFact:
    """One line of a history told in a paper: a rung fired, an extension granted."""

    happened_on: date
    what: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What every letter carries."""

    kind: ClassVar[NoticeKind]

    consultation_number: str
    consultation_title: str
    link: str


@dataclass(frozen=True, kw_only=True)
class TaskNotice(Notice):
    """A letter about one feedback task of one unit."""

    unit_name: str
    task_title: str


@dataclass(frozen=True, kw_only=True)
class DatedTaskNotice(TaskNotice):
    """A letter about a feedback task whose due date matters."""

    due_on: date
    is_provisional: bool = False
