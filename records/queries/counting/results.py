"""What the year's consultations achieved, before how many there were (SZ-11, NT-17)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.evaluation import exact, public_score
from domain.figures import FigurePart, Tally
from domain.matters import BallotChoice, EvaluationParty, FeedbackTaskState, ResultClass, Verdict
from domain.timeliness import Quadrant, Quadrants, quadrant_of
from records.queries.counting.count import Count
from records.queries.counting.measures import ids_of, score_part, share_part
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import Ballot, Evaluation

Votes = Mapping[BallotChoice, int]


class Counting(Protocol):
    """Whatever says which consultations are counted: a yearly count, or a view of a span."""

    @property
    def session(self) -> Session: ...
    @property
    def today(self) -> date: ...
    def counted_ids(self) -> Select[str]: ...


@dataclass(frozen=True)
class Handled:
    """One task in the hands of one unit."""

    id: str
    suggestion_id: str
    consultation_id: str
    area: str
    round: int
    state: FeedbackTaskState
    due_on: date
    is_suspended: bool


@dataclass(frozen=True)
class Answered:
    """One written feedback that was handed in."""

    task_id: str
    is_in_time: bool | None
    result: ResultClass | None
    verdict: Verdict | None


def results(count: Count) -> Tally:
    """解决率, 满意率 and 按期反馈率 of the year's consultations. The first leads."""
    tasks, answers = handled_tasks(count), answers_by_task(count)
    solved = _solved(tasks, answers)
    satisfied = satisfied_part(latest_votes(count))
    in_time = _in_time(tasks, answers, count.today)
    return Tally(
        value=solved.value,
        numerator=solved.numerator,
        denominator=solved.denominator,
        consultation_ids=ids_of((solved, satisfied, in_time)),
        parts=(solved, satisfied, in_time),
    )


def satisfaction_by_party(count: Count) -> Tally:
    """The mean score of each of the four parties, every consultation with its latest round."""
    scores = party_scores(count, latest_votes(count))
    parts = tuple(
        score_part(party, party.label, list(scores[party].values()), scores[party])
        for party in EvaluationParty
    )
    public = next(part for part in parts if part.key == EvaluationParty.PUBLIC_RATING)
    return Tally(value=public.value, consultation_ids=ids_of(parts), parts=parts)


def party_scores(
    count: Counting, votes: Mapping[str, Votes]
) -> Mapping[EvaluationParty, Mapping[str, Fraction]]:
    """The score that each party gave each consultation, in its latest round; the public's comes of its ballots."""
    scores: dict[EvaluationParty, dict[str, Fraction]] = {party: {} for party in EvaluationParty}
    found = count.session.execute(
        select(Evaluation.party, Evaluation.consultation_id, Evaluation.score)
        .where(Evaluation.consultation_id.in_(count.counted_ids()))
        .order_by(Evaluation.round)
    )
    for party, consultation_id, score in found:
        scores[party][consultation_id] = exact(score)
    for consultation_id, of_case in votes.items():
        scores[EvaluationParty.PUBLIC_RATING][consultation_id] = public_score(*_in_order(of_case))
    return scores


def latest_votes(count: Counting) -> Mapping[str, Votes]:
    """The ballots of the latest round of every consultation of the year."""
    found = count.session.execute(
        select(Ballot.consultation_id, Ballot.round, Ballot.choice, func.count())
        .where(Ballot.consultation_id.in_(count.counted_ids()))
        .group_by(Ballot.consultation_id, Ballot.round, Ballot.choice)
    ).all()
    last: dict[str, int] = {}
    for consultation_id, round_, _, _ in found:
        last[consultation_id] = max(round_, last.get(consultation_id, 0))
    votes: dict[str, dict[BallotChoice, int]] = defaultdict(dict)
    for consultation_id, round_, choice, number in found:
        if round_ == last[consultation_id]:
            votes[consultation_id][choice] = number
    return votes


def _in_order(votes: Votes) -> tuple[int, int, int]:
    satisfied, basically, dissatisfied = (votes.get(choice, 0) for choice in BallotChoice)
    return satisfied, basically, dissatisfied


