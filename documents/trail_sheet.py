"""The audit trail as a workbook: one line an entry, with the links of the chain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from documents.list_sheet import Column, ListSheet, workbook_of
from documents.words import one_line

TRAIL_ROWS_MAX = 20_000
"""More lines than this are exported as JSON lines, which are streamed."""

_COLUMNS = (
    Column("协商编号", 22),
    Column("协商", 30),
    Column("序号", 8),
    Column("时间", 22),
    Column("办理", 18),
    Column("办理人", 12),
    Column("办理单位", 24),
    Column("对象", 18),
    Column("说明", 40),
    Column("变更前", 30),
    Column("变更后", 40),
    Column("前一条校验值", 30),
    Column("校验值", 30),
)


@dataclass(frozen=True)
class TrailLine:
    """One entry in words."""

    consultation_number: str
    consultation_title: str
    sequence: int
    at: str
    action: str
    person_name: str
    organisation_name: str
    object: str
    note: str
    old: str
    new: str
    previous_hash: str
    hash: str


def render_trail(scope: str, lines: Iterable[TrailLine], made_on: date) -> bytes:
    """The workbook; ``scope`` says in words what was exported."""
    rows = tuple(tuple(vars(line).values()) for line in lines)
    subtitle = f"{one_line(scope)}　共 {len(rows)} 条"
    return workbook_of([ListSheet("过程留痕", "过程留痕", subtitle, _COLUMNS, rows)], made_on)
