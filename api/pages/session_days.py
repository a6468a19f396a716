"""The day of a session: the door where people sign in, and what is written down one step after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

from fastapi import Query, Response

from api.fields import PathId
from api.pages.catalogue import CONSULTATION_FORMS
from api.pages.deliberations import UNDECIDED, WITHOUT_ATTENDANCE, outcome_form, speaking_options
from api.pages.folders import Folder, open_folder
from api.pages.form_specs import Place
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_paper
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from domain.matters import ParticipantKind, SessionState
from domain.refusals import RefusalCode, RuleFinding, refuse
from domain.words import Word
from records.queries.case_papers import DayPapers, day_papers
from records.queries.rolls import (
    DayOnRecord,
    count_roll,
    day_findings,
    facts_on_roll,
    sign_in_findings,
)
from regulations.checks.participants import Among

router = page_router()
_NOUNS = frozenset(
    {
        "sign-ins",
        "department-presences",
        "statements",
        "dissents",
        "session-outcomes",
        "session-continuations",
    }
)


class DayStep(Word):
    """One step of the day, in order; the value is its anchor on the page."""

    SIGN_INS = "sign-ins", "签到"
    DEPARTMENTS = "departments", "部门到会"
    STATEMENTS = "statements", "发言与回应"
    DISSENTS = "dissents", "异议清单"
    OUTCOME = "outcome", "活动结果"


_STEP_OF_CHECK: Mapping[str, DayStep] = {
    "departments_answer_on_the_spot": DayStep.DEPARTMENTS,
    "session_has_interactions": DayStep.STATEMENTS,
    "public_speaks": DayStep.STATEMENTS,
    "opinions_have_basis": DayStep.STATEMENTS,
    "session_is_substantive": DayStep.STATEMENTS,
    "dissent_list_is_confirmed": DayStep.DISSENTS,
}
_STEP_OF_NOUN: Mapping[str, DayStep] = {
    "department-presences": DayStep.DEPARTMENTS,
    "statements": DayStep.STATEMENTS,
    "dissents": DayStep.DISSENTS,
}


@dataclass(frozen=True)
class ShownStep:
    """One step with what the gate after 开展协商 asks of it."""

    step: DayStep
    number: int
    findings: tuple[RuleFinding, ...]
    form: ShownForm | None

    @property
    def missing(self) -> tuple[RuleFinding, ...]:
        """What is not there yet."""
        return tuple(one for one in self.findings if not one.is_satisfied and not one.is_waived)


@dataclass
class Day:
    """One session of a folder, as its pages show it."""

    folder: Folder
    papers: DayPapers
    room: Any

    @property
    def meeting(self) -> Any:
        """The session itself."""
        return self.papers.meeting

    @property
    def address(self) -> str:
        """Where its pages begin."""
        return f"{self.folder.address}/sessions/{self.meeting.id}"

    @property
    def people(self) -> list[Any]:
        """Everyone on the list."""
        return [one for one, _ in self.papers.roll]

    @cached_property
    def signed_in(self) -> frozenset[str]:
        """Who came."""
        return frozenset(one.id for one, has_come in self.papers.roll if has_come)

    @property
    def is_open(self) -> bool:
        """Whether anything of it can be written down today."""
        is_attended = self.meeting.state not in WITHOUT_ATTENDANCE
        return is_attended and self.meeting.planned_on <= self.folder.visit.today

    def form(self, noun: str, **shown: Any) -> ShownForm | None:
        """A form of the catalogue that comes back to the day."""
        if not self.is_open:
            return None
        form = self.folder.form(noun, self.meeting.id, **shown)
        return form and replace(form, address=f"{self.address}/{noun}")


@router.get("/consultations/{consultation_id}/sessions/{session_id}")
def day_page(
    visit: AVisit,
    consultation_id: PathId,
    session_id: PathId,
    reply_to: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The whole day: each step with what is still missing, and its form."""
    return _show_day(visit, consultation_id, session_id, NO_ATTEMPT, reply_to)


@router.get("/consultations/{consultation_id}/sessions/{session_id}/sign-ins")
def door_page(visit: AVisit, consultation_id: PathId, session_id: PathId) -> Response:
    """The door: everybody on the list in big rows, the total and the ratio above them."""
    return _show_door(visit, consultation_id, session_id, NO_ATTEMPT)


@router.post("/consultations/{consultation_id}/sessions/{session_id}/{noun}")
async def write_down(posting: APosting, consultation_id: PathId, session_id: PathId, noun: str) -> Response:
    """Write down one thing of the day and come back to it."""
    if noun not in _NOUNS:
        raise refuse(RefusalCode.NOT_FOUND, "没有这样的表单。")
    show = _show_door if noun == "sign-ins" else _show_day
    return await attempt(
        posting,
        lambda: _write(posting, consultation_id, session_id, noun),
        lambda tried: show(posting, consultation_id, session_id, tried),
    )


