"""站内信, choices, the delivery log, bounces, webhooks and feeds over the API: refusals first."""

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from domain.acts import DecideExtension, RequestExtension, TerminateConsultation
from domain.audit_actions import AuditAction
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.deliberations import ConsultationSession
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.notice_ways import MailStanding, NoticeChoice, Webhook
from tests import cast
from tests.api.conftest import House
from tests.stories import ASSIGNED_ON, VAULT

ADMIN = cast.SYSTEM_ADMIN_PLAYER
ADDRESS = "https://qyapi.example.org/cgi-bin/webhook/send?key=693a91f6"


def delivered(house: House, state: NoticeState = NoticeState.DELIVERED) -> NoticeRow:
    """A letter to 林晓 that went out."""
    house.story.reach(ConsultationState.TOPIC)
    row = next(one for one in house.story.every(NoticeRow) if one.person_id == cast.STAFF_PLAYER.id)
    with house.story.register.writing() as session:
        session.get_one(NoticeRow, row.id).state = state
    return row


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


# ---------------------------------------------------------------- letters of one's own


def test_nobody_reads_the_letters_of_another(house: House) -> None:
    row = delivered(house)
    assert house.get(f"/api/v1/me/notices/{row.id}", cast.OWNER_PLAYER).status_code == 404
    assert house.get(f"/api/v1/me/notices/{row.id}", ADMIN).status_code == 404
    found = house.get(f"/api/v1/me/notices/{row.id}", cast.STAFF_PLAYER).json()
    assert found["state_label"] == "已送达"
    assert "林晓：" in found["text"]
    listed = house.get("/api/v1/me/notices", cast.STAFF_PLAYER).json()["items"]
    assert row.id in {one["id"] for one in listed}


# ---------------------------------------------------------------- choices


OBLIGED = (NoticeKind.SPECIAL_REPORT, NoticeKind.TASK_ASSIGNED, NoticeKind.DUE_SOON, NoticeKind.OVERDUE)


def test_what_the_rules_oblige_cannot_be_switched_off(house: House) -> None:
    for kind in OBLIGED:
        answer = house.post(
            "/api/v1/me/notice-choices", {"channel": "mail", "house_kinds": [kind.value]}, cast.HOUSING_PLAYER
        )
        assert code_of(answer) == (422, "invalid_input")
        assert f"“{kind.label}”涉及交办、期限、督办或者专报" in answer.json()["detail"]
    assert house.story.every(NoticeChoice) == []


def test_a_digest_hour_lies_within_the_working_hours(house: House) -> None:
    for hour in (7, 8, 18, 24, -1):
        answer = house.post(
            "/api/v1/me/notice-choices", {"channel": "mail", "digest_hour": hour}, cast.HOUSING_PLAYER
        )
        assert code_of(answer) == (422, "invalid_input"), hour


def test_a_choice_is_kept_audited_and_told(house: House) -> None:
    body = {"channel": "mail", "digest_hour": 15, "house_kinds": ["archived", "verified"]}
    assert house.post("/api/v1/me/notice-choices", body, cast.HOUSING_PLAYER).status_code == 201
    found = house.get("/api/v1/me/notice-choices", cast.HOUSING_PLAYER).json()
    assert (found["digest_hour"], found["house_kinds"]) == (15, ["archived", "verified"])
    assert "task_assigned" not in found["may_be_chosen"]
    assert len(house.story.every(AuditEntry, action=AuditAction.NOTICES_CHOSEN)) == 1
    assert house.get("/api/v1/me/notice-choices", cast.STAFF_PLAYER).json()["digest_hour"] is None


# ---------------------------------------------------------------- the delivery log


def test_only_the_system_administrator_mends_deliveries(house: House) -> None:
    row = delivered(house)
    asked = (
        (f"/api/v1/notices/{row.id}/resends", {"reason": "未收到"}),
        (f"/api/v1/notices/{row.id}/bounces", {"code": 550}),
        (f"/api/v1/people/{cast.STAFF_PLAYER.id}/address-corrections", {"email": "x@example.org"}),
    )
    for player in (cast.STAFF_PLAYER, cast.SECURITY_ADMIN_PLAYER, cast.AUDIT_ADMIN_PLAYER):
        for path, body in asked:
            assert code_of(house.post(path, body, player)) == (403, "not_permitted")


def test_a_letter_that_still_waits_is_not_sent_anew(house: House) -> None:
    row = delivered(house, NoticeState.WAITING)
    answer = house.post(f"/api/v1/notices/{row.id}/resends", {"reason": "未收到"}, ADMIN)
    assert code_of(answer) == (409, "state_forbids")
    assert code_of(house.post("/api/v1/notices/none/resends", {"reason": "未收到"}, ADMIN)) == (
        404,
        "not_found",
    )


