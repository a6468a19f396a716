"""A city's register drawn by lot from a fixed seed: plain rows, kept as they were written, so that anybody can recount.

Nothing here knows how a figure is computed. The rows cover what figures must tell apart: ends that never count, invalid
sessions, answers sent back, suspended cases, several units and rounds an item, clocks without a holder, old topics.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from domain.bodies import BodyKind, Role, RoomLevel
from domain.effects import ConversionKind
from domain.matters import (
    BallotChoice,
    ConsultationKind,
    EvaluationParty,
    FeedbackTaskState,
    FollowUpReviewState,
    ObligationKind,
    ParticipantKind,
    ResultClass,
    SessionFormat,
    SessionState,
    Verdict,
)
from domain.stages import ConsultationState, Stage
from records.base import Base
from records.sessions import Register
from records.tables.consultations import Consultation, StageAdvance, Topic
from records.tables.deliberations import ConsultationSession, Participant, SignIn, Statement
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import Ballot, Evaluation, FollowUpReview, Suggestion
from records.tables.people import Membership, Organisation, Person
from records.tables.rooms import Room

SEED = 20261121
CASES = 150
CITY = "suzhou"
COUNTIES = (f"{CITY}/fengxi", f"{CITY}/linhu")
TOWNS = tuple(f"{county}/{town}" for county in COUNTIES for town in ("east", "west", "south"))
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
UNITS = tuple(f"unit-{number}" for number in range(7))
ENDS = (
    ConsultationState.COMPLETED,
    ConsultationState.ARCHIVED,
    ConsultationState.COMPLETED_UNMET,
    ConsultationState.TERMINATED,
    ConsultationState.REJECTED,
    ConsultationState.MERGED,
)

Row = dict[str, Any]


@dataclass
class Drawn:
    """The rows by table, in the order in which they must be written."""

    lot: random.Random
    rows: dict[type[Base], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: type[Base], **values: Any) -> Row:
        """One row more."""
        self.rows[table].append(values)
        return values

    def day(self, first: date, last: date) -> date:
        """A day between two days."""
        return first + timedelta(days=self.lot.randint(0, max(0, (last - first).days)))


def draw(seed: int = SEED, cases: int = CASES) -> Drawn:
    """The same rows for the same seed."""
    drawn = Drawn(random.Random(seed))
    _bodies(drawn)
    for number in range(cases):
        _case(drawn, number)
    return drawn


def write(drawn: Drawn, register: Register) -> None:
    """Put the rows into a register. Rows of one table are filled up to the same columns first."""
    order = [table.name for table in Base.metadata.sorted_tables]
    with register.writing() as session:
        for table, rows in sorted(drawn.rows.items(), key=lambda one: order.index(one[0].__tablename__)):
            columns = {name for row in rows for name in row}
            session.execute(insert(table), [dict.fromkeys(columns) | row for row in rows])


def _bodies(drawn: Drawn) -> None:
    drawn.add(
        Organisation, id="cppcc-city", name="政协苏州市委员会", kind=BodyKind.CPPCC_COMMITTEE, area=CITY
    )
    for index, county in enumerate(COUNTIES):
        drawn.add(
            Organisation,
            id=f"cppcc-{index}",
            name=f"政协{county[-6:]}区委员会",
            kind=BodyKind.CPPCC_COMMITTEE,
            area=county,
        )
    for index, town in enumerate(TOWNS):
        drawn.add(
            Organisation,
            id=f"work-{index}",
            name=f"{town[-4:]}镇政协工委",
            kind=BodyKind.WORK_COMMITTEE,
            area=town,
        )
    for index, unit in enumerate(UNITS):
        drawn.add(
            Organisation, id=unit, name=f"第{index}局", kind=BodyKind.HANDLING_UNIT, area=COUNTIES[index % 2]
        )
    for index in range(12):
        drawn.add(
            Person, id=f"member-{index}", name=f"委员{index:02}", sign_in_name=f"m{index}", password_hash="!"
        )
        drawn.add(
            Membership, person_id=f"member-{index}", organisation_id=f"cppcc-{index % 2}", role=Role.MEMBER
        )
    for place in (*COUNTIES, *TOWNS):
        level = RoomLevel.COUNTY if place in COUNTIES else RoomLevel.TOWN
        drawn.add(
            Room, id=f"room-{place}", name=f"{place}议事室", level=level, rule_set_id="suzhou", area=place
        )


def _case(drawn: Drawn, number: int) -> None:
    lot = drawn.lot
    case = f"case-{number:03}"
    area = lot.choice((*TOWNS, *TOWNS, *COUNTIES))
    opened_on = drawn.day(date(2025, 1, 1), date(2026, 10, 31))
    topic = drawn.add(
        Topic,
        id=f"{case}/topic",
        title=lot.choice(("停车", "加装电梯", "停 车！", "河道整治")),
        place=lot.choice(("", "", "东门", "西门")),
        matter=lot.choice(("", "错时停车", "护岸")),
        area=area,
        proposed_on=opened_on,
    )
    state, passed = _way(lot)
    on, deliberated_on = opened_on, None
    for step, stage in enumerate(passed):
        on = min(TODAY, on + timedelta(days=lot.randint(0, 40)))
        to = passed[step + 1] if step + 1 < len(passed) else state
        drawn.add(
            StageAdvance,
            id=f"{case}/step-{step}",
            consultation_id=case,
            event="advance",
            from_state=ConsultationState(stage.value),
            to_state=ConsultationState(to.value),
            occurred_on=on,
            recorded_at=NOW + timedelta(seconds=number * 60 + step),
        )
        if stage is Stage.DELIBERATION:
            deliberated_on = on
    drawn.add(
        Consultation,
        id=case,
        number=f"苏-{case}",
        title=topic["title"],
        kind=lot.choice(tuple(ConsultationKind)),
        room_id=f"room-{area}",
        topic_id=topic["id"],
        area=area,
        operator_id="cppcc-0" if area in COUNTIES else f"work-{TOWNS.index(area)}",
        rule_set_id="suzhou",
        rule_set_version="1",
        calendar_version="cn-2026.1",
        state=state,
        is_suspended=state.stage is not None and lot.random() < 0.15,
        round=lot.choice((1, 1, 1, 2, 3)),
        merged_into_id="case-000" if state is ConsultationState.MERGED and number else None,
        opened_on=opened_on,
        opened_at=NOW,
        entered_state_on=on,
        deliberated_on=deliberated_on,
    )
    if deliberated_on is not None:
        _deliberated(drawn, case, deliberated_on)


def _way(lot: random.Random) -> tuple[ConsultationState, list[Stage]]:
    """Where the consultation stands, and the stages that it has left; a few come back to one."""
    stages = list(Stage)
    length = lot.randint(0, len(stages))
    passed = stages[:length]
    if length == len(stages) or lot.random() < 0.15:
        return lot.choice(ENDS), passed or stages[:1]
    if length > 3 and lot.random() < 0.2:
        passed = [*passed, stages[length], *stages[1:length]]
    return ConsultationState(stages[length].value), passed


def _deliberated(drawn: Drawn, case: str, on: date) -> None:
    lot = drawn.lot
    for number in range(1, lot.randint(1, 3) + 1):
        meeting = f"{case}/meeting-{number}"
        drawn.add(
            ConsultationSession,
            id=meeting,
            consultation_id=case,
            number=number,
            planned_on=on,
            held_on=on,
            format=SessionFormat.MEETING,
            state=lot.choice((SessionState.HELD, SessionState.HELD, SessionState.INVALID)),
        )
        if lot.random() < 0.8:
            drawn.add(Statement, id=f"{meeting}/opinion", session_id=meeting, text="车位不够")
            drawn.add(
                Statement,
                id=f"{meeting}/reply",
                session_id=meeting,
                text="可错时",
                reply_to_id=f"{meeting}/opinion",
            )
        kind = lot.choice((ParticipantKind.LEADER, ParticipantKind.DEPARTMENT, ParticipantKind.STAKEHOLDER))
        drawn.add(Participant, id=f"{meeting}/guest", consultation_id=case, name="来宾", kind=kind)
        drawn.add(SignIn, session_id=meeting, participant_id=f"{meeting}/guest")
    for item in range(1, lot.randint(0, 3) + 1):
        _item(drawn, case, item, on)
    _judged(drawn, case, on)


def _item(drawn: Drawn, case: str, item: int, on: date) -> None:
    lot = drawn.lot
    converted_on = drawn.day(on, TODAY) if lot.random() < 0.4 else None
    suggestion = f"{case}/item-{item}"
    drawn.add(
        Suggestion,
        id=suggestion,
        consultation_id=case,
        item_number=item,
        text="建议",
        conversion=ConversionKind.MEASURE if converted_on else None,
        converted_on=converted_on,
    )
    for number in range(lot.choice((0, 1, 1, 1, 2, 3))):
        _task(drawn, case, suggestion, number, on)


def _task(drawn: Drawn, case: str, suggestion: str, number: int, on: date) -> None:
    lot = drawn.lot
    task, unit = f"{suggestion}/task-{number}", lot.choice((*UNITS[:3], *UNITS[:3], *UNITS))
    assigned_on = min(TODAY, on + timedelta(days=lot.randint(1, 40)))
    due_on = assigned_on + timedelta(days=lot.randint(20, 60))
    state = lot.choice(tuple(FeedbackTaskState))
    is_owed = state in (
        FeedbackTaskState.ASSIGNED,
        FeedbackTaskState.ACKNOWLEDGED,
        FeedbackTaskState.SENT_BACK,
    )
    for kind in (ObligationKind.FEEDBACK_TASK, ObligationKind.ACKNOWLEDGEMENT):
        drawn.add(
            ClockRow,
            id=f"{task}/{kind.value}",
            consultation_id=case,
            kind=kind,
            subject_id=task,
            holder_id=unit if lot.random() < 0.9 else None,
            title="办理",
            started_on=assigned_on,
            budget_workdays=20,
            recorded_at=NOW,
            calendar_version="cn-2026.1",
            is_open=is_owed and kind is ObligationKind.FEEDBACK_TASK,
            due_on=due_on,
        )
    drawn.add(
        FeedbackTask,
        id=task,
        consultation_id=case,
        suggestion_id=suggestion,
        unit_id=unit,
        state=state,
        assigned_on=assigned_on,
        period_workdays=20,
        clock_id=f"{task}/feedback_task",
        acknowledgement_clock_id=f"{task}/acknowledgement",
        round=lot.choice((1, 1, 2)),
    )
    for turn in range(lot.choice((0, 1, 1, 2)) if is_owed else lot.choice((1, 1, 2))):
        answered_on = assigned_on + timedelta(days=10 * (turn + 1)) if lot.random() < 0.9 else None
        drawn.add(
            Answer,
            id=f"{task}/answer-{turn}",
            task_id=task,
            text="已办",
            prepared_at=NOW,
            prepared_by_person_id="somebody",
            result=lot.choice(tuple(ResultClass)),
            answered_on=answered_on,
            is_in_time=lot.random() < 0.7 if answered_on else None,
            verdict=lot.choice((Verdict.VERIFIED, Verdict.VERIFIED, Verdict.SENT_BACK, None))
            if answered_on
            else None,
        )


def _judged(drawn: Drawn, case: str, on: date) -> None:
    lot = drawn.lot
    for round_ in range(1, lot.randint(0, 2) + 1):
        for number in range(lot.randint(0, 6)):
            choice = lot.choice(tuple(BallotChoice))
            drawn.add(
                Ballot,
                id=f"{case}/ballot-{round_}-{number}",
                consultation_id=case,
                round=round_,
                choice=choice,
            )
        for party in EvaluationParty:
            if party is not EvaluationParty.PUBLIC_RATING and lot.random() < 0.7:
                drawn.add(
                    Evaluation,
                    id=f"{case}/evaluation-{round_}-{party.value}",
                    consultation_id=case,
                    round=round_,
                    party=party,
                    score=lot.randint(100, 200) / 2,
                    evaluated_on=on,
                )
    if lot.random() < 0.5:
        state = lot.choice(tuple(FollowUpReviewState))
        is_held = state is not FollowUpReviewState.SCHEDULED
        drawn.add(
            FollowUpReview,
            id=f"{case}/review",
            consultation_id=case,
            ordinal=1,
            round=1,
            due_on=on,
            state=state,
            held_on=on if is_held else None,
        )
