"""The lists are linked by item number, print on A4, and never turn text into formulas."""

import io
import warnings
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from documents.co_handlers import CoHandler
from documents.list_sheet import cell_text
from documents.lists import (
    FeedbackList,
    FeedbackRow,
    ListHeading,
    ResponsibilityList,
    ResponsibilityRow,
    SuggestionList,
    SuggestionRow,
    ThreeLists,
    render_feedback_list,
    render_responsibility_list,
    render_suggestion_list,
    render_three_lists,
)
from documents.sign_in_sheet import SignInRow, SignInSheet, render_sign_in_sheet

HEADING = ListHeading("农贸市场改造", "苏-枫溪-2026-0002", "临湖镇政协工委", date(2026, 6, 10))
SUGGESTION = SuggestionRow(1, "搭建过渡棚", "摊户意见", "陆婉清", "镇建管办")
CO_HANDLERS = (CoHandler("市监分局", date(2026, 6, 24), date(2026, 6, 26)), CoHandler("城管局"))
RESPONSIBILITY = ResponsibilityRow(
    1, "搭建过渡棚", "镇建管办", "主办", CO_HANDLERS, "王强", date(2026, 6, 10), date(2026, 7, 23)
)
FEEDBACK = FeedbackRow(
    1, "搭建过渡棚", "镇建管办", "采纳", "A", "已建成", date(2026, 7, 23), date(2026, 7, 10)
)
SUGGESTIONS = SuggestionList(HEADING, (SUGGESTION, replace(SUGGESTION, item_number=2)))
RESPONSIBILITIES = ResponsibilityList(HEADING, (RESPONSIBILITY, replace(RESPONSIBILITY, item_number=2)))
FEEDBACKS = FeedbackList(HEADING, (FEEDBACK, replace(FEEDBACK, item_number=2)))
SIGN_INS = SignInSheet(
    HEADING,
    "第一次协商会",
    date(2026, 5, 28),
    "镇会议室",
    (
        SignInRow("张三", "摊户", "直接利益相关群众", "138****5678", True),
        SignInRow("李四", "镇政府", "部门", "0512****"),
    ),
)


def workbook(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def only_sheet(content: bytes) -> Any:
    return workbook(content).worksheets[0]


def values(sheet: Any, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def test_a_list_has_title_subtitle_header_and_rows() -> None:
    sheet = only_sheet(render_suggestion_list(SUGGESTIONS))
    assert sheet["A1"].value == "农贸市场改造协商建议清单"
    assert sheet["A2"].value == "编号：苏-枫溪-2026-0002　填报单位：临湖镇政协工委　填报日期：2026年6月10日"
    assert values(sheet, 3) == ["项号", "协商建议", "依据和理由", "提出人", "建议承办单位"]
    assert values(sheet, 4) == [1, "搭建过渡棚", "摊户意见", "陆婉清", "镇建管办"]


@pytest.mark.parametrize(
    ("co_handler", "words"),
    [
        (CoHandler("城管局"), "城管局"),
        (CoHandler("城管局", date(2026, 6, 24)), "城管局（2026年6月24日前）"),
        (CoHandler("城管局", date(2027, 1, 5), is_provisional=True), "城管局（2027年1月5日前，暂定）"),
        (
            CoHandler("城管局", date(2026, 6, 24), date(2026, 6, 26)),
            "城管局（2026年6月24日前，2026年6月26日答复）",
        ),
    ],
)
def test_list_two_names_a_co_handler_with_its_date(co_handler: CoHandler, words: str) -> None:
    row = replace(RESPONSIBILITY, co_handlers=(co_handler,))
    sheet = only_sheet(render_responsibility_list(ResponsibilityList(HEADING, (row,))))
    assert values(sheet, 3)[4] == "会办单位及期限"
    assert values(sheet, 4)[4] == words


@pytest.mark.parametrize(
    "content",
    [
        render_suggestion_list(SUGGESTIONS),
        render_responsibility_list(RESPONSIBILITIES),
        render_feedback_list(FEEDBACKS),
        render_sign_in_sheet(SIGN_INS),
    ],
    ids=["suggestions", "responsibilities", "feedback", "sign-ins"],
)
def test_every_list_prints_on_landscape_a4_one_page_wide(content: bytes) -> None:
    sheet = only_sheet(content)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert all(cell.font.bold for cell in sheet[3])


def test_dates_are_dates_shown_in_chinese() -> None:
    sheet = only_sheet(render_responsibility_list(RESPONSIBILITIES))
    assert sheet["H4"].value.date() == date(2026, 7, 23)
    assert sheet["H4"].number_format == 'yyyy"年"m"月"d"日"'
    assert sheet["H4"].is_date


def test_a_date_still_to_come_is_an_empty_cell() -> None:
    sheet = only_sheet(render_feedback_list(FEEDBACKS))
    assert (sheet["H4"].value.date(), sheet["I4"].value) == (date(2026, 7, 10), None)


def test_a_due_date_in_an_unpublished_year_is_marked_provisional() -> None:
    rows = (
        replace(RESPONSIBILITY, is_provisional=True, note="跨年办理"),
        replace(RESPONSIBILITY, item_number=2),
    )
    sheet = only_sheet(render_responsibility_list(ResponsibilityList(HEADING, rows)))
    assert sheet["I4"].value == "期限暂定：相应年度工作日安排尚未公布；跨年办理"
    assert not sheet["I5"].value


def test_the_three_lists_carry_the_same_item_numbers() -> None:
    book = workbook(render_three_lists(ThreeLists(SUGGESTIONS, RESPONSIBILITIES, FEEDBACKS)))
    assert book.sheetnames == ["协商建议清单", "责任落实清单", "结果反馈清单"]
    assert [[sheet["A4"].value, sheet["A5"].value] for sheet in book.worksheets] == [[1, 2], [1, 2], [1, 2]]


def test_an_item_without_a_suggestion_is_refused() -> None:
    stray = ResponsibilityList(HEADING, (replace(RESPONSIBILITY, item_number=9),))
    with pytest.raises(ValueError, match=r"items without a suggestion: \[9\]"):
        ThreeLists(SUGGESTIONS, stray, FEEDBACKS)


def test_an_item_number_standing_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="standing twice"):
        SuggestionList(HEADING, (SUGGESTION, SUGGESTION))


@pytest.mark.parametrize(
    ("build", "row"),
    [(ResponsibilityList, RESPONSIBILITY), (FeedbackList, FEEDBACK)],
    ids=["list 2", "list 3"],
)
def test_a_department_standing_twice_at_one_item_is_refused(build: Any, row: Any) -> None:
    with pytest.raises(ValueError, match="standing twice"):
        build(HEADING, (row, row))
    assert len(build(HEADING, (row, replace(row, department="城管局"))).rows) == 2


def test_the_linked_view_tells_which_items_are_not_given_or_not_answered() -> None:
    two_departments = ResponsibilityList(
        HEADING, (RESPONSIBILITY, replace(RESPONSIBILITY, department="城管局"))
    )
    lists = ThreeLists(SUGGESTIONS, two_departments, FeedbackList(HEADING, (FEEDBACK,)))
    assert lists.items_without_responsibility == (2,)
    assert lists.items_without_feedback == (1, 2)
    complete = ThreeLists(SUGGESTIONS, RESPONSIBILITIES, FEEDBACKS)
    assert (complete.items_without_responsibility, complete.items_without_feedback) == ((), ())


def test_the_sign_in_sheet_counts_and_marks_who_came() -> None:
    sheet = only_sheet(render_sign_in_sheet(SIGN_INS))
    assert sheet["A1"].value == "农贸市场改造第一次协商会签到表"
    assert sheet["A2"].value == "时间：2026年5月28日　地点：镇会议室　应到：2人　实到：1人"
    assert values(sheet, 4)[5:] == ["已签到", None]
    assert not any(values(sheet, 5)[5:])


def test_phones_are_text() -> None:
    phone = only_sheet(render_sign_in_sheet(SIGN_INS))["E4"]
    assert (phone.value, phone.data_type, phone.number_format) == ("138****5678", "s", "@")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|'/c calc'!A1",
        "{=SUM(A1)}",
        "+1",
        "-1",
        "@SUM(A1)",
        "https://example.invalid/",
        "mailto:a@b",
        "internal:Sheet1!A1",
        "0512",
        "_x0041_",
        "&C&P",
        "<b>&amp;",
    ],
)
def test_text_stays_the_text_it_is(text: str) -> None:
    rows = (replace(SUGGESTION, suggestion=text, basis=text),)
    heading = replace(HEADING, consultation_title=text)
    sheet = only_sheet(render_suggestion_list(SuggestionList(heading, rows)))
    assert sheet["A1"].value == f"{text}协商建议清单"
    for cell in (sheet["B4"], sheet["C4"]):
        assert cell.value == text
        assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_rich_text_tags_are_not_written_as_raw_xml() -> None:
    text = "<r><t>甲</t></r></si></sst><r>x</r>"
    rows = (replace(SUGGESTION, suggestion=text),)
    sheet = only_sheet(render_suggestion_list(SuggestionList(HEADING, rows)))
    assert sheet["B4"].value.strip() == text


