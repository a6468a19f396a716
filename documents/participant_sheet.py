"""The participant form as xlsx: an empty one to be filled in, and what stands in one that was filled in."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from documents.official_sheet import BODY_FONT, HEI_FONT, TITLE_FONT
from domain.matters import ParticipantKind
from domain.refusals import RefusalCode, refuse

COLUMNS = ("姓名", "类别", "单位", "直接利益相关", "群众代表", "利益相关依据", "联系电话")
ROWS_MAX = 500
FILE_BYTES_MAX = 5 * 1024 * 1024
UNPACKED_BYTES_MAX = 50 * 1024 * 1024
ROWS_READ_MAX = ROWS_MAX + 20  # a title and a few empty lines may stand above and between
_WIDTHS = (14, 18, 30, 14, 12, 40, 18)
_ROWS_TO_FILL_IN = 100
_UNREADABLE = "不能读取该文件：请上传 xlsx 格式的表格（可先下载空白表填写）。"


def empty_participant_form(made_on: date) -> bytes:
    """参会人员登记表 with nobody in it: kinds and 是/否 are chosen from lists, phone numbers stay text."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"title": "参会人员登记表", "created": datetime.combine(made_on, time())})
    cell = {"font_name": BODY_FONT, "font_size": 12, "border": 1, "valign": "vcenter", "num_format": "@"}
    header = workbook.add_format({**cell, "font_name": HEI_FONT, "bold": True, "align": "center"})
    text = workbook.add_format({**cell, "text_wrap": True})
    title = workbook.add_format({"font_name": TITLE_FONT, "font_size": 18, "align": "center"})
    sheet = workbook.add_worksheet("参会人员登记表")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "参会人员登记表", title)
    for position, (heading, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(position, position, width)
        sheet.write_string(1, position, heading, header)
    last = _ROWS_TO_FILL_IN + 1
    for row in range(2, last + 1):
        for position in range(len(COLUMNS)):
            sheet.write_blank(row, position, None, text)
    kinds = workbook.add_worksheet("类别")
    kinds.write_column(0, 0, [kind.label for kind in ParticipantKind])
    # The labels together are longer than the 255 characters that a list written into the cell may have.
    listed = f"=类别!$A$1:$A${len(ParticipantKind)}"
    sheet.data_validation(2, 1, last, 1, {"validate": "list", "source": listed})
    sheet.data_validation(2, 3, last, 4, {"validate": "list", "source": ["是", "否"]})
    workbook.close()
    return buffer.getvalue()


def lines_of_sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet with their numbers as the program shows them, empty rows left out.

    Raises Refused (INVALID_INPUT, field ``sheet``) for what is no xlsx file, too large, or too long.
    """
    _require_fair_size(content)
    try:
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = workbook.worksheets[0].iter_rows(
            max_row=ROWS_READ_MAX + 1, max_col=len(COLUMNS) + 1, values_only=True
        )
        for number, row in enumerate(rows, start=1):
            cells = _cells(row)
            if number > ROWS_READ_MAX and any(cells):
                raise refuse(RefusalCode.INVALID_INPUT, f"表格一次最多登记 {ROWS_MAX} 人。", field="sheet")
            if any(cells):
                yield number, cells
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, IndexError, ValueError, TypeError,
        AttributeError,
    ) as error:  # fmt: skip
        raise refuse(RefusalCode.INVALID_INPUT, _UNREADABLE, field="sheet") from error


def _require_fair_size(content: bytes) -> None:
    """A small file may unpack into a huge one."""
    if len(content) > FILE_BYTES_MAX:
        raise refuse(RefusalCode.INVALID_INPUT, "表格文件不得超过 5 MB。", field="sheet")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise refuse(RefusalCode.INVALID_INPUT, _UNREADABLE, field="sheet") from error
    if size > UNPACKED_BYTES_MAX:
        raise refuse(RefusalCode.INVALID_INPUT, "表格内容过大，请只保留参会人员名单。", field="sheet")


def _cells(row: Sequence[Any]) -> list[str]:
    cells = [_cell(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
    return str(value).strip()
