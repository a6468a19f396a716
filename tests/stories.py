"""Stories: a consultation brought quickly into any state, by real deeds and without a workflow.

A story has a clock of its own: ``story.go_to(date(2026, 4, 8))``, then acts happen on that day at 10:00 Shanghai.
``reach`` follows case A-01 of the handbook: 交办 on 2026-04-08 with 30 working days, due on 2026-05-22.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities import catalogue
from activities.deeds import Workshop
from domain.acts import (
    Act,
    AdvanceStage,
    AnswerTask,
    AssignFeedbackTasks,
    DecideApproval,
    OpenConsultation,
    Outcome,
    RecordEvaluation,
    RecordWhatIsDue,
    ResumeConsultation,
    Stamp,
    SuspendConsultation,
    TaskAssignment,
    VerifyAnswer,
)
from domain.bodies import CLOCK_ACTOR, Actor
from domain.calendar import SHANGHAI, at_local, local_date
from domain.matters import (
    AdoptionStatus,
    BallotChoice,
    Decision,
    EvaluationParty,
    OutcomeDocumentKind,
    ParticipantKind,
    ResearchKind,
    ResultClass,
    SessionFormat,
    SessionState,
    Verdict,
)
from domain.refusals import Refusal
from domain.stages import ConsultationState
from records.audit import AuditTrail
from records.base import Base, new_id
from records.books import Books
from records.papers.answers import prepare_answer
from records.papers.desk import PaperDesk, Writing
from records.papers.participants import ParticipantPaper, list_participants
from records.personal_data import PersonalDataVault
from records.seal_keys import SealKeys
from records.sessions import Register
from records.tables.consultations import Consultation
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord, SignIn, Statement
from records.tables.obligations import ClockEntry, FeedbackTask
from records.tables.outcomes import Ballot, OutcomeDocument, Submission, Suggestion
from records.tables.visits import ConsultationVisit
from regulations.calendars import load_calendar
from regulations.loader import load_rule_sets
from tests import cast
from tests.snapshots import Snapshots
from workflows.addresses import consultation_workflow_id

assert catalogue.MODULES, "importing the catalogue fills the table of deeds"

BASE_URL = "https://shangliang.example"
TRAIL = AuditTrail(b"a key of the tests, 32 bytes long")
SEAL_KEYS = SealKeys(b"s" * 32)
VAULT = PersonalDataVault(b"v" * 32)
BOOKS = Books(load_rule_sets(), load_calendar())
PHONES = tuple(f"1380013{number:04d}" for number in range(8000, 8006))
PARTICIPANT_NAMES = ("甲业主", "乙业主", "丙业主", "丁业主", "戊委员", "己干部")

OPENED_ON = date(2026, 3, 2)
APPROVED_ON = date(2026, 3, 10)
FILED_ON = date(2026, 3, 12)
LISTED_ON = date(2026, 3, 16)
RESEARCHED_ON = date(2026, 3, 18)
NOTIFIED_ON = date(2026, 3, 19)
DELIBERATED_ON = date(2026, 3, 26)
REPORTED_ON = date(2026, 4, 3)
ASSIGNED_ON = date(2026, 4, 8)
DUE_ON = date(2026, 5, 22)
ANSWERED_ON = date(2026, 5, 20)
VERIFIED_ON = date(2026, 5, 22)
COMPLETED_ON = date(2026, 6, 8)

Row = TypeVar("Row", bound=Base)
_keys = count(1)
_SNAPSHOTS = Snapshots()
_STANDING = ("today", "hour", "minute", "consultation_id")


@dataclass
class Story:
    """One register with the cast in it, one consultation, and the clock on which acts happen."""

    register: Register
    today: date = OPENED_ON
    hour: int = 10
    minute: int = 0
    topic_id: str = cast.TOPIC_ID
    consultation_id: str = field(default_factory=new_id)
    pokes: list[str] = field(default_factory=list)

    @property
    def workshop(self) -> Workshop:
        """What the deeds of the story are done with."""
        return Workshop(self.register, TRAIL, BOOKS, BASE_URL, lambda: self.pokes.append("poke"))

    @property
    def now(self) -> datetime:
        """The instant at which acts are recorded."""
        return at_local(self.today, self.hour, self.minute)

    @property
    def workflow_id(self) -> str:
        """The scope of the keys."""
        return consultation_workflow_id(self.consultation_id)

    def go_to(self, day: date, hour: int = 10, minute: int = 0) -> "Story":
        """Set the clock."""
        self.today, self.hour, self.minute = day, hour, minute
        return self

    def go_to_instant(self, at: datetime) -> "Story":
        """Set the clock to a full minute."""
        there = at.astimezone(SHANGHAI)
        return self.go_to(there.date(), there.hour, there.minute)

    def follow_the_clock(self, until: date) -> "Story":
        """Wake whenever the consultation asks for it, as its workflow does, up to and including that day."""
        while (wake_at := self.row.next_wake_at) is not None and local_date(wake_at) <= until:
            self.go_to_instant(wake_at).let_clock_run()
        return self.go_to(until, 23, 59)

    def another(self, topic_id: str = cast.OTHER_TOPIC_ID) -> "Story":
        """A second consultation in the same register."""
        return Story(self.register, self.today, topic_id=topic_id)

    # Acts.

    def record(self, act: Act, key: str = "") -> Outcome:
        """Hand one act to its deed, now, under a fresh key unless one is given."""
        return self.workshop.record(act, Stamp(self.workflow_id, key or f"key-{next(_keys)}", self.now))

    def do(self, act: Act, key: str = "") -> Outcome:
        """Record an act that must be recorded."""
        outcome = self.record(act, key)
        assert outcome.refusal is None, outcome.refusal
        return outcome

    def refusal(self, act: Act, key: str = "") -> Refusal:
        """Record an act that must be refused, and leave nothing behind; returns why."""
        before = self.footprint()
        refusal = self.record(act, key).refusal
        assert refusal is not None, f"{act.name} was recorded"
        assert self.footprint() == before
        return refusal

    def let_clock_run(self) -> Outcome:
        """Record what is due now."""
        return self.do(RecordWhatIsDue(by=CLOCK_ACTOR, occurred_on=self.today))

    def open(self, by: Actor = cast.STAFF) -> Outcome:
        """Open the consultation."""
        return self.do(self.opening(by))

    def opening(self, by: Actor = cast.STAFF) -> OpenConsultation:
        """The act that opens it."""
        return OpenConsultation(
            by=by,
            occurred_on=self.today,
            consultation_id=self.consultation_id,
            room_id=cast.ROOM_ID,
            topic_id=self.topic_id,
            kind="room",
        )

    def advancing(self, by: Actor = cast.STAFF) -> AdvanceStage:
        """The act that goes on from where the consultation is; unmet soft rules are given a reason."""
        return AdvanceStage(
            by=by, occurred_on=self.today, expected_state=self.row.state, reason_for_warnings="按程序继续"
        )

    def advance(self) -> Outcome:
        """Go on to the next stage."""
        return self.do(self.advancing())

    def reach(self, state: ConsultationState, *, until: date | None = None) -> "Story":
        """Carry the consultation to this state along case A-01, on the days of the case."""
        # A story that a workflow runs has to live through it; any other may be laid over the register.
        key = _SNAPSHOTS.beginning(self.register, (state, self.topic_id)) if type(self) is Story else None
        standing = _SNAPSHOTS.bring_back(key, self.register)
        if standing is None:
            self._carry(state)
            _SNAPSHOTS.keep(key, self.register, {name: getattr(self, name) for name in _STANDING})
        else:
            for name, value in standing.items():
                setattr(self, name, value)
        if until is not None:
            self.go_to(until)
        return self

    def _carry(self, state: ConsultationState) -> None:
        for stage, way in _WAY.items():
            if stage is ConsultationState.PLATFORM:
                self.go_to(OPENED_ON)
            way(self)
            if stage is state:
                break

    def reach_from_topic(self) -> None:
        """Go on from 确定议题 to 明确主体."""
        _to_participants(self)

    def approve_topic(self) -> None:
        """审定 by the street's party committee, 备案 with the district's 政协, on the days of A-01."""
        for step, (by, decision, day) in enumerate(
            (
                (cast.STREET_PARTY_OFFICE, Decision.APPROVED, APPROVED_ON),
                (cast.OWNER_STAFF, Decision.FILED, FILED_ON),
            ),
            start=1,
        ):
            self.go_to(day)
            self.do(DecideApproval(by=by, occurred_on=day, step=step, decision=decision))

    def assigning(
        self, *unit_ids: str, period_workdays: int | None = None, on: date | None = None
    ) -> AssignFeedbackTasks:
        """The act that hands the first suggestions to these units, in order."""
        assignments = tuple(
            TaskAssignment(suggestion_id=suggestion.id, lead_unit_id=unit_id, period_workdays=period_workdays)
            for unit_id, suggestion in zip(unit_ids, self.suggestions, strict=False)
        )
        return AssignFeedbackTasks(by=cast.STAFF, occurred_on=on or self.today, assignments=assignments)

    def assign(self, *unit_ids: str, period_workdays: int | None = None) -> list[FeedbackTask]:
        """交办; returns the tasks."""
        self.do(self.assigning(*unit_ids, period_workdays=period_workdays))
        return self.tasks

    def suspend_until(self, suspended_on: date, resumed_on: date) -> None:
        """中止 and 恢复 on these days."""
        self.go_to(suspended_on)
        review_on = resumed_on + timedelta(days=1)
        self.do(
            SuspendConsultation(
                by=cast.STAFF, occurred_on=suspended_on, reason="等待规划调整", review_on=review_on
            )
        )
        self.go_to(resumed_on)
        self.do(ResumeConsultation(by=cast.STAFF, occurred_on=resumed_on, note="规划已经调整"))

    def ledger(self, clock_id: str) -> list[ClockEntry]:
        """The entries of a clock, in the order in which they were written."""
        return sorted(self.every(ClockEntry, clock_id=clock_id), key=lambda entry: entry.sequence)

    def prepare_answer(self, task: FeedbackTask, by: Actor = cast.HOUSING_CLERK) -> str:
        """Draft the written feedback; returns the answer's id."""
        answer_id: str = self.write(lambda pen: prepare_answer(pen, task.id, "已列入年度计划。"), by)[
            "answer_id"
        ]
        return answer_id

    def answering(
        self,
        task: FeedbackTask,
        by: Actor = cast.HOUSING_CLERK,
        result: ResultClass = ResultClass.A,
        occurred_on: date | None = None,
    ) -> AnswerTask:
        """The act that hands in a drafted answer."""
        return AnswerTask(
            by=by,
            occurred_on=occurred_on or self.today,
            task_id=task.id,
            answer_id=self.prepare_answer(task, by),
            adoption=AdoptionStatus.ADOPTED,
            result=result,
        )

    def verify(self, task: FeedbackTask) -> Outcome:
        """核实."""
        return self.do(
            VerifyAnswer(by=cast.STAFF, occurred_on=self.today, task_id=task.id, verdict=Verdict.VERIFIED)
        )

    def answer_and_verify(self) -> None:
        """Answer every open task on the A-01 day of answers, and verify on the A-01 day of that."""
        self.go_to(ANSWERED_ON)
        for task in self.tasks:
            self.do(self.answering(task, _clerk_of(task.unit_id)))
        self.go_to(VERIFIED_ON)
        for task in self.tasks:
            self.verify(task)

    def evaluate(self, satisfied: int = 19, dissatisfied: int = 2) -> None:
        """The scores of A-01 and the public's ballots, in the present round."""
        for party, score in (
            (EvaluationParty.PARTY_GOV_COMMENT, 92.0),
            (EvaluationParty.MEMBER_REVIEW, 90.0),
            (EvaluationParty.ORGANIZER_ANALYSIS, 88.0),
        ):
            self.do(RecordEvaluation(by=cast.STAFF, occurred_on=self.today, party=party, score=score))
        votes = [BallotChoice.SATISFIED] * satisfied + [BallotChoice.DISSATISFIED] * dissatisfied
        self.add(
            *(
                Ballot(id=new_id(), consultation_id=self.consultation_id, round=self.row.round, choice=vote)
                for vote in votes
            )
        )

    # Papers and rows.

    def write(self, writing: Writing, by: Actor = cast.STAFF) -> Any:
        """Write one paper."""
        desk = PaperDesk(self.register, TRAIL)
        return desk.once(by, self.now, key=f"paper-{next(_keys)}", act="paper", body={}, write=writing)

    def add(self, *rows: Base) -> None:
        """Put rows into the register as they are."""
        with self.register.writing() as session:
            session.add_all(rows)

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Look at the register."""
        with self.register.reading() as session:
            yield session

    def all(self, query: Any) -> list[Any]:
        """Everything the query finds."""
        with self.look() as session:
            return list(session.scalars(query))

    def one(self, table: type[Row], **having: object) -> Row:
        """The only row of a table that has these values."""
        (row,) = self.every(table, **having)
        return row

    def every(self, table: type[Row], **having: object) -> list[Row]:
        """All rows of a table that have these values, oldest id first."""
        with self.look() as session:
            found = session.scalars(select(table).filter_by(**having))
            return sorted(found, key=lambda row: str(getattr(row, "id", "")))

    @property
    def row(self) -> Consultation:
        """The consultation as the register has it."""
        return self.one(Consultation, id=self.consultation_id)

    @property
    def tasks(self) -> list[FeedbackTask]:
        """Its feedback tasks, oldest first."""
        return self.every(FeedbackTask, consultation_id=self.consultation_id)

    @property
    def suggestions(self) -> list[Suggestion]:
        """Its suggestions, in the order of their numbers."""
        found = self.every(Suggestion, consultation_id=self.consultation_id)
        return sorted(found, key=lambda one: one.item_number)

    def footprint(self) -> dict[str, list[str]]:
        """Every row there is but who read how far: a refused act must change none."""
        with self.look() as session:
            connection = session.connection()
            return {
                table.name: sorted(repr(row) for row in connection.execute(select(table)))
                for table in Base.metadata.sorted_tables
                if table is not ConsultationVisit.__table__
            }


def new_story(database_url: str) -> Story:
    """A story in an empty, migrated register."""
    register = Register(database_url)
    key = _SNAPSHOTS.beginning(register, "cast")
    if _SNAPSHOTS.bring_back(key, register) is None:
        with register.writing() as session:
            cast.furnish(session)
        _SNAPSHOTS.keep(key, register, {})
    return Story(register)


def _to_platform(story: Story) -> None:
    story.open()


def _to_topic(story: Story) -> None:
    story.advance()


def _to_participants(story: Story) -> None:
    story.approve_topic()
    story.advance()


def _to_research(story: Story) -> None:
    story.go_to(LISTED_ON)
    list_people(story)
    story.advance()


def list_people(story: Story) -> list[str]:
    """Four directly affected residents of six people, each with a phone number; returns their ids."""
    papers = [
        ParticipantPaper(
            name=name,
            kind=ParticipantKind.STAKEHOLDER if index < 4 else ParticipantKind.LOCAL_CADRE,
            is_direct_stakeholder=index < 4,
            basis="云塘小区业主" if index < 4 else "街道工作需要",
            phone=PHONES[index],
        )
        for index, name in enumerate(PARTICIPANT_NAMES)
    ]
    ids: list[str] = story.write(lambda pen: list_participants(pen, story.consultation_id, papers, VAULT))[
        "participant_ids"
    ]
    return ids


def _to_deliberation(story: Story) -> None:
    story.go_to(RESEARCHED_ON)
    story.add(
        ResearchRecord(
            consultation_id=story.consultation_id,
            kind=ResearchKind.RESEARCH,
            held_on=RESEARCHED_ON,
            place="云塘小区",
            researcher_count=3,
            includes_participant=True,
            policy="加装电梯办法",
            facts="六幢无电梯",
            opinions="低楼层关心采光",
            accepted_on=RESEARCHED_ON,
            accepted_by_person_id=cast.CONVENER_PLAYER.id,
        )
    )
    story.advance()


def _to_reporting(story: Story) -> None:
    story.go_to(DELIBERATED_ON)
    session_id, opinion_id = new_id(), new_id()
    story.add(
        ConsultationSession(
            id=session_id,
            consultation_id=story.consultation_id,
            number=1,
            planned_on=DELIBERATED_ON,
            held_on=DELIBERATED_ON,
            notice_sent_on=NOTIFIED_ON,
            materials=["调研报告"],
            format=SessionFormat.MEETING,
            state=SessionState.HELD,
            is_dissent_list_confirmed=True,
            consensus="同意加装",
        )
    )
    story.add(
        *(
            SignIn(session_id=session_id, participant_id=participant.id)
            for participant in story.every(Participant, consultation_id=story.consultation_id)
        )
    )
    story.add(Statement(id=opinion_id, session_id=session_id, is_public=True, text="先定补偿", basis="问卷"))
    story.add(Statement(session_id=session_id, text="可以参照方案", basis="办法", reply_to_id=opinion_id))
    story.add(
        *(
            Suggestion(
                consultation_id=story.consultation_id, item_number=number, text=text, is_accepted_on_list=True
            )
            for number, text in enumerate(("低层补偿参考方案", "错时车位三十八个", "管线一次迁改"), start=1)
        )
    )
    story.advance()


def _to_implementation(story: Story) -> None:
    story.go_to(REPORTED_ON)
    document_id = new_id()
    story.add(
        OutcomeDocument(
            id=document_id,
            consultation_id=story.consultation_id,
            kind=OutcomeDocumentKind.REPORT,
            title="协商报告",
            advice="补偿参考方案",
            consensus="同意加装",
            signed_by="周启明",
            signed_on=REPORTED_ON,
            drafted_on=DELIBERATED_ON,
        )
    )
    story.add(
        Submission(
            consultation_id=story.consultation_id,
            document_id=document_id,
            recipient_id=cast.STREET_PARTY.id,
            sent_on=REPORTED_ON,
            received_on=REPORTED_ON,
        )
    )
    story.advance()


def _to_evaluation(story: Story) -> None:
    story.go_to(ASSIGNED_ON)
    story.assign(cast.HOUSING.id, cast.POLICE.id, cast.STREET_OFFICE.id)
    story.answer_and_verify()
    story.advance()


def _to_completed(story: Story) -> None:
    story.go_to(COMPLETED_ON)
    story.evaluate()
    story.advance()


def _clerk_of(unit_id: str) -> Actor:
    clerks = (cast.HOUSING_CLERK, cast.POLICE_CLERK, cast.STREET_CLERK)
    return next(clerk for clerk in clerks if clerk.organisation_id == unit_id)


_WAY: dict[ConsultationState, Callable[[Story], None]] = {
    ConsultationState.PLATFORM: _to_platform,
    ConsultationState.TOPIC: _to_topic,
    ConsultationState.PARTICIPANTS: _to_participants,
    ConsultationState.RESEARCH: _to_research,
    ConsultationState.DELIBERATION: _to_deliberation,
    ConsultationState.REPORTING: _to_reporting,
    ConsultationState.IMPLEMENTATION: _to_implementation,
    ConsultationState.EVALUATION: _to_evaluation,
    ConsultationState.COMPLETED: _to_completed,
}
