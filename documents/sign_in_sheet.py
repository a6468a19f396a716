"""签到表: who was called to a session and who came, with an empty column to sign by hand."""

from dataclasses import dataclass
from datetime import date

from documents.list_sheet import Column, ListSheet, workbook_of
from documents.lists import ListHeading
from documents.words import official_date, one_line


@dataclass(frozen=True)
class SignInRow:
    """A participant at a session; `phone` comes masked."""

    name: str
    organisation: str
    category: str
    phone: str
    has_signed_in: bool = False


@dataclass(frozen=True)
class SignInSheet:
    """签到表 of one session."""

    heading: ListHeading
    session_name: str
    held_on: date
    place: str
    rows: tuple[SignInRow, ...]


def render_sign_in_sheet(sheet: SignInSheet) -> bytes:
    """签到表 as xlsx, with an empty column to sign by hand."""
    columns = (
        Column("序号", 6),
        Column("姓名", 14),
        Column("单位或住址", 32),
        Column("类别", 18),
        Column("联系电话", 16),
        Column("到会", 10),
        Column("签名", 18),
    )
    rows = tuple(
        (
            number,
            row.name,
            row.organisation,
            row.category,
            row.phone,
            "已签到" if row.has_signed_in else "",
            None,
        )
        for number, row in enumerate(sheet.rows, start=1)
    )
    came = sum(1 for row in sheet.rows if row.has_signed_in)
    where = f"时间：{official_date(sheet.held_on)}　地点：{one_line(sheet.place)}"
    subtitle = f"{where}　应到：{len(rows)}人　实到：{came}人"
    title = f"{one_line(sheet.heading.consultation_title)}{one_line(sheet.session_name)}签到表"
    return workbook_of([ListSheet("签到表", title, subtitle, columns, rows)], sheet.heading.made_on)
