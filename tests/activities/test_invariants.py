"""Invariants of design §10 that stand over all deeds, each as a test that fails when it is broken."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.rung_letters import LETTERS
from domain.inspections import DemandKind
from domain.ladder import Rung
from domain.matters import ObligationKind
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from records.recipients import told
from records.tables.consultations import RecordedDeed
from records.tables.deliberations import ParticipantContact
from regulations.loader import load_rule_sets
from regulations.rule_sets import RuleSet
from tests.stories import PARTICIPANT_NAMES, PHONES, Story

ROOT = Path(__file__).parents[2]
ROOMS = (
    "domain",
    "regulations",
    "statemachines",
    "workflows",
    "activities",
    "notifications",
    "documents",
    "records",
    "api",
    "service",
)
RULE_SETS = load_rule_sets()


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def calls(path: Path, *names: str) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def test_only_the_sessions_of_the_register_commit() -> None:
    found = [where for path in modules() for where in calls(path, "commit", "begin_nested", "rollback")]
    assert [where.rpartition(":")[0] for where in found] == ["records/sessions.py"]


def test_workflows_read_no_clock_no_environment_and_no_file() -> None:
    forbidden = {"time", "random", "os", "pathlib", "uuid", "secrets", "socket"}
    for path in sorted((ROOT / "workflows").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & forbidden, path
        assert calls(path, "today", "utcnow", "open") == []


@pytest.mark.parametrize("rule_set", RULE_SETS.values(), ids=list(RULE_SETS))
def test_no_obligation_is_without_a_clock_that_chases_it(rule_set: RuleSet) -> None:
    assert all(rule_set.ladder(kind).rungs for kind in ObligationKind)


def rungs() -> list[tuple[str, ObligationKind, Rung]]:
    return [
        (name, kind, rung)
        for name, rule_set in RULE_SETS.items()
        for kind in ObligationKind
        for rung in rule_set.ladder(kind).rungs
    ]


DEMANDED = {kind.obligation for kind in DemandKind}
"""The obligations that no consultation's clock holds: their letters are written by the look for what is due of them."""


def test_every_letter_that_a_ladder_names_can_be_written() -> None:
    named = {NoticeKind(rung.notice) for _, kind, rung in rungs() if kind not in DEMANDED}
    assert named <= set(LETTERS)
    asked = {NoticeKind(rung.notice) for _, kind, rung in rungs() if kind in DEMANDED}
    assert asked == {NoticeKind.DEMAND_DUE, NoticeKind.DEMAND_REPORTED}


def test_every_reader_that_a_ladder_names_is_known(story: Story) -> None:
    story.open()
    names = {name for _, _, rung in rungs() for name in rung.tell}
    with story.look() as session:
        for name in names:
            told(session, story.row, [name], None, story.today)
        with pytest.raises(KeyError):
            told(session, story.row, ["nobody_knows"], None, story.today)


def test_only_tasks_and_what_supervisors_found_open_something_when_a_rung_comes() -> None:
    opening = {ObligationKind.FEEDBACK_TASK, ObligationKind.RECTIFICATION}
    assert {kind for _, kind, rung in rungs() if rung.opens} == opening


def test_names_and_phones_of_participants_stay_in_their_own_tables(any_story: Story) -> None:
    any_story.reach(ConsultationState.COMPLETED)
    rows = any_story.footprint()
    assert len(any_story.every(ParticipantContact)) == len(PHONES)
    for table, lines in rows.items():
        text = "\n".join(lines)
        assert not any(phone in text for phone in PHONES), table
        if table != "participants":
            assert not any(name in text for name in PARTICIPANT_NAMES), table
    assert any_story.every(RecordedDeed)
