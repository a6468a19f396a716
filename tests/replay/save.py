"""Save histories for replay: ``python -m tests.replay.save``.

Run it for every release, and keep the files of the releases before: what was started then must still replay. The
files hold the invented cast only, and no name of a machine.
"""

import asyncio
import json
import logging
import shutil
import tempfile
import warnings
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.acts import Act, OrderRework, RecordFollowUpOutcome, SuspendConsultation
from domain.matters import FollowUpOutcome, FollowUpReviewState
from domain.stages import ConsultationState
from records.migrations import upgrade
from records.tables.outcomes import FollowUpReview
from tests import cast
from tests.servers import smtp_server, temporal_time_skipping_server
from tests.stories import new_story
from tests.workflows.running import Running, StoryInWorkflow, act, running, settings_for

HISTORIES = Path(__file__).parent / "histories"
WAITING_IN = (
    ConsultationState.TOPIC,
    ConsultationState.RESEARCH,
    ConsultationState.IMPLEMENTATION,
    ConsultationState.EVALUATION,
    ConsultationState.COMPLETED,
)
IDENTITY = "shangliang"
# The flags in sdkMetadata stay: they say how strictly a replay compares.
IDENTITY_FIELDS = frozenset({"identity", "workerVersion", "binaryChecksum"})


async def save_all(folder: Path) -> None:
    """Play the consultations on a simulated server and write their histories."""
    with tempfile.TemporaryDirectory() as data, smtp_server() as mail:
        url = f"sqlite:///{data}/register.db"
        upgrade(url)
        shutil.copy(f"{data}/register.db", f"{data}/template.db")
        for name in (*(f"waiting_in_{state.value}" for state in WAITING_IN), "suspended", "archived"):
            shutil.copy(f"{data}/template.db", f"{data}/{name}.db")
            settings = settings_for(
                f"sqlite:///{data}/{name}.db", Path(data), mail.port, task_queue="shangliang"
            )
            async with temporal_time_skipping_server() as env, running(env, settings) as service:
                await _save(folder, name, service, env)


async def _save(folder: Path, name: str, service: Running, env: WorkflowEnvironment) -> None:
    story = StoryInWorkflow(new_story(service.parts.settings.database_url).register, running=service)
    story.consultation_id = f"saved-{name.replace('_', '-')}"
    if name == "archived":
        await _whole_life(story, env)
    elif name == "suspended":
        await _suspended(story, env)
    else:
        await asyncio.to_thread(story.reach, ConsultationState(name.removeprefix("waiting_in_")))
    story.register.dispose()
    await write(folder / f"{name}.json", service.handle(story.consultation_id))
    if name == "archived":
        await write(folder / "post_office.json", service.client.get_workflow_handle("post-office"))


async def _whole_life(story: StoryInWorkflow, env: WorkflowEnvironment) -> None:
    """To 办结, a rework that goes overdue and to the party committee, a second 办结, 回头看, 归档."""
    await asyncio.to_thread(story.reach, ConsultationState.COMPLETED)
    handle = story.handle
    today = await story.today_there()
    task = story.tasks[0]
    rework: Act = OrderRework(by=cast.STAFF, occurred_on=today, reason="反映停运", task_ids=(task.id,))
    await act(handle, rework, "rework")
    await env.sleep(timedelta(days=60))
    story.go_to(await story.today_there())
    await act(handle, await asyncio.to_thread(story.answering, task), "answer")
    await asyncio.to_thread(story.verify, task)
    await asyncio.to_thread(story.advance)
    await asyncio.to_thread(story.evaluate)
    await asyncio.to_thread(story.advance)
    await env.sleep(timedelta(days=100))
    story.go_to(await story.today_there())
    review = story.one(FollowUpReview, state=FollowUpReviewState.SCHEDULED, round=2)
    held: Act = RecordFollowUpOutcome(
        by=cast.STAFF,
        occurred_on=story.today,
        review_id=review.id,
        outcome=FollowUpOutcome.HOLDS,
        findings="运行正常",
    )
    await act(handle, held, "held")
    await asyncio.to_thread(story.advance)
    await handle.result()


async def _suspended(story: StoryInWorkflow, env: WorkflowEnvironment) -> None:
    """A suspension whose review has been reminded of."""
    story.go_to(await story.today_there())
    await asyncio.to_thread(story.open)
    review_on = story.today + timedelta(days=30)
    pause = SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="等待", review_on=review_on)
    await act(story.handle, pause, "pause")
    await env.sleep(timedelta(days=40))


async def write(path: Path, handle: WorkflowHandle[object, object]) -> None:
    """Write one history without the names of machines, in few bytes."""
    history = json.loads((await handle.fetch_history()).to_json())
    text = json.dumps(_anonymous(history), ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _anonymous(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: IDENTITY if key == "identity" else _anonymous(inner)
            for key, inner in value.items()
            if key == "identity" or key not in IDENTITY_FIELDS
        }
    if isinstance(value, list):
        return [_anonymous(one) for one in value]
    return value


def main() -> None:
    """Write the histories of this version over those in the folder."""
    warnings.simplefilter("error")
    logging.basicConfig(level=logging.ERROR)
    HISTORIES.mkdir(exist_ok=True)
    asyncio.run(save_all(HISTORIES))


if __name__ == "__main__":
    main()
