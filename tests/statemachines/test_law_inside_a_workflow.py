"""The law is asked inside Temporal's sandbox, on a real server."""

import sys
import uuid
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from tests.statemachines.asking_workflow import AskTheLaw

SERVER = Path(sys.executable).parent / "temporal-test-server"
ASKED = [
    "platform",
    "topic",
    "participants",
    "research",
    "deliberation",
    "reporting",
    "implementation",
    "evaluation",
    "completed",
    "archived",
    "state_forbids",
]


async def ask(client: Client) -> None:
    queue = f"law-{uuid.uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[AskTheLaw]):
        handle = await client.start_workflow(AskTheLaw.run, id=queue, task_queue=queue)
        assert await handle.result() == ASKED
    history = await handle.fetch_history()
    replayed = await Replayer(workflows=[AskTheLaw]).replay_workflow(history)
    assert replayed.replay_failure is None


async def test_the_law_answers_and_replays_inside_the_sandbox() -> None:
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(SERVER)) as server:
        await ask(server.client)
