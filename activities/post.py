"""The deed of the post office: send what may go out now, one message a person, and note every attempt."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from sqlalchemy.orm import Session
from temporalio import activity

from activities.webhook_post import WebhookPost
from domain.bodies import CLOCK_ACTOR
from domain.calendar import WorkCalendar, end_of_day, local_date
from notifications.channels import Channel, MailChannel, Outgoing
from notifications.mailer import DeliveryOutcome, MailConnection, Mailer, back_off, message_id_for
from notifications.notices import Notice
from notifications.payloads import PayloadError, from_payload
from notifications.rendering import render_digest
from notifications.working_hours import OPENS, may_go_out_at
from records.audit import AuditTrail
from records.books import Books
from records.mail_standings import note_refusal, note_success
from records.outbox import (
    WaitingLetter,
    keep_in_the_house,
    last_digest_at,
    letters_waiting_at,
    next_letter_at,
    postpone,
    record_delivery,
)
from records.pen import Pen
from records.personal_data import PersonalDataVault
from records.sessions import Register
from records.tables.letters import NoticeState
from records.webhook_calls import next_call_at

LETTERS_PER_ROUND_MAX = 200
DEFAULT_PLATFORM_NAME = "协商议事平台"

logger = logging.getLogger(__name__)


@dataclass
class PostRound:
    """What one round left: the earliest instant at which a letter may go out, None when the outbox is empty."""

    next_at: datetime | None = None


@dataclass(frozen=True)
class PostRoom:
    """What the post office's deed needs from outside. ``mail_domain`` is the right side of every Message-ID."""

    register: Register
    books: Books
    mailer: Mailer
    mail_domain: str
    trail: AuditTrail
    vault: PersonalDataVault

    @activity.defn(name="deliver_letters")
    async def deliver_letters(self, now: datetime) -> PostRound:
        """Send what may go out at ``now``. A mail server that is away only postpones: no letter is lost."""
        messages = await asyncio.to_thread(self._messages, now)
        if messages:
            async with self.mailer.connection() as connection:
                for message in messages:
                    await self._send(connection, message, now)
                    # A worker that died between two letters is noticed by its silence.
                    activity.heartbeat()
        await WebhookPost(self.register, self.books, self.vault, self.mail_domain).make_calls(now)
        return PostRound(await asyncio.to_thread(self._next_at))

    def _messages(self, now: datetime) -> list[list[WaitingLetter]]:
        """Urgent letters one by one; the ordinary ones of a person as one digest, at most one a day."""
        with self.register.writing() as session:
            messages: list[list[WaitingLetter]] = []
            ordinary: dict[str, list[WaitingLetter]] = {}
            for letter in letters_waiting_at(session, now, local_date(now), LETTERS_PER_ROUND_MAX):
                if letter.is_stopped or letter.is_for_the_house:
                    why = (
                        "收件地址已停用，信件可在站内查看" if letter.is_stopped else "按本人选择仅在站内查看"
                    )
                    keep_in_the_house(session, [letter.id], now, why)
                elif letter.goes_alone:
                    messages.append([letter])
                else:
                    ordinary.setdefault(letter.person_id, []).append(letter)
            for person_id, letters in ordinary.items():
                calendar = self.books.calendar_in(session, letters[0].area, letters[0].unit_id)
                opens_at = digest_at(letters, now, last_digest_at(session, person_id), calendar)
                if opens_at <= now:
                    messages.append(letters)
                else:
                    postpone(session, [letter.id for letter in letters], opens_at)
            return messages

    async def _send(self, connection: MailConnection, message: list[WaitingLetter], now: datetime) -> None:
        first = message[0]
        if not first.address:
            outcome = DeliveryOutcome("refused", None, "收件人没有登记邮箱，信件可在站内查看")
            await asyncio.to_thread(self._note, message, now, outcome, NoticeState.NO_ADDRESS)
            return
        notices = dict(self._readable(message))
        unreadable = [letter for letter in message if letter.id not in notices]
        if unreadable:
            outcome = DeliveryOutcome("refused", None, "信件内容无法读取")
            await asyncio.to_thread(self._note, unreadable, now, outcome, NoticeState.REFUSED)
        if not notices:
            return
        digest = render_digest(
            list(notices.values()),
            recipient_name=first.person_name,
            platform_name=self._platform_name(first.rule_set_id),
        )
        message_id = message_id_for(first.id, self.mail_domain, first.resends)
        outgoing = Outgoing(digest, message_id, first.kind.value, next(iter(notices.values())).link)
        channel: Channel = MailChannel(connection, first.address)
        outcome = await channel.send(outgoing)
        sent = [letter for letter in message if letter.id in notices]
        await asyncio.to_thread(self._note, sent, now, outcome, _STATES[outcome.state], message_id)

    def _readable(self, message: list[WaitingLetter]) -> Iterable[tuple[str, Notice]]:
        """The letters that can be read, by id."""
        for letter in message:
            try:
                yield letter.id, from_payload(letter.kind, letter.payload)
            except PayloadError:
                logger.exception("letter %s cannot be read", letter.id)

    def _note(
        self,
        message: list[WaitingLetter],
        now: datetime,
        outcome: DeliveryOutcome,
        state: NoticeState,
        message_id: str = "",
    ) -> None:
        attempts = max(letter.attempts for letter in message) + 1
        with self.register.writing() as session:
            record_delivery(
                session,
                [letter.id for letter in message],
                at=now,
                state=state,
                outcome=outcome.state,
                code=outcome.code,
                detail=outcome.detail,
                send_after_at=now + back_off(attempts) if state is NoticeState.WAITING else now,
                message_id=message_id,
            )
            self._note_standing(session, message[0], now, outcome)

    def _note_standing(
        self, session: Session, letter: WaitingLetter, now: datetime, outcome: DeliveryOutcome
    ) -> None:
        """An address that refuses again and again is stopped; one letter that was taken clears it."""
        if outcome.state == "delivered":
            note_success(session, letter.person_id)
        elif outcome.state == "refused" and outcome.code is not None:
            pen = Pen(session, self.trail, CLOCK_ACTOR, now)
            note_refusal(pen, letter.person_id, letter.address, outcome.detail)

    def _next_at(self) -> datetime | None:
        with self.register.reading() as session:
            instants = (next_letter_at(session), next_call_at(session))
            return min((one for one in instants if one is not None), default=None)

    def _platform_name(self, rule_set_id: str | None) -> str:
        rule_set = self.books.rule_sets.get(rule_set_id or "")
        return rule_set.platform_name if rule_set else DEFAULT_PLATFORM_NAME


def digest_at(
    letters: list[WaitingLetter], now: datetime, last_at: datetime | None, calendar: WorkCalendar
) -> datetime:
    """The first instant at which these ordinary letters of one person may go out together.

    In working hours of the reader's own calendar, not before the hour that they chose, and not on a day on which they
    already had a digest.
    """
    minute = letters[0].digest_minute
    opens = OPENS if minute is None else time(minute // 60, minute % 60)
    start = now
    if last_at is not None and local_date(last_at) == local_date(now):
        start = end_of_day(local_date(now)) + timedelta(seconds=1)
    return may_go_out_at(letters[0].kind, start, calendar.is_workday, opens)


_STATES: dict[Literal["delivered", "try_again", "refused"], NoticeState] = {
    "delivered": NoticeState.DELIVERED,
    "try_again": NoticeState.WAITING,
    "refused": NoticeState.REFUSED,
}
