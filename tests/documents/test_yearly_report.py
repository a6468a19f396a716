"""年度报告: the figures of the pages in tables that print right, and every formula once."""

import io
from dataclasses import replace
from datetime import date

from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn

from documents.official_sheet import TEXT_WIDTH
from documents.yearly_report import QuotaRow, YearlyReport, render_yearly_report
from domain.statistics import Line, Number, Statistic, share

FOUR = Statistic(
    name="units",
    title="各承办单位办理时效",
    formula="按期反馈率＝按期 ÷ 全部。",
    head="承办单位",
    columns=("按期办复", "按期反馈率"),
    lines=(
        Line("a", "枫溪区住建局", (Number(value=11, unit="项"), share(11, 12, least=10))),
        Line("b", "枫溪区城管局", (Number(value=1, unit="项"), share(1, 2, least=10))),
    ),
    total=Line("total", "合计", (Number(value=12, unit="项"), share(12, 14))),
    note="不足 10 项的，不列比率。",
)
EMPTY = replace(FOUR, name="none", title="重复议题", lines=(), total=None, empty="没有重复议题。")
REPORT = YearlyReport(
    issuer="政协枫溪区委员会",
    place="枫溪区",
    year=2026,
    made_on=date(2026, 11, 22),
    is_over=False,
    sections=(("办理时效", (FOUR, replace(FOUR, name="x", title="各区域办理时效"))), ("重复议题", (EMPTY,))),
    quotas=(
        QuotaRow("SZ-12", "每室协商议事活动次数", "1 次", "每室不少于 2 次", "未达到", "每室当年的次数。"),
    ),
)


def opened(report: YearlyReport = REPORT) -> DocxDocument:
    """The paper as Word reads it."""
    return Document(io.BytesIO(render_yearly_report(report)))


def texts(report: YearlyReport = REPORT) -> list[str]:
    """Its paragraphs."""
    return [one.text for one in opened(report).paragraphs if one.text]


def test_the_tables_say_what_the_pages_say() -> None:
    first, second, quotas = opened().tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["承办单位", "按期办复", "按期反馈率"],
        ["枫溪区住建局", "11 项", "91.6%（11/12）"],
        ["枫溪区城管局", "1 项", "—（1/2）"],
        ["合计", "12 项", "85.7%（12/14）"],
    ]
    assert len(second.rows) == 4
    assert [cell.text for cell in quotas.rows[1].cells] == [
        "每室协商议事活动次数（SZ-12）",
        "1 次",
        "每室不少于 2 次",
        "未达到",
    ]


def test_headings_are_counted_and_what_is_missing_is_said() -> None:
    said = texts()
    assert "一、办理时效" in said
    assert "（二）各区域办理时效" in said
    assert said[said.index("二、重复议题") + 1] == "没有重复议题。"
    assert "三、年度定额" in said
    assert "注：不足 10 项的，不列比率。" in said


def test_every_formula_stands_once_under_the_names_of_what_it_computes() -> None:
    formulas = [one for one in texts() if one.startswith(("1. ", "2. ", "3. "))]
    assert formulas == [
        "1. 各承办单位办理时效、各区域办理时效：按期反馈率＝按期 ÷ 全部。",
        "2. 每室协商议事活动次数：每室当年的次数。",
    ]


def test_a_year_that_still_runs_says_until_when_it_was_counted() -> None:
    assert "（统计期间：2026年1月1日至2026年11月22日）" in texts()
    assert "（统计期间：2026年1月1日至12月31日）" in texts(replace(REPORT, is_over=True))


def test_a_table_fits_the_text_area_and_repeats_its_head() -> None:
    for table in opened().tables:
        widths = [column.width for column in table.columns]
        assert abs(sum(width or 0 for width in widths) - TEXT_WIDTH) < TEXT_WIDTH // 100
        assert table.rows[0]._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
        assert all(row._tr.get_or_add_trPr().find(qn("w:cantSplit")) is not None for row in table.rows)


def test_a_heading_never_stands_alone_at_the_foot_of_a_page() -> None:
    heading = next(one for one in opened().paragraphs if one.text == "（一）各承办单位办理时效")
    assert heading.paragraph_format.keep_with_next
    signer = [one for one in opened().paragraphs if one.text == "政协枫溪区委员会"][-1]
    assert signer.paragraph_format.keep_with_next


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_yearly_report(REPORT) == render_yearly_report(REPORT)


def test_without_quotas_it_says_so() -> None:
    assert "所用规则集没有须按数量衡量的定额。" in texts(replace(REPORT, quotas=()))
