"""NT-06: a key consultation enters what is supervised by itself, once, when 转化落实 begins."""

from domain.audit_actions import AuditAction
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.consultations import Topic
from records.tables.outcomes import SupervisionItem
from tests import cast
from tests.stories import REPORTED_ON, Story


def call_key(story: Story) -> None:
    with story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_key = True


def test_a_key_consultation_is_supervised_from_implementation_on(story: Story) -> None:
    call_key(story)
    story.reach(ConsultationState.IMPLEMENTATION)
    item = story.one(SupervisionItem)
    assert (item.consultation_id, item.opened_on, item.closed_on) == (
        story.consultation_id,
        REPORTED_ON,
        None,
    )
    (entry,) = story.every(AuditEntry, action=AuditAction.SUPERVISION_OPENED)
    assert entry.object_id == item.id


def test_a_key_consultation_is_not_supervised_before(story: Story) -> None:
    call_key(story)
    story.reach(ConsultationState.REPORTING)
    assert story.every(SupervisionItem) == []


def test_any_other_consultation_is_not(story: Story) -> None:
    story.reach(ConsultationState.IMPLEMENTATION)
    assert story.every(SupervisionItem) == []
    assert story.every(AuditEntry, action=AuditAction.SUPERVISION_OPENED) == []
