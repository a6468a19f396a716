"""What must have come of a step: read over the HTTP API and compared with what the case says."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.evaluation import Score, composite, grade, public_score, satisfaction_rate, shown
from domain.ladder import Colour
from domain.matters import BallotChoice, EvaluationParty, FeedbackTaskState
from domain.refusals import Severity
from service.callers import Answer, Callers, CallFailed
from service.case_files import (
    ClockExpected,
    CoHandlingExpected,
    Expected,
    ReviewExpected,
    ScoresExpected,
    TaskExpected,
)

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class View:
    """How the consultation stands now, read as the case's staff (``reader``) or as who just acted (``actor``)."""

    callers: Callers
    reader: str
    actor: str
    consultation_id: str
    on: date
    years: int
    is_live: bool

    async def consultation(self) -> dict[str, Any]:
        """State, gates and open clocks."""
        found: dict[str, Any] = await self._read("")
        return found

    async def task_of_item(self, item: int) -> dict[str, Any]:
        """The task that stands for an item now: the one that was not returned."""
        tasks = await self._read("/feedback-tasks")
        standing = [
            task
            for task in tasks
            if task["item_number"] == item and task["state"] != FeedbackTaskState.RETURNED.value
        ]
        if not standing:
            raise CallFailed(f"第 {item} 项建议还没有交办")
        found: dict[str, Any] = standing[-1]
        return found

    async def task_in_full(self, item: int) -> dict[str, Any]:
        """The same with its clock explained and its answers."""
        task = await self.task_of_item(item)
        found: dict[str, Any] = await self.callers.read(self.reader, f"/feedback-tasks/{task['id']}")
        return found

    async def review(self, ordinal: int) -> dict[str, Any]:
        """One 回头看."""
        for review in await self._read("/follow-up-reviews"):
            if review["ordinal"] == ordinal:
                found: dict[str, Any] = review
                return found
        raise CallFailed(f"没有第 {ordinal} 次回头看")

    async def open_escalations(self) -> list[dict[str, Any]]:
        """The open escalations of this consultation that the actor has on the desk."""
        page = await self.callers.read(self.actor, "/escalations", is_open=True)
        return [one for one in page["items"] if one["consultation_id"] == self.consultation_id]

    async def escalation_about(self, item: int) -> dict[str, Any]:
        """The open escalation about one item."""
        for escalation in await self.open_escalations():
            task = await self.callers.read(self.actor, f"/feedback-tasks/{escalation['task_id']}")
            if task["item_number"] == item:
                return escalation
        raise CallFailed(f"没有关于第 {item} 项的专报")

    async def people(self) -> Counter[str]:
        """How many of each kind stand on the list of participants."""
        return Counter(one["kind"] for one in await self._read("/participants"))

    async def supervised_since(self) -> str | None:
        """The day on which the consultation was listed for supervision; None when it was not."""
        page = await self.callers.read(self.reader, "/supervision-items")
        of_it = [one["opened_on"] for one in page["items"] if one["consultation_id"] == self.consultation_id]
        return of_it[0] if of_it else None

    async def evaluations(self) -> dict[str, Any]:
        """Scores and ballots of the present round."""
        found: dict[str, Any] = await self._read("/evaluations")
        return found

    def day(self, on: date) -> str:
        """A day of the case as the service writes it."""
        return on.replace(year=on.year + self.years).isoformat()

    def words(self, words: str) -> str:
        """Words of the case, the days in them as the service writes them."""
        return ISO_DAY.sub(lambda found: self.day(date.fromisoformat(found[0])), words)

    async def _read(self, part: str) -> Any:
        return await self.callers.read(self.reader, f"/consultations/{self.consultation_id}{part}")


_OF_THE_ANSWER = {"refused", "rules", "blocked_by", "measured", "cites"}


