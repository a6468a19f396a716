"""One printable list on an A4 sheet: title, sub-title, bold header that stays in sight, rows below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter

from documents.official_sheet import BODY_FONT, HEI_FONT, TITLE_FONT
from documents.words import one_line, printable

HEADER_ROW = 2  # zero-based: the title and the sub-title stand above it

_PAPER_A4 = 9
_CELL_UNITS_MAX = 32_767  # UTF-16 units, the limit of the file format
_CUT_MARK = "……（原文过长，此处从略）"

Cell = str | int | date | None


@dataclass(frozen=True)
class Column:
    """A heading and its width in characters."""

    heading: str
    width: float


@dataclass(frozen=True)
class ListSheet:
    """A list ready to be written."""

    name: str
    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def workbook_of(sheets: Sequence[ListSheet], made_on: date) -> bytes:
    """The sheets as one xlsx file; equal sheets give equal bytes. No text ever becomes a formula or link."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties(
        {"title": one_line(sheets[0].title), "created": datetime.combine(made_on, time())}
    )
    formats = _formats(workbook)
    for sheet in sheets:
        _write(workbook.add_worksheet(sheet.name), sheet, formats)
    workbook.close()
    return buffer.getvalue()


def _formats(workbook: Any) -> dict[str, Any]:
    cell = {"font_name": BODY_FONT, "font_size": 11, "border": 1, "text_wrap": True, "valign": "vcenter"}
    centred = {**cell, "align": "center"}
    return {
        "title": workbook.add_format(
            {"font_name": TITLE_FONT, "font_size": 18, "align": "center", "valign": "vcenter"}
        ),
        "subtitle": workbook.add_format({"font_name": BODY_FONT, "font_size": 11, "num_format": "@"}),
        "header": workbook.add_format({**centred, "font_name": HEI_FONT, "bold": True}),
        "text": workbook.add_format({**cell, "num_format": "@"}),
        "number": workbook.add_format({**centred, "num_format": "0"}),
        "date": workbook.add_format({**centred, "num_format": 'yyyy"年"m"月"d"日"'}),
    }


def _write(worksheet: Any, sheet: ListSheet, formats: dict[str, Any]) -> None:
    last_column = len(sheet.columns) - 1
    worksheet.set_landscape()
    worksheet.set_paper(_PAPER_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    worksheet.center_horizontally()
    worksheet.set_footer("&C第 &P 页 共 &N 页")
    worksheet.repeat_rows(HEADER_ROW)
    worksheet.freeze_panes(HEADER_ROW + 1, 0)
    worksheet.set_row(0, 32)
    worksheet.set_row(HEADER_ROW, 30)
    worksheet.merge_range(0, 0, 0, last_column, "", formats["title"])
    worksheet.write_string(0, 0, cell_text(one_line(sheet.title)), formats["title"])
    worksheet.write_string(1, 0, cell_text(one_line(sheet.subtitle)), formats["subtitle"])
    for position, column in enumerate(sheet.columns):
        worksheet.set_column(position, position, column.width)
        worksheet.write_string(HEADER_ROW, position, column.heading, formats["header"])
    for row, values in enumerate(sheet.rows, start=HEADER_ROW + 1):
        for position, value in enumerate(values):
            _write_cell(worksheet, row, position, value, formats)


def _write_cell(worksheet: Any, row: int, column: int, value: Cell, formats: dict[str, Any]) -> None:
    if value is None:
        worksheet.write_blank(row, column, None, formats["text"])
    elif isinstance(value, str):
        worksheet.write_string(row, column, cell_text(value), formats["text"])
    elif isinstance(value, date):
        worksheet.write_datetime(row, column, value, formats["date"])
    else:
        worksheet.write_number(row, column, value, formats["number"])


def cell_text(text: str) -> str:
    """The text as a cell may hold it: printable, at most 32,767 UTF-16 units, visibly cut when longer."""
    cleaned = printable(text).strip()
    encoded = cleaned.encode("utf-16-le")
    if len(encoded) > 2 * _CELL_UNITS_MAX:
        room = 2 * (_CELL_UNITS_MAX - len(_CUT_MARK))
        cleaned = encoded[:room].decode("utf-16-le", errors="ignore") + _CUT_MARK
    # xlsxwriter takes a string between these tags for its own rich text and would write it as raw XML.
    if cleaned.startswith("<r>") and cleaned.endswith("</r>"):
        return cleaned + " "
    return cleaned
