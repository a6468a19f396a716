"""Where a consultation stands in a sentence: who has to move next, and whom everybody else is waiting for."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.pages.folders import Folder
from api.pages.shown import day as day_words
from domain.stages import ConsultationState
from records.queries.clocks import ClockStanding
from records.queries.consultations import current_chain
from statemachines.approval_chain import ChainStep, open_steps

NAMED_MAX = 3


@dataclass(frozen=True)
class Standing:
    """Who moves next. ``mover`` is empty where nobody has to; ``is_held_up`` says that the operator can only wait."""

    mover: str
    sentence: str
    is_held_up: bool = False


def standing_of(folder: Folder, clocks: Iterable[ClockStanding], names: dict[str, str]) -> Standing:
    """Who has to move next, in one sentence."""
    row = folder.row
    operator = names.get(row.operator_id or "", "承办机构")
    if row.state.is_final:
        return Standing("", f"本协商已经结束（{row.state.label}），无需再办理。")
    if row.is_suspended:
        review_on = next((one.review_on for one in folder.rows.suspensions if one.resumed_on is None), None)
        reviewed = f"，定于{day_words(review_on)}复查" if review_on else ""
        return Standing(operator, f"本协商已中止{reviewed}；中止原因消除后，由{operator}办理恢复。")
    if row.state is ConsultationState.TOPIC and (bodies := _deciding(folder, names)):
        return Standing(bodies, f"下一步由{bodies}审定；作出决定前，{operator}不能推进。", is_held_up=True)
    if row.state is ConsultationState.COMPLETED:
        return Standing(operator, f"已办结，下一步由{operator}组织回头看；情况稳定的，可以归档。")
    holders = _named(
        one.holder_name for one in clocks if one.holder_name and one.holder_id != row.operator_id
    )
    if row.state is ConsultationState.IMPLEMENTATION and holders:
        return Standing(holders, f"下一步由{holders}办理答复；{operator}负责催办、核验。", is_held_up=True)
    missing = sum(finding.blocks for finding in folder.findings)
    if missing:
        return Standing(operator, f"下一步由{operator}办理：补齐 {missing} 项未满足的条件后，方可推进。")
    return Standing(operator, f"条件均已满足，下一步由{operator}推进。")


def _deciding(folder: Folder, names: dict[str, str]) -> str:
    chain = current_chain(folder.approvals)
    steps = [
        ChainStep(one.step, one.label, one.is_filing, one.is_optional, one.decision, one.decided_on)
        for one in chain
    ]
    is_open = open_steps(steps)
    return _named(
        names.get(one.body_id or "", one.body_kind.label)
        for one in chain
        if one.step in is_open and not one.is_optional
    )


def _named(found: Iterable[str]) -> str:
    """The names without repetition, cut where there are many."""
    names = list(dict.fromkeys(found))
    shown = "、".join(names[:NAMED_MAX])
    return f"{shown}等 {len(names)} 家单位" if len(names) > NAMED_MAX else shown
