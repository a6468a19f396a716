import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from domain.notices import NoticeKind
from notifications.letters import Letter
from notifications.mailer import DeliveryOutcome, Mailer, MailerSettings, back_off, message_id_for
from notifications.rendering import render
from tests.notifications.samples import BY_KIND
from tests.notifications.scripted_smtp import CONTENT, GREETING, HANG_UP, SILENCE, scripted_smtp
from tests.servers import SmtpServer, free_port, smtp_server

NOTICE_ID = uuid.UUID("0199f0a4-0000-7000-8000-000000000001")
MESSAGE_ID = message_id_for(NOTICE_ID, "shangliang.example.cn")
LETTER = render(BY_KIND[NoticeKind.OVERDUE], recipient_name="沈知远", platform_name="有事好商量")
READER = "reader@example.cn"
LOGIN = ("postman", "correct horse")


def settings_for(port: int, **changes: Any) -> MailerSettings:
    given = {"host": "127.0.0.1", "port": port, "starttls": False, "sender": "noreply@example.cn", **changes}
    return MailerSettings(**given)


async def send(mailer: Mailer, letter: Letter = LETTER, to: str = READER) -> DeliveryOutcome:
    async with mailer.connection() as connection:
        return await connection.send(letter, to, MESSAGE_ID)


# ---- what arrives


async def test_a_letter_arrives_as_text_and_html_with_its_headers(smtp_catcher: SmtpServer) -> None:
    mailer = Mailer(settings_for(smtp_catcher.port, sender_name="有事好商量"))
    outcome = await send(mailer)
    assert outcome.state == "delivered"
    assert outcome.code == 250
    (message,) = smtp_catcher.messages
    assert message["Subject"] == LETTER.subject
    assert message["From"] == "有事好商量 <noreply@example.cn>"
    assert message["To"] == READER
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "zh-CN"
    assert abs(parsedate_to_datetime(message["Date"]) - datetime.now(UTC)) < timedelta(hours=1)
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content() == LETTER.text
    assert html.get_content().strip() == LETTER.html.strip()
    assert smtp_catcher.envelopes[0].rcpt_tos == [READER]


async def test_many_letters_share_one_connection_one_recipient_each() -> None:
    async with scripted_smtp({}) as server, Mailer(settings_for(server.port)).connection() as connection:
        for number in range(3):
            outcome = await connection.send(LETTER, f"reader{number}@example.cn", MESSAGE_ID)
            assert outcome.state == "delivered"
        assert server.connections == 1
        assert server.heard.count("MAIL") == server.heard.count("RCPT") == 3


async def test_a_line_break_in_a_subject_adds_no_header(smtp_catcher: SmtpServer) -> None:
    hostile = Letter("催办\r\nBcc: victim@example.cn\r\n\r\n伪造", LETTER.text, LETTER.html)
    assert (await send(Mailer(settings_for(smtp_catcher.port)), hostile)).state == "delivered"
    (message,) = smtp_catcher.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "催办 Bcc: victim@example.cn 伪造"
    assert smtp_catcher.envelopes[0].rcpt_tos == [READER]


async def test_a_letter_of_long_lines_arrives_whole(smtp_catcher: SmtpServer) -> None:
    long = Letter("专报", "商" * 100_000 + "\n", "<p>" + "商" * 100_000 + "</p>\n")
    assert (await send(Mailer(settings_for(smtp_catcher.port)), long)).state == "delivered"
    text, html = smtp_catcher.messages[0].iter_parts()
    assert text.get_content() == long.text
    assert html.get_content() == long.html
    content = smtp_catcher.envelopes[0].content
    assert isinstance(content, bytes)
    assert max(len(line) for line in content.splitlines()) < 1_000


# ---- TLS and sign-in


async def test_a_server_that_demands_tls_and_a_password_gets_both() -> None:
    with smtp_server(starttls=True, login=LOGIN) as server:
        settings = settings_for(server.port, starttls=True, username=LOGIN[0], password=LOGIN[1])
        assert (await send(Mailer(settings, server.tls_client_context))).state == "delivered"
        assert len(server.messages) == 1


