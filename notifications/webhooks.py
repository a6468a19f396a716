"""Webhooks: a letter's subject and link posted to an office system or a group robot, signed.

What goes out holds no personal data beyond the subject line. The receiver proves the sender by the signature:
``X-Shangliang-Signature: sha256=<hex>`` is HMAC-SHA256, with the shared secret, over the value of
``X-Shangliang-Timestamp`` (seconds since 1970), a full stop, and the body. ``X-Shangliang-Delivery`` names the message
and is the same at every attempt.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2

from domain.notice_ways import WebhookFormat
from notifications.channels import Outgoing
from notifications.mailer import DETAIL_CHARACTERS_MAX, DeliveryOutcome
from notifications.wording import one_line, shortened

TIMESTAMP_HEADER = "X-Shangliang-Timestamp"
SIGNATURE_HEADER = "X-Shangliang-Signature"
DELIVERY_HEADER = "X-Shangliang-Delivery"
TIMEOUT_SECONDS = 10.0
ADDRESS_CHARACTERS_MAX = 1_000
ANSWER_BYTES_MAX = 4_096
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LATER = frozenset({408, 425, 429})
_ROBOT_LATER = frozenset({-1, 45009, 130101, 410100})
"""What the robots of WeCom and DingTalk answer when they are busy or asked too often."""


class WebhookAddressError(ValueError):
    """An address to which nothing may be posted; the text says why, in Chinese."""


def checked_address(address: str) -> str:
    """The host of an address that may be posted to.

    Raises WebhookAddressError unless it is https, or http on this very machine, without a name and password in it.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise WebhookAddressError("地址格式不正确。") from None
    is_clean = address.isascii() and address.isprintable() and " " not in address
    if not host or not is_clean or len(address) > ADDRESS_CHARACTERS_MAX:
        raise WebhookAddressError("地址格式不正确。")
    if parts.username or parts.password or parts.fragment:
        raise WebhookAddressError("地址中不得含有用户名、密码或者“#”。")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise WebhookAddressError("地址须以 https:// 开头（只有本机地址可以用 http://）。")
    return host


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body sent at that time."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def body_of(outgoing: Outgoing, form: WebhookFormat) -> bytes:
    """The body in the receiver's form: the subject line and the link, nothing else of the letter."""
    subject = one_line(outgoing.letter.subject)
    told: Mapping[str, Any]
    match form:
        case WebhookFormat.PLAIN:
            told = {
                "id": outgoing.message_id,
                "kind": outgoing.kind,
                "subject": subject,
                "link": outgoing.link,
            }
        case WebhookFormat.WECOM | WebhookFormat.DINGTALK:
            told = {"msgtype": "text", "text": {"content": f"{subject}\n{outgoing.link}"}}
    return json.dumps(told, ensure_ascii=False).encode()


@dataclass(frozen=True)
class WebhookChannel:
    """One webhook with its secret, over a client that several share."""

    client: httpx2.AsyncClient
    address: str
    secret: str
    form: WebhookFormat
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def send(self, outgoing: Outgoing) -> DeliveryOutcome:
        """Post one letter. No redirect is followed: the signature is meant for one receiver."""
        body = body_of(outgoing, self.form)
        timestamp = str(int(self.now().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: signature_of(self.secret, timestamp, body),
            DELIVERY_HEADER: outgoing.message_id,
        }
        try:
            checked_address(self.address)
            async with self.client.stream("POST", self.address, content=body, headers=headers) as answer:
                return _outcome_of(answer.status_code, await _beginning(answer), self.form)
        except WebhookAddressError as error:
            return DeliveryOutcome("refused", None, str(error))
        except httpx2.TimeoutException:
            return DeliveryOutcome("try_again", None, "推送接口应答超时，稍后重试")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # Only the kind of fault: its text may hold the address, which is a secret.
            return DeliveryOutcome("try_again", None, f"推送接口无法连接，稍后重试（{type(error).__name__}）")


@asynccontextmanager
async def webhook_client() -> AsyncIterator[httpx2.AsyncClient]:
    """A client for one batch: bounded in time, without redirects, cookies or proxies of the environment."""
    async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client:
        yield client


async def _beginning(answer: httpx2.Response) -> bytes:
    kept = b""
    async for chunk in answer.aiter_bytes():
        kept += chunk
        if len(kept) >= ANSWER_BYTES_MAX:
            break
    return kept[:ANSWER_BYTES_MAX]


def _outcome_of(code: int, answer: bytes, form: WebhookFormat) -> DeliveryOutcome:
    said = answer.decode("utf-8", "replace")
    if 200 <= code < 300:
        return _robot_outcome(code, said) if form is not WebhookFormat.PLAIN else _taken(code)
    if code in _LATER or code >= 500:
        return DeliveryOutcome("try_again", code, _detail("推送接口暂不接收，稍后重试", said))
    if 300 <= code < 400:
        return DeliveryOutcome("refused", code, "推送接口要求跳转，不予跟随，请更正地址")
    return DeliveryOutcome("refused", code, _detail("推送接口拒收", said))


def _robot_outcome(code: int, said: str) -> DeliveryOutcome:
    """Robots say in their answer, not in its status, that they refuse."""
    try:
        told = json.loads(said)
        fault = int(told.get("errcode", 0))
    except (ValueError, AttributeError, TypeError):
        return DeliveryOutcome("try_again", code, _detail("推送接口应答无法识别，稍后重试", said))
    if fault == 0:
        return _taken(code)
    if fault in _ROBOT_LATER:
        return DeliveryOutcome("try_again", code, _detail("群机器人暂不接收，稍后重试", said))
    return DeliveryOutcome("refused", code, _detail("群机器人拒收", said))


def _taken(code: int) -> DeliveryOutcome:
    return DeliveryOutcome("delivered", code, "已送达推送接口")


def _detail(what: str, said: str) -> str:
    return shortened(f"{what}（{one_line(said)}）", DETAIL_CHARACTERS_MAX) if said.strip() else what
