"""The mail catcher of the embedded service: takes every letter, sends none on, shows them on a page.

Letters lie as `.eml` files in one directory, so they survive a restart and any mail program can open them.
"""

import asyncio
import email
import email.policy
import html
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from domain.calendar import SHANGHAI

MAIL_ID = re.compile(r"^\d{20}-[0-9a-f]{8}$")
SHOWN_MAX = 200
SIZE_MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class CaughtMail:
    """One letter as it arrived; `text` and `html` are None where the letter has no such part."""

    id: str
    caught_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str | None
    html: str | None
    attachments: tuple[str, ...]


class MailCatcher:
    """Keeps and finds the letters of one directory; also the handler that the SMTP server calls."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        self.keep(content.encode() if isinstance(content, str) else content, envelope.rcpt_tos)
        return "250 OK"

    def keep(self, content: bytes, recipients: list[str]) -> str:
        """Write one letter with its true recipients and return its id, which sorts by arrival."""
        mail_id = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        draft = self.directory / f".{mail_id}"
        envelope = "".join(f"X-Envelope-To: {recipient}\r\n" for recipient in recipients)
        draft.write_bytes(envelope.encode() + content)
        draft.rename(self._path(mail_id))
        return mail_id

    def caught_mails(self, limit: int = SHOWN_MAX) -> list[CaughtMail]:
        """The letters, newest first."""
        names = sorted((path.stem for path in self.directory.glob("*.eml")), reverse=True)
        ours = [name for name in names if MAIL_ID.match(name)]
        return [_parsed(name, self._path(name).read_bytes()) for name in ours[:limit]]

    def caught_after(self, mail_id: str) -> list[CaughtMail]:
        """The letters that came after this one, oldest first; after none of them with an empty id."""
        names = sorted(path.stem for path in self.directory.glob("*.eml"))
        newer = [name for name in names if MAIL_ID.match(name) and name > mail_id]
        return [_parsed(name, self._path(name).read_bytes()) for name in newer]

    def caught_mail(self, mail_id: str) -> CaughtMail | None:
        if not MAIL_ID.match(mail_id) or not self._path(mail_id).exists():
            return None
        return _parsed(mail_id, self._path(mail_id).read_bytes())

    def _path(self, mail_id: str) -> Path:
        return self.directory / f"{mail_id}.eml"


@asynccontextmanager
async def catching_mail(catcher: MailCatcher, port: int = 0) -> AsyncIterator[int]:
    """Listen for letters on 127.0.0.1 in the running loop for as long as the block lasts; yields the port."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            catcher, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=SIZE_MAX_BYTES, loop=loop
        )

    server = await loop.create_server(session, "127.0.0.1", port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


def mail_pages(catcher: MailCatcher) -> APIRouter:
    """The pages `/mail` and `/mail/{mail_id}`: plain HTML, every word of a letter escaped."""
    router = APIRouter(include_in_schema=False)

    @router.get("/mail", response_class=HTMLResponse)
    def list_mails() -> str:
        return _list_page(catcher.caught_mails())

    @router.get("/mail/{mail_id}", response_class=HTMLResponse)
    def show_mail(mail_id: str) -> str:
        mail = catcher.caught_mail(mail_id)
        if mail is None:
            raise HTTPException(status_code=404, detail="没有这封邮件")
        return _mail_page(mail)

    return router


def _parsed(mail_id: str, content: bytes) -> CaughtMail:
    message = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
    nanoseconds = int(mail_id.partition("-")[0])
    return CaughtMail(
        id=mail_id,
        caught_at=datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC),
        sender=str(message.get("From", "")),
        to=tuple(str(recipient) for recipient in message.get_all("X-Envelope-To", [])),
        subject=str(message.get("Subject", "")),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        # A charset that does not exist: show what can be shown.
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _list_page(mails: list[CaughtMail]) -> str:
    rows = "".join(
        f"<tr><td>{_when(mail)}</td><td>{html.escape('，'.join(mail.to))}</td>"
        f'<td><a href="/mail/{mail.id}">{html.escape(mail.subject or "（无主题）")}</a></td></tr>'
        for mail in mails
    )
    table = f"<table><thead><tr><th>时间</th><th>收件人</th><th>主题</th></tr></thead><tbody>{rows}</tbody></table>"
    intro = "<p>内嵌邮件箱：系统发出的邮件都留在这里，不会送到外部。</p>"
    return _page("邮件", intro + (table if mails else "<p>还没有邮件。</p>"))


def _mail_page(mail: CaughtMail) -> str:
    facts = {
        "时间": _when(mail),
        "发件人": mail.sender,
        "收件人": "，".join(mail.to),
        "附件": "，".join(mail.attachments) or "无",
    }
    head = "".join(f"<dt>{name}</dt><dd>{html.escape(value)}</dd>" for name, value in facts.items())
    bodies = "".join(
        f"<h2>{title}</h2><pre>{html.escape(body)}</pre>"
        for title, body in (("文本正文", mail.text), ("网页正文（源码）", mail.html))
        if body is not None
    )
    return _page(
        mail.subject or "（无主题）", f'<dl>{head}</dl>{bodies}<p><a href="/mail">返回邮件列表</a></p>'
    )


def _when(mail: CaughtMail) -> str:
    return mail.caught_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _page(title: str, body: str) -> str:
    heading = html.escape(title)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{heading}</title></head>'
        f"<body><main><h1>{heading}</h1>{body}</main></body></html>"
    )