async def test_a_wrong_password_keeps_the_letter_and_says_so_loudly() -> None:
    with smtp_server(starttls=True, login=LOGIN) as server:
        settings = settings_for(server.port, starttls=True, username=LOGIN[0], password="wrong")
        outcome = await send(Mailer(settings, server.tls_client_context))
        assert (outcome.state, outcome.code) == ("try_again", 535)
        assert outcome.detail.startswith("邮件配置错误：登录被拒绝，信件保留待发")
        assert "wrong" not in outcome.detail
        assert server.messages == []


async def test_a_missing_password_is_a_configuration_fault_and_no_bounce() -> None:
    with smtp_server(starttls=True, login=LOGIN) as server:
        outcome = await send(Mailer(settings_for(server.port, starttls=True), server.tls_client_context))
        assert (outcome.state, outcome.code) == ("try_again", 530)
        assert "配置错误" in outcome.detail


async def test_a_certificate_nobody_vouches_for_is_not_trusted() -> None:
    with smtp_server(starttls=True) as server:
        outcome = await send(Mailer(settings_for(server.port, starttls=True)))
        assert outcome.state == "try_again"
        assert "邮件配置错误：证书不受信任" in outcome.detail
        assert server.messages == []


async def test_a_server_without_starttls_gets_no_letter_when_tls_was_asked_for(
    smtp_catcher: SmtpServer,
) -> None:
    outcome = await send(Mailer(settings_for(smtp_catcher.port, starttls=True)))
    assert outcome.state == "try_again"
    assert "邮件配置错误：服务器不支持" in outcome.detail
    assert smtp_catcher.messages == []


# ---- refusals of the server


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("550 5.1.1 no such user", "refused", 550),
        ("553 5.1.3 bad address", "refused", 553),
        ("450 4.2.0 mailbox busy", "try_again", 450),
        ("452 4.2.2 over quota", "try_again", 452),
        ("530 5.7.0 must sign in", "try_again", 530),
    ],
)
async def test_a_bounce_is_told_apart_from_a_delay(
    smtp_catcher: SmtpServer, answer: str, state: str, code: int
) -> None:
    smtp_catcher.refusals[READER] = answer
    outcome = await send(Mailer(settings_for(smtp_catcher.port)))
    assert (outcome.state, outcome.code) == (state, code)
    assert answer[4:] in outcome.detail


async def test_one_refused_recipient_does_not_stop_the_others(smtp_catcher: SmtpServer) -> None:
    smtp_catcher.refusals["gone@example.cn"] = "550 5.1.1 no such user"
    addresses = ("first@example.cn", "gone@example.cn", "last@example.cn")
    async with Mailer(settings_for(smtp_catcher.port)).connection() as connection:
        outcomes = [await connection.send(LETTER, address, MESSAGE_ID) for address in addresses]
    assert [outcome.state for outcome in outcomes] == ["delivered", "refused", "delivered"]
    assert [message["To"] for message in smtp_catcher.messages] == ["first@example.cn", "last@example.cn"]


@pytest.mark.parametrize(
    ("where", "answer", "state"),
    [
        ("MAIL", "451 4.3.0 later", "try_again"),
        ("MAIL", "550 5.7.1 sender not allowed", "try_again"),
        ("EHLO", "550 5.7.1 not you", "try_again"),
        ("DATA", "451 4.3.0 later", "try_again"),
        (CONTENT, "451 4.3.0 later", "try_again"),
        (CONTENT, "554 5.6.0 not liked", "refused"),
    ],
)
async def test_the_letter_is_only_given_up_when_it_was_refused_itself(
    where: str, answer: str, state: str
) -> None:
    async with scripted_smtp({where: answer}) as server:
        outcome = await send(Mailer(settings_for(server.port)))
    assert (outcome.state, outcome.code) == (state, int(answer[:3]))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "two@example.cn,three@example.cn",
        "x@example.cn\r\nRCPT TO:<y@example.cn>",
        "<x@example.cn>",
        "委员@example.cn",
        "a..b@example.cn",
    ],
)
async def test_what_is_no_address_is_refused_without_asking_the_server(address: str) -> None:
    async with scripted_smtp({}) as server:
        outcome = await send(Mailer(settings_for(server.port)), to=address)
        assert outcome == DeliveryOutcome("refused", None, "收件地址无效，未予发送")
        assert server.connections == 0


# ---- the server away, slow, or gone in the middle


