"""The embedded Temporal server is a child that never outlives us and never forgets."""

import asyncio
import fcntl
import sys
import uuid
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus

from service import temporal_server
from service.settings import Settings
from service.temporal_server import TemporalServerError, connect, embedded_temporal
from tests.servers import free_port

HOLD_A_SERVER = """
import asyncio, sys
from pathlib import Path
from service.settings import Settings
from service.temporal_server import embedded_temporal

async def main():
    async with embedded_temporal(Settings(data_dir=Path(sys.argv[1]))) as address:
        print(address, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def is_in_use(data_dir: Path) -> bool:
    """Whether a server still runs on the directory: the child holds the lock for as long as it lives."""
    with (data_dir / "temporal.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


async def test_a_waiting_workflow_survives_a_restart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    workflow_id = f"consultation-{uuid.uuid4()}"
    async with embedded_temporal(settings) as address:
        client = await connect(settings, address)
        await client.start_workflow("Waiting", id=workflow_id, task_queue="nobody-listens")
    assert not is_in_use(tmp_path)
    async with embedded_temporal(settings) as address:
        client = await connect(settings, address)
        described = await client.get_workflow_handle(workflow_id).describe()
    assert described.status is WorkflowExecutionStatus.RUNNING


async def test_the_file_is_written_ahead(tmp_path: Path) -> None:
    async with embedded_temporal(Settings(data_dir=tmp_path)):
        assert (tmp_path / "temporal.db-wal").exists()


async def test_an_error_inside_the_block_still_stops_the_server(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        async with embedded_temporal(Settings(data_dir=tmp_path)):
            raise LookupError
    assert not is_in_use(tmp_path)


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_killing_us_leaves_no_orphan_and_frees_the_file(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_A_SERVER, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert parent.stdout is not None
        assert b":" in await parent.stdout.readline()
        assert is_in_use(tmp_path)
    finally:
        parent.kill()
        await parent.wait()
    # The next start waits for the lock that the dying child still holds.
    async with embedded_temporal(Settings(data_dir=tmp_path)):
        assert is_in_use(tmp_path)


async def test_a_data_directory_has_one_server_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporal_server, "STOP_WITHIN_SECONDS", 0.2)
    with (tmp_path / "temporal.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(TemporalServerError, match="another service"):
            async with embedded_temporal(Settings(data_dir=tmp_path)):
                pass


async def test_a_server_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("this is not a database, and long enough to be seen as none" * 20)
    with pytest.raises(TemporalServerError, match=r"temporal\.log"):
        async with embedded_temporal(Settings(data_dir=tmp_path)):
            pass


async def test_a_server_that_is_away_is_named() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(TemporalServerError, match=address):
        await connect(Settings(temporal_address=address), within_seconds=0)


async def test_connecting_needs_an_address() -> None:
    with pytest.raises(TemporalServerError, match="SHANGLIANG_TEMPORAL_ADDRESS"):
        await connect(Settings())