def test_text_that_xml_refuses_is_cleaned() -> None:
    hostile = "甲\x00乙\x0b丙\x1f丁\ud800戊\uffff己"
    row = SignInRow(hostile, hostile, hostile, hostile)
    heading = ListHeading(hostile, hostile, hostile, date(2026, 1, 5))
    content = render_sign_in_sheet(SignInSheet(heading, hostile, date(2026, 1, 5), hostile, (row,)))
    sheet = only_sheet(content)
    assert values(sheet, 4)[1] == "甲乙\n丙丁戊己"
    assert sheet["A1"].value == "甲乙 丙丁戊己" * 2 + "签到表"


def test_a_text_longer_than_a_cell_is_cut_visibly_and_without_a_warning() -> None:
    rows = (replace(SUGGESTION, suggestion="😀" * 50_000),)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sheet = only_sheet(render_suggestion_list(SuggestionList(HEADING, rows)))
    text = sheet["B4"].value
    assert text.startswith("😀😀")
    assert text.endswith("（原文过长，此处从略）")
    assert 32_700 < len(text.encode("utf-16-le")) / 2 <= 32_767


def test_a_text_that_just_fits_is_not_cut() -> None:
    assert cell_text("长" * 32_767) == "长" * 32_767
    assert cell_text("长" * 32_768) != "长" * 32_768


def test_a_list_without_rows_is_still_a_list() -> None:
    sheet = only_sheet(render_suggestion_list(SuggestionList(HEADING, ())))
    assert sheet.max_row == 3


def test_the_same_list_gives_the_same_bytes() -> None:
    lists = ThreeLists(SUGGESTIONS, RESPONSIBILITIES, FEEDBACKS)
    assert render_three_lists(lists) == render_three_lists(lists)
    assert workbook(render_three_lists(lists)).properties.created.date() == date(2026, 6, 10)


def test_the_third_list_says_what_an_item_was_turned_into() -> None:
    rows = (replace(FEEDBACK, conversion="民生实事项目"), replace(FEEDBACK, item_number=2))
    sheet = only_sheet(render_feedback_list(FeedbackList(HEADING, rows)))
    column = values(sheet, 3).index("转化形式")
    assert (values(sheet, 4)[column], values(sheet, 5)[column]) == ("民生实事项目", "")
