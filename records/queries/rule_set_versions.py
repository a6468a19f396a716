"""Versions that counties drafted and published, and which consultations live under which."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from domain.stages import FINAL_STATES
from records.books import Books, county_version
from records.queries.people import county_versions
from records.queries.scopes import permitted, readable, within
from records.tables.consultations import Consultation
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetAdoption, RuleSetDraft
from regulations.rule_sets import RuleSet

REGION = "region"
"""What names the region's own version where others are named by their id."""

CASES_MAX = 200


@dataclass(frozen=True)
class VersionInUse:
    """One version with how many running consultations that the reader may see live under it."""

    row: RuleSetVersion | None
    name: str
    running: int


def drafts_for(session: Session, actor: Actor, rule_set_id: str) -> Sequence[RuleSetDraft]:
    """The drafts in the actor's areas, the newest first; none for who may not set parameters."""
    query = select(RuleSetDraft).filter_by(rule_set_id=rule_set_id).order_by(RuleSetDraft.drafted_at.desc())
    return [row for row in session.scalars(query) if _may_set(actor, row.area)]


def draft_for(session: Session, actor: Actor, draft_id: str) -> RuleSetDraft:
    """One draft. Raises Refused (NOT_FOUND) where there is none that the actor may know of."""
    row = session.get(RuleSetDraft, draft_id) if draft_id.isprintable() else None
    if row is None or not _may_set(actor, row.area):
        raise refuse(RefusalCode.NOT_FOUND, "未找到该草稿。")
    return row


def version_of(session: Session, version_id: str) -> RuleSetVersion:
    """One published version. Raises Refused (NOT_FOUND)."""
    row = session.get(RuleSetVersion, version_id) if version_id.isprintable() else None
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该版本。", field="version_id")
    return row


def rule_set_in(session: Session, books: Books, rule_set_id: str, version_id: str) -> RuleSet:
    """The rules as a version has them; ``version_id`` is its id, or ``region``. Raises Refused (NOT_FOUND)."""
    if version_id == REGION:
        return books.rule_sets[rule_set_id]
    row = version_of(session, version_id)
    if row.rule_set_id != rule_set_id:
        raise refuse(RefusalCode.NOT_FOUND, "该规则集没有这一版本。", field="version_id")
    return county_version(books.rule_sets[rule_set_id], row)


def versions_in_use(
    session: Session, books: Books, actor: Actor, rule_set_id: str, today: date
) -> list[VersionInUse]:
    """The region's version and every county's, each with the running consultations under it."""
    found = session.execute(
        select(Consultation.rule_set_version, Consultation.area, func.count())
        .where(_running(actor, rule_set_id, today))
        .group_by(Consultation.rule_set_version, Consultation.area)
    )
    counts = [(name, area, number) for name, area, number in found]
    region = books.rule_sets[rule_set_id].version
    own = sum(number for name, _, number in counts if name == region)
    lines = [VersionInUse(None, region, own)]
    for row in county_versions(session, rule_set_id):
        running = sum(
            number
            for name, area, number in counts
            if name == row.version and (area == row.area or area.startswith(row.area + "/"))
        )
        lines.append(VersionInUse(row, row.version, running))
    return lines


def running_under(
    session: Session, actor: Actor, rule_set: RuleSet, row: RuleSetVersion | None, today: date
) -> Sequence[Consultation]:
    """The running consultations under a version that the reader may see, by number."""
    where = [
        _running(actor, rule_set.id, today),
        Consultation.rule_set_version == (row.version if row else rule_set.version),
    ]
    if row is not None:
        where.append(within(Consultation.area, row.area))
    return session.scalars(
        select(Consultation).where(*where).order_by(Consultation.number).limit(CASES_MAX)
    ).all()


def might_adopt(session: Session, actor: Actor, row: RuleSetVersion, today: date) -> Sequence[Consultation]:
    """The running consultations under other versions that the actor may change over to this one, by number."""
    return session.scalars(
        select(Consultation)
        .where(
            _running(actor, row.rule_set_id, today),
            permitted("adopt_rule_set_version", actor, today),
            within(Consultation.area, row.area),
            Consultation.rule_set_version != row.version,
        )
        .order_by(Consultation.number)
        .limit(CASES_MAX)
    ).all()


def chosen_to_adopt(
    session: Session, actor: Actor, row: RuleSetVersion, ids: Collection[str], today: date
) -> Sequence[Consultation]:
    """Those of the given consultations that the actor may change over, by number."""
    return session.scalars(
        select(Consultation)
        .where(
            Consultation.id.in_(ids),
            readable(actor, today),
            permitted("adopt_rule_set_version", actor, today),
            within(Consultation.area, row.area),
        )
        .order_by(Consultation.number)
    ).all()


def adoptions_of(session: Session, consultation_id: str) -> Sequence[RuleSetAdoption]:
    """The changes of version that a consultation has made, first to last."""
    return session.scalars(
        select(RuleSetAdoption)
        .filter_by(consultation_id=consultation_id)
        .order_by(RuleSetAdoption.recorded_at, RuleSetAdoption.id)
    ).all()


def _running(actor: Actor, rule_set_id: str, today: date) -> ColumnElement[bool]:
    return and_(
        Consultation.rule_set_id == rule_set_id,
        Consultation.state.not_in(FINAL_STATES),
        readable(actor, today),
    )


def _may_set(actor: Actor, area: str) -> bool:
    return may(actor, "set_parameters", Matter(area=area))
