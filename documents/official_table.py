"""A table in an official paper: 4号 仿宋 on thin lines across the whole text area, its head repeated on every page."""

from collections.abc import Sequence

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.table import Table, _Cell

from documents.official_sheet import BODY_FONT, HEI_FONT, TEXT_WIDTH, OfficialSheet, set_font

CELL_POINTS = 12.0  # 小四, so that seven columns stand side by side
_FIRST_SHARE = 0.34
_FIRST_SHARE_OF_TWO = 0.6


def write_table(sheet: OfficialSheet, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The table; the first column is the widest and stands left, the others are centred."""
    table = sheet.add_table(1 + len(rows), len(headings))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _draw_lines(table)
    widths = _widths(len(headings))
    cells = table._cells  # asking a table for each cell anew reads all of it every time
    for line, texts in enumerate((headings, *rows)):
        for column, text in enumerate(texts):
            cell = cells[line * len(headings) + column]
            cell.width = widths[column]
            _write(cell, text, HEI_FONT if line == 0 else BODY_FONT, is_first=column == 0 and line > 0)
    _repeat_head(table)


def _widths(columns: int) -> list[Length]:
    first = _FIRST_SHARE_OF_TWO if columns == 2 else _FIRST_SHARE
    rest = TEXT_WIDTH * (1 - first) / max(1, columns - 1)
    return [Length(round(TEXT_WIDTH * first)), *(Length(round(rest)) for _ in range(columns - 1))]


def _write(cell: _Cell, text: str, font: str, *, is_first: bool) -> None:
    paragraph = cell.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_first else WD_ALIGN_PARAGRAPH.CENTER
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(18)
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
