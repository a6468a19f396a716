"""The first page of a consultation: where it stands, what is missing, who moves next, what may be done now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import Response

from api.pages.catalogue import CONSULTATION_FORMS
from api.pages.changes import changes_shown, organisations_of_changes, people_of_changes
from api.pages.folders import Folder, case_options
from api.pages.forms import ShownForm
from api.pages.standing import standing_of
from domain.matters import Decision
from domain.policy import may
from domain.refusals import RuleFinding, Severity
from domain.stages import ConsultationState
from records.queries.clocks import standings_of_records
from records.queries.consultations import current_chain
from records.queries.linked_cases import LinkChoices, LinkedCases, linked_cases, links_and_choices
from records.queries.passed_rules import may_waive, waivers_granted, warnings_passed
from records.queries.people import get_to_know, person_names
from statemachines.approval_chain import ChainStep, open_steps

MENDED_AT: Mapping[str, str] = {
    "participants": "participants#participants",
    "departments": "sessions#sessions-title",
    "dissents": "sessions#dissents-title",
    "explanations": "outcomes#suggestions-title",
    "sessions": "sessions#sessions-title",
    "research_records": "research#research-records",
    "outcome_documents": "outcomes#outcome-documents",
    "submissions": "outcomes#documents-title",
    "suggestions": "outcomes#suggestions",
    "evaluations": "evaluation#evaluations",
    "ballots": "evaluation#ballot-sheets",
    "follow_up_reviews": "evaluation#reviews",
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
    session, row, rows = folder.session, folder.row, folder.rows
    bodies = (row.leading_party_id, row.owner_id, row.operator_id)
    names = _get_to_know(folder, bodies)
    clocks = standings_of_records(session, folder.visit.counter.books, rows.open_clocks, folder.visit.today)
    advance = _advance_form(folder)
    linked, choices = _links(folder)
    findings = [(finding, mending_link(folder, finding)) for finding in _missing_first(folder.findings)]
    return folder.page(
        "",
        bodies=[names.get(one or "", "未确定") for one in bodies],
        conveners=_conveners(folder),
        standing=standing_of(folder, clocks, names),
        news=changes_shown(folder, names),
        topic=folder.topic,
        client=names.get(row.commissioned_by_id or ""),
        lead=person_names(session, [row.lead_person_id]).get(row.lead_person_id or ""),
        co_organisers=[names[one] for one in row.co_organiser_ids if one in names],
        open_findings=[one for one in findings if not one[0].is_satisfied],
        met=[one for one in findings if one[0].is_satisfied],
        mend_first=next((link for finding, link in findings if finding.blocks and link), "")
        if advance
        else "",
        missing=sum(finding.blocks for finding in folder.findings),
        warnings=sum(finding.warns for finding in folder.findings),
        next_label=_next_label(row.state),
        stage_page=_STAGE_PAGES.get(row.state, ""),
        advance=advance,
        chain=_chain(folder),
        clocks=clocks,
        changes=rows.changes_of_state,
        names=names,
        suspensions=rows.suspensions,
        passed=warnings_passed(session, rows.changes_of_state),
        waivers=waivers_granted(session, folder.rule_set, rows.waivers),
        linked=linked,
        further=_further_forms(folder, choices),
    )


def _get_to_know(folder: Folder, bodies: Iterable[str | None]) -> dict[str, str]:
    """The names of every organisation on the page; people are looked up in the same query."""
    row, rows = folder.row, folder.rows
    organisation_ids = {
        *bodies,
        row.commissioned_by_id,
        *row.co_organiser_ids,
        folder.room.operator_id,
        folder.visit.actor.organisation_id,
        *(one.by_organisation_id for one in rows.changes_of_state),
        *(one.body_id for one in rows.approvals),
        *(one.granted_by_organisation_id for one in rows.waivers),
        *(one.row.holder_id for one in rows.open_clocks),
        *organisations_of_changes(folder),
    }
    person_ids = {
        row.lead_person_id,
        *(one.person_id for one in rows.conveners),
        *(id for one in rows.changes_of_state for id in (one.by_person_id, one.on_behalf_of_id)),
        *(id for one in rows.waivers for id in (one.granted_by_person_id, one.on_behalf_of_id)),
        *people_of_changes(folder),
    }
    get_to_know(folder.session, organisation_ids, person_ids)
    return folder.names(organisation_ids)


def _conveners(folder: Folder) -> list[str]:
    """The names of who is convener today."""
    today = folder.visit.today
    in_office = [
        one.person_id
        for one in folder.rows.conveners
        if (one.since_on is None or one.since_on <= today) and (one.until_on is None or today <= one.until_on)
    ]
    names = folder.people(in_office)
    return [names[one] for one in in_office]


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
        matter = replace(folder.matter, body_id=row.body_id)
        may_object = row.decision is Decision.FILED and "decide_approval" in folder.events
        is_mine = may(folder.visit.actor, "decide_approval", matter)
        choices = {Decision.OBJECTED} if may_object else step.choices
        form = folder.form(
            "approvals",
            row.id,
            hidden={"step": str(row.step)},
            options={"decision": tuple((one.value, one.label) for one in Decision if one in choices)},
            is_primary=row.step in open_now and not step.is_optional,
            is_permitted=is_mine and (row.step in open_now or may_object),
        )
        chain.append((row, names.get(row.body_id or "", row.body_kind.label), form))
    return chain


def _further_forms(folder: Folder, choices: LinkChoices | None) -> list[ShownForm]:
    """What is done rarely: it stands folded at the end of the page."""
    waivable = tuple(
        (finding.rule_id, f"{finding.rule_id}：{finding.required}")
        for finding in folder.findings
        if finding.severity is Severity.HARD
        and finding.blocks
        and may_waive(folder.session, folder.visit.actor, finding.waivable_by)
    )
    nouns = ["topic-returns", "rejections", "suspensions", "resumptions", "terminations"]
    forms = [folder.form(noun) for noun in nouns]
    forms += _link_forms(folder, choices) if choices else []
    if waivable:
        forms.append(folder.form("waivers", options={"rule_id": waivable}))
    return [form for form in forms if form is not None]


def _links(folder: Folder) -> tuple[LinkedCases, LinkChoices | None]:
    """The links there are, and those there could be where the visitor may make one."""
    reader = (folder.session, folder.row, folder.visit.actor, folder.visit.today)
    if any(folder.may_now(CONSULTATION_FORMS[noun]) for noun in ("merges", "parent-links")):
        return links_and_choices(*reader)
    return linked_cases(*reader), None


def _link_forms(folder: Folder, choices: LinkChoices) -> list[ShownForm | None]:
    """并案 and 上下级联动."""
    forms = []
    if choices.merge_targets:
        options = {"into_consultation_id": case_options(choices.merge_targets)}
        forms.append(folder.form("merges", options=options))
    if choices.parents and not folder.row.parent_id:
        forms.append(folder.form("parent-links", options={"parent_id": case_options(choices.parents)}))
    return forms
