"""Case files: a consultation told as dated steps in TOML, read and checked before anything is played.

A step says on which day (``on``) who (``who``, a sign-in name) did what (``do``, a path of the HTTP contract with its
``body``), what must come of it (``expect``), and a sentence for people (``say``). A path that does not begin with a
slash lies below the consultation. A text that begins with ``@`` stands for something: ``@on`` for the step's day,
``@枫溪区住建局`` for a body or room of ``people.toml``, ``@topic`` for what an earlier step made ``as = "topic"``,
``@participant:许慕青`` for somebody on the list, ``@task:2``, ``@review:1`` and ``@escalation:2`` for the task of item 2 as it stands, the first 回头看, and the open
escalation about item 2, ``@person:zhouqiming`` for a colleague of whoever takes the step, and ``@plan:…`` for the item
of a yearly plan with that title. A case may tell of more than one consultation: ``of`` names the one that a step is
about, by what the step that opened it made.

``python -m service.case_files`` counts the steps of every case and what they assert.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.ladder import Colour
from domain.matters import FeedbackTaskState, FollowUpReviewState, ObligationKind, ParticipantKind
from domain.refusals import RefusalCode
from domain.stages import ConsultationState

LOOKED_UP = ("participant:", "task:", "review:", "escalation:", "person:")
"""Beginnings of the references that are looked up when their step comes."""

WHOLE_CASES = ("A-01", "B-05", "C-09", "D-11")
LIVE_CASES = ("A-13", "A-14", "A-15", "A-16", "C-10", "D-12")
SAMPLE_CASES = (*WHOLE_CASES, *LIVE_CASES)
"""The cases that every fresh service shows: four whole ones, and six in which somebody still has something to do."""

DEMO_CASE = "demo"

HANDBOOK_CASES = (
    *("A-01", "A-02", "A-03", "A-04", "B-05", "B-06"),
    *("B-07", "C-08", "C-09", "C-10", "D-11", "D-12"),
)
"""The twelve cases by which the service is accepted, region by region."""


class CaseFileError(ValueError):
    """A case file that cannot be right; names the file and the field."""

    def __init__(self, file: str, field: str, text: str) -> None:
        super().__init__(f"{file}：{field}：{text}")
        self.file = file
        self.field = field


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ClockExpected(_Read):
    """An open clock of this kind is due on this day."""

    kind: ObligationKind
    due_on: date
    is_provisional: bool = False


class CoHandlingExpected(_Read):
    """What a co-handler of a task owes; its colours are those of its own clock, up to the step's day."""

    unit: str
    due_on: date | None = None
    is_in_time: bool | None = None
    colours: tuple[tuple[date, Colour], ...] | None = None


class TaskExpected(_Read):
    """The task that stands for an item. ``colours`` are its changes of colour up to the step's day."""

    item: int
    unit: str | None = None
    state: FeedbackTaskState | None = None
    due_on: date | None = None
    is_provisional: bool | None = None
    is_in_time: bool | None = None
    colour_live: Colour | None = None
    colours: tuple[tuple[date, Colour], ...] | None = None
    co_handlings: tuple[CoHandlingExpected, ...] = ()


class ReviewExpected(_Read):
    """A 回头看 of this number."""

    ordinal: int
    due_on: date
    is_provisional: bool = False
    state: FollowUpReviewState | None = None


class ScoresExpected(_Read):
    """What the evaluation of the present round comes to, rounded for people."""

    satisfaction: str | None = None
    public: str | None = None
    composite: str | None = None


class Expected(_Read):
    """What must be true after a step. Whatever is left out is not looked at.

    Of a refusal: ``rules`` are among those unmet, ``blocked_by`` are exactly its hard rules (none: only warnings stand
    in the way), ``measured`` and ``cites`` are words of a rule's measurement and of its clause. ``gates`` are rules
    that are met before the next state, with words of what was measured; ``warns`` are soft rules that are not.
    ``people`` is how many of each kind stand on the list of participants, ``supervised_since`` the day on which the
    consultation was listed for supervision (督查事项).
    """

    refused: RefusalCode | None = None
    rules: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] | None = None
    measured: dict[str, str] = {}
    cites: dict[str, str] = {}
    state: ConsultationState | None = None
    is_suspended: bool | None = None
    round: int | None = None
    gates: dict[str, str] = {}
    warns: tuple[str, ...] = ()
    people: dict[ParticipantKind, int] = {}
    clocks: tuple[ClockExpected, ...] = ()
    tasks: tuple[TaskExpected, ...] = ()
    reviews: tuple[ReviewExpected, ...] = ()
    grade: str | None = None
    scores: ScoresExpected | None = None
    escalations: int | None = None
    supervised_since: date | None = None


