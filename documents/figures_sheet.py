"""The yearly figures (统计指标) as lists: every rule with its number, its requirement and how it was computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.list_sheet import Column, ListSheet, workbook_of
from documents.words import official_date, one_line

_COLUMNS = (
    Column("规则", 10),
    Column("条款", 40),
    Column("指标", 22),
    Column("数值", 12),
    Column("要求", 14),
    Column("结论", 10),
    Column("计算方法", 44),
    Column("协商编号", 36),
)
_PART_COLUMNS = (
    Column("规则", 10),
    Column("指标", 22),
    Column("分项", 34),
    Column("数值", 12),
    Column("要求", 14),
    Column("结论", 10),
    Column("明细", 34),
    Column("协商编号", 36),
)


@dataclass(frozen=True)
class FigureRow:
    """One figure in words."""

    rule_id: str
    clause: str
    title: str
    amount: str
    required: str
    standing: str
    formula: str
    case_numbers: tuple[str, ...]


@dataclass(frozen=True)
class FigurePartRow:
    """One part of a figure in words."""

    rule_id: str
    title: str
    label: str
    amount: str
    required: str
    standing: str
    details: str
    case_numbers: tuple[str, ...]


@dataclass(frozen=True)
class FigureList:
    """The figures of one rule set."""

    region: str
    figures: tuple[FigureRow, ...]
    parts: tuple[FigurePartRow, ...]


def render_figures(lists: Sequence[FigureList], area: str, year: int, made_on: date) -> bytes:
    """Two sheets for every rule set: the figures, and their parts."""
    subtitle = f"区域代码：{one_line(area)}　年度：{year}年　统计日期：{official_date(made_on)}"
    sheets = [sheet for one in lists for sheet in _sheets(one, year, subtitle)]
    return workbook_of(
        sheets or [ListSheet("统计指标", f"{year}年统计指标", subtitle, _COLUMNS, ())], made_on
    )


def _sheets(one: FigureList, year: int, subtitle: str) -> tuple[ListSheet, ListSheet]:
    region = one_line(one.region)
    figures = tuple(
        (
            row.rule_id,
            row.clause,
            row.title,
            row.amount,
            row.required,
            row.standing,
            row.formula,
            "、".join(row.case_numbers),
        )
        for row in one.figures
    )
    parts = tuple(
        (
            row.rule_id,
            row.title,
            row.label,
            row.amount,
            row.required,
            row.standing,
            row.details,
            "、".join(row.case_numbers),
        )
        for row in one.parts
    )
    return (
        ListSheet(f"{region}指标", f"{year}年{region}规则集统计指标", subtitle, _COLUMNS, figures),
        ListSheet(f"{region}分项", f"{year}年{region}规则集统计指标分项", subtitle, _PART_COLUMNS, parts),
    )