async def _write(posting: Posting, consultation_id: str, session_id: str, noun: str) -> Response:
    spec, address = CONSULTATION_FORMS[noun], f"/consultations/{consultation_id}"
    link = posting.counter.base_url.rstrip("/") + address
    place = Place(consultation_id, session_id, posting.counter.vault, posting.counter.books, link)
    await write_paper(posting, spec, place)
    day = f"{address}/sessions/{session_id}"
    if noun == "sign-ins":
        return posting.go(f"{day}/sign-ins", "签到已登记。")
    return posting.go(f"{day}#{_STEP_OF_NOUN.get(noun, DayStep.OUTCOME).value}", spec.done)


def _open_day(visit: Visit, session: Any, consultation_id: str, session_id: str, tried: Attempt) -> Day:
    folder = open_folder(visit, session, consultation_id, tried)
    papers = day_papers(session, consultation_id, session_id)
    if papers is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该场协商活动。")
    return Day(folder, papers, folder.room)


def _show_door(visit: Visit, consultation_id: str, session_id: str, tried: Attempt) -> Response:
    with visit.counter.register.reading() as session:
        day = _open_day(visit, session, consultation_id, session_id, tried)
        folder = day.folder
        came = [one for one in day.people if one.id in day.signed_in]
        on = day.meeting.held_on or day.meeting.planned_on
        return visit.page(
            "sign_ins.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            row=folder.row,
            day=day,
            attempt=tried,
            form=day.form("sign-ins"),
            ticked=frozenset(tried.typed.getlist("participant_ids")),
            units=folder.names(one.organisation_id for one in day.people),
            expected=len(day.people),
            came=len(came),
            count=count_roll(facts_on_roll(came)),
            findings=sign_in_findings(session, folder.calendar, folder.rule_set, folder.row, on, came),
        )


def _show_day(
    visit: Visit, consultation_id: str, session_id: str, tried: Attempt, reply_to: str = ""
) -> Response:
    with visit.counter.register.reading() as session:
        day = _open_day(visit, session, consultation_id, session_id, tried)
        folder, meeting = day.folder, day.meeting
        presences, said, dissents = day.papers.presences, day.papers.statements, day.papers.dissents
        forms = _forms(day, presences, said, reply_to)
        steps = _steps(day, _findings(day, presences, said), forms)
        return folder.page(
            "sessions",
            template="session_day",
            day=day,
            meeting=meeting,
            steps=steps,
            next_step=next((one.step for one in steps if one.missing), DayStep.OUTCOME),
            units=folder.names(one.organisation_id for one in presences),
            presences=presences,
            statements=said,
            texts={one.id: one.text for one in said},
            dissents=dissents,
            is_decided=meeting.state not in UNDECIDED,
        )


def _findings(day: Day, presences: Sequence[Any], said: Sequence[Any]) -> tuple[RuleFinding, ...]:
    if day.meeting.state not in {*UNDECIDED, SessionState.HELD}:
        return ()
    folder = day.folder
    on_record = DayOnRecord(day.meeting, day.people, day.signed_in, list(presences), list(said))
    visit = folder.visit
    return day_findings(folder.session, folder.calendar, folder.rule_set, folder.row, visit.today, on_record)


def _steps(
    day: Day, findings: Sequence[RuleFinding], forms: Mapping[DayStep, ShownForm | None]
) -> list[ShownStep]:
    """Every step with what the rules ask of it; that a session was held at all is what the day itself is for."""
    found: dict[DayStep, list[RuleFinding]] = {step: [] for step in DayStep}
    rules = {rule.id: rule for rule in day.folder.rule_set.rules}
    for one in findings:
        rule = rules[one.rule_id]
        is_sign_in = rule.arguments.get("among") == Among.SIGN_IN
        step = DayStep.SIGN_INS if is_sign_in else _STEP_OF_CHECK.get(rule.check, DayStep.OUTCOME)
        if rule.check != "session_is_held":
            found[step].append(one)
    return [
        ShownStep(step, number, tuple(sorted(found[step], key=lambda one: one.is_satisfied)), forms.get(step))
        for number, step in enumerate(DayStep, start=1)
    ]


def _forms(
    day: Day, presences: Sequence[Any], said: Sequence[Any], reply_to: str
) -> dict[DayStep, ShownForm | None]:
    """One form for each step after the door, ready for the next entry."""
    folder = day.folder
    invited = [
        one.organisation_id
        for one in day.people
        if one.organisation_id and one.kind is ParticipantKind.DEPARTMENT
    ]
    entered = {one.organisation_id for one in presences}
    following = next((one for one in invited if one not in entered), None)
    names, spoken = speaking_options(day.people, said)
    outcome = outcome_form(folder, day.meeting) if day.meeting.state in UNDECIDED and day.is_open else None
    noun = "session-continuations" if day.meeting.state is SessionState.ADJOURNED else "session-outcomes"
    return {
        DayStep.DEPARTMENTS: day.form(
            "department-presences",
            initial={"organisation_id": following},
            options={"organisation_id": folder.organisation_options},
        ),
        DayStep.STATEMENTS: day.form(
            "statements",
            initial={"reply_to_id": reply_to},
            options={"participant_id": names, "reply_to_id": spoken},
        ),
        DayStep.DISSENTS: day.form("dissents"),
        DayStep.OUTCOME: outcome and replace(outcome, address=f"{day.address}/{noun}"),
    }
