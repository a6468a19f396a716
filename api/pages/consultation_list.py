"""The list of consultations: conditions in the address, kept ones by name, sorted by what is due or by number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Response
from fastapi.concurrency import run_in_threadpool

from api.cursors import cursor_of, day_of, instant_of, key_of, no_cursor
from api.fields import PathId
from api.pages.routing import page_router
from api.pages.visits import APosting, AVisit, Visit, text_of
from domain.ladder import Colour
from domain.matters import ConsultationKind
from domain.refusals import Refused
from domain.stages import ConsultationState
from domain.words import Word
from records.queries.changes_since import changes_counted
from records.queries.consultation_filters import ConsultationFilter
from records.queries.consultation_lists import Order, Place, consultations_listed
from records.queries.saved_filters import filters_and_rooms
from records.saved_filters import NAME_CHARACTERS_MAX, drop_filter, keep_filter

router = page_router()
LINES_PER_PAGE = 30
ROOMS_MAX = 200
YEARS_BACK = 6
VALUE_CHARACTERS_MAX = 100
CONDITIONS = (
    "text",
    "state",
    "colour",
    "overdue",
    "suspended",
    "rule_set",
    "room",
    "area",
    "kind",
    "year",
    "sort",
)
_COLOURS = (Colour.RED, Colour.YELLOW, Colour.BLUE)

Chosen = TypeVar("Chosen", bound=Word)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. ``values`` has only conditions that are known and not empty."""

    values: Mapping[str, str]
    narrowed: ConsultationFilter
    colour: Colour | None
    order: Order

    @property
    def query(self) -> str:
        """The conditions as an address writes them."""
        return urlencode(dict(self.values))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(set(self.values) - {"sort"})

    @property
    def has_more(self) -> bool:
        """Whether one of the conditions that stand folded is in use."""
        return bool(set(self.values) - {"sort", "text", "state", "overdue"})


@router.get("/consultations")
def list_page(visit: AVisit) -> Response:
    """What the visitor may read, narrowed by the conditions in the address."""
    return _list(visit, asked_in(visit.request.query_params.items()))


@router.post("/saved-filters")
async def save(posting: APosting) -> Response:
    """Keep the conditions under a name of one's own."""
    asked = asked_in(parse_qsl(text_of(posting.form, "query")[:2000]))
    name, counter = text_of(posting.form, "name"), posting.counter
    person_id = posting.actor.person_id
    try:
        await run_in_threadpool(keep_filter, counter.register, person_id, name, asked.query, counter.now())
    except Refused as refused:
        wrong = refused.refusal.message
        return await run_in_threadpool(_list, posting, asked, name=name, wrong=wrong)
    return posting.go(f"/consultations?{asked.query}", "已存为常用筛选，列在查询条件下方。")


@router.post("/saved-filters/{filter_id}/removals")
async def remove(posting: APosting, filter_id: PathId) -> Response:
    """Forget a kept filter."""
    await run_in_threadpool(drop_filter, posting.counter.register, posting.actor.person_id, filter_id)
    return posting.go("/consultations", "已删除该常用筛选。")


def asked_in(items: Iterable[tuple[str, str]]) -> Asked:
    """The conditions of an address; what is unknown is left out, so that old links go on working."""
    given = {key: value.replace("\x00", "").strip()[:VALUE_CHARACTERS_MAX] for key, value in items}
    values = {key: given[key] for key in CONDITIONS if given.get(key)}
    state = _word(ConsultationState, values, "state")
    kind = _word(ConsultationKind, values, "kind")
    colour = _word(Colour, values, "colour")
    order = _word(Order, values, "sort")
    year = values.get("year", "")
    is_year = year.isascii() and year.isdigit() and 1990 <= int(year) <= 2200
    if not is_year:
        values.pop("year", None)
    return Asked(
        values=values,
        narrowed=ConsultationFilter(
            states=(state,) if state else (),
            area=values.get("area", ""),
            room_id=values.get("room", ""),
            text=values.get("text", ""),
            rule_set_id=values.get("rule_set", ""),
            kind=kind,
            year=int(year) if is_year else None,
            is_suspended="suspended" in values,
            is_overdue="overdue" in values,
        ),
        colour=colour,
        order=order or Order.DUE,
    )


def _list(visit: Visit, asked: Asked, *, name: str = "", wrong: str = "") -> Response:
    actor, counter, today = visit.actor, visit.counter, visit.today
    after = _place(visit.request.query_params.get("cursor"), asked.order)
    with counter.register.reading() as session:
        found = consultations_listed(
            session,
            counter.books,
            actor,
            today,
            asked.narrowed,
            colour=asked.colour,
            order=asked.order,
            after=after,
            limit=LINES_PER_PAGE,
        )
        changes = changes_counted(session, actor.person_id, [line.row.id for line in found.lines])
        kept, places = filters_and_rooms(session, actor.person_id, actor.area, ROOMS_MAX)
    following = found.following
    return visit.page(
        "consultations.html",
        status=422 if wrong else 200,
        lines=found.lines,
        changes=changes,
        count=found.count,
        is_cut=found.is_cut,
        following=cursor_of(following.part, following.value, following.id) if following else None,
        is_first=after is None,
        asked=asked,
        kept=kept,
        name=name,
        name_max=NAME_CHARACTERS_MAX,
        wrong=wrong,
        choices=_choices(visit, [(one.id, one.name) for one in places]),
    )


def _choices(visit: Visit, places: list[tuple[str, str]]) -> Mapping[str, list[tuple[str, str]]]:
    years = [str(visit.today.year - back) for back in range(YEARS_BACK)]
    rule_sets = visit.counter.books.rule_sets
    return {
        "state": _options(ConsultationState),
        "sort": _options(Order),
        "colour": _options(_COLOURS),
        "rule_set": [(one.id, one.title) for one in rule_sets.values()],
        "room": places,
        "kind": _options(ConsultationKind),
        "year": [(one, f"{one}年") for one in years],
    }


def _options(words: Iterable[Word]) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in words]


def _word(words: type[Chosen], values: dict[str, str], key: str) -> Chosen | None:
    """The word that was chosen; an unknown one is taken out of the values."""
    value = values.get(key)
    if value in set(words):
        return words(value)
    values.pop(key, None)
    return None


def _place(cursor: str | None, order: Order) -> Place | None:
    """Where the page goes on. Raises Refused (INVALID_INPUT) for a place of another order."""
    key = key_of(cursor, str, str, str)
    if key is None:
        return None
    place = Place(*key)
    if place.part == Order.DUE and order is Order.DUE:
        day_of(place.value)
    elif place.part == Order.NEWEST and order in (Order.DUE, Order.NEWEST):
        instant_of(place.value)
    elif place.part != order or order is not Order.NUMBER:
        raise no_cursor()
    return place
