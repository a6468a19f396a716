"""Looking back: to an instant, between two, at who was told, and at who read personal data."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.acts import AcknowledgeTask, SuspendConsultation
from domain.calendar import SHANGHAI
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from tests import cast
from tests.api.conftest import House
from tests.cast import PLAYERS
from tests.pages import Browser, Cookies
from tests.stories import ASSIGNED_ON

ACKNOWLEDGED_ON = date(2026, 4, 10)
ENTERED_ON = date(2026, 4, 14)
"""签收 happened on the 10th and was entered on the 14th (补录)."""


@pytest.fixture
def late(house: House) -> House:
    """A unit acknowledged its task four days before that was entered; then the consultation was suspended."""
    story = house.story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON)
    (task,) = story.assign(cast.HOUSING.id)
    story.go_to(ENTERED_ON, 14, 30).do(
        AcknowledgeTask(by=cast.HOUSING_CLERK, occurred_on=ACKNOWLEDGED_ON, task_id=task.id)
    )
    story.go_to(date(2026, 4, 20)).do(
        SuspendConsultation(
            by=cast.STAFF, occurred_on=date(2026, 4, 20), reason="施工图修改", review_on=date(2026, 5, 20)
        )
    )
    return house


def page(house: House, path: str, by: cast.Player = cast.SUPERVISOR_PLAYER) -> str:
    answer = Browser(house.story, by, house.client, Cookies()).get(path)
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


def tasks_shown(text: str) -> str:
    found = re.search(r'id="tasks".*?</section>', text, re.S)
    assert found is not None
    return found[0]


def test_what_had_happened_and_what_was_known_are_told_apart(late: House) -> None:
    past = f"/consultations/{late.story.consultation_id}/as-of?on=2026-04-12"
    assert "已签收" in tasks_shown(page(late, past))
    assert "已交办" in tasks_shown(page(late, f"{past}&basis=known"))
    known = f"/consultations/{late.story.consultation_id}/as-of?on=2026-04-14&basis=known"
    assert "已交办" in tasks_shown(page(late, f"{known}&at=14:29"))
    assert "已签收" in tasks_shown(page(late, f"{known}&at=14:30"))


def test_a_suspension_is_known_from_the_instant_of_its_entry(late: House) -> None:
    past = f"/consultations/{late.story.consultation_id}/as-of?basis=known"
    assert "当时已中止" not in page(late, f"{past}&on=2026-04-20&at=09:59")
    assert "当时已中止" in page(late, f"{past}&on=2026-04-20&at=10:00")


def test_before_the_opening_was_entered_nothing_is_known(late: House) -> None:
    past = f"/consultations/{late.story.consultation_id}/as-of?basis=known&on=2026-01-05"
    assert "系统中还没有登记这件协商" in page(late, past)


def test_the_difference_names_every_entry_and_leads_to_it(late: House) -> None:
    text = page(
        late, f"/consultations/{late.story.consultation_id}/between?since=2026-04-13&until=2026-04-20"
    )
    own = [one for one in late.story.every(AuditEntry) if one.action.value == "feedback_task:acknowledged"]
    assert f"/timeline?before={own[0].sequence + 1}#entry-{own[0].sequence}" in text
    assert "起始时刻正常进行，截止时刻已中止" in text
    assert "起始时刻已交办，截止时刻已签收" in text
    bounds = {
        "since": datetime(2026, 4, 13, tzinfo=SHANGHAI).isoformat(),
        "until": datetime(2026, 4, 15, tzinfo=SHANGHAI).isoformat(),
    }
    found = late.client.get(
        f"{late.consultation}/differences",
        params=bounds,
        headers={"Authorization": f"Bearer token-of-{cast.SUPERVISOR_PLAYER.id}"},
    ).json()
    assert [one["action"] for one in found["entries"]] == ["feedback_task:acknowledged"]
    assert (found["count"], found["since"]["is_suspended"]) == (1, False)


def test_a_span_that_ends_before_it_begins_is_refused_in_words(late: House) -> None:
    browser = Browser(late.story, cast.SUPERVISOR_PLAYER, late.client, Cookies())
    path = f"/consultations/{late.story.consultation_id}/between?since=2026-04-13&until=2026-04-01"
    answer = browser.get(path)
    assert answer.status_code == 422
    assert "截止时刻不能早于起始时刻" in answer.text


def test_who_was_told_is_shown_to_supervisors_and_organisers_alone(late: House) -> None:
    permitted = {"chen", "shen", "lin", "qian"}
    for player in PLAYERS:
        status = late.get(f"{late.consultation}/letters", player).status_code
        assert (status == 200) is (player.id in permitted), player.id
    items = late.get(f"{late.consultation}/letters?limit=200", cast.SUPERVISOR_PLAYER).json()["items"]
    written = [one for one in late.story.every(NoticeRow) if one.consultation_id]
    assert {one["id"] for one in items} == {one.id for one in written}
    text = page(late, f"/consultations/{late.story.consultation_id}/letters")
    assert cast.HOUSING_PLAYER.name in text
    assert "尚未发送" in text


def test_who_read_a_phone_number_is_listed_for_the_administrators_of_audit_and_security(late: House) -> None:
    people = late.get(f"{late.consultation}/participants", cast.STAFF_PLAYER).json()
    one = next(person for person in people if person["phone_masked"])
    reveal = f"{late.consultation}/participants/{one['id']}/contact-reveals"
    assert late.post(reveal, {"purpose": "通知改期"}, cast.STAFF_PLAYER).status_code == 201
    for player in PLAYERS:
        status = late.get("/api/v1/personal-data-readings", player).status_code
        assert (status == 200) is (player.role.value in {"audit_admin", "security_admin"}), player.id
    by = cast.AUDIT_ADMIN_PLAYER
    (found,) = late.get("/api/v1/personal-data-readings", by).json()["items"]
    assert (found["person_name"], found["purpose"]) == (cast.STAFF_PLAYER.name, "通知改期")
    today = late.story.today
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert late.get(f"/api/v1/personal-data-readings?since={tomorrow}", by).json()["items"] == []
    nobody = f"/api/v1/personal-data-readings?person_id={cast.OWNER_PLAYER.id}"
    assert late.get(nobody, by).json()["items"] == []
    assert "通知改期" in page(late, "/personal-data-readings", by)


def test_phone_numbers_are_opened_only_where_it_is_noted_or_masked() -> None:
    root = Path(__file__).parents[2]
    rooms = ("activities", "api", "documents", "notifications", "records", "service")
    opened = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in (root / room).rglob("*.py")
        if "phone_encrypted" in path.read_text("utf-8") and "vault.open(" in path.read_text("utf-8")
    }
    assert opened == {"records/papers/participants.py", "records/queries/contacts.py"}
