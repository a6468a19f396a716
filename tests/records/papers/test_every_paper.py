"""What holds for all papers alike: an audit entry each, no phone anywhere, a chain without faults."""

from pathlib import Path

from sqlalchemy import select, text

from domain.audit_actions import AuditAction
from records.tables import Base
from records.tables.audit import AuditEntry
from records.tables.consultations import RecordedDeed
from records.tables.deliberations import Participant, ParticipantContact
from tests.records.papers.people_and_places import Scene
from tests.records.papers.samples import PHONE, write_every_paper

PAPERS = {
    action
    for action in AuditAction
    if action.value.partition(":")[0]
    in {"topic", "participant", "research_record", "session", "dissent", "suggestion", "outcome_document"}
    or action.value.partition(":")[0]
    in {
        "room",
        "organisation",
        "person",
        "membership",
        "leave",
        "rule_set",
        "plan",
        "work_log",
        "outcome_link",
        "decision",
        "publication",
        "supervision_item",
    }
    or action.value.partition(":")[0] in {"answer", "ballot", "attachment", "personal_data"}
    or action
    in {
        AuditAction.OUTCOME_SUBMITTED,
        AuditAction.LINKED,
        AuditAction.TOKEN_ISSUED,
        AuditAction.TOKEN_REVOKED,
    }
    or action is AuditAction.CO_HANDLING_PREPARED
}
# Whether mail still reaches somebody has tests of its own.
PAPERS -= {AuditAction.MAIL_STOPPED, AuditAction.ADDRESS_CORRECTED}


def test_every_paper_leaves_an_audit_entry_in_a_chain_without_faults(any_scene: Scene) -> None:
    write_every_paper(any_scene)
    with any_scene.register.reading() as session:
        written = set(session.scalars(select(AuditEntry.action)))
        assert written == PAPERS
        assert list(any_scene.trail.verify(session)) == []


def test_no_table_holds_a_phone_in_plain(any_scene: Scene) -> None:
    answers = write_every_paper(any_scene)
    assert {"participant_id": answers[0]["participant_id"], "phone": PHONE} == answers[0]
    with any_scene.register.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                shown = "".join(map(repr, row))
                assert PHONE not in shown, table.name
                assert "66668888" not in shown, table.name
        contacts = session.scalars(select(ParticipantContact)).all()
        assert [any_scene.vault.open(each.phone_encrypted, each.participant_id) for each in contacts] == [
            PHONE
        ]


def test_no_byte_of_the_database_file_holds_a_phone_in_plain(scene: Scene, tmp_path: Path) -> None:
    write_every_paper(scene)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("register.db*"))
    assert "张三".encode() in kept
    assert PHONE.encode() not in kept


def test_no_audit_entry_names_a_participant(scene: Scene) -> None:
    write_every_paper(scene)
    with scene.register.reading() as session:
        names = set(session.scalars(select(Participant.name)))
        for entry in session.scalars(select(AuditEntry)):
            shown = f"{entry.old}{entry.new}{entry.note}"
            assert not [name for name in names if name in shown]


def test_what_is_shown_once_is_not_kept(scene: Scene) -> None:
    write_every_paper(scene)
    with scene.register.reading() as session:
        outcomes = list(session.scalars(select(RecordedDeed.outcome)))
    secrets = [
        outcome for outcome in outcomes if "token" in outcome or "tokens" in outcome or "phone" in outcome
    ]
    assert len(secrets) == 3
    assert all(outcome.get("token") is None for outcome in secrets)
    assert all(outcome.get("tokens") is None and outcome.get("phone") is None for outcome in secrets)
