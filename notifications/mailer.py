"""Handing letters to a mail server, one recipient a message, and saying what became of each.

A delivery that fails is an outcome, never an exception: the caller keeps the letter or marks the bounce.
"""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from uuid import UUID

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from notifications.letters import Letter
from notifications.wording import one_line, shortened

DETAIL_CHARACTERS_MAX = 500
# Answers about how we present ourselves (TLS, sign-in), wherever the server gives them.
_CONFIGURATION_CODES = frozenset({530, 534, 535, 538})
_SERVICE_CLOSING_CODE = 421
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
_WAIT_MAX = timedelta(days=1)


@dataclass(frozen=True)
class MailerSettings:
    """Where letters are handed in, and in whose name.

    Raises ValueError for a port, time-out, sender or sign-in that cannot work, and for a password that would
    cross a network in clear text.
    """

    host: str
    port: int
    starttls: bool
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender_name: str = "协商议事平台"
    timeout_seconds: float = 30.0

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65_535:
            raise ValueError(f"port {self.port} is not between 1 and 65535")
        if self.timeout_seconds <= 0:
            raise ValueError("timeout_seconds must be positive")
        if _address_or_none(self.sender, self.sender_name) is None:
            raise ValueError(f"sender {self.sender!r} is not a mail address")
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        if self.username is not None and not self.starttls and self.host not in _LOOPBACK_HOSTS:
            raise ValueError("a password is only sent over STARTTLS")


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of one letter: delivered, to be tried again, or refused for good (a bounce).

    `code` is the server's answer where there was one; `detail` tells an administrator, in Chinese.
    """

    state: Literal["delivered", "try_again", "refused"]
    code: int | None
    detail: str


class MailConnection:
    """One session with the mail server. Opened by the first letter; use it through `Mailer.connection`."""

    def __init__(self, settings: MailerSettings, tls_context: ssl.SSLContext | None) -> None:
        self._settings = settings
        self._tls_context = tls_context
        self._client: SMTP | None = None
        self._delivered_count = 0
        self._given_up: DeliveryOutcome | None = None

    async def send(self, letter: Letter, to_address: str, message_id: str) -> DeliveryOutcome:
        """Hand in one letter for one recipient. Never raises for a delivery that failed."""
        address = _address_or_none(to_address)
        if address is None:
            return DeliveryOutcome("refused", None, "收件地址无效，未予发送")
        if self._given_up is not None:
            return self._given_up
        message = _message(letter, address, message_id, self._settings)
        try:
            client = await self._connected()
            _, answer = await client.send_message(message)
        except (SMTPException, OSError) as error:
            outcome = _outcome_of(error)
            self._after(outcome, error)
            return outcome
        self._delivered_count += 1
        return DeliveryOutcome("delivered", 250, _detail("已送达邮件服务器", answer))

    async def close(self) -> None:
        """Say goodbye, or hang up where nobody answers."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit()
        except (SMTPException, OSError):
            client.close()

    async def _connected(self) -> SMTP:
        if self._client is None:
            settings = self._settings
            client = SMTP(
                hostname=settings.host,
                port=settings.port,
                username=settings.username,
                password=settings.password,
                start_tls=settings.starttls,
                tls_context=self._tls_context,
                timeout=settings.timeout_seconds,
                # The machine's own name is nobody's business and may need a slow look-up.
                local_hostname=settings.sender.rpartition("@")[2],
            )
            try:
                await client.connect()
            except BaseException:
                client.close()
                raise
            self._client = client
        return self._client

    def _after(self, outcome: DeliveryOutcome, error: Exception) -> None:
        """Decide whether the next letter may use this connection, a new one, or must wait for the next batch."""
        is_about_this_letter = (
            self._client is not None
            and isinstance(error, SMTPRecipientsRefused | SMTPResponseException)
            and outcome.code != _SERVICE_CLOSING_CODE
        )
        if is_about_this_letter:
            return
        client, self._client = self._client, None
        if client is not None:
            client.close()
        # Some servers take only so many letters a connection: what worked before may work anew.
        if self._delivered_count == 0 or isinstance(error, TimeoutError):
            self._given_up = outcome
        self._delivered_count = 0


