"""Saved histories replay in the sandbox: what was started by a released version goes on under this one."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.replay.save import HISTORIES, IDENTITY, WAITING_IN
from workflows.consultation import ConsultationWorkflow
from workflows.post_office import PostOfficeWorkflow
from workflows.wire import WIRE

SAVED = sorted(HISTORIES.glob("*.json"))
BYTES_MAX = 400_000


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
async def test_a_saved_history_replays_in_the_sandbox(path: Path) -> None:
    replayer = Replayer(workflows=[ConsultationWorkflow, PostOfficeWorkflow], data_converter=WIRE)
    history = WorkflowHistory.from_json(f"saved/{path.stem}", path.read_text(encoding="utf-8"))
    result = await replayer.replay_workflow(history)
    assert result.replay_failure is None


async def test_a_history_that_this_story_never_made_does_not_replay() -> None:
    path = HISTORIES / "archived.json"
    told_otherwise = path.read_text(encoding="utf-8").replace("record_stage_advance", "record_stage_retreat")
    replayer = Replayer(workflows=[ConsultationWorkflow], data_converter=WIRE)
    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await replayer.replay_workflow(WorkflowHistory.from_json("saved/otherwise", told_otherwise))


def test_finished_waiting_and_suspended_consultations_are_saved() -> None:
    names = {path.stem for path in SAVED}
    assert names == {
        "archived",
        "post_office",
        "suspended",
        *(f"waiting_in_{state.value}" for state in WAITING_IN),
    }


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_a_saved_history_is_small_and_names_no_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) <= BYTES_MAX
    events = json.loads(text)["events"]
    identities = {
        inner["identity"]
        for event in events
        for inner in event.values()
        if isinstance(inner, dict) and "identity" in inner
    }
    assert identities <= {IDENTITY}


def test_the_finished_one_tells_of_rungs_that_fired() -> None:
    events = json.loads((HISTORIES / "archived.json").read_text(encoding="utf-8"))["events"]
    kinds = [event["eventType"] for event in events]
    assert kinds.count("EVENT_TYPE_TIMER_FIRED") >= 3
    assert kinds[-1] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"
