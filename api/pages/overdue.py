"""The overdue board: what is late or near in one's sight, by unit or by consultation, and what was sent about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response

from api.figures import AreaQuery
from api.foresight import require
from api.pages.routing import page_router
from api.pages.visits import AVisit
from api.pages.worklist import clock_address
from domain.ladder import Colour
from domain.matters import ObligationKind
from domain.policy import Matter, may
from domain.stages import ConsultationState, Stage
from domain.words import Word
from records.queries.demands_due import demands_on_board
from records.queries.overdue import BOARD_MAX, Board, BoardFilter, BoardLine, committee_areas, overdue_board

router = page_router()
Choice = Annotated[str, Query(max_length=64)]
WITHOUT_HOLDER = "未确定责任单位"


class Grouping(Word):
    """How the board is divided."""

    UNIT = "unit", "按责任单位"
    CASE = "case", "按协商"


@dataclass
class Group:
    """The lines of one unit, or of one consultation."""

    title: str
    address: str = ""
    lines: list[tuple[BoardLine, str]] = field(default_factory=list)

    @property
    def late(self) -> int:
        """How many of the lines are late."""
        return sum(line.clock.is_overdue for line, _ in self.lines)


@router.get("/overdue")
def overdue_page(
    visit: AVisit,
    by: Choice = "",
    area: AreaQuery = "",
    state: Choice = "",
    kind: Choice = "",
    late: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """What is late or near. An unknown choice lets everything through."""
    require(may(visit.actor, "read_figures", Matter(area=visit.actor.area)))
    grouping = Grouping(by) if by in set(Grouping) else Grouping.UNIT
    narrowed = BoardFilter(
        area=area,
        state=ConsultationState(state) if state in set(ConsultationState) else None,
        kind=ObligationKind(kind) if kind in set(ObligationKind) else None,
        is_late=bool(late),
    )
    with visit.counter.register.reading() as session:
        board = overdue_board(session, visit.counter.books, visit.actor, visit.today, narrowed)
        demands = demands_on_board(session, visit.counter.books, visit.actor, visit.today, narrowed)
        areas = committee_areas(session, visit.actor.area)
    return visit.page(
        "overdue.html",
        board=board,
        demands=demands,
        demands_late=sum(one.is_overdue for one in demands),
        board_max=BOARD_MAX,
        groups=_grouped(board.lines, grouping),
        counts=_counts(board),
        grouping=grouping,
        groupings=[(one, "?" + urlencode(_kept(narrowed) | {"by": one.value})) for one in Grouping],
        narrowed=narrowed,
        conditions=_in_words(narrowed, areas),
        areas=areas,
        states=tuple(Stage),
        kinds=tuple(ObligationKind),
    )


def _grouped(lines: Iterable[BoardLine], grouping: Grouping) -> list[Group]:
    """The groups in the order of their most urgent line."""
    groups: dict[str, Group] = {}
    for line in lines:
        clock = line.clock
        if grouping is Grouping.UNIT:
            key, group = clock.holder_id or "", Group(clock.holder_name or WITHOUT_HOLDER)
        else:
            key = clock.consultation_id
            group = Group(f"{clock.consultation_number} {clock.consultation_title}", f"/consultations/{key}")
        groups.setdefault(key, group).lines.append((line, clock_address(clock)))
    return list(groups.values())


def _counts(board: Board) -> Mapping[str, int]:
    colours = {
        one.value: sum(line.clock.colour is one for line in board.lines)
        for one in (Colour.RED, Colour.YELLOW, Colour.BLUE)
    }
    return {"all": len(board.lines), "late": sum(line.clock.is_overdue for line in board.lines), **colours}


def _kept(narrowed: BoardFilter) -> dict[str, str]:
    values = {
        "area": narrowed.area,
        "state": narrowed.state or "",
        "kind": narrowed.kind or "",
        "late": "yes" if narrowed.is_late else "",
    }
    return {name: str(value) for name, value in values.items() if value}


def _in_words(narrowed: BoardFilter, areas: Iterable[tuple[str, str]]) -> list[str]:
    """The conditions, for the printed page."""
    words = []
    if narrowed.area:
        words.append(f"区域：{dict(areas).get(narrowed.area, narrowed.area)}")
    if narrowed.state is not None:
        words.append(f"环节：{narrowed.state.label}")
    if narrowed.kind is not None:
        words.append(f"事项类别：{narrowed.kind.label}")
    if narrowed.is_late:
        words.append("只看已逾期的")
    return words
