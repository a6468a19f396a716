"""The post office's deed: what goes out now, what waits, and what becomes of each letter."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.post import PostRoom, PostRound
from domain.audit_actions import AuditAction
from domain.calendar import at_local
from domain.notice_ways import NoticeChannel
from domain.notices import NoticeKind
from notifications.mailer import Mailer, MailerSettings
from records.base import new_id
from records.mail_standings import AddressPaper, correct_address
from records.tables.audit import AuditEntry
from records.tables.calendars import WorkCalendarPublication, WorkCalendarTable
from records.tables.letters import Delivery, NoticeRow, NoticeState
from records.tables.notice_ways import MailStanding, NoticeChoice
from records.tables.people import Person
from tests import cast
from tests.servers import SmtpServer, free_port
from tests.stories import BOOKS, TRAIL, VAULT, Story

MONDAY = date(2026, 4, 13)
MORNING = at_local(MONDAY, 9)

RESUMED = {
    "consultation_number": "苏-云塘-2026-0001",
    "consultation_title": "老旧小区加装电梯",
    "link": "https://shangliang.example/consultations/1",
    "suspended_on": "2026-04-01",
    "resumed_on": "2026-04-13",
    "resumed_by": "云塘街道政协工委",
    "suspended_workdays": 7,
}
TERMINATED = {
    "consultation_number": "苏-云塘-2026-0001",
    "consultation_title": "老旧小区加装电梯",
    "link": "https://shangliang.example/consultations/1",
    "terminated_on": "2026-04-13",
    "terminated_by": "云塘街道党工委",
    "reason": "上级已统一规定",
}


def letter(
    kind: NoticeKind = NoticeKind.RESUMED,
    person_id: str = cast.STAFF_PLAYER.id,
    payload: dict[str, Any] | None = None,
    at: datetime = MORNING,
) -> NoticeRow:
    by_kind = {NoticeKind.RESUMED: RESUMED, NoticeKind.TERMINATED: TERMINATED}
    return NoticeRow(
        id=new_id(),
        kind=kind,
        person_id=person_id,
        payload=by_kind[kind] if payload is None else payload,
        written_at=at,
        send_after_at=at,
    )


def post_room(story: Story, port: int) -> PostRoom:
    settings = MailerSettings(
        host="127.0.0.1", port=port, starttls=False, sender="s@example.org", timeout_seconds=5
    )
    return PostRoom(story.register, BOOKS, Mailer(settings), "shangliang.example", TRAIL, VAULT)


async def deliver(story: Story, port: int, at: datetime) -> datetime | None:
    round_: PostRound = await ActivityEnvironment().run(post_room(story, port).deliver_letters, at)
    return round_.next_at


def state_of(story: Story, row: NoticeRow) -> NoticeState:
    return story.one(NoticeRow, id=row.id).state


async def test_an_empty_outbox_waits_for_nothing(story: Story, smtp_catcher: SmtpServer) -> None:
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert smtp_catcher.messages == []


async def test_the_ordinary_letters_of_a_person_go_out_as_one_digest(
    any_story: Story, smtp_catcher: SmtpServer
) -> None:
    rows = [letter(), letter(), letter(person_id=cast.CONVENER_PLAYER.id)]
    any_story.add(*rows)
    assert await deliver(any_story, smtp_catcher.port, MORNING) is None
    recipients = sorted(str(message["To"]) for message in smtp_catcher.messages)
    assert recipients == [cast.STAFF_PLAYER.email, cast.CONVENER_PLAYER.email]
    assert [state_of(any_story, row) for row in rows] == [NoticeState.DELIVERED] * 3
    assert len(any_story.every(Delivery, outcome="delivered", code=250)) == 3


async def test_nobody_gets_two_digests_on_one_day(story: Story, smtp_catcher: SmtpServer) -> None:
    story.add(letter())
    await deliver(story, smtp_catcher.port, MORNING)
    later = letter(at=MORNING + timedelta(hours=2))
    story.add(later)
    next_at = await deliver(story, smtp_catcher.port, MORNING + timedelta(hours=2))
    assert len(smtp_catcher.messages) == 1
    assert next_at == at_local(date(2026, 4, 14), 8, 30)
    assert await deliver(story, smtp_catcher.port, next_at) is None
    assert len(smtp_catcher.messages) == 2


async def test_an_urgent_letter_goes_out_at_once_and_alone_at_any_hour(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    night = at_local(date(2026, 4, 12), 23)
    story.add(letter(NoticeKind.TERMINATED, at=night), letter(NoticeKind.TERMINATED, at=night))
    assert await deliver(story, smtp_catcher.port, night) is None
    assert len(smtp_catcher.messages) == 2


async def test_an_urgent_letter_does_not_use_up_the_days_digest(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    story.add(letter(NoticeKind.TERMINATED), letter())
    await deliver(story, smtp_catcher.port, MORNING)
    assert len(smtp_catcher.messages) == 2


@pytest.mark.parametrize(
    ("now", "opens_at"),
    [
        (at_local(date(2026, 4, 12), 10), at_local(MONDAY, 8, 30)),  # a Sunday
        (at_local(MONDAY, 8, 29), at_local(MONDAY, 8, 30)),
        (at_local(MONDAY, 17, 30), at_local(date(2026, 4, 14), 8, 30)),
        (at_local(date(2026, 4, 30), 18), at_local(date(2026, 5, 6), 8, 30)),  # 劳动节
        (at_local(date(2026, 5, 8), 18), at_local(date(2026, 5, 9), 8, 30)),  # a Saturday that is worked
    ],
)
async def test_ordinary_letters_wait_for_working_hours(
    story: Story, smtp_catcher: SmtpServer, now: datetime, opens_at: datetime
) -> None:
    story.add(letter(at=now))
    assert await deliver(story, smtp_catcher.port, now) == opens_at
    assert smtp_catcher.messages == []
    assert await deliver(story, smtp_catcher.port, opens_at) is None
    assert len(smtp_catcher.messages) == 1


async def test_a_mail_server_that_is_away_only_postpones(any_story: Story, smtp_catcher: SmtpServer) -> None:
    row = letter()
    any_story.add(row)
    nobody_listens = free_port()
    assert await deliver(any_story, nobody_listens, MORNING) == MORNING + timedelta(minutes=1)
    second_at = MORNING + timedelta(minutes=1)
    assert await deliver(any_story, nobody_listens, second_at) == second_at + timedelta(minutes=5)
    assert [one.outcome for one in any_story.every(Delivery)] == ["try_again", "try_again"]
    assert await deliver(any_story, smtp_catcher.port, second_at + timedelta(minutes=5)) is None
    assert state_of(any_story, row) is NoticeState.DELIVERED
    assert any_story.one(NoticeRow, id=row.id).attempts == 3
    assert len(smtp_catcher.messages) == 1


async def test_every_attempt_carries_the_same_message_id(story: Story, smtp_catcher: SmtpServer) -> None:
    row = letter()
    story.add(row)
    smtp_catcher.refusals["*"] = "450 4.2.1 try later"
    next_at = await deliver(story, smtp_catcher.port, MORNING)
    assert next_at is not None
    smtp_catcher.refusals.clear()
    await deliver(story, smtp_catcher.port, next_at)
    (message,) = smtp_catcher.messages
    assert message["Message-ID"] == f"<{row.id}@shangliang.example>"


async def test_a_refused_recipient_is_a_bounce_and_holds_nobody_else_up(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    smtp_catcher.refusals[cast.STAFF_PLAYER.email] = "550 5.1.1 no such user"
    bounced, delivered = letter(), letter(person_id=cast.CONVENER_PLAYER.id)
    story.add(bounced, delivered)
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert state_of(story, bounced) is NoticeState.REFUSED
    assert story.one(Delivery, notice_id=bounced.id).code == 550
    assert state_of(story, delivered) is NoticeState.DELIVERED


async def test_a_person_without_an_address_reads_on_the_pages(story: Story, smtp_catcher: SmtpServer) -> None:
    row = letter()
    story.add(row)
    with story.register.writing() as session:
        session.get_one(Person, cast.STAFF_PLAYER.id).email = ""
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert state_of(story, row) is NoticeState.NO_ADDRESS
    assert smtp_catcher.messages == []


async def test_an_unreadable_letter_never_goes_out_with_a_hole(
    story: Story, smtp_catcher: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    row = letter(payload={"consultation_number": "苏-云塘-2026-0001"})
    story.add(row)
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert state_of(story, row) is NoticeState.REFUSED
    assert smtp_catcher.messages == []
    assert row.id in caplog.text


async def test_an_unreadable_letter_does_not_pass_for_delivered_in_a_digest(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    bad, good = letter(payload={}), letter()
    story.add(bad, good)
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert (state_of(story, bad), state_of(story, good)) == (NoticeState.REFUSED, NoticeState.DELIVERED)
    assert len(smtp_catcher.messages) == 1


async def test_what_is_left_of_a_full_round_is_next_at_once(
    story: Story, smtp_catcher: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.post.LETTERS_PER_ROUND_MAX", 2)
    story.add(*(letter(NoticeKind.TERMINATED) for _ in range(3)))
    assert await deliver(story, smtp_catcher.port, MORNING) == MORNING
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert len(smtp_catcher.messages) == 3


def choose(story: Story, **choice: Any) -> None:
    story.add(NoticeChoice(person_id=cast.STAFF_PLAYER.id, chosen_at=MORNING, **choice))


async def test_a_digest_waits_for_the_hour_that_its_reader_chose(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    choose(story, channel=NoticeChannel.MAIL, digest_minute=15 * 60)
    story.add(letter(), letter(NoticeKind.TERMINATED))
    assert await deliver(story, smtp_catcher.port, MORNING) == at_local(MONDAY, 15)
    assert len(smtp_catcher.messages) == 1  # the urgent one
    assert await deliver(story, smtp_catcher.port, at_local(MONDAY, 15)) is None
    assert len(smtp_catcher.messages) == 2


@pytest.mark.parametrize(
    "choice",
    [
        {"channel": NoticeChannel.HOUSE},
        {"channel": NoticeChannel.MAIL, "house_kinds": [NoticeKind.RESUMED.value]},
    ],
)
async def test_what_somebody_chose_to_read_in_the_house_is_not_sent(
    story: Story, smtp_catcher: SmtpServer, choice: dict[str, Any]
) -> None:
    choose(story, **choice)
    chosen, urgent = letter(), letter(NoticeKind.TERMINATED)
    story.add(chosen, urgent)
    assert await deliver(story, smtp_catcher.port, MORNING) is None
    assert state_of(story, chosen) is NoticeState.HOUSE_ONLY
    assert state_of(story, urgent) is NoticeState.DELIVERED
    assert len(smtp_catcher.messages) == 1


async def test_a_choice_in_the_register_never_holds_back_what_obliges(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    choose(story, channel=NoticeChannel.HOUSE, house_kinds=[NoticeKind.TERMINATED.value])
    story.add(letter(NoticeKind.TERMINATED))
    await deliver(story, smtp_catcher.port, MORNING)
    assert len(smtp_catcher.messages) == 1


async def test_the_working_days_are_those_of_the_readers_own_unit(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    """Monday is off in this street's own calendar, and nowhere else."""
    year = BOOKS.calendar.years[2026]
    days_off = {day.isoformat(): name for day, name in year.days_off.items()}
    table = WorkCalendarTable(
        id="table",
        scope=cast.STREET,
        year=2026,
        days_off=days_off | {MONDAY.isoformat(): "街道停办公"},
        workdays={day.isoformat(): name for day, name in year.workdays.items()},
        source="枫政发〔2026〕1号",
        revision=1,
        drafted_by=cast.SYSTEM_ADMIN_PLAYER.id,
        drafted_at=MORNING,
    )
    story.add(table)
    story.add(
        WorkCalendarPublication(
            calendar_id="table", number=1, published_by=cast.OWNER_PLAYER.id, published_at=MORNING
        )
    )
    story.add(letter(), letter(person_id=cast.OWNER_PLAYER.id))
    assert await deliver(story, smtp_catcher.port, MORNING) == at_local(date(2026, 4, 14), 8, 30)
    assert [str(message["To"]) for message in smtp_catcher.messages] == [cast.OWNER_PLAYER.email]


