"""One published version: what it sets, who lives under it, and changing running consultations over to it."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Response

from api.fields import PathId
from api.pages.fields import FieldSpec, read_value
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.shown_differences import letter_words, shown_differences
from api.pages.submissions import attempt, send_act
from api.pages.visits import APosting, AVisit, Posting, Visit
from api.problems import STATUSES
from api.rule_sets import rule_set_of
from domain.acts import AdoptRuleSetVersion
from domain.calendar import local_date
from domain.refusals import RefusalCode, Refused, refuse
from records.adoptions import adoption_of
from records.queries.areas import area_names
from records.queries.people import person_names
from records.queries.rule_set_versions import (
    REGION,
    chosen_to_adopt,
    might_adopt,
    rule_set_in,
    running_under,
    version_of,
)
from regulations.differences import differences

router = page_router()

CHOSEN_MAX = 10
"""How many consultations are tried and changed over at once."""

RUNGS_SHOWN_WITHIN = timedelta(days=200)
_REASON = FieldSpec("reason", "改用理由", "prose", is_required=True, characters_max=1_000)


@router.get("/rule-sets/{rule_set_id}/versions/{version_id}")
def version_page(visit: AVisit, rule_set_id: PathId, version_id: PathId) -> Response:
    """A version: the region's own, or a county's."""
    rule_set, books, today = rule_set_of(visit.counter, rule_set_id), visit.counter.books, visit.today
    with visit.counter.register.reading() as session:
        shown = rule_set_in(session, books, rule_set_id, version_id)
        row = None if version_id == REGION else version_of(session, version_id)
        return visit.page(
            "rule_set_version.html",
            rule_set=rule_set,
            region=REGION,
            row=row,
            version=shown.version,
            place=area_names(session, [row.area])[row.area] if row else "",
            names=person_names(session, [row.drafted_by, row.published_by] if row else []),
            found=shown_differences(rule_set, differences(rule_set, shown)),
            under=running_under(session, visit.actor, rule_set, row, today),
            candidates=might_adopt(session, visit.actor, row, today) if row else [],
            chosen_max=CHOSEN_MAX,
        )


@router.get("/rule-sets/{rule_set_id}/versions/{version_id}/adoptions")
def adoption_page(
    visit: AVisit,
    rule_set_id: PathId,
    version_id: PathId,
    consultation: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """The dry run for the chosen consultations, and the form that changes those over that may."""
    return _show(visit, rule_set_id, version_id, tuple(consultation or ()), NO_ATTEMPT)


def _show(
    visit: Visit, rule_set_id: str, version_id: str, chosen: tuple[str, ...], tried: Attempt
) -> Response:
    rule_set = rule_set_of(visit.counter, rule_set_id)
    _require_few(chosen)
    with visit.counter.register.reading() as session:
        row = version_of(session, version_id)
        rows = chosen_to_adopt(session, visit.actor, row, chosen, visit.today)
        plans = [adoption_of(session, visit.counter.books, one, row, visit.counter.now()) for one in rows]
        ready = [plan for plan in plans if plan.refusal is None]
        form = show_form(
            "adoptions",
            (_REASON,),
            tried,
            address=f"/rule-sets/{rule_set_id}/versions/{version_id}/adoptions",
            title="改用新版本",
            button=f"改用新版本（{len(ready)} 件）",
            is_primary=True,
            is_grave=True,
        )
        return visit.page(
            "rule_set_adoption.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            rule_set=rule_set,
            row=row,
            plans=[(plan, shown_differences(rule_set, plan.differences)) for plan in plans],
            ready=[plan.consultation.id for plan in ready],
            form=form if ready else None,
            rungs_until=visit.counter.now() + RUNGS_SHOWN_WITHIN,
            on=local_date,
            letter=letter_words,
        )


@router.post("/rule-sets/{rule_set_id}/versions/{version_id}/adoptions")
async def adopt(posting: APosting, rule_set_id: PathId, version_id: PathId) -> Response:
    """Change the chosen consultations over, one act each; those that may not stay as they are."""
    chosen = tuple(one for one in posting.form.getlist("consultation") if isinstance(one, str))

    async def do() -> Response:
        _require_few(chosen)
        if not chosen:
            raise refuse(RefusalCode.INVALID_INPUT, "请至少选择一件协商。", field="consultation")
        reason = read_value(_REASON, posting.form)
        done, left = await _adopt_each(posting, version_id, chosen, reason)
        if not done:
            raise refuse(RefusalCode.NOT_AT_STAGE_BORDER, "；".join(left), field="reason")
        message = f"{done} 件协商已改用新版本。" + (f"未改用：{'；'.join(left)}" if left else "")
        return posting.go(f"/rule-sets/{rule_set_id}/versions/{version_id}", message)

    return await attempt(posting, do, lambda tried: _show(posting, rule_set_id, version_id, chosen, tried))


async def _adopt_each(
    posting: Posting, version_id: str, chosen: tuple[str, ...], reason: str
) -> tuple[int, list[str]]:
    """How many were changed over, and why the others were not."""
    act = AdoptRuleSetVersion(
        by=posting.actor, occurred_on=posting.today, version_id=version_id, reason=reason
    )
    done, left = 0, []
    for number, consultation_id in enumerate(chosen):
        try:
            await send_act(posting, consultation_id, act, "", suffix=f"/{number}")
        except Refused as refused:
            left.append(refused.refusal.message.removesuffix("。"))
        else:
            done += 1
    return done, left


def _require_few(chosen: tuple[str, ...]) -> None:
    if len(chosen) > CHOSEN_MAX:
        message = f"一次最多选择 {CHOSEN_MAX} 件协商。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="consultation")
