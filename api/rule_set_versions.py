"""Published versions of a rule set: what differs between two, who lives under which, and changing over."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.errands import AnErrand, ReasonBody
from api.fields import Id, PathId, Shown
from api.identity import Visitor
from api.rule_sets import CountyVersionShown, rule_set_of
from domain.acts import AdoptRuleSetVersion
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.adoptions import Adoption, ClockMove, GateMove, adoption_of
from records.queries.reading import reading_consultation
from records.queries.rule_set_versions import (
    REGION,
    adoptions_of,
    rule_set_in,
    running_under,
    version_of,
    versions_in_use,
)
from regulations.differences import Change, Differences, ParameterChange, RungChange, differences
from regulations.parameter_words import parameter_word
from regulations.reading_ladders import rung_table

router = APIRouter(tags=["规则集版本"])


class ParameterChangeShown(Shown):
    """One parameter before and after, with the clause it goes back to."""

    key: str
    label: str
    old: Any
    new: Any
    source: str
    clause: str


class RuleChangeShown(Shown):
    """One rule before and after, in words."""

    rule_id: str
    clause: str
    old: str
    new: str


class RungChangeShown(Shown):
    """One rung before and after, as a rule-set file writes it."""

    kind: str
    name: str
    change: Change
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class DifferencesShown(Shown):
    """Everything that differs between two versions of one rule set."""

    old_version: str
    new_version: str
    parameters: list[ParameterChangeShown]
    rules: list[RuleChangeShown]
    rungs: list[RungChangeShown]


class VersionInUseShown(Shown):
    """One version; ``id`` is ``region`` for the region's own. ``running`` counts what the visitor may see."""

    id: str
    version: str
    area: str
    effective_on: date | None
    running: int


class ConsultationUnder(Shown):
    """One running consultation under a version."""

    id: str
    number: str
    title: str
    area: str
    state: ConsultationState


class GateMoveShown(Shown):
    """One rule of a gate ahead that would say something else; met or not where it is the next gate."""

    stage: str
    rule_id: str
    old: str
    new: str
    was_satisfied: bool | None
    is_satisfied: bool | None


class RungAheadShown(Shown):
    """One rung that would still come."""

    name: str
    at: datetime


class ClockMoveShown(Shown):
    """One open clock that would begin again. ``is_kept``: its date has passed or would have, so it stays."""

    clock_id: str
    title: str
    old_due_on: date
    due_on: date
    is_kept: bool
    old_rungs: list[RungAheadShown]
    rungs: list[RungAheadShown]


class AdoptionPreview(Shown):
    """What changing over would move. ``refused_with`` says why the consultation may not; null when it may."""

    consultation_id: str
    old_version: str
    new_version: str
    refused_with: RefusalCode | None
    detail: str
    gates: list[GateMoveShown]
    clocks: list[ClockMoveShown]
    differences: DifferencesShown


class AdoptionShown(Shown):
    """One change of version that a consultation has made."""

    id: str
    former_version: str
    version: str
    adopted_on: date
    recorded_at: datetime
    reason: str


class AdoptionBody(ReasonBody):
    """To which published version, and why."""

    version_id: Id


@router.get("/rule-sets/{rule_set_id}/differences", response_model=DifferencesShown)
def read_differences(
    rule_set_id: PathId, counter: TheCounter, _visitor: Visitor, new: Id, old: Id = REGION
) -> DifferencesShown:
    """What differs between two versions, each by its id or ``region``."""
    rule_set_of(counter, rule_set_id)
    with counter.register.reading() as session:
        before, after = (rule_set_in(session, counter.books, rule_set_id, one) for one in (old, new))
    return _differences(before.version, after.version, differences(before, after))


@router.get("/rule-sets/{rule_set_id}/versions", response_model=list[VersionInUseShown])
def list_versions(rule_set_id: PathId, counter: TheCounter, visitor: Visitor) -> list[VersionInUseShown]:
    """The region's version and every county's, with how many running consultations live under each."""
    rule_set_of(counter, rule_set_id)
    with counter.register.reading() as session:
        found = versions_in_use(session, counter.books, visitor.actor, rule_set_id, counter.today)
        return [
            VersionInUseShown(
                id=one.row.id if one.row else REGION,
                version=one.name,
                area=one.row.area if one.row else "",
                effective_on=one.row.effective_on if one.row else None,
                running=one.running,
            )
            for one in found
        ]


