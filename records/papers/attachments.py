"""Files kept with a consultation: small, of a known kind, under a harmless name."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from domain.audit_actions import AuditAction
from domain.matters import FeedbackTaskState
from domain.refusals import RefusalCode, refuse
from records.papers.changes import kept
from records.papers.checking import Line, checked, invalid
from records.papers.finding import open_consultation, part_of, row_of
from records.pen import Pen
from records.tables.consultations import Attachment
from records.tables.obligations import CoHandling, FeedbackTask

ATTACHMENT_BYTES_MAX = 10 * 1024 * 1024
FILENAME_CHARACTERS_MAX = 120

_ZIP = (b"PK\x03\x04",)
_OOXML = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "application/pdf": (".pdf", (b"%PDF-",)),
    "application/ofd": (".ofd", _ZIP),
    f"{_OOXML}.wordprocessingml.document": (".docx", _ZIP),
    f"{_OOXML}.spreadsheetml.sheet": (".xlsx", _ZIP),
    f"{_OOXML}.presentationml.presentation": (".pptx", _ZIP),
    "image/jpeg": (".jpg", (b"\xff\xd8\xff",)),
    "image/png": (".png", (b"\x89PNG\r\n\x1a\n",)),
    "text/plain": (".txt", (b"",)),
}
"""Allowed media types: the ending of their names and the bytes they may begin with."""

CLOSED_TO_FILES = frozenset({FeedbackTaskState.VERIFIED, FeedbackTaskState.RETURNED})
"""States in which nothing more is added to an answer or an opinion."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff<>:"|?*]')


@dataclass(frozen=True, kw_only=True)
class AttachmentPaper:
    """A file as it was uploaded; ``subject`` says what it is about.

    It belongs to the consultation, to a unit's answer (``task_id``), or to a co-handler's opinion (``co_handling_id``).
    """

    subject: Annotated[str, Line("附件说明")]
    filename: str
    media_type: str
    content: bytes
    task_id: str | None = None
    co_handling_id: str | None = None


def add_attachment(pen: Pen, consultation_id: str, paper: AttachmentPaper) -> dict[str, Any]:
    """Keep a file. Its ending is that of its media type, whatever it was called before.

    Raises Refused (NOT_FOUND, STATE_FORBIDS, NOT_PERMITTED for another unit's answer or opinion, INVALID_INPUT).
    """
    consultation = open_consultation(pen, consultation_id)
    if paper.task_id is not None:
        _require_own_task(pen, consultation_id, paper.task_id)
    if paper.co_handling_id is not None:
        _require_own_co_handling(pen, consultation_id, paper.co_handling_id)
    values = checked(pen, paper)
    ending, beginnings = _require_media_type(paper)
    if not paper.content:
        raise invalid("附件是空文件。", "content")
    if len(paper.content) > ATTACHMENT_BYTES_MAX:
        raise invalid("附件不得超过 10 MB。", "content")
    if not paper.content.startswith(beginnings):
        raise invalid("附件内容与其文件类型不符。", "content")
    digest = hashlib.sha256(paper.content).hexdigest()
    values |= {
        "filename": clean_filename(paper.filename, ending),
        "size_bytes": len(paper.content),
        "digest": digest,
    }
    attachment = Attachment(consultation_id=consultation.id, added_at=pen.at, **values)
    pen.session.add(attachment)
    pen.session.flush()
    pen.note(
        AuditAction.ATTACHMENT_ADDED,
        "attachment",
        attachment.id,
        consultation_id=consultation.id,
        new=kept(values, without=("content",)),
    )
    return {"attachment_id": attachment.id, "digest": digest}


def clean_filename(name: str, ending: str) -> str:
    """The last part of the name without anything that a file system, a header or a reader could stumble on."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[:1_000]))[-1]
    stem = _UNSAFE.sub("", last).rstrip(" .")
    known = (ending, ".jpeg") if ending == ".jpg" else (ending,)
    for known_ending in known:
        if stem.lower().endswith(known_ending):
            stem = stem[: -len(known_ending)]
    stem = stem.strip(" .")[: FILENAME_CHARACTERS_MAX - len(ending)].strip(" .")
    return (stem or "附件") + ending


def _require_own_task(pen: Pen, consultation_id: str, task_id: str) -> None:
    task = part_of(pen, consultation_id, FeedbackTask, task_id, "反馈任务")
    if task.unit_id != pen.by.organisation_id:
        raise refuse(RefusalCode.NOT_PERMITTED, "该反馈任务不属于本单位，不能上传附件。")
    _require_open_to_files(task)


def _require_own_co_handling(pen: Pen, consultation_id: str, co_handling_id: str) -> None:
    co_handling = row_of(pen, CoHandling, co_handling_id, "会办事项")
    task = part_of(pen, consultation_id, FeedbackTask, co_handling.task_id, "会办事项")
    if co_handling.unit_id != pen.by.organisation_id:
        raise refuse(RefusalCode.NOT_PERMITTED, "本单位不是该事项的会办单位，不能上传附件。")
    _require_open_to_files(task)


def _require_open_to_files(task: FeedbackTask) -> None:
    if task.state in CLOSED_TO_FILES:
        raise refuse(RefusalCode.STATE_FORBIDS, f"该反馈任务{task.state.label}，不能再上传附件。")


def _require_media_type(paper: AttachmentPaper) -> tuple[str, tuple[bytes, ...]]:
    media_type = paper.media_type.split(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES or media_type != paper.media_type:
        raise invalid("不支持该文件类型；可上传 PDF、OFD、Word、Excel、PPT、图片和文本文件。", "media_type")
    return MEDIA_TYPES[media_type]
