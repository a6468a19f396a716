"""Turns the rungs of a rule set, or of a county's own version, into a ladder, and says what is wrong with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from domain.ladder import FILED_BY_SILENCE, Colour, Ladder, Rung
from domain.ladder_terms import (
    DESK_LETTERS,
    RUNG_LETTERS,
    MeasuredFrom,
    RungAfter,
    RungOpens,
    Told,
)
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from regulations.entries import Entry
from regulations.parameters import PERIOD_MAX, RuleSetError

RUNGS_MAX = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_ladders(file: str, tables: Mapping[str, object]) -> Mapping[ObligationKind, Ladder]:
    """The ladders of a file by the kind of obligation that they chase. Raises RuleSetError."""
    return MappingProxyType(dict(read_ladder(file, name, rungs) for name, rungs in tables.items()))


def read_ladder(file: str, name: str, rungs: object) -> tuple[ObligationKind, Ladder]:
    """The rungs of one kind of obligation: [[ladder.<kind>]]. Raises RuleSetError naming rung and field."""
    place = f"ladder.{name}"
    try:
        kind = ObligationKind(name)
    except ValueError:
        raise RuleSetError(file, place, "kind", f"未知的事项“{name}”") from None
    if not isinstance(rungs, list):
        raise RuleSetError(file, place, "-", "须为 [[…]] 列表")
    if not 1 <= len(rungs) <= RUNGS_MAX:
        raise RuleSetError(file, place, "-", f"阶梯须有 1 至 {RUNGS_MAX} 级，否则到期无人提醒")
    ladder = Ladder(name, tuple(_read_rung(file, place, kind, table) for table in rungs))
    names = [rung.name for rung in ladder.rungs]
    for rung_name in names:
        if names.count(rung_name) > 1:
            raise RuleSetError(file, place, "name", f"“{rung_name}”重复")
    _verify_order(file, place, ladder)
    if kind is ObligationKind.FEEDBACK_TASK:
        _verify_desks(file, place, ladder)
    return kind, ladder


def ladder_table(ladder: Ladder) -> list[dict[str, Any]]:
    """The rungs as a file writes them: what says nothing is left out. :func:`read_ladder` reads them back."""
    return [rung_table(rung) for rung in ladder.rungs]


def rung_table(rung: Rung) -> dict[str, Any]:
    """One rung as a file writes it."""
    table: dict[str, Any] = {}
    for one in fields(Rung):
        value = getattr(rung, one.name)
        if one.default is MISSING or value != one.default:
            table[one.name] = list(value) if isinstance(value, tuple) else _plain(value)
    return table


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _read_rung(file: str, place: str, kind: ObligationKind, table: object) -> Rung:
    entry = Entry(file, place, table)
    name = entry.take("name", str)
    entry.name = f"{place}.{name}"
    tell = entry.take("tell", tuple[str, ...])
    unknown = sorted(set(tell) - {word.value for word in Told})
    if unknown or not tell:
        raise entry.fault("tell", f"未知的告知对象：{'、'.join(unknown)}" if unknown else "没有告知任何人")
    rung = Rung(
        name=name,
        offset_workdays=entry.take("offset_workdays", int),
        colour=entry.take("colour", Colour),
        notice=entry.take("notice", NoticeKind).value,
        tell=tell,
        min_budget_workdays=entry.take("min_budget_workdays", int, 0),
        opens=entry.one_of("opens", _values(RungOpens), ""),
        measured_from=entry.one_of("measured_from", _values(MeasuredFrom), "due"),  # type: ignore[arg-type]
        from_generation=entry.take("from_generation", int, 1),
        until_generation=entry.take("until_generation", int, None),
        after=entry.one_of("after", _values(RungAfter), "any"),  # type: ignore[arg-type]
    )
    entry.end()
    _verify_rung(entry, kind, rung)
    return rung


def _values(words: type[Enum]) -> frozenset[str]:
    return frozenset(str(word.value) for word in words)


def _verify_rung(entry: Entry, kind: ObligationKind, rung: Rung) -> None:
    if not _NAME.fullmatch(rung.name) or rung.name == FILED_BY_SILENCE:
        raise entry.fault("name", "级名须以小写字母开头，由小写字母、数字、下划线组成，不超过 40 个字符")
    if abs(rung.offset_workdays) > PERIOD_MAX or not 0 <= rung.min_budget_workdays <= PERIOD_MAX:
        raise entry.fault("offset_workdays", "不可能的数值")
    if rung.measured_from == MeasuredFrom.START.value and rung.offset_workdays < 0:
        raise entry.fault("offset_workdays", "从起算日计的一级不能早于起算日")
    last = rung.until_generation
    if rung.from_generation < 1 or (last is not None and last < rung.from_generation):
        raise entry.fault("until_generation", "不能早于 from_generation")
    fitting = RUNG_LETTERS[kind]
    if rung.notice not in fitting:
        known = "、".join(one.value for one in NoticeKind if one in fitting)
        raise entry.fault("notice", f"“{kind.label}”的阶梯不能用“{rung.notice}”，可用：{known}")
    opens = DESK_LETTERS.get(kind, {}).get(NoticeKind(rung.notice), RungOpens.NOTHING)
    if rung.opens != opens:
        wanted = f"须写“{opens.value}”" if opens else "不能写"
        raise entry.fault("opens", f"“{kind.label}”的阶梯用“{rung.notice}”时，opens {wanted}")
    if opens is RungOpens.TALK and rung.after != RungAfter.INSTRUCTION.value:
        raise entry.fault("after", "约谈建议只在批示设定的期限届满后提出，须写“instruction”")


def _verify_order(file: str, place: str, ladder: Ladder) -> None:
    """In one and the same period a ladder climbs: no rung before the one above it, no colour paler than before."""
    for after in (RungAfter.PERIOD, RungAfter.INSTRUCTION):
        for measured_from in MeasuredFrom:
            climb = [
                rung
                for rung in ladder.rungs
                if rung.measured_from == measured_from and rung.after in (RungAfter.ANY, after)
            ]
            for field, lower, rung in _out_of_order(climb):
                problem = (
                    f"次序颠倒：排在“{lower.name}”之后，却比它{'早' if field == 'offset_workdays' else '轻'}"
                )
                raise RuleSetError(file, f"{place}.{rung.name}", field, problem)


def _out_of_order(climb: Sequence[Rung]) -> Iterator[tuple[str, Rung, Rung]]:
    for lower, rung in pairwise(climb):
        if rung.offset_workdays < lower.offset_workdays:
            yield "offset_workdays", lower, rung
        if rung.colour.rank < lower.colour.rank:
            yield "colour", lower, rung


def _verify_desks(file: str, place: str, ladder: Ladder) -> None:
    """What stays overdue reaches the party committee, and after its 批示 no date follows without it (§2.7)."""
    opened = {rung.opens for rung in ladder.rungs}
    for desk in (RungOpens.ESCALATION, RungOpens.TALK):
        if desk.value not in opened:
            raise RuleSetError(file, place, "opens", f"缺少“{desk.label}”的一级（opens = “{desk.value}”）")
