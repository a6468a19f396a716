"""The participant form as xlsx: what is written can be read back, and what is no sheet is refused with reasons."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from documents import participant_sheet
from documents.participant_sheet import COLUMNS, empty_participant_form, lines_of_sheet
from domain.refusals import Refused


def sheet_of(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_the_empty_form_has_the_columns_and_nobody_in_it() -> None:
    form = empty_participant_form(date(2026, 3, 16))
    assert list(lines_of_sheet(form)) == [(1, ["参会人员登记表"]), (2, list(COLUMNS))]
    choices = load_workbook(BytesIO(form)).worksheets[0].data_validations.dataValidation
    assert {str(one.sqref) for one in choices} == {"B3:B102", "D3:E102"}


def test_numbers_and_ticks_of_a_sheet_become_text() -> None:
    content = sheet_of(("姓名", "联系电话"), (), ("张三", 13800138000.0, True, None, date(2026, 1, 2)))
    assert list(lines_of_sheet(content)) == [
        (1, ["姓名", "联系电话"]),
        (3, ["张三", "13800138000", "是", "", "2026-01-02"]),
    ]


def test_what_is_no_sheet_is_refused() -> None:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("a.txt", "没有工作表")
    for content in (b"", b"\xd0\xcf\x11\xe0old xls", kept.getvalue()):
        with pytest.raises(Refused) as refused:
            list(lines_of_sheet(content))
        assert refused.value.refusal.field == "sheet"


def test_a_small_file_that_unpacks_into_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = sheet_of(*[("张三", "专家")] * 50)
    monkeypatch.setattr(participant_sheet, "UNPACKED_BYTES_MAX", 1_000)
    with pytest.raises(Refused, match="表格内容过大"):
        list(lines_of_sheet(content))
    monkeypatch.setattr(participant_sheet, "FILE_BYTES_MAX", 100)
    with pytest.raises(Refused, match="不得超过 5 MB"):
        list(lines_of_sheet(content))


def test_a_sheet_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(Refused, match="一次最多登记 500 人"):
        list(lines_of_sheet(sheet_of(*[("张三", "专家")] * 521)))
