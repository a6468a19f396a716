"""协商成果: suggestions, outcome documents, their way upward, the three lists to download, attachments."""

import uuid
from typing import Any

from fastapi import Response
from starlette.datastructures import UploadFile

from api.pages.folders import Folder
from api.pages.submissions import errand_of, write_once
from api.pages.visits import Posting, text_of
from domain.matters import ResultClass
from domain.refusals import RefusalCode, refuse
from domain.stages import Stage
from records.papers.attachments import MEDIA_TYPES, AttachmentPaper, add_attachment
from records.queries.case_papers import OutcomePapers, outcome_papers
from records.queries.effects import reporting_left_on, verified_suggestion_ids
from records.queries.feedback_tasks import latest_answers, tasks_of
from records.queries.supervision import may_enter_supervision


def outcomes_page(folder: Folder) -> Response:
    """What came of the deliberation, and where it was sent."""
    session, row = folder.session, folder.row
    papers = outcome_papers(session, row.id)
    suggestions, documents, sent = papers.suggestions, papers.documents, papers.submissions
    pending = tuple(
        (one.id, f"第 {one.item_number} 项") for one in suggestions if not one.is_accepted_on_list
    )
    choices = {
        "document_id": tuple((one.id, one.title) for one in documents),
        "recipient_id": folder.organisation_options,
    }
    class_c = _unsolved(folder)
    return folder.page(
        "outcomes",
        suggestions=suggestions,
        documents=documents,
        titles={one.id: one.title for one in documents},
        submissions=sent,
        recipients=folder.names(one.recipient_id for one in sent),
        attachments=papers.attachments,
        suggesting=folder.form("suggestions"),
        accepting=folder.form(
            "suggestion-acceptances",
            initial={"suggestion_ids": tuple(one[0] for one in pending)},
            options={"suggestion_ids": pending},
        )
        if pending
        else None,
        explaining={
            one.id: folder.form("suggestion-explanations", one.id, initial={"explanation": one.explanation})
            for one in suggestions
            if one.id in class_c
        },
        following={
            one.id: folder.form(
                "follow-up-plans",
                one.id,
                initial={"follow_up_plan": one.follow_up_plan, "is_key_difficulty": one.is_key_difficulty},
            )
            for one in suggestions
        },
        **_effects(folder, papers),
        drafting=folder.form("outcome-documents"),
        submitting=folder.form("submissions", options=choices) if documents else None,
        may_attach=folder.may("attach_file") and not row.state.is_final,
        attach_key=str(uuid.uuid4()),
        endings="、".join(ending for ending, _ in MEDIA_TYPES.values()),
    )


def _unsolved(folder: Folder) -> set[str]:
    """The suggestions whose latest answer says C 类: they are owed an explanation."""
    answers = latest_answers(folder.session, folder.row.id)
    return {
        line.task.suggestion_id
        for line in tasks_of(folder.session, folder.row.id)
        if line.task.id in answers and answers[line.task.id].result is ResultClass.C
    }


def _effects(folder: Folder, papers: OutcomePapers) -> dict[str, Any]:
    """What the consultation led to, and the forms that record it."""
    session, row = folder.session, folder.row
    verified = verified_suggestion_ids(session, row.id)
    decisions = papers.decisions
    return {
        "converting": {
            one.id: folder.form(
                "conversions",
                one.id,
                initial={
                    "conversion": one.conversion,
                    "conversion_note": one.conversion_note,
                    "converted_on": one.converted_on or folder.visit.today,
                },
            )
            for one in papers.suggestions
            if one.id in verified
        },
        "links": papers.links,
        "linking": folder.form("outcome-links") if _has_begun(row) else None,
        "decisions": decisions,
        "deciders": folder.names(one.organisation_id for one in decisions),
        "deciding": folder.form("decisions", options={"organisation_id": folder.organisation_options}),
        "listing": folder.form("supervision-items") if may_enter_supervision(session, row) else None,
        "publications": papers.publications,
        "publishing": folder.form("publications", initial={"title": row.title})
        if reporting_left_on(session, row.id)
        else None,
    }


def _has_begun(row: Any) -> bool:
    """Whether 开展协商 has begun, so that something can come out of it."""
    return row.state.stage is None or row.state.stage.number >= Stage.DELIBERATION.number


async def attach_file(posting: Posting, consultation_id: str) -> Response:
    """Keep the uploaded file."""
    paper = await uploaded_file(posting)
    check = errand_of(posting).bound_to(consultation_id, "attach_file")

    def write(pen: Any) -> Any:
        check(pen)
        return add_attachment(pen, consultation_id, paper)

    await write_once(posting, "attachments", write)
    return posting.go(f"/consultations/{consultation_id}/outcomes#attachments", "附件已上传。")


async def uploaded_file(
    posting: Posting, task_id: str | None = None, co_handling_id: str | None = None
) -> AttachmentPaper:
    """The file that came with the form. Raises Refused (INVALID_INPUT) where none did."""
    upload = posting.form.get("content")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise refuse(RefusalCode.INVALID_INPUT, "请选择要上传的文件。", field="content")
    return AttachmentPaper(
        subject=text_of(posting.form, "subject"),
        filename=upload.filename,
        media_type=upload.content_type or "",
        content=await upload.read(),
        task_id=task_id,
        co_handling_id=co_handling_id,
    )
