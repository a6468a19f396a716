"""One consultation as somebody sees it: its row, who is bound to it, and the forms that they may use now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from api.pages.catalogue import CONSULTATION_FORMS
from api.pages.fields import Options
from api.pages.form_specs import FormSpec
from api.pages.forms import Attempt, ShownForm, show_form
from api.pages.local_rules import rules_for
from api.pages.visits import Visit
from api.pages.words import FIELD_WORDS
from api.problems import STATUSES
from domain.bodies import BodyKind
from domain.calendar import WorkCalendar
from domain.policy import Matter, may
from domain.refusals import RefusalCode, RuleFinding, refuse
from domain.rule_words import ShownAt
from domain.stages import ConsultationState, Stage
from records.books import gate_findings
from records.case_rows import CaseRows
from records.matters import matter_of
from records.papers.finding import WITHOUT_EFFECTS
from records.queries.changes_since import ChangesSince, case_with_changes
from records.queries.consultations import terminating_body_id
from records.queries.people import organisation_names, organisations, person_names
from regulations.rule_sets import RuleSet
from statemachines.consultation import open_events

ORGANISATIONS_MAX = 1_000
TABS = (
    ("", "概况"),
    ("participants", "参会人员"),
    ("research", "商前调研"),
    ("sessions", "协商活动"),
    ("outcomes", "协商成果"),
    ("tasks", "交办落实"),
    ("evaluation", "评估与回头看"),
    ("timeline", "过程留痕"),
)
LOCAL_RULES: Mapping[str, tuple[ShownAt, ...]] = {
    "participants": (ShownAt.PARTICIPANTS_FORM,),
    "research": (ShownAt.RESEARCH_FORM,),
    "sessions": (ShownAt.SESSION_FORM, ShownAt.RULE_CARD),
    "outcomes": (ShownAt.OUTCOME_FORM, ShownAt.PUBLICATION_FORM),
}
"""On which page of the consultation each kind of local rule is shown."""

_EARLY_ENDS = frozenset({ConsultationState.TERMINATED, ConsultationState.REJECTED, ConsultationState.MERGED})
_HIDDEN = frozenset({"form_id", "key", "subject_id", "expected_state", "step", "review_id", "intent"})


@dataclass
class Folder:
    """Everything that the pages of one consultation share."""

    visit: Visit
    session: Session
    row: Any
    room: Any
    topic: Any
    changes: ChangesSince
    matter: Matter
    attempt: Attempt
    shown_forms: set[str] = field(default_factory=set)
    shown_once: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the consultation's pages begin."""
        return f"/consultations/{self.row.id}"

    @cached_property
    def rows(self) -> CaseRows:
        """What hangs on it, read once."""
        return CaseRows(self.session, self.row)

    @cached_property
    def rule_set(self) -> RuleSet:
        """The version of the rules that it pinned."""
        return self.visit.counter.books.pinned(self.session, self.row)

    @cached_property
    def findings(self) -> tuple[RuleFinding, ...]:
        """Every rule that stands before the next state."""
        return gate_findings(
            self.session, self.rule_set, self.calendar, self.row, self.visit.today, self.rows
        )

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The working days of its area."""
        return self.visit.counter.books.calendar_in(self.session, self.row.area)

    @cached_property
    def events(self) -> frozenset[str]:
        """What the law leaves open now."""
        return open_events(self.row.state, is_suspended=self.row.is_suspended)

    @cached_property
    def approvals(self) -> Any:
        """Every step of every attempt at the chain."""
        return self.rows.approvals

    @cached_property
    def ended_at(self) -> Stage | None:
        """The stage at which it was ended early (终止、不予受理、并案), None where it was not."""
        if self.row.state not in _EARLY_ENDS:
            return None
        left = [one.from_state.stage for one in self.rows.changes_of_state if one.to_state in _EARLY_ENDS]
        return left[-1] if left else None

    @cached_property
    def organisation_options(self) -> tuple[tuple[str, str], ...]:
        """Organisations to choose from."""
        return organisation_options(self.session)

    def units(self) -> Options:
        """The units that can be handed something."""
        found = organisations(self.session, limit=ORGANISATIONS_MAX)
        units = {BodyKind.HANDLING_UNIT, BodyKind.GOVERNMENT}
        return tuple((one.id, one.name) for one in found if one.kind in units)

    def may(self, permit: str) -> bool:
        """Whether the policy lets the visitor do this at all."""
        matter = self.matter
        if permit == "terminate_consultation":
            matter = replace(matter, body_id=terminating_body_id(self.row, self.approvals))
        return may(self.visit.actor, permit, matter)

    def may_now(self, spec: FormSpec) -> bool:
        """Whether policy and law let the visitor use this form now."""
        if spec.act is not None:
            return spec.act.event in self.events and self.may(spec.permit)
        state = self.row.state
        is_over = state in WITHOUT_EFFECTS if spec.outlasts else state.is_final
        return not is_over and self.may(spec.permit)

    def form(
        self,
        noun: str,
        subject_id: str = "",
        *,
        initial: Mapping[str, Any] | None = None,
        options: Mapping[str, Options] | None = None,
        hidden: Mapping[str, str] | None = None,
        is_primary: bool = False,
        is_permitted: bool | None = None,
    ) -> ShownForm | None:
        """A form of the catalogue, None where the visitor may not use it now."""
        spec = CONSULTATION_FORMS[noun]
        if not (self.may_now(spec) if is_permitted is None else is_permitted):
            return None
        form_id = f"{noun}-{subject_id}" if subject_id else noun
        self.shown_forms.add(form_id)
        today = {one.name: self.visit.today for one in spec.fields if one.kind == "day" and one.is_required}
        return show_form(
            form_id,
            spec.fields,
            self.attempt,
            address=f"{self.address}/{noun}",
            title=spec.title,
            button=spec.button,
            initial={**today, **(initial or {})},
            options=options,
            hidden={"subject_id": subject_id, **(hidden or {})},
            is_grave=spec.is_grave,
            is_primary=is_primary,
            hint=spec.hint,
        )

    def names(self, ids: Iterable[str | None]) -> dict[str, str]:
        """Names of organisations by id."""
        if "organisation_options" in vars(self):
            return dict(self.organisation_options)
        return organisation_names(self.session, ids)

    def people(self, ids: Iterable[str | None]) -> dict[str, str]:
        """Names of people by id."""
        return person_names(self.session, ids)

    def page(self, tab: str, *, template: str = "", **context: Any) -> Response:
        """The page of one tab, or a ``template`` under it, inside the frame that all tabs share."""
        attempt = self.attempt
        is_lost = attempt.refusal is not None and attempt.form_id not in self.shown_forms
        lost = (
            [
                (FIELD_WORDS.get(name, name), value)
                for name, value in attempt.typed.multi_items()
                if _is_words(name, value)
            ]
            if is_lost
            else []
        )
        return self.visit.page(
            f"consultation/{template or tab or 'overview'}.html",
            status=STATUSES[attempt.refusal.code] if attempt.refusal else 200,
            folder=self,
            row=self.row,
            room=self.room,
            rule_set=self.rule_set,
            tab=tab,
            tabs=TABS,
            stages=tuple(Stage),
            attempt=attempt,
            lost=lost,
            ended_at=self.ended_at,
            local=rules_for(self.rule_set, LOCAL_RULES.get(tab, ()), self.room.level, self.row.kind),
            **context,
        )


def open_folder(visit: Visit, session: Session, consultation_id: str, attempt: Attempt) -> Folder:
    """The folder of one consultation. Raises Refused (NOT_FOUND) where the visitor may not know of it."""
    case = case_with_changes(session, visit.actor, consultation_id, visit.today, visit.counter.now())
    if case is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该协商，或者您的任职身份不能查看。")
    return Folder(visit, session, *case, matter_of(session, case[0], visit.today), attempt)


def organisation_options(session: Session) -> tuple[tuple[str, str], ...]:
    """Every organisation to choose from."""
    return tuple((one.id, one.name) for one in organisations(session, limit=ORGANISATIONS_MAX))


def case_options(rows: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    """Consultations to choose from."""
    return tuple((one.id, f"{one.number} {one.title}") for one in rows)


def _is_words(name: str, value: object) -> bool:
    return name not in _HIDDEN and isinstance(value, str) and bool(value.strip())
