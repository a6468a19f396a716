import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.notices import NoticeKind
from notifications.notices import NOTICES, Overdue, SessionNotice, Terminated
from notifications.payloads import JSON, PayloadError, from_payload, to_payload
from tests.notifications.samples import BY_KIND


def stored(kind: NoticeKind) -> dict[str, JSON]:
    payload: dict[str, JSON] = json.loads(json.dumps(to_payload(BY_KIND[kind]), ensure_ascii=False))
    return payload


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_notice_comes_back_from_the_outbox_as_it_went_in(kind: NoticeKind) -> None:
    assert from_payload(kind, stored(kind)) == BY_KIND[kind]


def test_dates_are_stored_in_iso() -> None:
    assert stored(NoticeKind.OVERDUE)["due_on"] == "2026-07-14"
    assert stored(NoticeKind.SESSION_NOTICE)["starts_at"] == "2026-04-09T01:30:00+00:00"


def test_a_value_with_a_default_may_be_missing_in_an_old_payload() -> None:
    payload = stored(NoticeKind.OVERDUE)
    del payload["document_number"]
    notice = from_payload(NoticeKind.OVERDUE, payload)
    assert isinstance(notice, Overdue)
    assert notice.document_number is None


def test_a_missing_variable_is_refused_by_name() -> None:
    payload = stored(NoticeKind.OVERDUE)
    del payload["unit_name"]
    with pytest.raises(PayloadError, match=r"missing \['unit_name'\]"):
        from_payload(NoticeKind.OVERDUE, payload)


def test_an_unknown_variable_is_refused_by_name() -> None:
    with pytest.raises(PayloadError, match=r"unknown \['phone'\]"):
        from_payload(NoticeKind.OVERDUE, {**stored(NoticeKind.OVERDUE), "phone": "13800005678"})


@pytest.mark.parametrize(
    ("kind", "name", "wrong"),
    [
        (NoticeKind.OVERDUE, "due_on", "2026-02-30"),
        (NoticeKind.OVERDUE, "due_on", 20260714),
        (NoticeKind.OVERDUE, "due_on", None),
        (NoticeKind.OVERDUE, "workdays_late", "1"),
        (NoticeKind.OVERDUE, "workdays_late", True),
        (NoticeKind.OVERDUE, "is_provisional", 1),
        (NoticeKind.OVERDUE, "document_number", 6),
        (NoticeKind.RED_NOTICE, "copied_to", "督查室"),
        (NoticeKind.RED_NOTICE, "copied_to", [1]),
        (NoticeKind.SPECIAL_REPORT, "rungs_fired", ["黄牌"]),
        (NoticeKind.SPECIAL_REPORT, "rungs_fired", [{"what": "黄牌"}]),
        (NoticeKind.SESSION_NOTICE, "starts_at", "2026-04-09T09:30:00"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: NoticeKind, name: str, wrong: JSON) -> None:
    with pytest.raises(PayloadError, match=name):
        from_payload(kind, {**stored(kind), name: wrong})


def test_an_instant_without_a_time_zone_is_not_stored() -> None:
    session = BY_KIND[NoticeKind.SESSION_NOTICE]
    assert isinstance(session, SessionNotice)
    naive = datetime(2026, 4, 9, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(PayloadError, match="time zone"):
        to_payload(replace(session, starts_at=naive))


def test_a_value_json_cannot_carry_is_not_stored() -> None:
    notice = BY_KIND[NoticeKind.TERMINATED]
    assert isinstance(notice, Terminated)
    with pytest.raises(PayloadError, match="float"):
        to_payload(replace(notice, reason=0.5))  # type: ignore[arg-type]


def test_payloads_name_no_field_for_contact_data() -> None:
    names = {name for form in NOTICES.values() for name in form.__dataclass_fields__}
    assert not [
        name for name in names if any(word in name for word in ("phone", "mobile", "mail", "identity"))
    ]
    assert date(2026, 7, 14).isoformat() in json.dumps(stored(NoticeKind.RED_NOTICE))
