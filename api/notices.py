"""站内信: every letter to the reader, read in the house; and what they chose about their notices."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.counter import TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.errands import AnErrand
from api.fields import AsPaper, PathId, Shown
from api.identity import Visitor
from domain.notice_ways import NoticeChannel
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, refuse
from notifications.letters import Letter
from notifications.payloads import PayloadError, from_payload
from notifications.rendering import render
from records.papers.notice_choices import NoticeChoicePaper, choose_notices
from records.queries import letters as queries

router = APIRouter(tags=["站内信和通知方式"])

UNREADABLE = "（该信件的内容无法读取，请与系统管理员联系。）"


class NoticeShown(Shown):
    """One letter to the reader."""

    id: str
    kind: NoticeKind
    kind_label: str
    subject: str
    consultation_id: str | None
    written_at: datetime
    state: str
    state_label: str
    delivered_at: datetime | None
    attempts: int


class NoticeRead(NoticeShown):
    """The same with its text."""

    text: str


class ChoiceShown(Shown):
    """What the reader chose; the kinds in ``may_be_chosen`` are those that may be read in the house only."""

    channel: NoticeChannel
    digest_hour: int | None
    house_kinds: list[str]
    may_be_chosen: list[NoticeKind]


@router.get("/me/notices", response_model=Page[NoticeShown])
def list_my_notices(
    counter: TheCounter, visitor: Visitor, cursor: Cursor = None, limit: Limit = PAGE_LIMIT
) -> Page[NoticeShown]:
    """Every letter to me, the newest first."""
    key = key_of(cursor, str)
    with counter.register.reading() as session:
        rows = queries.letters_to(
            session, visitor.actor.person_id, after=key[0] if key else None, limit=limit
        )
    items = [NoticeShown(**notice_shown(row)) for row in rows]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.id,)))


@router.get("/me/notices/{notice_id}", response_model=NoticeRead)
def read_my_notice(notice_id: PathId, counter: TheCounter, visitor: Visitor) -> NoticeRead:
    """One letter to me."""
    with counter.register.reading() as session:
        row = queries.letter_to(session, visitor.actor.person_id, notice_id)
    if row is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该信件。")
    letter = letter_of(row, visitor.person_name)
    return NoticeRead(**notice_shown(row), text=letter.text if letter else UNREADABLE)


@router.get("/me/notice-choices", response_model=ChoiceShown)
def read_my_choices(counter: TheCounter, visitor: Visitor) -> ChoiceShown:
    """What I chose about my notices."""
    with counter.register.reading() as session:
        row = queries.choice_of(session, visitor.actor.person_id)
    return ChoiceShown(**choice_shown(row), may_be_chosen=[kind for kind in NoticeKind if kind.may_be_chosen])


@router.post("/me/notice-choices", status_code=201)
def create_notice_choice(errand: AnErrand, paper: Annotated[NoticeChoicePaper, AsPaper()]) -> JSONResponse:
    """Choose how my ordinary notices come. What the rules oblige the service to send cannot be switched off."""
    return errand.write(
        "choose_notices", paper, "/api/v1/me/notice-choices", (), lambda pen: choose_notices(pen, paper)
    )


def letter_of(row: Any, reader_name: str) -> Letter | None:
    """The letter of a stored notice; None when its payload cannot be read."""
    try:
        return render(from_payload(row.kind, row.payload), recipient_name=reader_name, platform_name="商量")
    except PayloadError:
        return None


def notice_shown(row: Any) -> dict[str, Any]:
    """What a list says of a letter."""
    letter = letter_of(row, "")
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_label": row.kind.label,
        "subject": letter.subject if letter else row.kind.label,
        "consultation_id": row.consultation_id,
        "written_at": row.written_at,
        "state": row.state.value,
        "state_label": row.state.label,
        "delivered_at": row.delivered_at,
        "attempts": row.attempts,
    }


def choice_shown(row: Any) -> dict[str, Any]:
    """A choice, or the defaults where nobody chose."""
    if row is None:
        return {"channel": NoticeChannel.MAIL, "digest_hour": None, "house_kinds": []}
    hour = None if row.digest_minute is None else row.digest_minute // 60
    return {"channel": row.channel, "digest_hour": hour, "house_kinds": row.house_kinds}
