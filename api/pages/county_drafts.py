"""One draft of a county's version: its parameters level by level, its ladders, its publication by another person."""

from dataclasses import dataclass
from typing import Any

from fastapi import Response

from api.fields import PathId
from api.foresight import require
from api.pages.county_fields import ABOUT, closed_parameters, groups_of, initial_of, read_parameters, specs_of
from api.pages.fields import fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.shown_differences import shown_differences
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit, text_of
from api.problems import STATUSES
from api.rule_sets import rule_set_of
from domain.matters import ObligationKind
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.rule_set_drafts import (
    RuleSetDraftPaper,
    WithdrawalPaper,
    amend_draft,
    publish_draft,
    withdraw_draft,
)
from records.queries.areas import area_names
from records.queries.people import person_names
from records.queries.rule_set_versions import draft_for
from regulations.county import with_county
from regulations.differences import differences
from regulations.rule_sets import RuleSet

router = page_router()
_WITHDRAWAL = fields_of(WithdrawalPaper)


@dataclass(frozen=True)
class DraftSeen:
    """One draft as it was read, with the rule set it is for."""

    id: str
    rule_set: RuleSet
    paper: RuleSetDraftPaper
    row_version: int
    drafted_by: str
    drafter: str
    place: str
    is_open: bool
    published_version_id: str | None
    withdrawal_reason: str

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/rule-sets/{self.rule_set.id}/county/drafts/{self.id}"

    def may_amend(self, visit: Visit) -> bool:
        """Whether the visitor is the one who writes it."""
        return self.is_open and self.drafted_by == visit.actor.person_id


def draft_seen(visit: Visit, rule_set_id: str, draft_id: str) -> DraftSeen:
    """The draft. Raises Refused (NOT_FOUND) where there is none that the visitor may know of."""
    rule_set = rule_set_of(visit.counter, rule_set_id)
    with visit.counter.register.reading() as session:
        row = draft_for(session, visit.actor, draft_id)
        if row.rule_set_id != rule_set_id:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该草稿。")
        return DraftSeen(
            id=row.id,
            rule_set=rule_set,
            paper=RuleSetDraftPaper(
                rule_set_id=row.rule_set_id,
                area=row.area,
                version=row.version,
                effective_on=row.effective_on,
                basis=row.basis,
                parameters=row.parameters,
                ladders=row.ladders,
            ),
            row_version=row.row_version,
            drafted_by=row.drafted_by,
            drafter=person_names(session, [row.drafted_by]).get(row.drafted_by, ""),
            place=area_names(session, [row.area])[row.area],
            is_open=row.is_open,
            published_version_id=row.published_version_id,
            withdrawal_reason=row.withdrawal_reason,
        )


@router.get("/rule-sets/{rule_set_id}/county/drafts/{draft_id}")
def draft_page(visit: AVisit, rule_set_id: PathId, draft_id: PathId) -> Response:
    """The draft."""
    return _show(visit, draft_seen(visit, rule_set_id, draft_id), NO_ATTEMPT)


def _show(visit: Visit, draft: DraftSeen, tried: Attempt) -> Response:
    rule_set, paper = draft.rule_set, draft.paper
    groups = groups_of(rule_set, paper.area)
    is_own = draft.may_amend(visit)
    form = show_form(
        "county-draft",
        (*ABOUT, *specs_of(groups)),
        tried,
        address=draft.address,
        title="修改草稿",
        button="保存草稿",
        initial={
            "version": paper.version,
            "effective_on": paper.effective_on,
            "basis": paper.basis,
            **initial_of(groups, paper.parameters),
        },
        hidden={"row_version": str(draft.row_version)},
        is_primary=True,
    )
    county = with_county(rule_set, paper.parameters, paper.version, paper.ladders)
    return visit.page(
        "county_draft.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        draft=draft,
        rule_set=rule_set,
        found=shown_differences(rule_set, differences(rule_set, county)),
        form=form if is_own else None,
        about=[form.named(spec.name) for spec in ABOUT],
        groups=[(group, [form.named(spec.name) for spec in group.specs]) for group in groups],
        at_fault=tried.refusal.field if tried.refusal else "",
        ladders=_ladders(draft),
        closed=closed_parameters(rule_set),
        publishing=_publishing(draft, tried) if draft.is_open and not is_own else None,
        withdrawing=_withdrawing(draft, tried) if draft.is_open else None,
    )


