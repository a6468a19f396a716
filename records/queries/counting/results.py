"""What the year's consultations achieved, before how many there were (SZ-11, NT-17)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select

from domain.evaluation import exact, public_score
from domain.figures import FigurePart, Tally
from domain.matters import BallotChoice, EvaluationParty, FeedbackTaskState, ResultClass, Verdict
from records.queries.counting.count import Count
from records.queries.counting.measures import ids_of, score_part, share_part
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import Ballot, Evaluation

Votes = Mapping[BallotChoice, int]


@dataclass(frozen=True)
class Handled:
    """One task in the hands of one unit."""

    id: str
    suggestion_id: str
    consultation_id: str
    round: int
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
    tasks, answers = _tasks(count), _answers(count)
    solved = _solved(tasks, answers)
    satisfied = _satisfied(latest_votes(count))
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
    scores: dict[EvaluationParty, dict[str, Fraction]] = defaultdict(dict)
    found = count.session.execute(
        select(Evaluation.party, Evaluation.consultation_id, Evaluation.score)
        .where(Evaluation.consultation_id.in_(count.counted_ids()))
        .order_by(Evaluation.round)
    )
    for party, consultation_id, score in found:
        scores[party][consultation_id] = exact(score)
    for consultation_id, votes in latest_votes(count).items():
        scores[EvaluationParty.PUBLIC_RATING][consultation_id] = public_score(*_in_order(votes))
    parts = tuple(
        score_part(party, party.label, list(scores[party].values()), scores[party])
        for party in EvaluationParty
    )
    public = next(part for part in parts if part.key == EvaluationParty.PUBLIC_RATING)
    return Tally(value=public.value, consultation_ids=ids_of(parts), parts=parts)


def latest_votes(count: Count) -> Mapping[str, Votes]:
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


def _satisfied(votes: Mapping[str, Votes]) -> FigurePart:
    content = sum(sum(_in_order(one)[:2]) for one in votes.values())
    every = sum(sum(_in_order(one)) for one in votes.values())
    return share_part("satisfied", "满意率", content, every, sorted(votes))


def _solved(tasks: list[Handled], answers: Mapping[str, list[Answered]]) -> FigurePart:
    """An item is solved when every task of its latest round was verified as class A."""
    by_item: dict[str, list[Handled]] = defaultdict(list)
    for task in tasks:
        by_item[task.suggestion_id].append(task)
    solved = sum(
        all(_is_solved(answers.get(task.id, [])) for task in _latest_round(of_item))
        for of_item in by_item.values()
    )
    return share_part("solved", "解决率", solved, len(by_item), _cases(tasks))


def _latest_round(tasks: list[Handled]) -> list[Handled]:
    last = max(task.round for task in tasks)
    return [task for task in tasks if task.round == last]


def _is_solved(answers: list[Answered]) -> bool:
    return bool(answers) and answers[-1].verdict is Verdict.VERIFIED and answers[-1].result is ResultClass.A


def _in_time(tasks: list[Handled], answers: Mapping[str, list[Answered]], today: date) -> FigurePart:
    """The first answer decides. Who has not answered counts once the period is over; a suspended one is not over."""
    due = [task for task in tasks if answers.get(task.id) or (task.due_on < today and not task.is_suspended)]
    in_time = sum(bool(answers.get(task.id) and answers[task.id][0].is_in_time) for task in due)
    return share_part("in_time", "按期反馈率", in_time, len(due), _cases(due))


def _cases(tasks: Iterable[Handled]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.consultation_id for task in tasks))


def _tasks(count: Count) -> list[Handled]:
    found = count.session.execute(
        select(
            FeedbackTask.id,
            FeedbackTask.suggestion_id,
            FeedbackTask.consultation_id,
            FeedbackTask.round,
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


def _answers(count: Count) -> Mapping[str, list[Answered]]:
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
