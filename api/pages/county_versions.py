"""县级版本: what counties published on top of a rule set, the drafts under way, and what differs between two."""

from typing import Annotated

from fastapi import Query, Response

from api.fields import PathId
from api.foresight import require
from api.pages.county_fields import NEW
from api.pages.fields import read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.shown_differences import shown_differences
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from api.rule_sets import rule_set_of
from domain.policy import Matter, may
from records.papers.rule_set_drafts import RuleSetDraftPaper, draft_version
from records.queries.areas import area_names, areas_named
from records.queries.people import person_names
from records.queries.rule_set_versions import REGION, drafts_for, rule_set_in, versions_in_use
from regulations.differences import differences

router = page_router()


@router.get("/rule-sets/{rule_set_id}/county")
def county_page(visit: AVisit, rule_set_id: PathId) -> Response:
    """Versions and drafts, and for who may set parameters the form that begins a draft."""
    return _show(visit, rule_set_id, NO_ATTEMPT)


def _show(visit: Visit, rule_set_id: str, tried: Attempt) -> Response:
    rule_set = rule_set_of(visit.counter, rule_set_id)
    actor = visit.actor
    with visit.counter.register.reading() as session:
        versions = versions_in_use(session, visit.counter.books, actor, rule_set_id, visit.today)
        drafts = drafts_for(session, actor, rule_set_id)
        form = show_form(
            "county-drafts",
            NEW,
            tried,
            address=f"/rule-sets/{rule_set.id}/county/drafts",
            title="新拟草稿",
            button="新拟草稿",
            options={"area": tuple(areas_named(session, actor.area).items())},
            initial={"area": actor.area, "effective_on": visit.today},
            is_primary=True,
            hint="先定版本号、施行日期和依据，保存后逐项填写参数和阶梯；由另一人发布后生效。",
        )
        people = [
            person for one in versions if one.row for person in (one.row.drafted_by, one.row.published_by)
        ]
        return visit.page(
            "county_versions.html",
            status=STATUSES[tried.refusal.code] if tried.refusal else 200,
            rule_set=rule_set,
            region=REGION,
            versions=versions,
            drafts=drafts,
            places=area_names(
                session, [*(one.row.area for one in versions if one.row), *(one.area for one in drafts)]
            ),
            names=person_names(session, [*people, *(one.drafted_by for one in drafts)]),
            form=form if may(actor, "set_parameters", Matter(area=actor.area)) else None,
        )


@router.post("/rule-sets/{rule_set_id}/county/drafts")
async def create_draft(posting: APosting, rule_set_id: PathId) -> Response:
    """Begin a draft."""

    async def do() -> Response:
        rule_set = rule_set_of(posting.counter, rule_set_id)
        paper = RuleSetDraftPaper(rule_set_id=rule_set.id, **read_values(NEW, posting.form))
        require(may(posting.actor, "set_parameters", Matter(area=paper.area)))
        made = await write_once(posting, "draft_version", lambda pen: draft_version(pen, rule_set, paper))
        return posting.go(
            f"/rule-sets/{rule_set.id}/county/drafts/{made['draft_id']}", "草稿已保存，请逐项填写。"
        )

    return await attempt(posting, do, lambda tried: _show(posting, rule_set_id, tried))


@router.get("/rule-sets/{rule_set_id}/differences")
def differences_page(
    visit: AVisit,
    rule_set_id: PathId,
    old: Annotated[str, Query(max_length=64)] = REGION,
    new: Annotated[str, Query(max_length=64)] = REGION,
) -> Response:
    """What differs between two versions, chosen from all there are."""
    rule_set = rule_set_of(visit.counter, rule_set_id)
    with visit.counter.register.reading() as session:
        versions = versions_in_use(session, visit.counter.books, visit.actor, rule_set_id, visit.today)
        before, after = (
            rule_set_in(session, visit.counter.books, rule_set_id, one or REGION) for one in (old, new)
        )
        places = area_names(session, [one.row.area for one in versions if one.row])
    return visit.page(
        "rule_set_differences.html",
        rule_set=rule_set,
        region=REGION,
        versions=versions,
        places=places,
        old=old or REGION,
        new=new or REGION,
        before=before,
        after=after,
        found=shown_differences(rule_set, differences(before, after)),
    )
