"""评估与回头看: the four parties' scores, the public's ballots, what follow-up reviews found."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from fastapi import Response

from api.pages.catalogue import CONSULTATION_FORMS
from api.pages.fields import Options
from api.pages.folders import Folder
from api.pages.forms import ShownForm
from domain.evaluation import composite, grade, public_score, satisfaction_rate
from domain.evaluation import shown as number
from domain.facts import EvaluationFacts
from domain.matters import EvaluationParty, FollowUpReviewState
from records.cppcc_members import members_for
from records.outcome_facts import evaluation_of
from records.queries.feedback_tasks import tasks_of

_SCORED_BY_HAND = tuple(party for party in EvaluationParty if party is not EvaluationParty.PUBLIC_RATING)


def evaluation_page(folder: Folder) -> Response:
    """Scores, ballots and follow-up reviews, and the forms that record them."""
    session, row = folder.session, folder.row
    facts = evaluation_of(session, row, folder.rows)
    scored = folder.rows.evaluations
    reviews = folder.rows.follow_up_reviews
    items = _items(folder)
    # Departments never see how their own items were rated (domain.md §2.10).
    sees_ballots = not folder.visit.actor.role.value.startswith("department")
    return folder.page(
        "evaluation",
        evaluations={one.party: one for one in scored if one.round == row.round},
        earlier=[one for one in scored if one.round != row.round],
        parties=tuple(EvaluationParty),
        sees_ballots=sees_ballots,
        ballots=facts,
        figures=_figures(facts, folder.rule_set.evaluation_weights())
        if facts.ballot_count and sees_ballots
        else {},
        reviews=reviews,
        purposes={one.id: one.purpose or "常规回访" for one in reviews},
        scoring=folder.form(
            "evaluations", options={"party": tuple((one.value, one.label) for one in _SCORED_BY_HAND)}
        ),
        counting=folder.form("ballot-sheets") if sees_ballots else None,
        issuing=folder.form("ballot-tokens"),
        tokens=folder.shown_once.get("tokens", ()),
        base_url=folder.visit.counter.base_url.rstrip("/"),
        outcomes=_outcome_forms(folder, reviews, items),
        rework=folder.form("reworks", options={"task_ids": items}),
        closing=folder.form("unmet-closures"),
    )


def _figures(facts: EvaluationFacts, weights: Mapping[EvaluationParty, Fraction]) -> dict[str, str]:
    """What the ballots and scores come to, unrounded in comparison and rounded only here."""
    counts = (facts.satisfied, facts.basically_satisfied, facts.dissatisfied)
    public = public_score(*counts)
    figures = {"满意率": f"{number(satisfaction_rate(*counts) * 100)}%", "群众评价得分": number(public)}
    try:
        score = composite({**dict(facts.scores), EvaluationParty.PUBLIC_RATING: public}, weights)
    except ValueError:
        return figures
    return {**figures, "综合得分": number(score, 2), "等次": grade(score).label}


def _outcome_forms(folder: Folder, reviews: Iterable[Any], items: Options) -> dict[str, ShownForm | None]:
    scheduled = [one for one in reviews if one.state is FollowUpReviewState.SCHEDULED]
    if not scheduled or not folder.may_now(CONSULTATION_FORMS["follow-up-outcomes"]):
        return {}
    area, today = folder.row.area, folder.visit.today
    members = tuple((one.id, one.name) for one in members_for(folder.session, area, today))
    return {
        one.id: folder.form(
            "follow-up-outcomes",
            one.id,
            options={"task_ids": items, "attended_by_ids": members},
            hidden={"review_id": one.id},
        )
        for one in scheduled
    }


def _items(folder: Folder) -> tuple[tuple[str, str], ...]:
    return tuple(
        (line.task.id, f"第 {line.item_number} 项（{line.unit_name}）")
        for line in tasks_of(folder.session, folder.row.id)
        if line.task.state.value == "verified"
    )
