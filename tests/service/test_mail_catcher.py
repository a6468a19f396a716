"""What is caught is kept, found again and shown without doing harm."""

from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.mail_catcher import MailCatcher, catching_mail, mail_pages


def letter(subject: str = "催办通知书", text: str = "请于五个工作日内办复。") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "商量 <sl@example.cn>", "zhou@example.cn", subject
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return message


@pytest.fixture
def catcher(tmp_path: Path) -> MailCatcher:
    return MailCatcher(tmp_path / "mail")


def pages(catcher: MailCatcher) -> TestClient:
    app = FastAPI(telemetry=None)
    app.include_router(mail_pages(catcher))
    return TestClient(app)


async def test_a_letter_sent_by_smtp_is_caught_whole(catcher: MailCatcher) -> None:
    message = letter()
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="清单.xlsx")
    async with catching_mail(catcher) as port:
        await aiosmtplib.send(
            message, hostname="127.0.0.1", port=port, start_tls=False, recipients=["li@example.cn"]
        )
    (mail,) = catcher.caught_mails()
    assert mail.subject == "催办通知书"
    assert mail.to == ("li@example.cn",)
    assert "sl@example.cn" in mail.sender
    assert mail.text is not None
    assert mail.text.strip() == "请于五个工作日内办复。"
    assert mail.html is not None
    assert "<p>请于五个工作日内办复。</p>" in mail.html
    assert mail.attachments == ("清单.xlsx",)


def test_the_newest_letter_comes_first(catcher: MailCatcher) -> None:
    for subject in ("一", "二", "三"):
        catcher.keep(letter(subject).as_bytes(), ["a@example.cn"])
    assert [mail.subject for mail in catcher.caught_mails()] == ["三", "二", "一"]
    assert [mail.subject for mail in catcher.caught_mails(limit=1)] == ["三"]


def test_letters_survive_a_restart(catcher: MailCatcher) -> None:
    mail_id = catcher.keep(letter().as_bytes(), ["a@example.cn"])
    again = MailCatcher(catcher.directory)
    assert [mail.id for mail in again.caught_mails()] == [mail_id]


def test_a_half_written_or_foreign_file_is_not_a_letter(catcher: MailCatcher) -> None:
    (catcher.directory / ".half").write_bytes(b"Subject: half")
    (catcher.directory / "note.eml").write_bytes(b"Subject: foreign")
    assert catcher.caught_mails() == []


def test_the_pages_show_a_letter_escaped(catcher: MailCatcher) -> None:
    mail_id = catcher.keep(letter("<b>专报</b>", "<script>alert(1)</script>").as_bytes(), ["a&b@example.cn"])
    client = pages(catcher)
    for page in (client.get("/mail"), client.get(f"/mail/{mail_id}")):
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "&lt;b&gt;专报&lt;/b&gt;" in page.text
        assert "a&amp;b@example.cn" in page.text
        assert "<script" not in page.text
        assert "style=" not in page.text


def test_an_empty_box_says_so(catcher: MailCatcher) -> None:
    assert "还没有邮件" in pages(catcher).get("/mail").text


@pytest.mark.parametrize("mail_id", ["1", "..%2F..%2Fkeys%2Faudit_key", "0" * 20 + "-" + "0" * 8])
def test_an_unknown_letter_is_not_found(catcher: MailCatcher, mail_id: str) -> None:
    assert pages(catcher).get(f"/mail/{mail_id}").status_code == 404


def test_a_letter_in_an_unknown_charset_is_still_shown(catcher: MailCatcher) -> None:
    content = b"Subject: x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nqapla'\r\n"
    mail_id = catcher.keep(content, ["a@example.cn"])
    mail = catcher.caught_mail(mail_id)
    assert mail is not None
    assert mail.text is not None
    assert "qapla'" in mail.text