async def test_a_dead_server_delays_and_raises_nothing() -> None:
    async with Mailer(settings_for(free_port())).connection() as connection:
        outcomes = [await connection.send(LETTER, READER, MESSAGE_ID) for _ in range(2)]
    assert [(outcome.state, outcome.code) for outcome in outcomes] == [("try_again", None)] * 2
    assert "邮件服务器无法连接" in outcomes[0].detail


@pytest.mark.parametrize("where", [GREETING, "EHLO", "RCPT", CONTENT])
async def test_a_silent_server_is_left_after_the_time_out(where: str) -> None:
    async with scripted_smtp({where: SILENCE}) as server:
        mailer = Mailer(settings_for(server.port, timeout_seconds=0.2))
        async with mailer.connection() as connection:
            outcomes = [await connection.send(LETTER, READER, MESSAGE_ID) for _ in range(3)]
        assert {outcome.state for outcome in outcomes} == {"try_again"}
        assert "应答超时" in outcomes[0].detail
        assert server.connections == 1


@pytest.mark.parametrize("where", [GREETING, "MAIL", "RCPT", CONTENT])
async def test_a_server_that_hangs_up_delays(where: str) -> None:
    async with scripted_smtp({where: HANG_UP}) as server:
        outcome = await send(Mailer(settings_for(server.port)))
    assert outcome.state == "try_again"


async def test_a_server_that_turns_everybody_away_delays() -> None:
    async with scripted_smtp({GREETING: "554 no service here"}) as server:
        outcome = await send(Mailer(settings_for(server.port)))
    assert (outcome.state, outcome.code) == ("try_again", 554)


async def test_a_connection_closed_by_a_server_after_its_fill_is_opened_anew() -> None:
    async with scripted_smtp({}) as server, Mailer(settings_for(server.port)).connection() as connection:
        states = []
        for answer in ("250 ok", "421 4.7.0 too many letters", "250 ok"):
            server.answers["RCPT"] = answer
            states.append((await connection.send(LETTER, READER, MESSAGE_ID)).state)
        assert states == ["delivered", "try_again", "delivered"]
        assert server.connections == 2


async def test_a_server_that_hangs_up_at_goodbye_spoils_nothing() -> None:
    async with scripted_smtp({"QUIT": HANG_UP}) as server:
        assert (await send(Mailer(settings_for(server.port)))).state == "delivered"


async def test_a_long_answer_is_cut_and_kept_on_one_line() -> None:
    async with scripted_smtp({"RCPT": "550-" + "x" * 400 + "\r\n550 " + "y" * 400}) as server:
        outcome = await send(Mailer(settings_for(server.port)))
    assert outcome.state == "refused"
    assert len(outcome.detail) <= 500
    assert "\n" not in outcome.detail


# ---- names, waits, settings


def test_the_message_id_of_a_notice_never_changes() -> None:
    assert message_id_for(NOTICE_ID, "example.cn") == f"<{NOTICE_ID}@example.cn>"
    assert message_id_for(str(NOTICE_ID), "example.cn") == message_id_for(NOTICE_ID, "example.cn")


@pytest.mark.parametrize(
    ("notice_id", "domain"), [("a b", "x.cn"), ("a", "x.cn>\r\nBcc: y"), ("", "x.cn"), ("a", "")]
)
def test_a_message_id_cannot_carry_a_header(notice_id: str, domain: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        message_id_for(notice_id, domain)


def test_waits_grow_from_a_minute_to_a_day_and_no_further() -> None:
    minutes = [back_off(attempt) / timedelta(minutes=1) for attempt in (1, 2, 3, 4, 5, 6, 7, 1_000)]
    assert minutes == [1, 5, 15, 60, 240, 1_440, 1_440, 1_440]
    with pytest.raises(ValueError, match="attempts"):
        back_off(0)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"port": 0}, "port"),
        ({"port": 65_536}, "port"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"sender": "有事好商量"}, "sender"),
        ({"username": "postman"}, "password"),
        ({"password": "secret"}, "username"),
        ({"host": "mail.example.cn", "username": "postman", "password": "secret"}, "STARTTLS"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named) as refusal:
        settings_for(**{"port": 25, **changes})
    assert "secret" not in str(refusal.value)


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(settings_for(25, username="postman", password="secret"))
