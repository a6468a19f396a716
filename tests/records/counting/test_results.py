"""解决率, 满意率, 按期反馈率 and the four parties' scores, counted by hand."""

from datetime import date
from fractions import Fraction

from domain.figures import Measure, Standing
from domain.matters import (
    BallotChoice,
    EvaluationParty,
    FeedbackTaskState,
    ObligationKind,
    ResultClass,
    Verdict,
)
from domain.stages import ConsultationState
from records.tables.consultations import Consultation
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import Ballot, Evaluation, Suggestion
from tests.records.counting.county import NOW, TODAY, County

DUE_ON = date(2026, 7, 1)
A, B = ResultClass.A, ResultClass.B


def rates(county: County) -> dict[str, Measure]:
    """The three rates by their key."""
    return {one.key: one for one in county.ask("results").parts}


def handle(
    county: County,
    case: str,
    item: int,
    *answers: Answer,
    round: int = 1,
    due_on: date = DUE_ON,
    state: FeedbackTaskState = FeedbackTaskState.VERIFIED,
) -> None:
    """Put a suggestion into the hands of a unit, with what it answered."""
    task = county.next_id("task")
    suggestion = f"{case}/s{item}"
    with county.register.reading() as session:
        is_known = session.get(Suggestion, suggestion) is not None
    if not is_known:
        county.add(Suggestion(id=suggestion, consultation_id=case, item_number=item, text="建议"))
    clocks = [
        ClockRow(
            id=f"{task}/{kind}",
            consultation_id=case,
            kind=kind,
            subject_id=task,
            title="办理",
            started_on=date(2026, 6, 1),
            budget_workdays=20,
            recorded_at=NOW,
            calendar_version="cn-2026.1",
            due_on=due_on,
        )
        for kind in (ObligationKind.FEEDBACK_TASK, ObligationKind.ACKNOWLEDGEMENT)
    ]
    county.add(
        *clocks,
        FeedbackTask(
            id=task,
            consultation_id=case,
            suggestion_id=suggestion,
            unit_id="cppcc",
            state=state,
            assigned_on=date(2026, 6, 1),
            period_workdays=20,
            clock_id=clocks[0].id,
            acknowledgement_clock_id=clocks[1].id,
            round=round,
        ),
    )
    for answer in answers:
        answer.task_id = task
        county.add(answer)


def answer(
    result: ResultClass,
    verdict: Verdict | None = Verdict.VERIFIED,
    *,
    on: date | None = date(2026, 6, 20),
    is_in_time: bool | None = True,
) -> Answer:
    """A written feedback that was handed in."""
    return Answer(
        text="已办",
        prepared_at=NOW,
        prepared_by_person_id="吴建安",
        result=result,
        answered_on=on,
        is_in_time=is_in_time,
        verdict=verdict,
    )


def test_two_of_four_items_are_solved(any_county: County) -> None:
    case = any_county.case()
    handle(any_county, case, 1, answer(A))
    handle(
        any_county, case, 2, answer(A, Verdict.SENT_BACK), answer(A, on=date(2026, 7, 10), is_in_time=False)
    )
    handle(any_county, case, 3, answer(B))
    handle(any_county, case, 4, answer(A, None))
    solved = rates(any_county)["solved"]
    assert (solved.value, solved.numerator, solved.denominator) == (Fraction(1, 2), 2, 4)
    assert any_county.ask("results").value == Fraction(1, 2)
    assert any_county.ask("results").standing is Standing.COUNTED


def test_an_item_in_several_hands_is_solved_when_all_have_solved_it(county: County) -> None:
    case = county.case()
    handle(county, case, 1, answer(A))
    handle(county, case, 1, answer(B))
    assert rates(county)["solved"].numerator == 0


def test_a_returned_task_stands_in_no_rate(county: County) -> None:
    case = county.case()
    handle(county, case, 1, state=FeedbackTaskState.RETURNED)
    handle(county, case, 1, answer(A))
    assert rates(county)["solved"].value == 1
    assert rates(county)["in_time"].denominator == 1


def test_the_latest_round_of_an_item_decides_whether_it_is_solved(any_county: County) -> None:
    case = any_county.case()
    handle(any_county, case, 1, answer(B))
    handle(any_county, case, 1, answer(A), round=2)
    assert rates(any_county)["solved"].value == 1