def _ladders(draft: DraftSeen) -> list[tuple[ObligationKind, bool, bool]]:
    """Every kind of obligation: whether the draft has a ladder of its own, and whether a document has settled it."""
    settled = draft.rule_set.document_ladders
    return [(kind, kind.value in draft.paper.ladders, kind in settled) for kind in draft.rule_set.ladders]


def _publishing(draft: DraftSeen, tried: Attempt) -> ShownForm:
    return show_form(
        "county-publications",
        (),
        tried,
        address=f"{draft.address}/publications",
        title="发布",
        button="发布该版本",
        is_grave=True,
        hint="发布后不能更改，只能另发新版本。施行日起发起的协商按新版本办理，已发起的仍按原版本。",
    )


def _withdrawing(draft: DraftSeen, tried: Attempt) -> ShownForm:
    return show_form(
        "county-withdrawals",
        _WITHDRAWAL,
        tried,
        address=f"{draft.address}/withdrawals",
        title="撤回草稿",
        button="撤回草稿",
        is_grave=True,
    )


@router.post("/rule-sets/{rule_set_id}/county/drafts/{draft_id}")
async def amend(posting: APosting, rule_set_id: PathId, draft_id: PathId) -> Response:
    """Keep what was typed."""
    draft = draft_seen(posting, rule_set_id, draft_id)

    async def do() -> Response:
        groups = groups_of(draft.rule_set, draft.paper.area)
        await keep(
            posting,
            draft,
            **read_values(ABOUT, posting.form),
            parameters=read_parameters(groups, posting.form),
        )
        return posting.go(draft.address, "草稿已保存。")

    return await attempt(posting, do, lambda tried: _show(posting, draft, tried))


async def keep(posting: APosting, draft: DraftSeen, **said: Any) -> None:
    """Write the draft with what is said otherwise, as it was read when the form was shown."""
    typed = text_of(posting.form, "row_version")
    row_version = int(typed) if typed.isascii() and typed.isdecimal() else 0
    paper = RuleSetDraftPaper(**{**vars(draft.paper), **said})
    require(may(posting.actor, "set_parameters", Matter(area=paper.area)))
    await write_once(
        posting, "amend_draft", lambda pen: amend_draft(pen, draft.rule_set, draft.id, row_version, paper)
    )


@router.post("/rule-sets/{rule_set_id}/county/drafts/{draft_id}/publications")
async def publish(posting: APosting, rule_set_id: PathId, draft_id: PathId) -> Response:
    """Publish what another person has drafted."""
    draft = draft_seen(posting, rule_set_id, draft_id)

    async def do() -> Response:
        made = await write_once(
            posting, "publish_draft", lambda pen: publish_draft(pen, draft.rule_set, draft_id)
        )
        return posting.go(
            f"/rule-sets/{rule_set_id}/versions/{made['rule_set_version_id']}",
            f"版本〔{draft.paper.version}〕已发布。",
        )

    return await attempt(posting, do, lambda tried: _show(posting, draft, tried))


@router.post("/rule-sets/{rule_set_id}/county/drafts/{draft_id}/withdrawals")
async def withdraw(posting: APosting, rule_set_id: PathId, draft_id: PathId) -> Response:
    """Give the draft up."""
    draft = draft_seen(posting, rule_set_id, draft_id)

    async def do() -> Response:
        paper = WithdrawalPaper(**read_values(_WITHDRAWAL, posting.form))
        await write_once(posting, "withdraw_draft", lambda pen: withdraw_draft(pen, draft_id, paper))
        return posting.go(f"/rule-sets/{rule_set_id}/county", "草稿已撤回。")

    return await attempt(posting, do, lambda tried: _show(posting, draft, tried))
