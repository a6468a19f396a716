"""A worker in a process of its own, to be killed: ``python -m tests.faults.working_alone <settings as JSON>``.

With ``stall_file`` given, the next deed makes that file after its writes and before its commit, and waits: whoever
kills the process then, kills it in the middle of a deed.
"""

import asyncio
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from activities import deeds
from activities.case import Case
from domain.acts import AdvanceStage
from service.bell import Bell
from service.composition import make_worker, open_parts
from service.temporal_server import connect
from tests.workflows.running import settings_for
from workflows import consultation

NOTICED_AFTER = timedelta(seconds=3)
"""How soon the engine notices the death; the service itself gives a deed longer."""


async def work(given: dict[str, Any]) -> None:
    """Work until killed."""
    vars(consultation)["DEED_TIMEOUT"] = NOTICED_AFTER
    settings = settings_for(
        given["database_url"],
        Path(given["data_dir"]),
        given["smtp_port"],
        task_queue=given["task_queue"],
        sandboxed_workflows=False,
    )
    if given.get("stall_file"):
        _stall_in_the_middle(Path(given["stall_file"]))
    client = await connect(settings, given["address"])
    bell = Bell(client, settings.task_queue)
    async with make_worker(open_parts(settings), client, bell):
        await bell.open_post_office()
        print("working", flush=True)
        await asyncio.Event().wait()


def _stall_in_the_middle(stall_file: Path) -> None:
    original = deeds.DEEDS[AdvanceStage]

    def stall(case: Case, act: AdvanceStage) -> str | None:
        made_id = original(case, act)
        case.session.flush()
        stall_file.touch()
        time.sleep(60)
        return made_id

    deeds.DEEDS[AdvanceStage] = stall


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