async def test_an_address_that_refuses_three_times_is_stopped_and_its_letters_stay_in_the_house(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    smtp_catcher.refusals[cast.STAFF_PLAYER.email] = "550 5.1.1 no such user"
    for number in range(3):
        story.add(letter(NoticeKind.TERMINATED))
        await deliver(story, smtp_catcher.port, MORNING + timedelta(minutes=number))
    standing = story.one(MailStanding, person_id=cast.STAFF_PLAYER.id)
    assert (standing.refused_in_a_row, standing.stopped_at) == (3, MORNING + timedelta(minutes=2))
    assert len(story.every(AuditEntry, action=AuditAction.MAIL_STOPPED)) == 1
    smtp_catcher.refusals.clear()
    held = letter(NoticeKind.TERMINATED)
    story.add(held)
    await deliver(story, smtp_catcher.port, MORNING + timedelta(minutes=9))
    assert state_of(story, held) is NoticeState.HOUSE_ONLY
    assert smtp_catcher.messages == []
    story.write(
        lambda pen: correct_address(pen, cast.STAFF_PLAYER.id, AddressPaper(email="lin.new@example.org")),
        by=cast.SYSTEM_ADMIN_PLAYER.actor,
    )
    story.add(letter(NoticeKind.TERMINATED))
    await deliver(story, smtp_catcher.port, MORNING + timedelta(minutes=10))
    assert [str(message["To"]) for message in smtp_catcher.messages] == ["lin.new@example.org"]


async def test_one_letter_that_is_taken_clears_earlier_refusals(
    story: Story, smtp_catcher: SmtpServer
) -> None:
    smtp_catcher.refusals[cast.STAFF_PLAYER.email] = "550 5.1.1 no such user"
    for _ in range(2):
        story.add(letter(NoticeKind.TERMINATED))
        await deliver(story, smtp_catcher.port, MORNING)
    smtp_catcher.refusals.clear()
    story.add(letter(NoticeKind.TERMINATED))
    await deliver(story, smtp_catcher.port, MORNING)
    assert story.every(MailStanding) == []