@router.get("/rule-sets/{rule_set_id}/versions/{version_id}/consultations")
def list_consultations_under(
    rule_set_id: PathId, version_id: PathId, counter: TheCounter, visitor: Visitor
) -> list[ConsultationUnder]:
    """The running consultations under one version that the visitor may see; the version by its id or ``region``."""
    rule_set = rule_set_of(counter, rule_set_id)
    with counter.register.reading() as session:
        rule_set_in(session, counter.books, rule_set_id, version_id)
        row = None if version_id == REGION else version_of(session, version_id)
        rows = running_under(session, visitor.actor, rule_set, row, counter.today)
        return [ConsultationUnder.model_validate(one) for one in rows]


@router.get("/rule-set-versions/{version_id}", response_model=CountyVersionShown)
def read_version(version_id: PathId, counter: TheCounter, _visitor: Visitor) -> CountyVersionShown:
    """One published version."""
    with counter.register.reading() as session:
        return CountyVersionShown.model_validate(version_of(session, version_id))


@router.get("/consultations/{consultation_id}/rule-set-adoptions", response_model=list[AdoptionShown])
def list_adoptions(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[AdoptionShown]:
    """The changes of version that the consultation has made."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        row,
    ):
        return [AdoptionShown.model_validate(one) for one in adoptions_of(session, row.id)]


@router.get("/consultations/{consultation_id}/rule-set-adoptions/preview", response_model=AdoptionPreview)
def preview_adoption(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor, version_id: Id
) -> AdoptionPreview:
    """Dry run: the gates, due dates and rungs that changing over to the version would move. Nothing is changed."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        row,
    ):
        plan = adoption_of(session, counter.books, row, version_of(session, version_id), counter.now())
        return _preview(plan)


@router.post("/consultations/{consultation_id}/rule-set-adoptions", status_code=201)
async def create_adoption(consultation_id: PathId, errand: AnErrand, body: AdoptionBody) -> JSONResponse:
    """Change over to a newer published version, at the border of a stage."""
    return await errand.send(consultation_id, errand.act(AdoptRuleSetVersion, body))


def _differences(old: str, new: str, found: Differences) -> DifferencesShown:
    return DifferencesShown(
        old_version=old,
        new_version=new,
        parameters=[_parameter(one) for one in found.parameters],
        rules=[
            RuleChangeShown(rule_id=one.rule.id, clause=one.rule.clause, old=one.old, new=one.new)
            for one in found.rules
        ],
        rungs=[_rung(one) for one in found.rungs],
    )


def _parameter(one: ParameterChange) -> ParameterChangeShown:
    old, new = (dict(value) if isinstance(value, Mapping) else value for value in (one.old, one.new))
    return ParameterChangeShown(
        key=one.key,
        label=parameter_word(one.key),
        old=old,
        new=new,
        source=one.parameter.source,
        clause=one.parameter.clause,
    )


def _rung(one: RungChange) -> RungChangeShown:
    old, new = (rung_table(rung) if rung else None for rung in (one.old, one.new))
    return RungChangeShown(kind=one.kind.value, name=one.name, change=one.change, old=old, new=new)


def _preview(plan: Adoption) -> AdoptionPreview:
    return AdoptionPreview(
        consultation_id=plan.consultation.id,
        old_version=plan.former.version,
        new_version=plan.adopted.version,
        refused_with=plan.refusal.code if plan.refusal else None,
        detail=plan.refusal.message if plan.refusal else "",
        gates=[_gate(one) for one in plan.gates],
        clocks=[_clock(one) for one in plan.clocks],
        differences=_differences(plan.former.version, plan.adopted.version, plan.differences),
    )


def _gate(one: GateMove) -> GateMoveShown:
    return GateMoveShown(
        stage=one.point.value,
        rule_id=one.change.rule.id,
        old=one.change.old,
        new=one.change.new,
        was_satisfied=one.former.is_satisfied if one.former else None,
        is_satisfied=one.judged.is_satisfied if one.judged else None,
    )


def _clock(one: ClockMove) -> ClockMoveShown:
    return ClockMoveShown(
        clock_id=one.record.row.id,
        title=one.record.row.title,
        old_due_on=one.former_due.on,
        due_on=one.due.on,
        is_kept=one.is_kept,
        old_rungs=[RungAheadShown(name=due.rung.name, at=due.at) for due in one.former_rungs],
        rungs=[RungAheadShown(name=due.rung.name, at=due.at) for due in one.rungs],
    )
