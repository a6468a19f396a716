"""Reads the table of a working calendar out of an uploaded xlsx: its first sheet, row by row, as text."""

from datetime import date, datetime
from io import BytesIO
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

ROWS_MAX = 400
COLUMNS_READ = 3


def rows_of_sheet(content: bytes) -> list[list[str]]:
    """The cells of the first three columns, dates in ISO 8601. Raises ValueError when it is no xlsx."""
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_READ, values_only=True)
        return [[_text(cell) for cell in row] for row in rows]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, OSError) as error:
        raise ValueError("文件不是可以读取的 xlsx 表格") from error


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()
