"""The letters of the ladder state the facts, urge, make known and report; they never order."""

import io
from dataclasses import replace
from datetime import date

import pytest
from docx import Document

from documents.letters_of_the_ladder import (
    LadderLetter,
    OverdueItem,
    red_circular,
    special_report,
    urge_notice,
)
from documents.official import OfficialPaper, render_official

ITEM = OverdueItem(
    item_number=1,
    suggestion="错峰上下学并增设护学岗。",
    department="江海县公安局",
    duty="主办",
    assigned_on=date(2026, 6, 1),
    due_on=date(2026, 7, 14),
    workdays_overdue=1,
)
LETTER = LadderLetter(
    issuer="政协江海县城东街道工作委员会",
    document_number="江政协东工委〔2026〕12号",
    addressee="江海县公安局",
    consultation_title="学校周边上下学拥堵",
    consultation_number="通-城东-2026-0007",
    basis="《南通市“有事来协商”工作办法》第十条",
    items=(ITEM,),
    signed_on=date(2026, 7, 15),
)


def said(paper: OfficialPaper) -> str:
    document = Document(io.BytesIO(render_official(paper)))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_an_urge_notice_states_item_due_date_and_days_late() -> None:
    text = said(urge_notice(LETTER, answer_by=date(2026, 7, 20)))
    assert "逾期未反馈的催办通知书" in text
    assert (
        "第1项“错峰上下学并增设护学岗”，由江海县公安局主办，2026年6月1日交办，"
        "办理期限至2026年7月14日，已逾期1个工作日。"
    ) in text
    assert "于2026年7月20日前书面反馈" in text
    assert "第十条" in text


def test_an_urge_notice_does_not_move_the_due_date() -> None:
    assert "原办理期限不因本通知改变" in said(urge_notice(LETTER, answer_by=date(2026, 7, 20)))


def test_an_urge_notice_to_two_departments_at_once_is_refused() -> None:
    letter = replace(LETTER, items=(ITEM, replace(ITEM, item_number=2, department="江海县城管局")))
    with pytest.raises(ValueError, match="one department"):
        urge_notice(letter, answer_by=date(2026, 7, 20))


def test_a_circular_names_each_late_department_once() -> None:
    items = (ITEM, replace(ITEM, item_number=2), replace(ITEM, item_number=3, department="江海县城管局"))
    text = said(red_circular(replace(LETTER, items=items)))
    assert "按红牌事项予以通报" in text
    assert "请江海县公安局、江海县城管局对照" in text
    assert [f"第{number}项“" in text for number in (1, 2, 3)] == [True, True, True]


def test_a_special_report_goes_upward_with_its_signatory() -> None:
    paper = special_report(LETTER, "葛晓岚", ("请县委督查室协调推进",))
    assert "江政协东工委〔2026〕12号\t签发人：葛晓岚" in said(paper)


@pytest.mark.parametrize("signatory", ["", "  ", "\x00"])
def test_a_special_report_without_a_signatory_is_refused(signatory: str) -> None:
    with pytest.raises(ValueError, match="signatory"):
        special_report(LETTER, signatory, ())


def test_a_special_report_tells_which_steps_went_before() -> None:
    item = replace(ITEM, urged_on=date(2026, 7, 15), circulated_on=date(2026, 7, 21), workdays_overdue=10)
    text = said(special_report(replace(LETTER, items=(item,)), "葛晓岚", ()))
    assert "第1项：2026年7月15日发出催办通知书，2026年7月21日予以通报，至今未收到书面反馈。" in text


def test_a_special_report_proposes_and_asks_for_an_instruction() -> None:
    text = said(special_report(LETTER, "葛晓岚", ("请县委督查室协调推进。", "明确新的办理期限")))
    assert "1. 请县委督查室协调推进。\n2. 明确新的办理期限。\n以上报告，请审阅批示。" in text


def test_a_letter_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one overdue item"):
        replace(LETTER, items=())


def test_hostile_text_does_not_stop_a_letter() -> None:
    hostile = "甲\x00\x1b乙\ud83d"
    letter = replace(LETTER, consultation_title=hostile, items=(replace(ITEM, suggestion=hostile),))
    assert "第1项“甲乙”" in said(red_circular(letter))
