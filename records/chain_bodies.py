"""Which body takes each step of a chain of 审定 and 备案: asked before a consultation opens, and when its chain begins."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.policy import is_within
from records.tables.people import Organisation
from regulations.rule_sets import ApprovalStep


def bodies_for(
    session: Session, area: str, own_ids: Sequence[str | None], steps: Sequence[ApprovalStep]
) -> list[tuple[ApprovalStep, Organisation | None]]:
    """Every step with the body that takes it: the room's own bodies first, else the nearest one above it of that kind.

    No body takes two steps, and None stands where there is no body.
    """
    own = [one for one in own_ids if one is not None]
    kinds = {kind for step in steps for kind in step.body_kinds}
    known = {
        one.id: one
        for one in session.scalars(
            select(Organisation)
            .where(or_(Organisation.id.in_(own), Organisation.kind.in_(kinds)))
            .order_by(Organisation.id)
        )
    }
    # The nearest first; those of one area in the order of their ids.
    above = sorted(
        (one for one in known.values() if is_within(area, one.area)),
        key=lambda one: len(one.area),
        reverse=True,
    )
    candidates = [*(known[one] for one in own if one in known), *above]
    taken: set[str] = set()
    found = []
    for step in steps:
        body = next((one for one in candidates if one.kind in step.body_kinds and one.id not in taken), None)
        if body is not None:
            taken.add(body.id)
        found.append((step, body))
    return found
