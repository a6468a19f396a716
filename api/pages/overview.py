"""The first page of a consultation: where it stands, what is missing, who moves next, what may be done now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import Response

from api.pages.folders import Folder, case_options
from api.pages.forms import ShownForm
from domain.matters import Decision
from domain.policy import may
from domain.refusals import RuleFinding, Severity
from domain.stages import ConsultationState
from records.matters import matter_of
from records.queries.clocks import clocks_of
from records.queries.consultations import changes_of_state, current_chain, suspensions_of, waivers_of
from records.queries.linked_cases import linked_cases, merge_targets, possible_parents
from records.queries.papers import topic_of
from records.queries.passed_rules import may_waive, waivers_granted, warnings_passed
from records.queries.people import person_names
from statemachines.approval_chain import ChainStep, open_steps

MENDED_AT: Mapping[str, str] = {
    "participants": "participants#participants",
    "departments": "sessions",
    "dissents": "sessions",
    "explanations": "outcomes",
    "sessions": "sessions",
    "research_records": "research#research-records",
    "outcome_documents": "outcomes#outcome-documents",
    "submissions": "outcomes#submissions",
    "suggestions": "outcomes#suggestions",
    "evaluations": "evaluation#evaluations",
    "ballots": "evaluation#ballot-sheets",
    "follow_up_reviews": "evaluation",
    "supervision_item": "outcomes#effects",
    "decision_records": "outcomes#effects",
}
"""On which page of the consultation an unmet rule is mended; what is not here belongs to the room or the topic."""

_ROOM_FIELDS = frozenset(
    {"conveners", "fixed_members", "functions", "level", "name", "operator_id", "responsibility_slots"}
)
_TOPIC_FIELDS = frozenset(
    {"category", "is_planned", "scope_statement", "source"}
    | {"plan_item_id", "timing", "fits", "is_beyond_grassroots", "has_heard_sectors"}
)
_STAGE_PAGES: Mapping[ConsultationState, str] = {
    ConsultationState.PARTICIPANTS: "participants",
    ConsultationState.RESEARCH: "research",
    ConsultationState.DELIBERATION: "sessions",
    ConsultationState.REPORTING: "outcomes",
    ConsultationState.IMPLEMENTATION: "tasks",
    ConsultationState.EVALUATION: "evaluation",
    ConsultationState.COMPLETED: "evaluation",
}
_ADVANCE_BUTTONS = {
    ConsultationState.EVALUATION: "办结",
    ConsultationState.COMPLETED: "归档",
}


def overview(folder: Folder) -> Response:
    """The first page."""
    session, row = folder.session, folder.row
    clocks = clocks_of(session, folder.visit.counter.books, row, folder.visit.today)
    changes = changes_of_state(session, row.id)
    names = folder.names(
        [row.commissioned_by_id, *row.co_organiser_ids, *(change.by_organisation_id for change in changes)]
    )
    return folder.page(
        "",
        topic=topic_of(session, row.topic_id),
        client=names.get(row.commissioned_by_id or ""),
        lead=person_names(session, [row.lead_person_id]).get(row.lead_person_id or ""),
        co_organisers=[names[one] for one in row.co_organiser_ids if one in names],
        findings=[(finding, mending_link(folder, finding)) for finding in _missing_first(folder.findings)],
        missing=sum(finding.blocks for finding in folder.findings),
        warnings=sum(finding.warns for finding in folder.findings),
        next_label=_next_label(row.state),
        stage_page=_STAGE_PAGES.get(row.state, ""),
        advance=_advance_form(folder),
        chain=_chain(folder),
        clocks=clocks,
        changes=changes,
        names=names,
        suspensions=suspensions_of(session, row.id),
        passed=warnings_passed(session, changes),
        waivers=waivers_granted(session, folder.rule_set, waivers_of(session, row.id)),
        linked=linked_cases(session, row, folder.visit.actor, folder.visit.today),
        further=_further_forms(folder),
    )


def _missing_first(findings: Iterable[RuleFinding]) -> list[RuleFinding]:
    """What blocks, then what warns, then what is met; each in the order of the rule set."""
    return sorted(findings, key=lambda finding: (not finding.blocks, not finding.warns))


def mending_link(folder: Folder, finding: RuleFinding) -> str:
    """Where an unmet rule can be mended, empty where the visitor can mend nothing."""
    if finding.is_satisfied:
        return ""
    place = finding.field
    if place in _ROOM_FIELDS or (not place and folder.row.state is ConsultationState.PLATFORM):
        return f"/rooms/{folder.row.room_id}"
    if place in _TOPIC_FIELDS:
        return f"/topics/{folder.row.topic_id}"
    page = MENDED_AT.get(place) or _STAGE_PAGES.get(folder.row.state, "")
    if not page:
        return f"{folder.address}#chain" if folder.row.state is ConsultationState.TOPIC else ""
    return f"{folder.address}/{page}"


def _next_label(state: ConsultationState) -> str:
    order = list(ConsultationState)
    if state.is_final:
        return ""
    return order[order.index(state) + 1].label


def _advance_form(folder: Folder) -> ShownForm | None:
    """The form that goes on. Its field for reasons is shown only where some rule warns."""
    state = folder.row.state
    form = folder.form(
        "stage-advances",
        hidden={"expected_state": state.value},
        is_primary=not any(finding.blocks for finding in folder.findings),
    )
    if form is None:
        return None
    has_warnings = any(finding.warns for finding in folder.findings)
    fields = tuple(one for one in form.fields if has_warnings or one.spec.name != "reason_for_warnings")
    button = _ADVANCE_BUTTONS.get(state) or f"推进到“{_next_label(state)}”"
    return replace(form, fields=fields, button=button)


def _chain(folder: Folder) -> list[tuple[Any, str, ShownForm | None]]:
    """The steps of 审定 and 备案 with their bodies, and the form of the step that the visitor may decide now."""
    rows = current_chain(folder.approvals)
    steps = [
        ChainStep(one.step, one.label, one.is_filing, one.is_optional, one.decision, one.decided_on)
        for one in rows
    ]
    open_now = open_steps(steps) if "decide_approval" in folder.events else frozenset()
    names = folder.names(one.body_id for one in rows)
    chain = []
    for row, step in zip(rows, steps, strict=True):
        matter = matter_of(folder.session, folder.row, folder.visit.today, body_id=row.body_id)
        may_object = row.decision is Decision.FILED and "decide_approval" in folder.events
        is_mine = may(folder.visit.actor, "decide_approval", matter)
        choices = {Decision.OBJECTED} if may_object else step.choices
        form = folder.form(
            "approvals",
            row.id,
            hidden={"step": str(row.step)},
            options={"decision": tuple((one.value, one.label) for one in Decision if one in choices)},
            is_permitted=is_mine and (row.step in open_now or may_object),
        )
        chain.append((row, names.get(row.body_id or "", row.body_kind.label), form))
    return chain


def _further_forms(folder: Folder) -> list[ShownForm]:
    """What is done rarely: it stands folded at the end of the page."""
    waivable = tuple(
        (finding.rule_id, f"{finding.rule_id}：{finding.required}")
        for finding in folder.findings
        if finding.severity is Severity.HARD
        and finding.blocks
        and may_waive(folder.session, folder.visit.actor, finding.waivable_by)
    )
    reader = (folder.visit.actor, folder.visit.today)
    nouns = ["topic-returns", "rejections", "suspensions", "resumptions", "terminations"]
    forms = [folder.form(noun) for noun in nouns]
    linkable = (
        ("merges", "into_consultation_id", merge_targets(folder.session, folder.row, *reader)),
        ("parent-links", "parent_id", possible_parents(folder.session, folder.row.area, *reader)),
    )
    for noun, name, cases in linkable:
        if cases and not (noun == "parent-links" and folder.row.parent_id):
            forms.append(folder.form(noun, options={name: case_options(cases)}))
    if waivable:
        forms.append(folder.form("waivers", options={"rule_id": waivable}))
    return [form for form in forms if form is not None]
