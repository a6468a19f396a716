"""Suggestions, documents, answers, ballots, attachments."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.audit_actions import AuditAction
from domain.matters import BallotChoice, FeedbackTaskState
from domain.refusals import RefusalCode, Refused
from records.papers import answers, attachments, ballots, outcomes
from records.tables.audit import AuditEntry
from records.tables.consultations import Attachment, Consultation, RecordedDeed
from records.tables.obligations import Answer, FeedbackTask
from records.tables.outcomes import Ballot, BallotToken, Submission, Suggestion
from tests.records.papers.people_and_places import NOW, TODAY, Scene
from tests.records.papers.samples import DOCUMENT, PDF, SUGGESTION, assigned, suggested

ONE = "consultation"


def refused(scene: Scene, write: Any, **who: Any) -> tuple[RefusalCode, str]:
    with pytest.raises(Refused) as caught:
        scene.write(write, **who)
    return caught.value.refusal.code, caught.value.refusal.field


def cast(scene: Scene, token: str, choice: BallotChoice = BallotChoice.SATISFIED) -> None:
    scene.desk.anonymously(NOW, lambda pen: ballots.cast_ballot(pen, ONE, token, choice))


def tokens_of(scene: Scene, count: int) -> list[str]:
    made = scene.write(lambda pen: ballots.issue_ballot_tokens(pen, ONE, count))["tokens"]
    assert len(set(made)) == count
    return list(made)


def votes(scene: Scene) -> Counter[BallotChoice]:
    with scene.register.reading() as session:
        return Counter(session.scalars(select(Ballot.choice)))


def test_suggestions_are_numbered_without_gap_up_to_the_limit(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "SUGGESTIONS_MAX", 2)
    numbers = [
        scene.write(lambda pen: outcomes.record_suggestion(pen, ONE, SUGGESTION))["item_number"]
        for _ in range(2)
    ]
    assert numbers == [1, 2]
    code, _ = refused(scene, lambda pen: outcomes.record_suggestion(pen, ONE, SUGGESTION))
    assert code is RefusalCode.LIMIT_REACHED


def test_a_list_is_accepted_item_by_item_or_whole_and_only_once(scene: Scene) -> None:
    first, _, _ = (suggested(scene) for _ in range(3))
    accept = outcomes.accept_suggestion_list
    assert scene.write(lambda pen: accept(pen, ONE, [first]))["item_numbers"] == [1]
    assert refused(scene, lambda pen: accept(pen, ONE, ["unknown"]))[0] is RefusalCode.NOT_FOUND
    assert scene.write(lambda pen: accept(pen, ONE))["item_numbers"] == [2, 3]
    assert refused(scene, lambda pen: accept(pen, ONE))[0] is RefusalCode.STATE_FORBIDS


def test_an_explanation_and_a_plan_stand_with_their_suggestion(scene: Scene) -> None:
    item = suggested(scene)
    scene.write(lambda pen: outcomes.explain_suggestion(pen, ONE, item, "条件限制", TODAY))
    scene.write(lambda pen: outcomes.set_follow_up_plan(pen, ONE, item, "每季度跟踪", is_key_difficulty=True))
    with scene.register.reading() as session:
        row = session.get(Suggestion, item)
        assert row is not None
        assert (row.explanation, row.explained_on) == ("条件限制", TODAY)
        assert (row.follow_up_plan, row.is_key_difficulty) == ("每季度跟踪", True)
    tomorrow = TODAY + timedelta(days=1)
    code, field = refused(
        scene, lambda pen: outcomes.explain_suggestion(pen, ONE, item, "条件限制", tomorrow)
    )
    assert (code, field) == (RefusalCode.INVALID_INPUT, "explained_on")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"signed_on": None}, "signed_on"), ({"signed_by": ""}, "signed_by"), ({"title": ""}, "title")],
)
def test_a_signature_is_a_name_and_a_day(scene: Scene, changes: dict[str, Any], field: str) -> None:
    paper = replace(DOCUMENT, **changes)
    found = refused(scene, lambda pen: outcomes.record_outcome_document(pen, ONE, paper))
    assert found == (RefusalCode.INVALID_INPUT, field)


def test_a_receipt_completes_its_submission(scene: Scene) -> None:
    document = scene.write(lambda pen: outcomes.record_outcome_document(pen, ONE, DOCUMENT))["document_id"]
    sent = outcomes.SubmissionPaper(document_id=document, recipient_id="org-client", sent_on=TODAY)
    received = replace(sent, received_on=TODAY)
    made = [scene.write(lambda pen: outcomes.submit_document(pen, ONE, sent))["submission_id"]]
    made.append(scene.write(lambda pen: outcomes.submit_document(pen, ONE, received))["submission_id"])
    assert made[0] == made[1]
    with scene.register.reading() as session:
        assert session.scalars(select(Submission.received_on)).all() == [TODAY]
    early = replace(sent, received_on=TODAY - timedelta(days=1))
    found = refused(scene, lambda pen: outcomes.submit_document(pen, ONE, early))
    assert found == (RefusalCode.INVALID_INPUT, "received_on")
    unknown = replace(sent, document_id="unknown")
    assert refused(scene, lambda pen: outcomes.submit_document(pen, ONE, unknown))[0] is RefusalCode.NOT_FOUND


def test_only_the_client_is_reported_to_as_the_client(scene: Scene) -> None:
    document = scene.write(lambda pen: outcomes.record_outcome_document(pen, ONE, DOCUMENT))["document_id"]
    report = outcomes.SubmissionPaper(
        document_id=document, recipient_id="org-client", sent_on=TODAY, is_report_to_client=True
    )
    found = refused(scene, lambda pen: outcomes.submit_document(pen, ONE, report))
    assert found == (RefusalCode.INVALID_INPUT, "is_report_to_client")
    with scene.register.writing() as session:
        session.execute(update(Consultation).values(commissioned_by_id="org-client"))
    elsewhere = replace(report, recipient_id="org-roads")
    found = refused(scene, lambda pen: outcomes.submit_document(pen, ONE, elsewhere))
    assert found == (RefusalCode.INVALID_INPUT, "recipient_id")
    scene.write(lambda pen: outcomes.submit_document(pen, ONE, report))
    with scene.register.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    assert actions[-1] is AuditAction.CLIENT_REPORTED


def test_a_draft_answer_is_written_anew_until_it_is_handed_in(any_scene: Scene) -> None:
    task = assigned(any_scene)
    made = [
        any_scene.write(lambda pen: answers.prepare_answer(pen, task, "初稿"), by=any_scene.unit)[
            "answer_id"
        ],
        any_scene.write(lambda pen: answers.prepare_answer(pen, task, "定稿"), by=any_scene.unit)[
            "answer_id"
        ],
    ]
    assert made[0] == made[1]
    with any_scene.register.writing() as session:
        assert session.scalars(select(Answer.text)).all() == ["定稿"]
        session.execute(update(Answer).values(answered_on=TODAY))
        session.execute(update(FeedbackTask).values(state=FeedbackTaskState.SENT_BACK))
    again = any_scene.write(lambda pen: answers.prepare_answer(pen, task, "重办"), by=any_scene.unit)
    assert again["answer_id"] != made[0]


def test_a_unit_does_not_answer_for_another(scene: Scene) -> None:
    task = assigned(scene)
    for by in (scene.other_unit, scene.staff):
        code, _ = refused(scene, lambda pen: answers.prepare_answer(pen, task, "代拟"), by=by)
        assert code is RefusalCode.NOT_PERMITTED


@pytest.mark.parametrize(
    "state", [FeedbackTaskState.ANSWERED, FeedbackTaskState.VERIFIED, FeedbackTaskState.RETURNED]
)
def test_no_answer_is_prepared_for_a_task_out_of_hand(scene: Scene, state: FeedbackTaskState) -> None:
    task = assigned(scene)
    with scene.register.writing() as session:
        session.execute(update(FeedbackTask).values(state=state))
    code, _ = refused(scene, lambda pen: answers.prepare_answer(pen, task, "迟到"), by=scene.unit)
    assert code is RefusalCode.STATE_FORBIDS


@pytest.mark.parametrize("task", ["unknown", "\x00", ""])
def test_no_answer_is_prepared_for_a_task_that_does_not_exist(any_scene: Scene, task: str) -> None:
    code, _ = refused(any_scene, lambda pen: answers.prepare_answer(pen, task, "无"), by=any_scene.unit)
    assert code is RefusalCode.NOT_FOUND


def test_a_token_votes_once(any_scene: Scene) -> None:
    first, second = tokens_of(any_scene, 2)
    cast(any_scene, first)
    cast(any_scene, second, BallotChoice.DISSATISFIED)
    with pytest.raises(Refused) as caught:
        cast(any_scene, first, BallotChoice.DISSATISFIED)
    assert caught.value.refusal.code is RefusalCode.STATE_FORBIDS
    assert votes(any_scene) == {BallotChoice.SATISFIED: 1, BallotChoice.DISSATISFIED: 1}


@pytest.mark.parametrize("token", ["", "unknown", "\x00", "\ud800", "x" * 100_000])
def test_an_unknown_token_does_not_vote(any_scene: Scene, token: str) -> None:
    with pytest.raises(Refused) as caught:
        cast(any_scene, token)
    assert caught.value.refusal.code is RefusalCode.NOT_FOUND


def test_a_token_of_an_earlier_round_does_not_vote(scene: Scene) -> None:
    (token,) = tokens_of(scene, 1)
    with scene.register.writing() as session:
        session.execute(update(Consultation).values(round=2))
    with pytest.raises(Refused) as caught:
        cast(scene, token)
    assert caught.value.refusal.code is RefusalCode.NOT_FOUND


def test_nothing_kept_ties_a_ballot_to_its_voter(scene: Scene) -> None:
    tokens = tokens_of(scene, 2)
    with scene.register.reading() as session:
        deeds = session.scalar(select(func.count()).select_from(RecordedDeed))
    for token in tokens:
        cast(scene, token)
    with scene.register.reading() as session:
        assert session.scalar(select(func.count()).select_from(RecordedDeed)) == deeds
        casts = session.scalars(select(AuditEntry).filter_by(action=AuditAction.BALLOT_CAST)).all()
        assert {entry.person_id + entry.organisation_id + entry.update_id for entry in casts} == {""}
        assert {str(entry.new) for entry in casts} == {"{'round': 1}"}
        kept = session.scalars(select(BallotToken.token_digest)).all()
    assert sorted(kept) == sorted(hashlib.sha256(token.encode()).hexdigest() for token in tokens)
    assert {column.key for column in Ballot.__table__.columns} == {"id", "consultation_id", "round", "choice"}


def test_ballots_lie_in_no_order_of_casting(scene: Scene) -> None:
    # Thirty of one kind, then thirty of the other: by chance alone they never lie like that.
    scene.write(lambda pen: ballots.record_ballot_sheet(pen, ONE, 30, 0, 0))
    scene.write(lambda pen: ballots.record_ballot_sheet(pen, ONE, 0, 0, 30))
    with scene.register.reading() as session:
        choices = session.connection().exec_driver_sql("SELECT choice FROM ballots ORDER BY rowid").all()
    lying = [choice for (choice,) in choices]
    assert Counter(lying) == {"satisfied": 30, "dissatisfied": 30}
    assert lying != sorted(lying)
    assert lying != sorted(lying, reverse=True)


def test_a_sheet_adds_its_ballots(any_scene: Scene) -> None:
    any_scene.write(lambda pen: ballots.record_ballot_sheet(pen, ONE, 3, 2, 1))
    any_scene.write(lambda pen: ballots.record_ballot_sheet(pen, ONE, 1, 0, 0))
    assert votes(any_scene) == {
        BallotChoice.SATISFIED: 4,
        BallotChoice.BASICALLY_SATISFIED: 2,
        BallotChoice.DISSATISFIED: 1,
    }


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 2, 0), (10_001, 0, 0)])
def test_a_sheet_of_impossible_counts_is_refused(scene: Scene, counts: tuple[int, int, int]) -> None:
    found = refused(scene, lambda pen: ballots.record_ballot_sheet(pen, ONE, *counts))
    assert found == (RefusalCode.INVALID_INPUT, "satisfied")


def test_a_round_holds_a_limited_number_of_ballots_and_tokens(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballots, "BALLOTS_PER_ROUND_MAX", 3)
    tokens_of(scene, 3)
    assert (
        refused(scene, lambda pen: ballots.issue_ballot_tokens(pen, ONE, 1))[0] is RefusalCode.LIMIT_REACHED
    )
    scene.write(lambda pen: ballots.record_ballot_sheet(pen, ONE, 2, 0, 0))
    found = refused(scene, lambda pen: ballots.record_ballot_sheet(pen, ONE, 2, 0, 0))
    assert found[0] is RefusalCode.LIMIT_REACHED


@pytest.mark.parametrize("count", [0, -1, 501, True])
def test_tokens_are_issued_in_sensible_numbers(scene: Scene, count: int) -> None:
    found = refused(scene, lambda pen: ballots.issue_ballot_tokens(pen, ONE, count))
    assert found == (RefusalCode.INVALID_INPUT, "count")


def test_an_attachment_is_kept_byte_for_byte(any_scene: Scene) -> None:
    made = any_scene.write(lambda pen: attachments.add_attachment(pen, ONE, PDF))
    with any_scene.register.reading() as session:
        row = session.get(Attachment, made["attachment_id"])
        assert row is not None
        assert (row.content, row.size_bytes, row.filename) == (PDF.content, len(PDF.content), "照片.pdf")
        assert row.digest == hashlib.sha256(PDF.content).hexdigest() == made["digest"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": b""}, "content"),
        ({"content": b"%PDF-" + b"x" * attachments.ATTACHMENT_BYTES_MAX}, "content"),
        ({"content": b"MZ\x90\x00"}, "content"),
        ({"media_type": "text/html"}, "media_type"),
        ({"media_type": "application/x-msdownload"}, "media_type"),
        ({"media_type": "image/svg+xml"}, "media_type"),
        ({"media_type": "application/pdf; x=\r\n"}, "media_type"),
        ({"subject": ""}, "subject"),
    ],
)
def test_an_attachment_that_is_not_what_it_says_is_refused(
    scene: Scene, changes: dict[str, Any], field: str
) -> None:
    paper = replace(PDF, **changes)
    found = refused(scene, lambda pen: attachments.add_attachment(pen, ONE, paper))
    assert found == (RefusalCode.INVALID_INPUT, field)


def test_ten_megabytes_are_still_kept(scene: Scene) -> None:
    paper = replace(PDF, content=b"%PDF-".ljust(attachments.ATTACHMENT_BYTES_MAX, b"x"))
    assert scene.write(lambda pen: attachments.add_attachment(pen, ONE, paper))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\报告.PDF", "报告.pdf"),
        ("报告.exe", "报告.exe.pdf"),
        ('a"\r\nX-Bad: 1.pdf', "aX-Bad 1.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("...", "附件.pdf"),
        ("", "附件.pdf"),
        ("\ud800.pdf", "附件.pdf"),
        ("字" * 5_000, "字" * 116 + ".pdf"),
    ],
)
def test_a_file_name_is_cleaned(name: str, clean: str) -> None:
    assert attachments.clean_filename(name, ".pdf") == clean
