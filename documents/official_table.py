"""A table in an official paper: 4号 仿宋 on thin lines across the whole text area, its head repeated on every page."""

from collections.abc import Sequence

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.table import Table, _Cell

from documents.official_sheet import BODY_FONT, HEI_FONT, TEXT_WIDTH, OfficialSheet, leave_grid, set_font
from documents.words import width_in_characters

CELL_POINTS = 12.0  # 小四, so that seven columns stand side by side
_LEAST, _MOST, _FIRST_MOST = 3.0, 11.0, 14.0
"""Characters of a column: at least, at most, and at most of the first one."""


def write_table(sheet: OfficialSheet, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The table; the first column is the widest and stands left, the others are centred."""
    table = sheet.add_table(1 + len(rows), len(headings))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _draw_lines(table)
    widths = _widths((headings, *rows))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    cells = table._cells  # asking a table for each cell anew reads all of it every time
    for line, texts in enumerate((headings, *rows)):
        for column, text in enumerate(texts):
            cell = cells[line * len(headings) + column]
            cell.width = widths[column]
            _write(cell, text, HEI_FONT if line == 0 else BODY_FONT, is_first=column == 0 and line > 0)
    _repeat_head(table)


def _widths(rows: Sequence[Sequence[str]]) -> list[Length]:
    """Columns as wide as what stands in them asks for; a heading may be broken once."""
    asked = []
    for column, heading in enumerate(rows[0]):
        longest = max((width_in_characters(row[column]) for row in rows[1:]), default=0.0)
        most = _FIRST_MOST if column == 0 else _MOST
        asked.append(min(most, max(_LEAST, longest, width_in_characters(heading) / 2)) + 1)
    return [Length(round(TEXT_WIDTH * one / sum(asked))) for one in asked]


def _write(cell: _Cell, text: str, font: str, *, is_first: bool) -> None:
    paragraph = cell.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_first else WD_ALIGN_PARAGRAPH.CENTER
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(18)
    leave_grid(paragraph)
    set_font(paragraph.add_run(text), font, CELL_POINTS)


def _draw_lines(table: Table) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in {"val": "single", "sz": "4", "space": "0", "color": "000000"}.items():
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _repeat_head(table: Table) -> None:
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