async def unfulfilled(view: View, expected: Expected, answer: Answer | None) -> list[str]:
    """Every expectation that did not come true, in words; empty when all did."""
    found = list(_of_answer(view, expected, answer))
    if not expected.model_fields_set - _OF_THE_ANSWER:
        return found
    standing = await view.consultation()
    found += _of_consultation(view, expected, standing)
    if expected.people:
        wanted = {kind.value: count for kind, count in expected.people.items()}
        found += _compared("参会人员", wanted, dict(await view.people()))
    for clock in expected.clocks:
        found += _of_clock(view, clock, standing["clocks"])
    for task in expected.tasks:
        found += _of_task(view, task, await view.task_in_full(task.item))
    for review in expected.reviews:
        found += _of_review(view, review, await view.review(review.ordinal), standing["clocks"])
    if expected.grade is not None:
        found += _compared("评价等次", expected.grade, _grade_of(await view.evaluations()))
    if expected.scores is not None:
        found += _of_scores(expected.scores, await view.evaluations())
    if expected.supervised_since is not None:
        wanted_on = view.day(expected.supervised_since)
        found += _compared("列入督查事项", wanted_on, await view.supervised_since())
    if expected.escalations is not None:
        found += _compared("待批示的专报", expected.escalations, len(await view.open_escalations()))
    return found


def _of_answer(view: View, expected: Expected, answer: Answer | None) -> Iterator[str]:
    if answer is None:
        return
    yield from _compared("拒绝", expected.refused.value if expected.refused else "", answer.code)
    unmet = {one["rule_id"]: one for one in answer.unmet}
    for rule_id in expected.rules:
        if rule_id not in unmet:
            yield f"拒绝中应有规则 {rule_id}，实有 {'、'.join(unmet) or '无'}"
    if expected.blocked_by is not None:
        hard = [rule_id for rule_id, one in unmet.items() if one["severity"] == Severity.HARD.value]
        yield from _compared("拦下的硬性规则", sorted(expected.blocked_by), sorted(hard))
    for part, wanted in (("measured", expected.measured), ("clause", expected.cites)):
        for rule_id, words in wanted.items():
            said = unmet.get(rule_id, {}).get(part, "")
            if view.words(words) not in said:
                yield f"{rule_id} 的 {part} 应有“{words}”，实为“{said}”"


def _of_consultation(view: View, expected: Expected, standing: dict[str, Any]) -> Iterator[str]:
    if expected.state is not None:
        yield from _compared("状态", expected.state.value, standing["state"])
    if expected.is_suspended is not None:
        yield from _compared("中止", expected.is_suspended, standing["is_suspended"])
    if expected.round is not None:
        yield from _compared("评价轮次", expected.round, standing["round"])
    gates = {gate["rule_id"]: gate for gate in standing["gates"]}
    for rule_id, words in expected.gates.items():
        gate = gates.get(rule_id)
        if gate is None:
            yield f"此处应检查规则 {rule_id}，实有 {'、'.join(gates)}"
        elif not gate["is_satisfied"]:
            yield f"规则 {rule_id} 应已满足，实测“{gate['measured']}”"
        elif view.words(words) not in gate["measured"]:
            yield f"规则 {rule_id} 应测得“{words}”，实为“{gate['measured']}”"
    for rule_id in expected.warns:
        gate = gates.get(rule_id)
        if gate is None or gate["is_satisfied"] or gate["severity"] != Severity.WARN.value:
            yield f"规则 {rule_id} 应提醒，实为 {gate['measured'] if gate else '未检查'}"


def _of_clock(view: View, expected: ClockExpected, clocks: list[dict[str, Any]]) -> Iterator[str]:
    of_kind = [(one["due_on"], one["is_provisional"]) for one in clocks if one["kind"] == expected.kind.value]
    if (view.day(expected.due_on), expected.is_provisional) not in of_kind:
        yield f"“{expected.kind.label}”应于 {view.day(expected.due_on)} 到期，实为 {of_kind or '没有期限'}"


