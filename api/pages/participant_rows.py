"""Participants as they are typed, pasted or read from a sheet: rows of cells, each with what is wrong at which cell."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.datastructures import FormData, UploadFile

from api.pages.visits import text_of
from documents.participant_sheet import COLUMNS, FILE_BYTES_MAX, ROWS_MAX, lines_of_sheet
from domain.facts import ParticipantFacts
from domain.matters import ParticipantKind
from domain.refusals import RefusalCode, refuse
from records.papers.checking import text_faults
from records.papers.participants import ParticipantPaper
from records.personal_data import phone_digits

CELLS = (
    "name",
    "kind",
    "organisation_name",
    "is_direct_stakeholder",
    "is_mass_representative",
    "basis",
    "phone",
)
ROW_WORDS: Mapping[str, str] = dict(zip(CELLS, COLUMNS, strict=True))
_TICKS = frozenset({"is_direct_stakeholder", "is_mass_representative"})
_FILLED = ("name", "organisation_name", "basis", "phone")
_YES = frozenset({"是", "√", "✓", "1", "y", "yes"})
_NO = frozenset({"", "否", "×", "x", "0", "n", "no", "无", "-", "—"})
_KINDS: Mapping[str, str] = {kind.label: kind.value for kind in ParticipantKind}


@dataclass(frozen=True)
class TypedPerson:
    """One row: its cells as text, where it came from, and what is wrong (``faults``) or worth a look (``remarks``)."""

    cells: Mapping[str, str]
    origin: str = ""
    is_left_out: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    organisation_id: str | None = None

    @property
    def paper(self) -> ParticipantPaper:
        """The row as it is listed. Raises ValueError where no kind was chosen."""
        is_known = self.organisation_id is not None
        return ParticipantPaper(
            name=self.cells["name"],
            kind=ParticipantKind(self.cells["kind"]),
            organisation_id=self.organisation_id,
            organisation_name="" if is_known else self.cells["organisation_name"],
            is_direct_stakeholder=self.cells["is_direct_stakeholder"] == "yes",
            is_mass_representative=self.cells["is_mass_representative"] == "yes",
            basis=self.cells["basis"],
            phone=self.cells["phone"],
        )

    @property
    def facts(self) -> ParticipantFacts | None:
        """The row as the ratios will see it; None while no kind is chosen."""
        if not self.cells["kind"]:
            return None
        paper = self.paper
        return ParticipantFacts(
            kind=paper.kind,
            is_direct_stakeholder=paper.is_direct_stakeholder,
            is_mass_representative=paper.is_mass_representative,
            has_basis=bool(paper.basis),
            has_contact=bool(paper.phone),
            organisation_id=paper.organisation_id,
        )


async def read_people(form: FormData) -> list[TypedPerson]:
    """Everybody in the rows, in the pasted lines and in the sheet. Raises Refused for a sheet that cannot be read."""
    people = [*_rows(form), *_pasted(text_of(form, "pasted"))]
    upload = form.get("sheet")
    if isinstance(upload, UploadFile) and upload.filename:
        content = await upload.read(FILE_BYTES_MAX + 1)
        people += _from_lines(lines_of_sheet(content), "表格第 {} 行")
    if len(people) > ROWS_MAX:
        message = f"一次最多登记 {ROWS_MAX} 人，现有 {len(people)} 人，请分批登记。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="participants")
    return people


def read_typed(form: FormData) -> list[TypedPerson]:
    """Everybody in the rows and in the pasted lines, where a sheet has been read already."""
    return [*_rows(form), *_pasted(text_of(form, "pasted"))]


def checked_people(
    people: Sequence[TypedPerson], units: Iterable[tuple[str, str]], listed: Iterable[str]
) -> list[TypedPerson]:
    """The rows with their faults and remarks; a unit that the register knows by this name is recognised."""
    ids = {name: unit_id for unit_id, name in units}
    seen = list(listed)
    checked = []
    for one in people:
        known = ids.get(one.cells["organisation_name"])
        row = replace(one, organisation_id=known)
        row = replace(row, faults={**_faults(row), **one.faults}, remarks=_remarks(row, seen))
        seen.append(one.cells["name"])
        checked.append(row)
    return checked


def _faults(row: TypedPerson) -> dict[str, str]:
    if row.is_left_out:
        return {}
    cells = row.cells
    faults = {} if cells["kind"] else {"kind": "请选择“类别”。"}
    paper = ParticipantPaper(
        name=cells["name"],
        kind=ParticipantKind.OBSERVER,
        organisation_name=cells["organisation_name"],
        basis=cells["basis"],
        phone=cells["phone"],
    )
    faults |= text_faults(paper)
    if "phone" not in faults and cells["phone"] and phone_digits(cells["phone"]) is None:
        faults["phone"] = "“联系电话”应为 11 位手机号码或带区号的固定电话。"
    return faults


def _remarks(row: TypedPerson, seen: Sequence[str]) -> tuple[str, ...]:
    cells, remarks = row.cells, []
    if cells["name"] and cells["name"] in seen:
        remarks.append("名单中已有同名人员，请核对是否重复。")
    if cells["kind"] == ParticipantKind.DEPARTMENT.value and row.organisation_id is None:
        remarks.append("单位名称与系统登记的单位不一致，将不计为应邀部门。")
    return tuple(remarks)


def row_count(form: FormData) -> int:
    """How many rows were sent."""
    numbers = [int(found[1]) for name in form if (found := re.match(r"rows-(\d{1,3})-name$", name))]
    return min(max(numbers, default=-1) + 1, ROWS_MAX)


def _rows(form: FormData) -> Iterator[TypedPerson]:
    for index in range(row_count(form)):
        prefix = f"rows-{index}-"
        cells = {name: text_of(form, prefix + name).strip() for name in CELLS}
        if cells["kind"] not in _KINDS.values():
            cells["kind"] = ""
        if any(cells[name] for name in _FILLED):
            origin = text_of(form, prefix + "origin")[:20]
            yield TypedPerson(cells, origin, text_of(form, prefix + "left_out") == "yes")


def _pasted(text: str) -> list[TypedPerson]:
    try:
        lines = [
            (number, cells if len(cells) > 1 else re.split("[,，]", cells[0]))
            for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter="\t"), start=1)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise refuse(
            RefusalCode.INVALID_INPUT, "粘贴的内容不能识别，请检查引号是否成对。", field="pasted"
        ) from error
    return _from_lines(lines, "粘贴第 {} 行")


def _from_lines(lines: Iterable[tuple[int, Sequence[str]]], origin: str) -> list[TypedPerson]:
    """People of numbered lines. A line with 姓名 and 类别 in it says which column is which, and what is above it
    is no person.
    """
    people: list[TypedPerson] = []
    columns: Sequence[str] = CELLS
    for number, line in lines:
        cells = [cell.strip() for cell in line]
        if {"姓名", "类别"} <= set(cells):
            columns, people = [_cell_named(cell) for cell in cells], []
            continue
        people.append(_person(dict(zip(columns, cells, strict=False)), origin.format(number)))
    return people


def _cell_named(heading: str) -> str:
    words = ((word, name) for name, word in ROW_WORDS.items() if heading.startswith(word))
    return next((name for _, name in words), heading)


def _person(given: Mapping[str, str], origin: str) -> TypedPerson:
    cells = {name: given.get(name, "") for name in CELLS}
    faults = {}
    if cells["kind"] not in _KINDS:
        shown = cells["kind"][:20]
        faults["kind"] = f"没有“{shown}”这一类别，请选择。" if shown else "请选择“类别”。"
    cells["kind"] = _KINDS.get(cells["kind"], "")
    for name in _TICKS:
        word = cells[name].lower()
        if word not in _YES | _NO:
            faults[name] = f"“{ROW_WORDS[name]}”应填“是”或“否”，现为“{cells[name][:20]}”。"
        cells[name] = "yes" if word in _YES else ""
    return TypedPerson(cells, origin, faults=faults)
