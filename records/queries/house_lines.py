"""What stands above the workbench of those who look after the service, and of those whose yearly figures lag behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from domain.policy import Matter, may
from records.queries.daily_rounds import RoundSeen, last_round
from records.queries.letters import stopped_count
from records.queries.scopes import within
from records.tables.daily_rounds import QuotaWarning

QUOTA_READERS = frozenset({Role.STAFF, Role.PARTY_OFFICE, Role.APPROVER})
QUOTAS_MAX = 20


@dataclass(frozen=True)
class HouseLines:
    """``has_round`` says that the last daily round is shown, which may be none; ``quotas`` those of the last look."""

    has_round: bool
    last: RoundSeen | None
    stopped: int
    quotas: Sequence[QuotaWarning]


def house_lines(session: Session, actor: Actor, today: date) -> HouseLines:
    """The lines for one actor, in at most three questions."""
    has_round = may(actor, "see_daily_rounds", Matter())
    return HouseLines(
        has_round=has_round,
        last=last_round(session) if has_round else None,
        stopped=stopped_count(session) if may(actor, "see_deliveries", Matter()) else 0,
        quotas=_quotas(session, actor, today) if actor.role in QUOTA_READERS else (),
    )


def _quotas(session: Session, actor: Actor, today: date) -> Sequence[QuotaWarning]:
    newest = select(func.max(QuotaWarning.look_on)).where(QuotaWarning.year == today.year).scalar_subquery()
    return session.scalars(
        select(QuotaWarning)
        .where(within(QuotaWarning.area, actor.area), QuotaWarning.look_on == newest)
        .order_by(QuotaWarning.area, QuotaWarning.rule_id)
        .limit(QUOTAS_MAX)
    ).all()