def _of_task(view: View, expected: TaskExpected, task: dict[str, Any]) -> Iterator[str]:
    where = f"第 {expected.item} 项"
    clock = task["clock"]["clock"]
    if expected.unit is not None:
        yield from _compared(f"{where}承办单位", expected.unit, task["unit_name"])
    if expected.state is not None:
        yield from _compared(f"{where}状态", expected.state.value, task["state"])
    if expected.due_on is not None:
        yield from _compared(f"{where}到期日", view.day(expected.due_on), clock["due_on"])
    if expected.is_provisional is not None:
        yield from _compared(f"{where}暂定", expected.is_provisional, clock["is_provisional"])
    if expected.is_in_time is not None:
        handed_in = [one for one in task["answers"] if one["answered_on"] is not None]
        is_in_time = handed_in[-1]["is_in_time"] if handed_in else None
        yield from _compared(f"{where}按期", expected.is_in_time, is_in_time)
    if expected.colour_live is not None and view.is_live:
        yield from _compared(f"{where}颜色", expected.colour_live.value, clock["colour"])
    if expected.colours is not None:
        yield from _of_colours(view, where, expected.colours, task["clock"])
    for co_handling in expected.co_handlings:
        yield from _of_co_handling(view, co_handling, task["co_handlings"])


def _of_co_handling(
    view: View, expected: CoHandlingExpected, co_handlings: list[dict[str, Any]]
) -> Iterator[str]:
    where = f"{expected.unit}会办"
    found = next((one for one in co_handlings if one["unit_name"] == expected.unit), None)
    if found is None:
        yield f"{where}没有登记"
        return
    if expected.due_on is not None:
        yield from _compared(f"{where}到期日", view.day(expected.due_on), found["clock"]["clock"]["due_on"])
    if expected.is_in_time is not None:
        yield from _compared(f"{where}按期", expected.is_in_time, found["is_in_time"])
    if expected.colours is not None:
        yield from _of_colours(view, where, expected.colours, found["clock"])


def _of_colours(
    view: View, where: str, expected: tuple[tuple[date, Colour], ...], clock: dict[str, Any]
) -> Iterator[str]:
    until = view.day(view.on)
    colours = [(one["on"], one["colour"]) for one in clock["colours"] if one["on"] <= until]
    wanted = [(view.day(on), colour.value) for on, colour in expected]
    yield from _compared(f"{where}颜色变化", wanted, colours)


def _of_review(
    view: View, expected: ReviewExpected, review: dict[str, Any], clocks: list[dict[str, Any]]
) -> Iterator[str]:
    where = f"第 {expected.ordinal} 次回头看"
    yield from _compared(f"{where}日期", view.day(expected.due_on), review["due_on"])
    clock = next((one for one in clocks if one["subject_id"] == review["id"]), None)
    if clock is not None:
        is_provisional = expected.is_provisional
        yield from _compared(f"{where}暂定", is_provisional, clock["is_provisional"])
    if expected.state is not None:
        yield from _compared(f"{where}状态", expected.state.value, review["state"])


def _of_scores(expected: ScoresExpected, found: dict[str, Any]) -> Iterator[str]:
    if expected.satisfaction is not None:
        rate = satisfaction_rate(*(found[choice.value] for choice in BallotChoice))
        yield from _compared("满意率", expected.satisfaction, shown(100 * rate))
    if expected.public is not None:
        yield from _compared("群众评价得分", expected.public, found["public_score"])
    if expected.composite is not None:
        yield from _compared("综合得分", expected.composite, found["composite_score"])


def _grade_of(evaluations: dict[str, Any]) -> str:
    """The band of the unrounded composite: what the service shows is rounded, for reading only."""
    scores: dict[EvaluationParty, Score] = {
        EvaluationParty(one["party"]): one["score"]
        for one in evaluations["evaluations"]
        if one["round"] == evaluations["round"]
    }
    ballots = (evaluations[choice.value] for choice in BallotChoice)
    scores[EvaluationParty.PUBLIC_RATING] = public_score(*ballots)
    return grade(composite(scores)).label


def _compared(what: str, wanted: Any, found: Any) -> Iterator[str]:
    if wanted != found:
        yield f"{what}应为 {wanted}，实为 {found}"