class Mailer:
    """The way to one mail server. `tls_context` replaces the system's trust, for a private authority."""

    def __init__(self, settings: MailerSettings, tls_context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls_context = tls_context

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[MailConnection]:
        """A session for a batch of letters. Entering never fails: a dead server shows in the outcomes."""
        connection = MailConnection(self._settings, self._tls_context)
        try:
            yield connection
        finally:
            await connection.close()


def message_id_for(notice_id: UUID | str, domain: str, resends: int = 0) -> str:
    """The Message-ID of a notice, the same at every attempt, so that a repeated letter is recognisable.

    One that an administrator had sent anew is another message, numbered by ``resends``.

    Raises ValueError for a notice id or domain that a header cannot carry.
    """
    number = f".{resends}" if resends else ""
    message_id = f"<{notice_id}{number}@{domain}>"
    if not re.fullmatch(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>", message_id):
        raise ValueError(f"no Message-ID from {notice_id!r} and {domain!r}")
    return message_id


def back_off(attempt: int) -> timedelta:
    """How long to wait after the given failed attempt (1 is the first): minutes, then hours, then daily.

    Raises ValueError for an attempt below 1.
    """
    if attempt < 1:
        raise ValueError("attempts count from 1")
    return _WAITS[attempt - 1] if attempt <= len(_WAITS) else _WAIT_MAX


def _message(letter: Letter, to: Address, message_id: str, settings: MailerSettings) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = one_line(letter.subject)
    message["From"] = _address_or_none(settings.sender, settings.sender_name)
    message["To"] = to
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    # base64 keeps every line short, however long a paragraph is.
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    # Set earlier, it would move into the text part with the other Content headers.
    message["Content-Language"] = "zh-CN"
    return message


def _address_or_none(text: str, display_name: str = "") -> Address | None:
    """A plain `local@domain` in ASCII; everything else (lists, quoted names, line breaks) is no address."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}", text):
        return None
    try:
        return Address(display_name=one_line(display_name), addr_spec=text)
    except (ValueError, IndexError):
        return None


def _outcome_of(error: Exception) -> DeliveryOutcome:
    code, answer = _answer_of(error)
    if isinstance(error, SMTPAuthenticationError) or code in _CONFIGURATION_CODES:
        return DeliveryOutcome("try_again", code, _detail("邮件配置错误：登录被拒绝，信件保留待发", answer))
    if isinstance(error, ssl.SSLError):
        return DeliveryOutcome("try_again", code, _detail("邮件配置错误：证书不受信任，信件保留待发", answer))
    if isinstance(error, TimeoutError):
        return DeliveryOutcome("try_again", code, _detail("邮件服务器应答超时，稍后重试", answer))
    if isinstance(error, OSError):
        return DeliveryOutcome("try_again", code, _detail("邮件服务器无法连接，稍后重试", answer))
    if code is None:  # no STARTTLS or no sign-in on offer
        return DeliveryOutcome("try_again", code, _detail("邮件配置错误：服务器不支持，信件保留待发", answer))
    if code >= 500 and isinstance(error, SMTPRecipientsRefused | SMTPDataError):
        return DeliveryOutcome("refused", code, _detail("收件方拒收", answer))
    if code >= 500:  # a refusal of us, not of the recipient or the letter
        return DeliveryOutcome("try_again", code, _detail("邮件配置错误：本系统被拒绝，信件保留待发", answer))
    return DeliveryOutcome("try_again", code, _detail("邮件服务器暂不接收，稍后重试", answer))


def _answer_of(error: Exception) -> tuple[int | None, str]:
    if isinstance(error, SMTPRecipientsRefused):
        only = error.recipients[0]  # one recipient a message
        return only.code, only.message
    if isinstance(error, SMTPResponseException):
        return error.code, error.message
    return None, str(error)


def _detail(what: str, answer: str) -> str:
    return shortened(f"{what}（{one_line(answer)}）", DETAIL_CHARACTERS_MAX)
