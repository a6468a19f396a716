"""Who counts as what, and shares compared as integers.

Readings (domain.md §1.6, 1, 6 and 8): the whole is everyone but 工作人员、记录、媒体、旁听; 村（居）“两委” members,
网格员, members, experts and representatives of units are no 群众, whatever else was ticked for them.
"""

import math
from collections.abc import Collection
from fractions import Fraction

from domain.facts import ConsultationFacts, ParticipantFacts, SessionFacts
from domain.matters import ParticipantKind, SessionState
from regulations.checks.registry import Finding

PUBLIC = frozenset(
    {ParticipantKind.STAKEHOLDER, ParticipantKind.MASS_REPRESENTATIVE, ParticipantKind.LOCAL_NOTABLE}
)


def counted(participants: Collection[ParticipantFacts]) -> tuple[ParticipantFacts, ...]:
    """Those in the denominator of every ratio."""
    return tuple(each for each in participants if each.counts)


def is_direct(participant: ParticipantFacts) -> bool:
    """直接利益相关群众: one of the public, directly affected."""
    return participant.is_direct_stakeholder and participant.kind in PUBLIC


def is_mass(participant: ParticipantFacts) -> bool:
    """群众代表: entered as such, or one of the affected public who also speaks for the masses."""
    return participant.kind is ParticipantKind.MASS_REPRESENTATIVE or (
        participant.is_mass_representative and participant.kind in PUBLIC
    )


def is_public(participant: ParticipantFacts) -> bool:
    """One of the public in either quality."""
    return is_direct(participant) or is_mass(participant) or participant.kind is ParticipantKind.STAKEHOLDER


def is_of_kind(participant: ParticipantFacts, kind: ParticipantKind) -> bool:
    """Whether the person stands for that kind, in the two qualities that may be ticked as well."""
    if kind is ParticipantKind.MASS_REPRESENTATIVE:
        return is_mass(participant)
    if kind is ParticipantKind.STAKEHOLDER:
        return participant.kind is kind or participant.is_direct_stakeholder
    return participant.kind is kind


def decisive_session(facts: ConsultationFacts) -> SessionFacts | None:
    """The latest session that was held and is valid: the one on which stage five is judged."""
    held = [session for session in facts.sessions if session.state is SessionState.HELD]
    return max(held, key=lambda session: session.held_on, default=None)


def share_finding(
    part: int, whole: int, *, numerator: int, denominator: int, who: str, among: str, field: str
) -> Finding:
    """Judge part ÷ whole ≥ numerator ÷ denominator as integers: part × denominator ≥ whole × numerator."""
    left, right = part * denominator, whole * numerator
    is_satisfied = whole > 0 and left >= right
    sign = "≥" if left >= right else "＜"
    # With nobody at the table 0 ≥ 0 would hold, and is no share: it is not reckoned before people's eyes.
    reckoned = f"（{denominator}×{part}＝{left} {sign} {numerator}×{whole}＝{right}）" if whole else ""
    return Finding(
        is_satisfied,
        measured=f"{who} {part} 人，占{among} {whole} 人的 {share_shown(part, whole, numerator, denominator)}",
        required=f"不少于 {_threshold_shown(numerator, denominator)}{reckoned}",
        field=field,
    )


def share_shown(part: int, whole: int, numerator: int, denominator: int) -> str:
    """The share in per cent to one place, or to as many as keep a failing share from reading like the threshold."""
    if whole == 0:
        return "0.0 %"
    share, threshold = Fraction(part * 100, whole), Fraction(numerator * 100, denominator)
    places = 1
    units = round(share * 10)
    while share < threshold and units >= math.floor(threshold * 10**places):
        places += 1
        units = round(share * 10**places)
    return f"{units // 10**places}.{units % 10**places:0{places}d} %"


def _threshold_shown(numerator: int, denominator: int) -> str:
    if 100 * numerator % denominator == 0:
        return f"{100 * numerator // denominator} %"
    return f"{numerator}/{denominator}"
