"""参会人员: the list with its ratios, several people at once, by rows or by pasted lines."""

import re
from dataclasses import replace
from typing import Any

from fastapi import Response
from starlette.datastructures import FormData

from api.pages.fields import fields_of, options_of, read_values
from api.pages.folders import Folder
from api.pages.forms import Attempt, show_form
from api.pages.submissions import errand_of, write_once
from api.pages.visits import Posting, text_of
from domain.matters import ParticipantKind
from domain.refusals import RefusalCode, Refused, refuse
from records.papers.participants import ParticipantPaper, list_participants
from records.queries.contacts import masked_phones
from records.queries.papers import participants_of

ROW_FIELDS = fields_of(ParticipantPaper)
ROWS_SHOWN = 3
ROWS_MAX = 500
PASTED_COLUMNS = "姓名，类别，单位，直接利益相关（是/否），群众代表（是/否），利益相关依据，联系电话"
_YES = frozenset({"是", "√", "✓", "1", "y", "Y"})


def participants_page(folder: Folder) -> Response:
    """The list, and the forms that change it."""
    people = participants_of(folder.session, folder.row.id)
    counted = [one for one in people if one.kind.counts]
    units = folder.names(one.organisation_id for one in people)
    removals = {one.id: folder.form("participant-removals", one.id) for one in people}
    reveals = {one.id: folder.form("contact-views", one.id) for one in people if one.has_contact}
    may_add = folder.may("prepare_papers") and not folder.row.state.is_final
    return folder.page(
        "participants",
        people=people,
        phones=masked_phones(folder.session, folder.visit.counter.vault, [one.id for one in people]),
        units=units,
        total=len(counted),
        direct=sum(one.is_direct_stakeholder for one in counted),
        mass=sum(one.is_mass_representative for one in counted),
        removals=removals,
        reveals=reveals,
        may_add=may_add,
        adding=_adding(folder) if may_add else None,
        columns=PASTED_COLUMNS,
        revealed=folder.shown_once.get("phone"),
        revealed_of=folder.shown_once.get("subject_id"),
    )


def _adding(folder: Folder) -> dict[str, Any]:
    """The rows with what was typed in them, and the pasted lines."""
    folder.shown_forms.add("participants")
    attempt = folder.attempt
    is_mine = attempt.form_id == "participants"
    typed = attempt.typed if is_mine else FormData()
    count = max(ROWS_SHOWN, _row_count(typed))
    units = folder.units()
    rows = [
        show_form(
            f"rows-{index}",
            ROW_FIELDS,
            _row_attempt(folder, typed, index) if is_mine else attempt,
            address="",
            title=f"第 {index + 1} 人",
            button="",
            options={"organisation_id": units},
        )
        for index in range(count)
    ]
    return {"rows": rows, "pasted": text_of(typed, "pasted"), "error": attempt.message if is_mine else ""}


def _row_attempt(folder: Folder, typed: FormData, index: int) -> Attempt:
    prefix = f"rows-{index}-"
    mine = [
        (name.removeprefix(prefix), value) for name, value in typed.multi_items() if name.startswith(prefix)
    ]
    refusal = folder.attempt.refusal
    if refusal is not None:
        at_fault = f"participants[{index}]."
        field = refusal.field.removeprefix(at_fault) if refusal.field.startswith(at_fault) else ""
        refusal = replace(refusal, field=field)
    return replace(folder.attempt, form_id=f"rows-{index}", typed=FormData(mine), refusal=refusal)


async def add_participants(posting: Posting, consultation_id: str) -> Response:
    """List everybody in the rows and in the pasted lines, or nobody."""
    papers = [*_rows(posting.form), *_pasted(text_of(posting.form, "pasted"))]
    if not papers:
        raise refuse(RefusalCode.INVALID_INPUT, "请至少填写一名参会人员。", field="participants")
    check = errand_of(posting).bound_to(consultation_id, "prepare_papers")

    def write(pen: Any) -> Any:
        check(pen)
        return list_participants(pen, consultation_id, papers, posting.counter.vault)

    await write_once(posting, "participants", write)
    return posting.go(
        f"/consultations/{consultation_id}/participants",
        f"已登记 {len(papers)} 名参会人员，比例已重新计算。",
    )


def _row_count(form: FormData) -> int:
    numbers = [int(found[1]) for name in form if (found := re.match(r"rows-(\d{1,3})-name$", name))]
    return min(max(numbers, default=-1) + 1, ROWS_MAX)


def _rows(form: FormData) -> list[ParticipantPaper]:
    papers = []
    for index in range(_row_count(form)):
        prefix = f"rows-{index}-"
        if not any(text_of(form, prefix + name).strip() for name in ("name", "organisation_name", "phone")):
            continue
        try:
            papers.append(ParticipantPaper(**read_values(ROW_FIELDS, form, prefix)))
        except Refused as refused:
            fault = refused.refusal
            raise refuse(
                fault.code,
                f"第 {index + 1} 人：{fault.message}",
                field=f"participants[{index}].{fault.field}",
            ) from None
    return papers


def _pasted(text: str) -> list[ParticipantPaper]:
    lines = [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]
    return [_pasted_line(number, line) for number, line in enumerate(lines, start=1)]


def _pasted_line(number: int, line: str) -> ParticipantPaper:
    cells = [cell.strip() for cell in re.split(r"\t|,|，", line)]
    cells += [""] * (7 - len(cells))
    name, kind, organisation, direct, mass, basis, phone = cells[:7]
    kinds = {label: value for value, label in options_of(ParticipantKind)}
    if kind not in kinds:
        message = f"粘贴内容第 {number} 行：没有“{kind}”这一类别，可用：{'、'.join(kinds)}。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="pasted")
    return ParticipantPaper(
        name=name,
        kind=ParticipantKind(kinds[kind]),
        organisation_name=organisation,
        is_direct_stakeholder=direct in _YES,
        is_mass_representative=mass in _YES,
        basis=basis,
        phone=phone,
    )
