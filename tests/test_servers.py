"""The servers the other tests stand on do what those tests take for granted."""

import smtplib
from email.message import EmailMessage

import psycopg
import pytest

from tests.servers import SmtpServer, TemporalDev, smtp_server, temporal_time_skipping_server


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.cn", "b@example.cn", "催办通知书"
    message.set_content("请于五个工作日内办复。")
    return message


def test_every_test_gets_an_empty_database_of_its_own(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        assert empty_database_url.endswith("empty.db")
        return
    with psycopg.connect(empty_database_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_postgresql_sees_chinese_trigrams(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        trigrams = connection.execute("SELECT cardinality(show_trgm('老旧小区'))").fetchone()
    assert trigrams is not None
    assert trigrams[0] > 0


def test_the_smtp_server_keeps_a_chinese_letter(smtp_catcher: SmtpServer) -> None:
    with smtplib.SMTP(smtp_catcher.host, smtp_catcher.port) as client:
        client.send_message(letter())
    (message,) = smtp_catcher.messages
    assert message["Subject"] == "催办通知书"
    assert message.get_content().strip() == "请于五个工作日内办复。"


@pytest.mark.parametrize("answer", ["450 4.2.1 mailbox busy", "550 5.1.1 no such user"])
def test_the_smtp_server_refuses_as_told(smtp_catcher: SmtpServer, answer: str) -> None:
    smtp_catcher.refusals["b@example.cn"] = answer
    with (
        smtplib.SMTP(smtp_catcher.host, smtp_catcher.port) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refusal,
    ):
        client.send_message(letter())
    assert refusal.value.recipients["b@example.cn"][0] == int(answer[:3])
    assert smtp_catcher.messages == []


def test_the_smtp_server_demands_tls_and_the_right_password() -> None:
    with (
        smtp_server(starttls=True, login=("clerk", "right")) as server,
        smtplib.SMTP("localhost", server.port) as client,
    ):
        with pytest.raises(smtplib.SMTPSenderRefused) as without_tls:
            client.send_message(letter())
        assert without_tls.value.smtp_code == 530
        client.starttls(context=server.tls_client_context)
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            client.login("clerk", "wrong")
        assert wrong.value.smtp_code == 535
        client.login("clerk", "right")
        client.send_message(letter())
        assert len(server.messages) == 1


async def test_the_development_server_knows_our_search_attributes(temporal_dev: TemporalDev) -> None:
    client = temporal_dev.env.client
    found = await client.count_workflows("ShangliangStage = 'research'")
    assert found.count == 0


async def test_months_pass_in_seconds_on_the_time_skipping_server() -> None:
    # A server of its own: on a shared one months bring the timers of every workflow that a test left open.
    async with temporal_time_skipping_server() as env:
        before = await env.get_current_time()
        await env.sleep(180 * 24 * 3600)
        after = await env.get_current_time()
    assert (after - before).days >= 180
