"""What goes through webhooks in a round of the post office: entered once a matter, signed, noted like any letter."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from domain.calendar import local_date
from notifications.channels import Channel, Outgoing
from notifications.mailer import DeliveryOutcome, back_off, message_id_for
from notifications.payloads import PayloadError, from_payload
from notifications.rendering import render
from notifications.webhooks import WebhookChannel, webhook_client
from notifications.working_hours import may_go_out_at
from records.books import Books
from records.personal_data import PersonalDataVault, VaultError
from records.sessions import Register
from records.tables.letters import NoticeState
from records.tables.people import Organisation
from records.webhook_calls import (
    WaitingCall,
    calls_waiting_at,
    enter_call,
    notices_for,
    open_webhooks,
    record_call,
)

CALLS_PER_ROUND_MAX = 100
STATES = {
    "delivered": NoticeState.DELIVERED,
    "try_again": NoticeState.WAITING,
    "refused": NoticeState.REFUSED,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class WebhookPost:
    """What the calls need from outside. ``mail_domain`` is the right side of every message's id."""

    register: Register
    books: Books
    vault: PersonalDataVault
    mail_domain: str

    async def make_calls(self, now: datetime) -> None:
        """Enter what is new and make the calls whose instant has come. One that fails waits, like a letter."""
        calls = await asyncio.to_thread(self._entered, now)
        if not calls:
            return
        async with webhook_client() as client:
            for call in calls:
                try:
                    channel: Channel = WebhookChannel(
                        client,
                        self.vault.open(call.sealed_address, call.webhook_id),
                        self.vault.open(call.sealed_secret, call.webhook_id),
                        call.form,
                    )
                    outcome = await channel.send(self._outgoing(call))
                except VaultError:
                    outcome = DeliveryOutcome("refused", None, "推送接口的密钥无法读取，请重新开通")
                except PayloadError:
                    logger.exception("letter %s cannot be read", call.notice_id)
                    outcome = DeliveryOutcome("refused", None, "信件内容无法读取")
                await asyncio.to_thread(self._note, call, now, outcome)
                activity.heartbeat()

    def _entered(self, now: datetime) -> list[WaitingCall]:
        with self.register.writing() as session:
            for webhook in open_webhooks(session):
                unit = session.get(Organisation, webhook.organisation_id) if webhook.organisation_id else None
                calendar = self.books.calendar_in(
                    session, unit.area if unit else webhook.area, webhook.organisation_id
                )
                for notice in notices_for(session, webhook, now, local_date(now), CALLS_PER_ROUND_MAX):
                    send_after_at = may_go_out_at(notice.kind, now, calendar.is_workday)
                    enter_call(session, webhook, notice, send_after_at)
            return calls_waiting_at(session, now, CALLS_PER_ROUND_MAX)

    def _outgoing(self, call: WaitingCall) -> Outgoing:
        notice = from_payload(call.kind, call.payload)
        # Names are for letters: the subject line alone goes out.
        letter = render(notice, recipient_name="", platform_name="")
        return Outgoing(letter, self._message_id(call), call.kind.value, notice.link)

    def _message_id(self, call: WaitingCall) -> str:
        return message_id_for(call.id, self.mail_domain)

    def _note(self, call: WaitingCall, now: datetime, outcome: DeliveryOutcome) -> None:
        state = STATES[outcome.state]
        with self.register.writing() as session:
            record_call(
                session,
                call,
                at=now,
                state=state,
                outcome=outcome.state,
                code=outcome.code,
                detail=outcome.detail,
                message_id=self._message_id(call),
                send_after_at=now + back_off(call.attempts + 1) if state is NoticeState.WAITING else now,
            )
