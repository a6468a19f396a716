"""The work log: what each kind of entry needs, whom it is told, who sees it, how it is withdrawn."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.audit_actions import AuditAction
from domain.bodies import Actor, Role
from domain.notices import NoticeKind
from domain.policy import PERMITS, Tie
from domain.refusals import RefusalCode, Refused
from domain.stages import ConsultationState
from domain.work_log import WorkKind
from notifications.payloads import from_payload
from notifications.rendering import render
from records.papers.work_log import WorkPaper, record_work, withdraw_work
from records.queries.work_log import WorkFilter, work_counts, work_record, work_records
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.work_log import WorkRecord
from tests.records.papers.people_and_places import AREA, TODAY, Scene

LINK = "https://example.invalid/work-log"
TRAINING = WorkPaper(kind=WorkKind.TRAINING, happened_on=TODAY, title="委员培训", people_count=40)
INSPECTION = WorkPaper(
    kind=WorkKind.INSPECTION, happened_on=TODAY, title="停车整治督查", subject_organisation_id="org-roads"
)
UNANNOUNCED = replace(INSPECTION, kind=WorkKind.UNANNOUNCED_INSPECTION)
NOMINATION = WorkPaper(
    kind=WorkKind.CASE_NOMINATION, happened_on=TODAY, title="典型案例", consultation_id="consultation"
)
EVERYTHING = WorkFilter()


def record(scene: Scene, paper: WorkPaper, by: Actor | None = None) -> str:
    made: str = scene.write(lambda pen: record_work(pen, paper, LINK), by)["work_record_id"]
    return made


def refused(scene: Scene, paper: WorkPaper) -> tuple[RefusalCode, str]:
    with pytest.raises(Refused) as caught:
        record(scene, paper)
    return caught.value.refusal.code, caught.value.refusal.field


def seen(scene: Scene, by: Actor, narrowed: WorkFilter = EVERYTHING) -> list[str]:
    with scene.register.reading() as session:
        return [row.title for row in work_records(session, by, narrowed)]


def letters(scene: Scene) -> list[NoticeRow]:
    with scene.register.reading() as session:
        return list(session.scalars(select(NoticeRow).order_by(NoticeRow.id)))


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (replace(INSPECTION, subject_organisation_id=None), "subject_organisation_id"),
        (replace(UNANNOUNCED, subject_organisation_id=None), "subject_organisation_id"),
        (replace(INSPECTION, subject_organisation_id="org-operator"), "subject_organisation_id"),
        (replace(INSPECTION, subject_organisation_id="nobody"), "subject_organisation_id"),
        (replace(NOMINATION, consultation_id=None), "consultation_id"),
        (NOMINATION, "consultation_id"),
        (replace(TRAINING, kind=WorkKind.MEMBER_CONTACT), "person_id"),
        (replace(TRAINING, kind=WorkKind.MEMBER_CONTACT, person_id="clerk"), "person_id"),
        (replace(TRAINING, happened_on=TODAY + timedelta(days=1)), "happened_on"),
        (replace(UNANNOUNCED, happened_on=TODAY + timedelta(days=1)), "happened_on"),
        (replace(INSPECTION, happened_on=TODAY + timedelta(days=367)), "happened_on"),
        (replace(TRAINING, title=" "), "title"),
        (replace(TRAINING, people_count=-1), "people_count"),
        (replace(TRAINING, room_id="nowhere"), "room_id"),
    ],
)
def test_an_entry_without_what_its_kind_needs_is_refused(scene: Scene, paper: WorkPaper, field: str) -> None:
    assert refused(scene, paper) == (RefusalCode.INVALID_INPUT, field)


def test_a_consultation_of_others_cannot_be_named(scene: Scene) -> None:
    paper = replace(TRAINING, kind=WorkKind.REPORT_FOR_INSTRUCTION, consultation_id="consultation")
    assert record(scene, paper)
    outsider = replace(scene.staff, organisation_id="org-client", area="suzhou/linhu")
    with pytest.raises(Refused) as caught:
        record(scene, paper, outsider)
    assert caught.value.refusal.field == "consultation_id"


def test_a_case_is_nominated_once_its_consultation_is_completed(scene: Scene) -> None:
    scene.set_state(ConsultationState.COMPLETED)
    assert record(scene, NOMINATION)


def test_a_contact_names_a_member(scene: Scene) -> None:
    contact = replace(TRAINING, kind=WorkKind.MEMBER_CONTACT, person_id="member")
    assert record(scene, contact)


def test_an_entry_belongs_to_the_writers_organisation_and_its_area(any_scene: Scene) -> None:
    made = record(any_scene, TRAINING)
    with any_scene.register.reading() as session:
        row = session.get_one(WorkRecord, made)
        assert (row.organisation_id, row.area, row.people_count) == ("org-operator", AREA, 40)
        assert row.recorded_by_person_id == "staff"


def test_an_announced_inspection_is_told_to_the_inspected_unit(scene: Scene) -> None:
    coming = replace(INSPECTION, happened_on=TODAY + timedelta(days=7), note="车位开放情况")
    record(scene, coming)
    (letter,) = letters(scene)
    assert (letter.kind, letter.person_id) == (NoticeKind.INSPECTION_NOTICE, "clerk")
    notice = from_payload(letter.kind, letter.payload)
    text = render(notice, recipient_name="经办", platform_name="商量").text
    assert "云塘街道政协工委定于2026年6月17日（周三）对枫溪区住房和城乡建设局开展“停车整治督查”" in text
    assert scene.pokes == ["poke"]
    assert seen(scene, scene.unit) == ["停车整治督查"]
    assert seen(scene, scene.other_unit) == []


def test_an_unannounced_inspection_is_not_told_to_the_inspected_unit(scene: Scene) -> None:
    made = record(scene, replace(UNANNOUNCED, consultation_id="consultation"))
    assert letters(scene) == []
    assert scene.pokes == []
    head = replace(scene.unit, role=Role.DEPARTMENT_HEAD)
    same_body_other_role = Actor("clerk", "org-roads", Role.STAFF, AREA)
    with scene.register.reading() as session:
        for one in (scene.unit, head, scene.other_unit, same_body_other_role):
            assert work_record(session, one, made) is None
            assert list(work_records(session, one, EVERYTHING)) == []
            assert work_counts(session, one, EVERYTHING, TODAY) == {}
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.WORK_RECORDED)
        ).one()
        assert "consultation" not in entry.stream
    assert seen(scene, scene.staff) == ["停车整治督查"]


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_no_role_of_the_inspected_unit_sees_an_unannounced_inspection(scene: Scene, role: Role) -> None:
    record(scene, UNANNOUNCED)
    assert seen(scene, Actor("clerk", "org-roads", role, AREA)) == []


def test_the_log_is_read_in_ones_own_area_only(scene: Scene) -> None:
    record(scene, TRAINING)
    for role, tie in PERMITS["read_work_log"]:
        inside = seen(scene, Actor("x", "org-client", role, "suzhou/fengxi"))
        assert inside == (["委员培训"] if tie is Tie.AREA else [])
        assert seen(scene, Actor("x", "org-client", role, "suzhou/linhu")) == []
    assert seen(scene, Actor("x", "org-client", Role.SYSTEM_ADMIN, "suzhou")) == []


def test_the_log_is_narrowed_and_read_page_by_page(any_scene: Scene) -> None:
    for back in range(3):
        record(any_scene, replace(TRAINING, title=f"培训{back}", happened_on=TODAY - timedelta(days=back)))
    record(any_scene, replace(TRAINING, title="去年", happened_on=TODAY.replace(year=2025)))
    paper = replace(
        TRAINING,
        title="请示",
        kind=WorkKind.REPORT_FOR_INSTRUCTION,
        consultation_id=any_scene.consultation_id,
    )
    record(any_scene, paper)
    staff = any_scene.staff
    assert seen(any_scene, staff, WorkFilter(year=2025)) == ["去年"]
    assert seen(any_scene, staff, WorkFilter(kind=WorkKind.REPORT_FOR_INSTRUCTION)) == ["请示"]
    assert seen(any_scene, staff, WorkFilter(consultation_id=any_scene.consultation_id)) == ["请示"]
    assert seen(any_scene, staff, WorkFilter(area="suzhou/linhu")) == []
    with any_scene.register.reading() as session:
        first = work_records(session, staff, WorkFilter(year=2026, kind=WorkKind.TRAINING), limit=2)
        after = (first[-1].happened_on, first[-1].id)
        rest = work_records(session, staff, WorkFilter(year=2026, kind=WorkKind.TRAINING), after=after)
        assert [row.title for row in (*first, *rest)] == ["培训0", "培训1", "培训2"]


def test_what_is_withdrawn_stays_and_is_not_counted(any_scene: Scene) -> None:
    wrong, right = record(any_scene, TRAINING), record(any_scene, TRAINING)
    record(any_scene, replace(INSPECTION, happened_on=TODAY + timedelta(days=1)))
    any_scene.write(lambda pen: withdraw_work(pen, wrong, "重复登记", LINK))
    with any_scene.register.reading() as session:
        row = session.get_one(WorkRecord, wrong)
        assert (row.withdrawn_on, row.withdrawal_reason) == (TODAY, "重复登记")
        assert work_counts(session, any_scene.staff, EVERYTHING, TODAY) == {WorkKind.TRAINING: 1}
        assert session.get_one(WorkRecord, right).withdrawn_on is None
        assert len(work_records(session, any_scene.staff, EVERYTHING)) == 3


def test_an_entry_is_withdrawn_once_and_with_a_reason(scene: Scene) -> None:
    made = record(scene, TRAINING)

    def withdraw(record_id: str, reason: str) -> Any:
        return scene.write(lambda pen: withdraw_work(pen, record_id, reason, LINK))

    for record_id, reason, code in (
        ("nothing", "误登", RefusalCode.NOT_FOUND),
        (made, " ", RefusalCode.INVALID_INPUT),
    ):
        with pytest.raises(Refused) as caught:
            withdraw(record_id, reason)
        assert caught.value.refusal.code is code
    withdraw(made, "误登")
    with pytest.raises(Refused) as caught:
        withdraw(made, "误登")
    assert caught.value.refusal.code is RefusalCode.STATE_FORBIDS


def test_an_inspection_that_is_called_off_is_told_to_its_unit(scene: Scene) -> None:
    made = record(scene, INSPECTION)
    hidden = record(scene, UNANNOUNCED)
    scene.write(lambda pen: withdraw_work(pen, made, "与上级检查合并", LINK))
    scene.write(lambda pen: withdraw_work(pen, hidden, "误登", LINK))
    told = [one.payload["withdrawal_reason"] for one in letters(scene)]
    assert told == ["", "与上级检查合并"]


def test_an_inspected_body_of_any_kind_is_told(scene: Scene) -> None:
    record(scene, replace(INSPECTION, subject_organisation_id="org-party"))
    assert [one.person_id for one in letters(scene)] == ["secretary"]