def satisfied_part(votes: Mapping[str, Votes]) -> FigurePart:
    content = sum(sum(_in_order(one)[:2]) for one in votes.values())
    every = sum(sum(_in_order(one)) for one in votes.values())
    return share_part("satisfied", "满意率", content, every, sorted(votes))


def _solved(tasks: Iterable[Handled], answers: Mapping[str, list[Answered]]) -> FigurePart:
    items = items_of(tasks, answers)
    solved = sum(one.result is ResultClass.A for one in items)
    return share_part(
        "solved", "解决率", solved, len(items), dict.fromkeys(one.consultation_id for one in items)
    )


@dataclass(frozen=True)
class Item:
    """One suggestion that was handed out; ``result`` is None until every unit's answer has been verified."""

    suggestion_id: str
    consultation_id: str
    area: str
    result: ResultClass | None


def items_of(tasks: Iterable[Handled], answers: Mapping[str, list[Answered]]) -> list[Item]:
    """Every suggestion with what came of it: of several units the lesser result, of several rounds the last."""
    by_item: dict[str, list[Handled]] = defaultdict(list)
    for task in tasks:
        by_item[task.suggestion_id].append(task)
    items = []
    for suggestion_id, of_item in by_item.items():
        reached = [_verified_result(answers.get(task.id, [])) for task in _latest_round(of_item)]
        known = [one for one in reached if one is not None]
        result = max(known) if len(known) == len(reached) else None
        items.append(Item(suggestion_id, of_item[0].consultation_id, of_item[0].area, result))
    return items


def _latest_round(tasks: list[Handled]) -> list[Handled]:
    last = max(task.round for task in tasks)
    return [task for task in tasks if task.round == last]


def _verified_result(answers: list[Answered]) -> ResultClass | None:
    return answers[-1].result if answers and answers[-1].verdict is Verdict.VERIFIED else None


def _in_time(tasks: list[Handled], answers: Mapping[str, list[Answered]], today: date) -> FigurePart:
    """One late answer keeps its task late. Who has not answered counts once the period is over."""
    placed = [(_quadrant(task, answers.get(task.id, []), today), task) for task in tasks]
    numbers = {one: sum(place is one for place, _ in placed) for one in Quadrant}
    four = Quadrants(numbers)
    due = [task for place, task in placed if place is not Quadrant.OPEN_IN_TIME]
    return share_part("in_time", "按期反馈率", four.in_time, four.due, _cases(due))


def _quadrant(task: Handled, answers: list[Answered], today: date) -> Quadrant:
    were_in_time = (one.is_in_time for one in answers)
    return quadrant_of(
        task.state, were_in_time, due_on=task.due_on, today=today, is_suspended=task.is_suspended
    )


def _cases(tasks: Iterable[Handled]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.consultation_id for task in tasks))


def handled_tasks(count: Counting) -> list[Handled]:
    """The tasks of the consultations counted, without those that a unit gave back."""
    found = count.session.execute(
        select(
            FeedbackTask.id,
            FeedbackTask.suggestion_id,
            FeedbackTask.consultation_id,
            Consultation.area,
            FeedbackTask.round,
            FeedbackTask.state,
            ClockRow.due_on,
            Consultation.is_suspended,
        )
        .join(ClockRow, ClockRow.id == FeedbackTask.clock_id)
        .join(Consultation, Consultation.id == FeedbackTask.consultation_id)
        .where(
            FeedbackTask.consultation_id.in_(count.counted_ids()),
            FeedbackTask.state != FeedbackTaskState.RETURNED,
        )
        .order_by(FeedbackTask.consultation_id, FeedbackTask.id)
    )
    return [Handled(*row) for row in found]


def answers_by_task(count: Counting) -> Mapping[str, list[Answered]]:
    """The answers that were handed in, by task, first to last."""
    found: dict[str, list[Answered]] = defaultdict(list)
    for row in count.session.execute(
        select(Answer.task_id, Answer.is_in_time, Answer.result, Answer.verdict)
        .join(FeedbackTask, FeedbackTask.id == Answer.task_id)
        .where(FeedbackTask.consultation_id.in_(count.counted_ids()), Answer.answered_on.is_not(None))
        .order_by(Answer.answered_on, Answer.prepared_at, Answer.id)
    ):
        found[row[0]].append(Answered(*row))
    return found
