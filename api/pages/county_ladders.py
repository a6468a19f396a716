"""One ladder of a county's draft on a form: rung by rung, in the order in which they come."""

from typing import Any

from fastapi import Response
from starlette.datastructures import FormData

from api.fields import PathId
from api.pages.county_drafts import DraftSeen, draft_seen, keep
from api.pages.fields import FieldSpec, options_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, ShownField, ShownForm, show_form
from api.pages.routing import page_router
from api.pages.shown_differences import rung_words
from api.pages.submissions import attempt
from api.pages.visits import APosting, AVisit, Visit, text_of
from api.problems import STATUSES
from domain.ladder import Colour, Ladder, Rung
from domain.ladder_terms import DESK_LETTERS, RUNG_LETTERS, MeasuredFrom, RungAfter, Told
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from regulations.county import with_county
from regulations.reading_ladders import RUNGS_MAX, rung_table

router = page_router()

BLANK_ROWS = 2
SIDES = (("before", "之前"), ("after", "之后"))


def _fields(kind: ObligationKind) -> tuple[FieldSpec, ...]:
    letters = tuple((one.value, one.label) for one in NoticeKind if one in RUNG_LETTERS[kind])
    return (
        FieldSpec(
            "name",
            "级名",
            "line",
            is_required=False,
            characters_max=40,
            hint="小写字母、数字、下划线；留空即取消这一级。",
        ),
        FieldSpec("workdays", "工作日数", "number", is_required=False, characters_max=3),
        FieldSpec("side", "在其", "choice", is_required=False, options=SIDES, default="after"),
        FieldSpec("measured_from", "从何时计", "choice", is_required=False, options=options_of(MeasuredFrom)),
        FieldSpec("colour", "颜色", "choice", is_required=False, options=options_of(Colour)),
        FieldSpec("notice", "文书", "choice", is_required=False, options=letters),
        FieldSpec("tell", "告知", "ticks", is_required=False, options=options_of(Told)),
        FieldSpec("after", "适用期限", "choice", is_required=False, options=options_of(RungAfter)),
        FieldSpec(
            "min_budget_workdays", "期限不短于（工作日）", "number", is_required=False, characters_max=3
        ),
    )


@router.get("/rule-sets/{rule_set_id}/county/drafts/{draft_id}/ladders/{kind}")
def ladder_page(visit: AVisit, rule_set_id: PathId, draft_id: PathId, kind: str) -> Response:
    """The rungs of one kind of obligation, the draft's own or the region's."""
    return _show(visit, draft_seen(visit, rule_set_id, draft_id), _kind(kind), NO_ATTEMPT)


def _kind(value: str) -> ObligationKind:
    found = next((kind for kind in ObligationKind if kind.value == value), None)
    if found is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有这类事项的阶梯。")
    return found


def _show(visit: Visit, draft: DraftSeen, kind: ObligationKind, tried: Attempt) -> Response:
    ladder = _ladder(draft, kind)
    rows = min(len(ladder.rungs) + BLANK_ROWS, RUNGS_MAX)
    specs = _fields(kind)
    form = show_form(
        "county-ladder",
        [_numbered(spec, row) for row in range(rows) for spec in specs],
        tried,
        address=f"{draft.address}/ladders/{kind.value}",
        title=f"{kind.label}的阶梯",
        button="保存阶梯",
        initial=_initial(ladder),
        hidden={"row_version": str(draft.row_version)},
        is_primary=True,
    )
    is_own = draft.may_amend(visit) and kind not in draft.rule_set.document_ladders
    return visit.page(
        "county_ladder.html",
        status=STATUSES[tried.refusal.code] if tried.refusal else 200,
        draft=draft,
        rule_set=draft.rule_set,
        kind=kind,
        form=form if is_own else None,
        rows=_rows(form, rows, len(specs)),
        is_set=kind.value in draft.paper.ladders,
        rungs=[(rung.name, rung_words(rung)) for rung in ladder.rungs],
        parent=[(rung.name, rung_words(rung)) for rung in draft.rule_set.ladder(kind).rungs],
    )


def _ladder(draft: DraftSeen, kind: ObligationKind) -> Ladder:
    paper = draft.paper
    return with_county(draft.rule_set, {}, paper.version, paper.ladders).ladder(kind)


def _numbered(spec: FieldSpec, row: int) -> FieldSpec:
    return FieldSpec(**{**vars(spec), "name": f"{row}-{spec.name}"})


def _rows(form: ShownForm, rows: int, width: int) -> list[tuple[ShownField, ...]]:
    return [form.fields[row * width : (row + 1) * width] for row in range(rows)]


def _initial(ladder: Ladder) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for row, rung in enumerate(ladder.rungs):
        said = {
            "name": rung.name,
            "workdays": str(abs(rung.offset_workdays)),
            "side": "before" if rung.offset_workdays < 0 else "after",
            "measured_from": rung.measured_from,
            "colour": rung.colour.value,
            "notice": rung.notice,
            "tell": rung.tell,
            "after": rung.after,
            "min_budget_workdays": rung.min_budget_workdays or None,
        }
        initial |= {f"{row}-{name}": value for name, value in said.items()}
    return initial


@router.post("/rule-sets/{rule_set_id}/county/drafts/{draft_id}/ladders/{kind}")
async def amend_ladder(posting: APosting, rule_set_id: PathId, draft_id: PathId, kind: str) -> Response:
    """Keep the rungs that were typed, or go back to the region's."""
    draft, obligation = draft_seen(posting, rule_set_id, draft_id), _kind(kind)

    async def do() -> Response:
        ladders = {name: rungs for name, rungs in draft.paper.ladders.items() if name != obligation.value}
        if text_of(posting.form, "do") != "reset":
            ladders[obligation.value] = _read(posting.form, obligation, _ladder(draft, obligation))
        await keep(posting, draft, ladders=ladders)
        return posting.go(draft.address, f"“{obligation.label}”的阶梯已保存。")

    return await attempt(posting, do, lambda tried: _show(posting, draft, obligation, tried))


def _read(form: FormData, kind: ObligationKind, before: Ladder) -> list[dict[str, Any]]:
    """The rungs as a rule-set file writes them. What a rung opens follows from its letter."""
    known = {rung.name: rung for rung in before.rungs}
    rungs = []
    for row in range(RUNGS_MAX):
        said = read_values(_fields(kind), form, prefix=f"{row}-")
        if said["name"]:
            rungs.append(_rung(kind, said, known.get(said["name"])))
    return rungs


def _rung(kind: ObligationKind, said: dict[str, Any], before: Rung | None) -> dict[str, Any]:
    workdays = said["workdays"] or 0
    opens = next((to for letter, to in DESK_LETTERS.get(kind, {}).items() if letter == said["notice"]), None)
    table: dict[str, Any] = {
        "name": said["name"],
        "offset_workdays": -workdays if said["side"] == "before" else workdays,
        "colour": said["colour"] or "",
        "notice": said["notice"] or "",
        "tell": list(said["tell"]),
        "measured_from": said["measured_from"] or MeasuredFrom.DUE.value,
        "after": said["after"] or RungAfter.ANY.value,
        "min_budget_workdays": said["min_budget_workdays"] or 0,
        "opens": opens.value if opens else "",
    }
    kept = rung_table(before) if before is not None else {}
    generations: dict[str, Any] = {
        name: kept[name] for name in ("from_generation", "until_generation") if name in kept
    }
    return {**table, **generations}
