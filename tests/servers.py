"""Real servers for the tests: SMTP and the two Temporal servers (PostgreSQL: `tests.postgres`). No network."""

import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as default_policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from service.settings import Settings
from service.temporal_server import SEARCH_ATTRIBUTES, connect, embedded_temporal, temporal_binary
from workflows.wire import WIRE

# ---------------------------------------------------------------- SMTP


@dataclass
class SmtpServer:
    """A real SMTP server in a thread of its own, so that tests with and without a loop can use it.

    Change `refusals` while it runs to refuse: recipient → answer, such as "550 5.1.1 no such user". The key "*"
    refuses every recipient.
    """

    port: int
    tls_client_context: ssl.SSLContext | None = None
    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.refusals.get(address) or self.refusals.get("*")
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = BytesParser(EmailMessage, policy=default_policy).parsebytes(content)
        self.messages.append(message)
        self.envelopes.append(envelope)
        return "250 OK"

    def clear(self) -> None:
        self.messages.clear()
        self.envelopes.clear()
        self.refusals.clear()


@contextmanager
def smtp_server(*, starttls: bool = False, login: tuple[str, str] | None = None) -> Iterator[SmtpServer]:
    """An SMTP server; with `starttls` it demands TLS first, with `login` it demands that name and password."""
    with tempfile.TemporaryDirectory() as folder:
        server_context, client_context = _tls_contexts(Path(folder)) if starttls else (None, None)
        caught = SmtpServer(free_port(), client_context)
        controller = Controller(
            caught,
            hostname="127.0.0.1",
            port=caught.port,
            enable_SMTPUTF8=True,
            server_hostname="localhost",
            tls_context=server_context,
            require_starttls=starttls,
            auth_required=login is not None,
            auth_require_tls=starttls,
            authenticator=_authenticator(*login) if login else None,
        )
        controller.start()
        try:
            yield caught
        finally:
            controller.stop()


def _authenticator(username: str, password: str) -> Any:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        is_right = data == LoginPassword(username.encode(), password.encode())
        # handled=True on a refusal would leave the client without an answer.
        return AuthResult(success=is_right, handled=is_right)

    return authenticate


def _tls_contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client


def free_port() -> int:
    """A port nobody listens on now; also good for "the server is down"."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------- Temporal


@dataclass(frozen=True)
class TemporalDev:
    """The embedded Temporal server, as `shangliang up` runs it."""

    settings: Settings
    address: str
    env: WorkflowEnvironment


@asynccontextmanager
async def temporal_dev_server(data_dir: Path) -> AsyncIterator[TemporalDev]:
    settings = Settings(data_dir=data_dir)
    async with embedded_temporal(settings) as address:
        client = await connect(settings, address)
        yield TemporalDev(settings, address, WorkflowEnvironment.from_client(client))


@asynccontextmanager
async def temporal_time_skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """The server on which months pass in seconds. It has no schedules and no visibility."""
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_binary("temporal-test-server"), data_converter=WIRE
    )
    async with env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes={
                    key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in SEARCH_ATTRIBUTES
                },
            )
        )
        yield env
