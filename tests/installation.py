"""The whole service as an operator runs it: commands of their own in processes of their own, on a data directory."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records.migrations import upgrade
from service.composition import open_parts
from service.people_file import read_people
from service.registrar import register_people
from service.settings import load_settings
from tests.servers import free_port

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60.0


@dataclass
class Installation:
    """One data directory and one port; ``shangliang`` commands run with these settings."""

    data_dir: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where the pages and the API answer."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Settings of ours alone: none of whoever runs the tests, and no proxy between us and our own service."""
        given = {name: value for name, value in os.environ.items() if not name.startswith("SHANGLIANG_")}
        return {**given, **self._settings, "NO_PROXY": "127.0.0.1", "URL": self.url}

    @property
    def _settings(self) -> dict[str, str]:
        return {
            "SHANGLIANG_DATA_DIR": str(self.data_dir),
            "SHANGLIANG_WEB_PORT": str(self.port),
            "SHANGLIANG_PATIENCE_SECONDS": str(PATIENCE_SECONDS),
        }

    def register_people(self) -> None:
        """The people of the sample data, without its cases."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self._settings.items():
                patch.setenv(name, value)
            parts = open_parts(load_settings())
        try:
            upgrade(parts.settings.database_url)
            register_people(parts, read_people(), datetime.now(UTC))
        finally:
            parts.close()

    def command(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *words],
            cwd=ROOT,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script that stops at its first failing command."""
        return subprocess.run(
            ["bash", "-e", "-c", script],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=4 * PATIENCE_SECONDS,
            check=False,
        )

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[str]]:
        """``shangliang up`` for as long as the block lasts, unless the block itself ended it."""
        with (self.data_dir.parent / "up.log").open("a") as log:
            running = subprocess.Popen(
                [sys.executable, "-m", "service.cli", "up", "--no-sample-data"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
            )
        try:
            self._wait_until_it_answers(running)
            yield running
        finally:
            if running.poll() is None:
                running.send_signal(signal.SIGINT)
                running.wait(PATIENCE_SECONDS)

    def _wait_until_it_answers(self, running: subprocess.Popen[str]) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            assert running.poll() is None, (self.data_dir.parent / "up.log").read_text()
            try:
                direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with direct.open(f"{self.url}/api/v1/openapi.json"):
                    return
            except urllib.error.URLError:
                time.sleep(0.1)
        raise TimeoutError(f"{self.url} does not answer")


def processes_about(data_dir: Path) -> list[str]:
    """The command lines that name a data directory, such as that of its Temporal server (Linux)."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(data_dir) in words:
            found.append(words)
    return found


def wait_until_nothing_runs(data_dir: Path) -> None:
    """Return when no process is left. Raises AssertionError with those that stay."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while left := processes_about(data_dir):
        assert time.monotonic() < give_up_at, left
        time.sleep(0.1)