def test_an_item_without_an_answer_is_late_once_its_period_is_over(any_county: County) -> None:
    case = any_county.case()
    handle(any_county, case, 1, answer(A))
    handle(any_county, case, 2, answer(A, is_in_time=False))
    handle(any_county, case, 3, due_on=date(2026, 11, 20), state=FeedbackTaskState.ACKNOWLEDGED)
    handle(any_county, case, 4, due_on=TODAY, state=FeedbackTaskState.ACKNOWLEDGED)
    prepared = answer(A, None, on=None, is_in_time=None)
    handle(any_county, case, 5, prepared, due_on=TODAY, state=FeedbackTaskState.ACKNOWLEDGED)
    in_time = rates(any_county)["in_time"]
    assert (in_time.numerator, in_time.denominator) == (1, 3)


def test_an_answer_that_was_late_stays_late_though_a_second_one_came_in_time(county: County) -> None:
    case = county.case()
    handle(county, case, 1, answer(A, Verdict.SENT_BACK, is_in_time=False), answer(A, on=date(2026, 7, 10)))
    assert rates(county)["in_time"].value == 0


def test_an_empty_answer_in_time_does_not_hide_a_late_second_one(county: County) -> None:
    case = county.case()
    handle(county, case, 1, answer(A, Verdict.SENT_BACK), answer(A, on=date(2026, 7, 10), is_in_time=False))
    assert rates(county)["in_time"].value == 0


def test_an_answer_that_was_sent_back_is_owed_again(county: County) -> None:
    case = county.case()
    handle(county, case, 1, answer(A, Verdict.SENT_BACK), due_on=TODAY, state=FeedbackTaskState.SENT_BACK)
    assert rates(county)["in_time"].value is None


def test_a_suspended_consultation_is_not_late(county: County) -> None:
    case = county.case()
    handle(county, case, 1, state=FeedbackTaskState.ACKNOWLEDGED)
    with county.register.writing() as session:
        session.get_one(Consultation, case).is_suspended = True
    assert rates(county)["in_time"].value is None


def test_satisfaction_takes_the_latest_round_of_every_consultation(any_county: County) -> None:
    first, second = any_county.case(), any_county.case()
    vote(any_county, first, 1, dissatisfied=9)
    vote(any_county, first, 2, satisfied=3, basically_satisfied=1, dissatisfied=1)
    vote(any_county, second, 1, satisfied=1)
    vote(any_county, any_county.case(state=ConsultationState.TERMINATED), 1, dissatisfied=5)
    satisfied = rates(any_county)["satisfied"]
    assert (satisfied.value, satisfied.numerator, satisfied.denominator) == (Fraction(5, 6), 5, 6)


def test_a_year_without_items_has_no_rates(county: County) -> None:
    assert {one.value for one in county.ask("results").parts} == {None}


def test_scores_are_exact_means_over_consultations(any_county: County) -> None:
    first, second = any_county.case(), any_county.case()
    any_county.add(
        _score(first, 1, EvaluationParty.MEMBER_REVIEW, 10.0),
        _score(first, 2, EvaluationParty.MEMBER_REVIEW, 91.5),
        _score(second, 1, EvaluationParty.MEMBER_REVIEW, 88.0),
        _score(second, 1, EvaluationParty.PARTY_GOV_COMMENT, 90.0),
        _score(any_county.case(date(2025, 5, 6)), 1, EvaluationParty.PARTY_GOV_COMMENT, 10.0),
    )
    vote(any_county, first, 1, satisfied=1, basically_satisfied=1, dissatisfied=1)
    tally = any_county.ask("satisfaction_by_party")
    scores = {one.key: one.value for one in tally.parts}
    assert scores == {
        "party_gov_comment": 90,
        "member_review": Fraction(359, 4),
        "public_rating": Fraction(220, 3),
        "organizer_analysis": None,
    }
    assert tally.value == Fraction(220, 3)
    members = next(one for one in tally.parts if one.key == "member_review")
    assert members.details == (("评价的协商事项", 2),)
    assert set(members.consultation_ids) == {first, second}


def vote(
    county: County,
    case: str,
    round: int,
    satisfied: int = 0,
    basically_satisfied: int = 0,
    dissatisfied: int = 0,
) -> None:
    """Cast so many ballots."""
    choices = (
        [BallotChoice.SATISFIED] * satisfied
        + [BallotChoice.BASICALLY_SATISFIED] * basically_satisfied
        + [BallotChoice.DISSATISFIED] * dissatisfied
    )
    county.add(
        *(
            Ballot(id=county.next_id("ballot"), consultation_id=case, round=round, choice=choice)
            for choice in choices
        )
    )


def _score(case: str, round: int, party: EvaluationParty, score: float) -> Evaluation:
    return Evaluation(
        consultation_id=case, round=round, party=party, score=score, evaluated_on=date(2026, 8, 1)
    )
