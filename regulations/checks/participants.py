"""明确主体: the right people in the right ratio, on the list and again on the sign-in."""

from domain.facts import ConsultationFacts, ParticipantFacts
from domain.matters import ParticipantKind
from domain.words import Word
from regulations.checks.counting import (
    counted,
    decisive_session,
    is_direct,
    is_mass,
    is_of_kind,
    is_public,
    share_finding,
)
from regulations.checks.registry import Finding, check


class Among(Word):
    """Who is counted: those invited, or those who signed in at the decisive session."""

    LIST = "list", "参会人员"
    SIGN_IN = "sign_in", "签到人员"


@check
def direct_stakeholders_are_at_least(
    facts: ConsultationFacts, *, numerator: int, denominator: int, among: Among
) -> Finding:
    """直接利益相关群众 ÷ all who count ≥ numerator ÷ denominator."""
    people = _people(facts, among)
    return share_finding(
        sum(map(is_direct, people)),
        len(people),
        numerator=numerator,
        denominator=denominator,
        who="直接利益相关群众",
        among=among.label,
        field=_field(among),
    )


@check
def mass_representatives_are_at_least(
    facts: ConsultationFacts, *, numerator: int, denominator: int, among: Among
) -> Finding:
    """群众代表 ÷ all who count ≥ numerator ÷ denominator."""
    people = _people(facts, among)
    return share_finding(
        sum(map(is_mass, people)),
        len(people),
        numerator=numerator,
        denominator=denominator,
        who="群众代表",
        among=among.label,
        field=_field(among),
    )


@check
def public_takes_part(facts: ConsultationFacts) -> Finding:
    """A matter of the public's interest has the public at the table."""
    count = sum(map(is_public, counted(facts.participants)))
    return Finding(
        count > 0 or not facts.topic.affects_public_interest,
        measured=f"参会群众 {count} 人",
        required="涉及基层群众利益的议题，须有群众参加"
        if facts.topic.affects_public_interest
        else "不涉及基层群众利益，无此要求",
        field="participants",
    )


@check
def someone_of_each(
    facts: ConsultationFacts, *, classes: tuple[tuple[ParticipantKind, ...], ...], among: Among
) -> Finding:
    """At least one person of each class; a class is one kind or several that may stand for each other."""
    people = _people(facts, among)
    missing = [
        group for group in classes if not any(is_of_kind(person, kind) for person in people for kind in group)
    ]
    return Finding(
        not missing,
        measured=f"{among.label} {len(people)} 人"
        + (f"，尚缺：{'、'.join(map(_class_shown, missing))}" if missing else "，各方面均有"),
        required=f"{'、'.join(map(_class_shown, classes))}各不少于 1 人",
        field=_field(among),
    )


@check
def participant_count_is_between(facts: ConsultationFacts, *, minimum: int, maximum: int) -> Finding:
    """Neither too few nor too many."""
    count = len(counted(facts.participants))
    return Finding(
        minimum <= count <= maximum,
        measured=f"参会人员 {count} 人",
        required=f"适度规模：{minimum} 至 {maximum} 人",
        field="participants",
    )


@check
def participants_have_contact_and_basis(facts: ConsultationFacts) -> Finding:
    """Everyone can be reached, and for everyone affected it is written how."""
    people = counted(facts.participants)
    unreachable = sum(not person.has_contact for person in people)
    baseless = sum(not person.has_basis for person in people)
    gaps = [
        text
        for text, number in (
            (f"{unreachable} 人无联系方式", unreachable),
            (f"{baseless} 人未说明利益相关依据", baseless),
        )
        if number
    ]
    return Finding(
        bool(people) and not gaps,
        measured=f"参会人员 {len(people)} 人" + (f"，其中{'、'.join(gaps)}" if gaps else ""),
        required="名单不为空，且每名参会人员均有身份、联系方式和利益相关依据",
        field="participants",
    )


def _people(facts: ConsultationFacts, among: Among) -> tuple[ParticipantFacts, ...]:
    if among is Among.LIST:
        return counted(facts.participants)
    session = decisive_session(facts)
    return counted(session.attendance) if session else ()


def _class_shown(kinds: tuple[ParticipantKind, ...]) -> str:
    return "或".join(kind.label for kind in kinds)


def _field(among: Among) -> str:
    return "participants" if among is Among.LIST else "sign_ins"
