"""Files kept with a consultation: up as a form, down as a download."""

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, UploadFile
from fastapi.responses import JSONResponse, Response

from api.counter import TheCounter
from api.errands import AnErrand
from api.fields import Line, PathId
from api.identity import Visitor
from api.shown.papers import AttachmentShown
from domain.refusals import RefusalCode, refuse
from records.papers.attachments import ATTACHMENT_BYTES_MAX, AttachmentPaper, add_attachment
from records.queries import papers as queries
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}/attachments", tags=["附件"])

FORM_BYTES_MAX = ATTACHMENT_BYTES_MAX + 64 * 1024
"""A whole form: the file and what surrounds it."""


@router.post("", status_code=201, max_body_size=FORM_BYTES_MAX)
def create_attachment(
    consultation_id: PathId, errand: AnErrand, subject: Annotated[Line, Form()], file: UploadFile
) -> JSONResponse:
    """Keep a file of at most 10 MB."""
    content = file.file.read(ATTACHMENT_BYTES_MAX + 1)
    paper = AttachmentPaper(
        subject=subject, filename=file.filename or "", media_type=file.content_type or "", content=content
    )
    said = {
        "subject": subject,
        "filename": paper.filename,
        "media_type": paper.media_type,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return errand.write_for(
        consultation_id,
        "add_attachment",
        said,
        lambda pen: add_attachment(pen, consultation_id, paper),
        permit="attach_file",
        part="attachments/{attachment_id}",
    )


@router.get("", response_model=list[AttachmentShown])
def list_attachments(consultation_id: PathId, counter: TheCounter, visitor: Visitor) -> list[AttachmentShown]:
    """The files, without their content."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        return [
            AttachmentShown.model_validate(row) for row in queries.attachments_of(session, consultation_id)
        ]


@router.get("/{attachment_id}", response_class=Response)
def read_attachment(
    consultation_id: PathId, attachment_id: PathId, counter: TheCounter, visitor: Visitor
) -> Response:
    """One file, always as a download: nothing that was uploaded is shown inside our pages."""
    with reading_consultation(counter.register, visitor.actor, consultation_id, counter.today) as (
        session,
        _,
    ):
        row = queries.attachment_with_content(session, consultation_id, attachment_id)
        if row is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该附件。")
        return download(row.content, row.filename, row.media_type)


def download(content: bytes, filename: str, media_type: str) -> Response:
    """The bytes as a file to be saved under this name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)