def test_resending_needs_a_reason_and_is_another_attempt(house: House) -> None:
    row = delivered(house)
    assert house.post(f"/api/v1/notices/{row.id}/resends", {"reason": " "}, ADMIN).status_code == 422
    answer = house.post(f"/api/v1/notices/{row.id}/resends", {"reason": "收件人称未收到"}, ADMIN)
    assert answer.status_code == 201
    again = house.story.one(NoticeRow, id=row.id)
    assert (again.state, again.resends) == (NoticeState.WAITING, 1)
    (entry,) = house.story.every(AuditEntry, action=AuditAction.NOTICE_RESENT)
    assert entry.note == "收件人称未收到"


def test_a_bounce_for_good_stops_the_address_until_it_is_corrected(house: House) -> None:
    row = delivered(house)
    waiting = next(one for one in house.story.every(NoticeRow) if one.state is NoticeState.WAITING)
    assert code_of(house.post(f"/api/v1/notices/{waiting.id}/bounces", {"code": 550}, ADMIN))[0] == 409
    assert house.post(f"/api/v1/notices/{row.id}/bounces", {"code": 250}, ADMIN).status_code == 422
    body = {"code": 550, "detail": "mailbox unavailable"}
    answer = house.post(f"/api/v1/notices/{row.id}/bounces", body, ADMIN)
    assert answer.json()["is_address_stopped"] is True
    assert house.story.one(NoticeRow, id=row.id).state is NoticeState.REFUSED
    assert house.story.one(Delivery, notice_id=row.id).outcome == "bounced"
    (stopped,) = house.get("/api/v1/stopped-addresses", ADMIN).json()["items"]
    assert stopped["person_id"] == cast.STAFF_PLAYER.id
    again = house.post(f"/api/v1/notices/{row.id}/resends", {"reason": "再试"}, ADMIN)
    assert code_of(again) == (409, "state_forbids")
    assert "更正收件地址" in again.json()["detail"]
    # Still readable in the house.
    assert house.get(f"/api/v1/me/notices/{row.id}", cast.STAFF_PLAYER).status_code == 200
    path = f"/api/v1/people/{cast.STAFF_PLAYER.id}/address-corrections"
    assert house.post(path, {"email": "no address"}, ADMIN).status_code == 422
    assert house.post(path, {"email": "lin@example.net"}, ADMIN).status_code == 201
    assert house.get("/api/v1/stopped-addresses", ADMIN).json()["items"] == []
    assert house.post(f"/api/v1/notices/{row.id}/resends", {"reason": "再试"}, ADMIN).status_code == 201


def test_a_passing_bounce_only_counts(house: House) -> None:
    row = delivered(house)
    answer = house.post(f"/api/v1/notices/{row.id}/bounces", {"code": 452}, ADMIN)
    assert answer.json()["is_address_stopped"] is False
    assert house.story.one(MailStanding).refused_in_a_row == 1


def test_the_log_shows_attempts_without_a_word_of_the_letters(house: House) -> None:
    row = delivered(house)
    assert house.get("/api/v1/deliveries", cast.STAFF_PLAYER).status_code == 403
    house.post(f"/api/v1/notices/{row.id}/bounces", {"code": 550}, ADMIN)
    answer = house.get("/api/v1/deliveries?outcome=bounced&way=bounce&q=林", cast.AUDIT_ADMIN_PLAYER)
    (attempt,) = answer.json()["items"]
    assert (attempt["code"], attempt["person_name"]) == (550, "林晓")
    assert house.story.row.title not in answer.text
    assert house.get("/api/v1/deliveries?q=nobody", ADMIN).json()["items"] == []


# ---------------------------------------------------------------- webhooks


IMPOSSIBLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"address": "http://intranet.example.org/hook"}, "address"),
    ({"address": "https://user:secret@example.org/hook"}, "address"),
    ({"address": "ftp://example.org"}, "address"),
    ({"area": "suzhou/fengxi"}, "organisation_id"),
    ({"organisation_id": None}, "organisation_id"),
    ({"organisation_id": "nobody"}, "organisation_id"),
)


def test_a_webhook_that_cannot_be_is_refused_at_its_field(house: House) -> None:
    for change, field in IMPOSSIBLE:
        body = {"name": "住建局机器人", "address": ADDRESS, "organisation_id": cast.HOUSING.id} | change
        answer = house.post("/api/v1/webhooks", body, ADMIN)
        assert code_of(answer) == (422, "invalid_input")
        assert answer.json()["field"] == field
    assert house.story.every(Webhook) == []


