"""县级参数: what a rule set leaves to the county, on one form. One person drafts it, another one publishes it here."""

from typing import Any

from fastapi import Response

from api.fields import PathId
from api.foresight import require
from api.pages.fields import FieldSpec, fields_of, read_values
from api.pages.forms import NO_ATTEMPT, Attempt, show_form
from api.pages.routing import page_router
from api.pages.submissions import attempt, write_once
from api.pages.visits import APosting, AVisit, Visit
from api.problems import STATUSES
from api.rule_sets import rule_set_of
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.papers.rooms import ParametersPaper, set_parameters
from records.queries.people import people
from regulations.county import with_county
from regulations.parameter_words import parameter_word
from regulations.parameters import PERIOD_MAX, Parameter
from regulations.rule_sets import RuleSet

router = page_router()
PEOPLE_MAX = 500
_ABOUT = fields_of(ParametersPaper, ("rule_set_id", "parameters"))


@router.get("/rule-sets/{rule_set_id}/county")
def county_page(visit: AVisit, rule_set_id: PathId) -> Response:
    """The form."""
    return _show(visit, rule_set_id, NO_ATTEMPT)


def _show(visit: Visit, rule_set_id: str, tried: Attempt) -> Response:
    rule_set = rule_set_of(visit.counter, rule_set_id)
    require(may(visit.actor, "set_parameters", Matter(area=visit.actor.area)))
    with visit.counter.register.reading() as session:
        drafters = tuple(
            (one.id, f"{one.name}（{one.sign_in_name}）")
            for one in people(session, limit=PEOPLE_MAX)
            if one.id != visit.actor.person_id and one.is_active
        )
    form = show_form(
        "county-parameters",
        (*_ABOUT, *specs_of(rule_set)),
        tried,
        address=f"/rule-sets/{rule_set.id}/county",
        title="发布县级参数",
        button="发布县级参数",
        initial={"area": visit.actor.area, "effective_on": visit.today},
        options={"drafted_by_person_id": drafters},
        is_primary=True,
        is_grave=True,
        hint="由一人拟订、另一人发布；发布后不能更改，只能另发新版本。已发起的协商仍按原版本办理。",
    )
    status = STATUSES[tried.refusal.code] if tried.refusal else 200
    return visit.page("county_parameters.html", status=status, rule_set=rule_set, form=form)


def specs_of(rule_set: RuleSet) -> tuple[FieldSpec, ...]:
    """One field for each parameter that is the county's to set, with its clause and its bounds."""
    return tuple(_spec(one) for one in rule_set.parameters.values() if one.is_county_set)


def _spec(one: Parameter) -> FieldSpec:
    adds_words = isinstance(one.value, tuple)
    bounds = "在原有词语之外增加，不能减少" if adds_words else f"1 至 {PERIOD_MAX} 的整数，不填即不另行设定"
    clause = f"“{one.clause.replace('“', '‘').replace('”', '’')}”" if one.clause else ""
    return FieldSpec(
        name=one.key,
        label=parameter_word(one.key),
        kind="lines" if adds_words else "number",
        is_required=False,
        hint=f"{clause}（{one.source}）；{bounds}。" if one.source else f"{clause}{bounds}。",
    )


@router.post("/rule-sets/{rule_set_id}/county")
async def publish(posting: APosting, rule_set_id: PathId) -> Response:
    """Publish a version."""

    async def do() -> Response:
        rule_set = rule_set_of(posting.counter, rule_set_id)
        paper = _paper(rule_set, posting)
        require(may(posting.actor, "set_parameters", Matter(area=paper.area)))
        # Asked now, because a version that the books refuse could never be pinned.
        with_county(rule_set, paper.parameters, paper.version)
        await write_once(posting, "set_parameters", lambda pen: set_parameters(pen, paper))
        return posting.go(f"/rule-sets/{rule_set_id}", f"县级参数（{paper.version}）已发布。")

    return await attempt(posting, do, lambda tried: _show(posting, rule_set_id, tried))


def _paper(rule_set: RuleSet, posting: Any) -> ParametersPaper:
    about = read_values(_ABOUT, posting.form)
    typed = read_values(specs_of(rule_set), posting.form)
    parameters = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in typed.items()
        if value not in (None, ())
    }
    if not parameters:
        first = next(iter(typed), "version")
        raise refuse(RefusalCode.INVALID_INPUT, "请至少设定一项参数。", field=first)
    return ParametersPaper(rule_set_id=rule_set.id, parameters=parameters, **about)