class Step(_Read):
    """One thing that somebody did on a day; without ``do`` only a look at how things stand.

    ``is_entered_only``: what time itself brings in a case lived through, and somebody must enter from the file else.
    """

    on: date
    who: str
    of: str = "consultation"
    is_entered_only: bool = False
    do: str = ""
    made: str = Field(default="", alias="as")
    body: dict[str, Any] = {}
    expect: Expected = Expected()
    say: str = ""


class CaseFile(_Read):
    """One case. ``reader`` is the sign-in name of the staff who look at how things stand.

    Sample data ends with ``sample_until``, so that there is something left to do.
    """

    id: str
    title: str
    region: str
    reader: str
    summary: str
    sample_until: date | None = None
    step: Annotated[tuple[Step, ...], Field(min_length=1)]

    @property
    def file(self) -> str:
        """The name by which people know the file."""
        return f"{self.id}.toml"


def case_text(name: str) -> str:
    """The text of a case that is shipped with the service."""
    return files("service").joinpath("cases", f"{name}.toml").read_text("utf-8")


def read_case(name: str, directory: Path | None = None) -> CaseFile:
    """The case of this name, shipped with the service or from a directory. Raises CaseFileError."""
    text = case_text(name) if directory is None else (directory / f"{name}.toml").read_text("utf-8")
    case = case_from(text, f"{name}.toml")
    if case.id != name:
        raise CaseFileError(f"{name}.toml", "id", f"应与文件名一致，现为“{case.id}”")
    return case


def case_from(text: str, file: str) -> CaseFile:
    """A case from the text of its file; ``file`` is only used to name it. Raises CaseFileError."""
    try:
        case = CaseFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CaseFileError(file, "toml", f"格式有误，{error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise CaseFileError(file, field, first["msg"]) from error
    _require_order(case, file)
    _require_names(case, file)
    return case


def references(value: Any) -> Iterator[str]:
    """Every ``@…`` in a body, without its sign."""
    if isinstance(value, str) and value.startswith("@"):
        yield value[1:]
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from references(inner)


def assertions_in(expected: BaseModel) -> int:
    """How many single things an expectation compares."""
    count = 0
    for name in expected.model_fields_set - {"item", "ordinal", "kind"}:
        match getattr(expected, name):
            case BaseModel() as one:
                count += assertions_in(one)
            case dict() as words:
                count += len(words)
            case tuple() as several if any(isinstance(one, BaseModel) for one in several):
                count += sum(assertions_in(one) for one in several)
            case _:
                count += 1
    return count


def _require_order(case: CaseFile, file: str) -> None:
    before = case.step[0].on
    for index, step in enumerate(case.step):
        if step.on < before:
            raise CaseFileError(file, f"step[{index}].on", f"{step.on} 早于前一步 {before}")
        if not (step.do or step.expect.model_fields_set or step.say):
            raise CaseFileError(file, f"step[{index}]", "既没有做什么，也没有要看什么")
        before = step.on


def _require_names(case: CaseFile, file: str) -> None:
    """Latin names are what steps made, so a misspelt one shows before the case is played."""
    made = {"on"}
    for index, step in enumerate(case.step):
        used = [*references(step.body), *references(step.do.split("/"))]
        if step.of != "consultation":
            used.append(step.of)
        for name in used:
            if name.isascii() and not name.startswith(LOOKED_UP) and name not in made:
                raise CaseFileError(file, f"step[{index}]", f"“@{name}”还没有由前面的步骤产生")
        made.add(step.made)


def main() -> None:
    """Print how many steps each case has and how many single things they assert."""
    counted = [
        (case.id, case.title, len(case.step), sum(assertions_in(step.expect) for step in case.step))
        for case in map(read_case, (*HANDBOOK_CASES, "A-13", "A-14", "A-15", "A-16", DEMO_CASE))
    ]
    for name, title, steps, assertions in counted:
        sys.stdout.write(f"{name:<5} {steps:>4} 步 {assertions:>4} 项核对  {title}\n")
    sys.stdout.write(
        f"合计  {sum(one[2] for one in counted):>4} 步 {sum(one[3] for one in counted):>4} 项核对\n"
    )


if __name__ == "__main__":
    main()
