"""Print the lifecycles into ``docs/lifecycles.md``: ``python -m statemachines.print_lifecycles [--check]``.

Diagrams and tables come from the machines themselves, in the order in which these declare them.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from statemachine import Event, State, StateMachine

from domain.stages import ConsultationState
from domain.words import Word
from statemachines import consultation
from statemachines.asking import events_of
from statemachines.consultation import ConsultationMachine
from statemachines.demand import DemandMachine
from statemachines.feedback_task import FeedbackTaskMachine
from statemachines.follow_up_review import FollowUpReviewMachine

PAGE = Path(__file__).parent.parent / "docs" / "lifecycles.md"

PREFACE = """# 办理流程与状态

本页由程序从状态机直接生成，请勿手工修改。更新：`python -m statemachines.print_lifecycles`。
图中只画改变状态的操作；不改变状态、但只在特定状态下允许的操作列在表中。表中未列出的操作，在该状态下一律不予办理。
"""


@dataclass(frozen=True)
class Chapter:
    """One machine's part of the page. ``conditions`` says in words what the validators of an event ask."""

    title: str
    introduction: str
    machine: type[StateMachine]
    conditions: dict[str, str] = field(default_factory=dict)
    suspension: Callable[[State, str], str] | None = None


def during_suspension(state: State, event: str) -> str:
    """Whether the event is open while the consultation is suspended, asked of the machine itself."""
    here = ConsultationState(state.value)
    is_open_suspended = event in consultation.open_events(here, is_suspended=True)
    is_open_running = event in consultation.open_events(here)
    if is_open_suspended:
        return "可以办理" if is_open_running else "仅在中止期间办理"
    return "暂停办理"


CHAPTERS = (
    Chapter(
        "一、协商",
        "八个环节依次推进，不得跳过。中止不是状态：中止期间时限停止计算，除表中注明者外，各项操作暂停办理。",
        ConsultationMachine,
        {
            "advance": "规则集要求全部满足，或已依规豁免",
            "rework": "二次办理未超过规定轮数",
        },
        during_suspension,
    ),
    Chapter(
        "二、办理反馈事项",
        "逾期不是状态，由时限推算得出。同意退办后，原事项终结，新承办单位另立事项，办理期限重新计算。"
        "会办单位各有期限，会办逾期不影响主办期限；退办改交办的，会办单位沿用原期限；事项核实后，未答复的会办随之终止。",
        FeedbackTaskMachine,
        {
            "request_return": "在退办期限内提出（当日有效）",
            "request_extension": "本期限内未延期，在规定日期前提出（当日有效），延期天数不超过上限",
            "decide_extension": "同意延期的，天数不超过上限",
        },
    ),
    Chapter(
        "三、回头看",
        "每次回头看登记一个结果，登记后不再变更。认定反弹的，由协商启动二次办理；部分落实的，可以另行排定回头看。",
        FollowUpReviewMachine,
    ),
    Chapter(
        "四、督查整改和督查意见",
        "逾期和专报不是状态，由时限推算得出。答复不符合要求的退回重办，每次退回另给一个期限，不限次数。",
        DemandMachine,
    ),
)


def lifecycles() -> str:
    """The whole page."""
    return PREFACE + "".join(f"\n{_chapter(chapter)}" for chapter in CHAPTERS)


def _chapter(chapter: Chapter) -> str:
    diagram = "\n".join(_diagram(chapter.machine))
    table = "\n".join(_table(chapter))
    return (
        f"## {chapter.title}\n\n{chapter.introduction}\n\n```mermaid\n{diagram}\n```\n\n"
        f"{table}\n\n终结状态：{_endings(chapter.machine)}。\n"
    )


def _word(state: State) -> Word:
    word = state.value
    if not isinstance(word, Word):
        raise TypeError(f"{state.id} is no word of the language")
    return word


def _moves(machine: type[StateMachine]) -> list[tuple[State, Event, State]]:
    """Every (state, event, state after it), by state and then by event in the order of declaration."""
    return [
        (state, event, target)
        for state in machine.states
        for event in events_of(machine)
        for transition in state.transitions
        if event.id in {known.id for known in transition.events}
        for target in [transition.target or state]
    ]


def _diagram(machine: type[StateMachine]) -> list[str]:
    words = [f'    state "{_word(state).label}" as {_word(state).value}' for state in machine.states]
    starts = [f"    [*] --> {_word(state).value}" for state in machine.states if state.initial]
    ends = [f"    {_word(state).value} --> [*]" for state in machine.states if state.final]
    arrows = [
        f"    {_word(source).value} --> {_word(target).value} : {event.name}"
        for source, event, target in _moves(machine)
        if source is not target
    ]
    return ["stateDiagram-v2", "    direction LR", *words, *starts, *arrows, *ends]


def _table(chapter: Chapter) -> list[str]:
    head = ["所处状态", "操作", "操作代码", "操作后状态", "另须"]
    if chapter.suspension is not None:
        head.append("中止期间")
    rows = [head, ["---"] * len(head)]
    for source, event, target in _moves(chapter.machine):
        after = "不变" if source is target else _word(target).label
        condition = chapter.conditions.get(event.id, "—")
        row = [_word(source).label, event.name, f"`{event.id}`", after, condition]
        if chapter.suspension is not None:
            row.append(chapter.suspension(source, event.id))
        rows.append(row)
    return [f"| {' | '.join(row)} |" for row in rows]


def _endings(machine: type[StateMachine]) -> str:
    return "、".join(_word(state).label for state in machine.states if state.final)


def main(arguments: Sequence[str] | None = None, page: Path = PAGE) -> int:
    """Write the page; with ``--check`` only compare. Returns 1 when the page is stale."""
    parser = argparse.ArgumentParser(prog="python -m statemachines.print_lifecycles", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    is_check = parser.parse_args(arguments).check
    current = lifecycles()
    if not is_check:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(current, encoding="utf-8")
        return 0
    if page.exists() and page.read_text(encoding="utf-8") == current:
        return 0
    print(f"{page.name} is stale: run python -m statemachines.print_lifecycles", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
