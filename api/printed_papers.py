"""Papers as files to be printed: 纪要 and 签到表 of a session, 催办通知书, 通报 and 专报 of a late task.

Reading one writes nothing. A paper of the ladder is there once its rung has fired, and says what held on that day.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.attachments import download
from api.counter import Counter, TheCounter
from api.fields import PathId
from api.identity import Visitor
from api.lists import XLSX
from api.printed_minutes import minutes_for_the_public, minutes_of, sign_in_sheet_of
from documents.letters_of_the_ladder import (
    LadderLetter,
    OverdueItem,
    red_circular,
    special_report,
    urge_notice,
)
from documents.minutes import render_minutes
from documents.official import OfficialPaper, render_official
from documents.sign_in_sheet import render_sign_in_sheet
from domain.bodies import Actor
from domain.matters import SessionState
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from records.queries.consultations import consultation
from records.queries.contacts import masked_phones
from records.queries.escalations import escalation_for
from records.queries.feedback_tasks import feedback_task
from records.queries.ladder_papers import LateTask, noticed_task, reported_task
from records.queries.papers import session_of
from records.queries.printed_papers import session_record
from records.queries.reading import reading_consultation, reading_task

router = APIRouter(tags=["打印件"])

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AS_DOCX: dict[int | str, dict[str, Any]] = {200: {"content": {DOCX: {}}}}
AS_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}}}}
TOOK_PLACE = frozenset({SessionState.HELD, SessionState.ADJOURNED, SessionState.BROKEN_OFF})
PROPOSAL = "建议予以批示，督促承办单位限期办理并书面反馈"

_SESSION = "/consultations/{consultation_id}/sessions/{session_id}"


@router.get(f"{_SESSION}/minutes", response_class=Response, responses=AS_DOCX)
def read_minutes(
    consultation_id: PathId,
    session_id: PathId,
    counter: TheCounter,
    visitor: Visitor,
    pseudonyms: Annotated[bool, Query(description="群众一律以“群众代表甲”等代称")] = False,
) -> Response:
    """纪要 of a session that took place; with pseudonyms, to be given to others."""
    today = counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        meeting = session_of(session, consultation_id, session_id)
        if meeting is None:
            raise _no_session()
        if meeting.state not in TOOK_PLACE or meeting.held_on is None:
            message = f"该场协商活动{meeting.state.label}，没有可供印制的纪要。"
            raise refuse(RefusalCode.STATE_FORBIDS, message)
        record = session_record(session, row, meeting)
        minutes = minutes_of(record, row.number, row.title, today)
        if pseudonyms:
            minutes = minutes_for_the_public(record, minutes)
        name = f"{row.number}第{meeting.number}场协商会纪要{'（代称）' if pseudonyms else ''}.docx"
    return download(render_minutes(minutes), name, DOCX)


@router.get(f"{_SESSION}/sign-in-sheet", response_class=Response, responses=AS_XLSX)
def read_sign_in_sheet(
    consultation_id: PathId, session_id: PathId, counter: TheCounter, visitor: Visitor
) -> Response:
    """签到表 of a session, before it or after; phones are masked."""
    today = counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        meeting = session_of(session, consultation_id, session_id)
        if meeting is None:
            raise _no_session()
        record = session_record(session, row, meeting)
        phones = masked_phones(session, counter.vault, [line.person.id for line in record.roll])
        sheet = sign_in_sheet_of(record, phones, row.number, row.title, today)
        name = f"{row.number}第{meeting.number}场签到表.xlsx"
    return download(render_sign_in_sheet(sheet), name, XLSX)


@router.get("/feedback-tasks/{task_id}/urge-notice", response_class=Response, responses=AS_DOCX)
def read_urge_notice(task_id: PathId, counter: TheCounter, visitor: Visitor) -> Response:
    """催办通知书 of the newest yellow card."""
    late, letter = _noticed(counter, visitor.actor, task_id, NoticeKind.OVERDUE)
    return _paper(urge_notice(letter, answer_by=late.next_on), letter, "催办通知书")


@router.get("/feedback-tasks/{task_id}/circular", response_class=Response, responses=AS_DOCX)
def read_circular(task_id: PathId, counter: TheCounter, visitor: Visitor) -> Response:
    """通报 of the newest red card, copied to the owner and to the offices that supervise."""
    _, letter = _noticed(counter, visitor.actor, task_id, NoticeKind.RED_NOTICE)
    return _paper(red_circular(letter), letter, "红牌通报")


@router.get("/escalations/{escalation_id}/special-report", response_class=Response, responses=AS_DOCX)
def read_special_report(escalation_id: PathId, counter: TheCounter, visitor: Visitor) -> Response:
    """专报 to the party committee, signed out by the convener."""
    with counter.register.reading() as session:
        escalation = escalation_for(session, visitor.actor, escalation_id, counter.today)
        task = feedback_task(session, escalation.task_id or "") if escalation is not None else None
        if escalation is None or task is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该专报。")
        row = consultation(session, escalation.consultation_id)
        reported = reported_task(session, counter.books, row, task, escalation)
        if reported is None:
            raise refuse(RefusalCode.STATE_FORBIDS, "该件不是专报，没有可供印制的专报文稿。")
        if not reported.conveners:
            raise refuse(RefusalCode.STATE_FORBIDS, "协商议事室当日没有召集人，专报无人签发。")
        letter = _letter(reported.task, row.title, row.number)
        signatory = "　".join(reported.conveners)
    return _paper(special_report(letter, signatory, (PROPOSAL,)), letter, "专报")


def _noticed(counter: Counter, actor: Actor, task_id: str, kind: NoticeKind) -> tuple[LateTask, LadderLetter]:
    with reading_task(counter.register, actor, task_id, counter.today) as (session, row, task):
        late = noticed_task(session, counter.books, row, task, kind)
        if late is None:
            raise refuse(RefusalCode.STATE_FORBIDS, f"该办理事项没有发出过{kind.label}。")
        return late, _letter(late, row.title, row.number)


def _letter(late: LateTask, title: str, number: str) -> LadderLetter:
    """The facts that all three letters state. The number of the document is left to the office that sends it."""
    task = late.line.task
    item = OverdueItem(
        item_number=late.line.item_number,
        suggestion=late.line.suggestion,
        department=late.line.unit_name,
        duty="主办" if task.co_unit_ids else "承办",
        assigned_on=task.assigned_on,
        due_on=late.due_on,
        workdays_overdue=late.workdays_late,
        urged_on=late.urged_on,
        circulated_on=late.circulated_on,
    )
    copies = dict.fromkeys((late.owner, *late.inspection_offices))
    return LadderLetter(
        issuer=late.issuer,
        document_number=None,
        addressee=late.addressee,
        consultation_title=title,
        consultation_number=number,
        basis=_basis(late),
        items=(item,),
        signed_on=late.on,
        copied_to=tuple(one for one in copies if one and one not in {late.issuer, late.addressee}),
        printed_by=late.issuer,
    )


def _basis(late: LateTask) -> str:
    """The rule set's own document in book-title marks; marks inside a title are single ones."""
    name = late.document
    if not name.startswith("《"):
        name = f"《{name.replace('《', '〈').replace('》', '〉')}》"
    return f"{name}（{late.document_number}）" if late.document_number else name


def _paper(paper: OfficialPaper, letter: LadderLetter, name: str) -> Response:
    filename = f"{letter.consultation_number}第{letter.items[0].item_number}项{name}.docx"
    return download(render_official(paper), filename, DOCX)


def _no_session() -> Exception:
    return refuse(RefusalCode.NOT_FOUND, "未找到该协商活动。")