def test_a_webhooks_secret_is_told_once_and_sealed_like_its_address(house: House) -> None:
    body = {"name": "住建局机器人", "address": ADDRESS, "organisation_id": cast.HOUSING.id, "format": "wecom"}
    assert code_of(house.post("/api/v1/webhooks", body, cast.STAFF_PLAYER)) == (403, "not_permitted")
    secret = house.post("/api/v1/webhooks", body, ADMIN, key="hook").json()["secret"]
    assert house.post("/api/v1/webhooks", body, ADMIN, key="hook").json()["secret"] is None
    row = house.story.one(Webhook)
    assert VAULT.open(row.sealed_secret, row.id) == secret
    assert VAULT.open(row.sealed_address, row.id) == ADDRESS
    listed = house.get("/api/v1/webhooks", ADMIN).text
    assert "693a91f6" not in listed
    assert secret not in listed
    (entry,) = house.story.every(AuditEntry, action=AuditAction.WEBHOOK_OPENED)
    assert "693a91f6" not in str(entry.new)
    path = f"/api/v1/webhooks/{row.id}/endings"
    assert house.post(path, {"reason": "机器人已删除"}, ADMIN).status_code == 201
    assert code_of(house.post(path, {"reason": "再停一次"}, ADMIN)) == (409, "state_forbids")


# ---------------------------------------------------------------- calendar feeds


def subscribed(house: House, by: cast.Player, scope: str = "unit") -> str:
    """The address of a fresh subscription."""
    made = house.post("/api/v1/me/calendar-feeds", {"name": "手机", "scope": scope}, by).json()
    return f"/api/v1/calendar-feeds/{made['token']}.ics"


def events_of(house: House, path: str) -> dict[str, Any]:
    """The events of a feed by their UID."""
    answer = house.get(path)
    assert answer.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["UID"]): one for one in events}


def test_a_feed_is_opened_by_its_secret_alone_until_it_is_revoked(house: House) -> None:
    assert house.get("/api/v1/calendar-feeds/aaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics").status_code == 404
    path = subscribed(house, cast.HOUSING_PLAYER)
    assert house.get(path).status_code == 200
    (held,) = house.get("/api/v1/me/calendar-feeds", cast.HOUSING_PLAYER).json()
    assert held["scope_label"] == "本单位的"
    revocations = f"/api/v1/me/calendar-feeds/{held['id']}/revocations"
    assert code_of(house.post(revocations, {}, cast.STAFF_PLAYER)) == (404, "not_found")
    assert house.post(revocations, {}, cast.HOUSING_PLAYER).status_code == 201
    assert house.get(path).status_code == 404


def test_a_due_date_is_a_whole_day_whose_sequence_grows_when_it_moves(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = house.story.assign(cast.HOUSING.id)
    path = subscribed(house, cast.HOUSING_PLAYER)
    uid = f"{task.clock_id}@shangliang"
    first = events_of(house, path)[uid]
    assert first["DTSTART"].params["VALUE"] == "DATE"
    assert first.decoded("dtstart").isoformat() == "2026-05-22"
    assert first["STATUS"] == "CONFIRMED"
    house.story.do(
        RequestExtension(
            by=cast.HOUSING_CLERK,
            occurred_on=house.story.today,
            task_id=task.id,
            workdays=5,
            reason="设计方案需报审",
        )
    )
    house.story.do(
        DecideExtension(
            by=cast.STAFF,
            occurred_on=house.story.today,
            task_id=task.id,
            is_granted=True,
            workdays=5,
            note="经研究同意",
        )
    )
    second = events_of(house, path)[uid]
    assert second.decoded("dtstart") > first.decoded("dtstart")
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])


def test_what_was_ended_is_cancelled_with_a_higher_sequence(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    (task,) = house.story.assign(cast.HOUSING.id)
    path = subscribed(house, cast.HOUSING_PLAYER)
    uid = f"{task.clock_id}@shangliang"
    before = events_of(house, path)[uid]
    house.story.do(
        TerminateConsultation(by=cast.OWNER_STAFF, occurred_on=house.story.today, reason="上级已作统一规定")
    )
    after = events_of(house, path)[uid]
    assert after["STATUS"] == "CANCELLED"
    assert str(after["SUMMARY"]).startswith("已取消：")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_a_session_has_its_hours_and_nobody_else_sees_it(house: House) -> None:
    house.story.reach(ConsultationState.REPORTING)
    with house.story.register.writing() as session:
        row = session.query(ConsultationSession).first()
        assert row is not None
        row.starts_at = house.story.now + timedelta(days=1)
        starts_at, uid = row.starts_at, f"{row.id}@shangliang"
    found = events_of(house, subscribed(house, cast.CONVENER_PLAYER, "person"))[uid]
    assert found.decoded("dtstart") == starts_at
    assert found["TRANSP"] == "OPAQUE"
    assert uid not in events_of(house, subscribed(house, cast.OUTSIDER_PLAYER))


# ---------------------------------------------------------------- the daily round


def test_the_daily_rounds_are_for_administrators(house: House) -> None:
    assert code_of(house.get("/api/v1/daily-rounds", cast.STAFF_PLAYER)) == (403, "not_permitted")
    found = house.get("/api/v1/daily-rounds", ADMIN).json()
    assert found == {"is_stale": True, "items": []}
