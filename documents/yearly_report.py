"""年度报告 of a room, a county or a city as an official paper: the figures in tables, then how each was computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from documents.official import write_signature
from documents.official_sheet import BODY_FONT, HEI_FONT, KAI_FONT, OfficialSheet
from documents.official_table import write_table
from documents.words import chinese_numeral, official_date, one_line
from domain.statistics import Line, Number, Statistic

_LINES_MAX = 60


@dataclass(frozen=True)
class QuotaRow:
    """One quota in words."""

    rule_id: str
    title: str
    amount: str
    required: str
    standing: str
    formula: str


@dataclass(frozen=True)
class YearlyReport:
    """What the report says. ``is_over`` is False while the year still runs."""

    issuer: str
    place: str
    year: int
    made_on: date
    is_over: bool
    sections: tuple[tuple[str, tuple[Statistic, ...]], ...]
    quotas: tuple[QuotaRow, ...]


def render_yearly_report(report: YearlyReport) -> bytes:
    """The report as a docx file; the same report always gives the same bytes."""
    issuer, place = one_line(report.issuer), one_line(report.place)
    title = f"{report.year}年度协商议事工作报告"
    sheet = OfficialSheet(title=f"{place}{title}", author=issuer, made_on=report.made_on)
    sheet.masthead(issuer)
    sheet.sides_line("", official_date(report.made_on))
    sheet.red_line()
    sheet.title((place, title))
    sheet.line((_as_of(report), KAI_FONT), centred=True)
    sheet.blank_lines(1)
    for number, (heading, statistics) in enumerate(report.sections, start=1):
        sheet.line((f"{chinese_numeral(number)}、{heading}", HEI_FONT), first=2, keep_next=True)
        for index, statistic in enumerate(statistics, start=1):
            _write_statistic(sheet, index if len(statistics) > 1 else 0, statistic)
    _write_quotas(sheet, len(report.sections) + 1, report.quotas)
    _write_formulas(sheet, len(report.sections) + 2, report)
    write_signature(sheet, issuer, official_date(report.made_on), sealed=True)
    return sheet.to_bytes()


def _as_of(report: YearlyReport) -> str:
    if report.is_over:
        return f"（统计期间：{report.year}年1月1日至12月31日）"
    return f"（统计期间：{report.year}年1月1日至{official_date(report.made_on)}）"


def _write_statistic(sheet: OfficialSheet, number: int, statistic: Statistic) -> None:
    if number:
        sheet.line((f"（{chinese_numeral(number)}）{statistic.title}", KAI_FONT), first=2, keep_next=True)
    if not statistic.lines:
        sheet.line((statistic.empty, BODY_FONT), first=2)
        return
    lines = (*statistic.lines[:_LINES_MAX], *((statistic.total,) if statistic.total else ()))
    write_table(sheet, (statistic.head, *statistic.columns), [_row(line) for line in lines])
    if any(number.is_guarded for line in lines for number in line.numbers):
        sheet.line((f"注：{statistic.note}", KAI_FONT), first=2)
    if len(statistic.lines) > _LINES_MAX:
        sheet.line((f"共 {len(statistic.lines)} 行，列出前 {_LINES_MAX} 行。", BODY_FONT), first=2)


def _row(line: Line) -> tuple[str, ...]:
    return (line.label, *(_cell(one) for one in line.numbers))


def _cell(number: Number) -> str:
    if number.is_guarded:
        return f"—（{number.numerator}/{number.denominator}）"
    if number.denominator:
        return f"{number.shown}（{number.numerator}/{number.denominator}）"
    return number.shown


def _write_quotas(sheet: OfficialSheet, number: int, quotas: Sequence[QuotaRow]) -> None:
    sheet.line((f"{chinese_numeral(number)}、年度定额", HEI_FONT), first=2, keep_next=True)
    if not quotas:
        sheet.line(("所用规则集没有须按数量衡量的定额。", BODY_FONT), first=2)
        return
    rows = [(f"{one.title}（{one.rule_id}）", one.amount, one.required, one.standing) for one in quotas]
    write_table(sheet, ("指标", "数值", "要求", "结论"), rows)


def _write_formulas(sheet: OfficialSheet, number: int, report: YearlyReport) -> None:
    """Every formula once, under the names of what it computes."""
    sheet.line((f"{chinese_numeral(number)}、计算方法", HEI_FONT), first=2)
    given = [(one.title, one.formula) for _, statistics in report.sections for one in statistics if one.lines]
    given += [(one.title, one.formula) for one in report.quotas]
    for position, (titles, formula) in enumerate(_by_formula(given), start=1):
        sheet.line((f"{position}. {'、'.join(titles)}：{one_line(formula)}", BODY_FONT), first=2)


def _by_formula(given: Iterable[tuple[str, str]]) -> list[tuple[list[str], str]]:
    titles: dict[str, list[str]] = {}
    for title, formula in given:
        titles.setdefault(formula, [])
        if title not in titles[formula]:
            titles[formula].append(title)
    return [(names, formula) for formula, names in titles.items()]
