"""Rows to facts: the picture of one consultation that rules are judged on, taken inside one transaction."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from functools import cached_property

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.facts import (
    ApprovalFacts,
    ConsultationFacts,
    DissentFacts,
    EvaluationFacts,
    FollowUpFacts,
    OutcomeDocumentFacts,
    ParticipantFacts,
    ResearchFacts,
    RoomFacts,
    SessionFacts,
    SuggestionFacts,
    TopicFacts,
)
from domain.matters import ParticipantKind
from domain.stages import FINAL_STATES, ConsultationState
from domain.work_log import WorkKind
from records.case_rows import CaseRows
from records.outcome_facts import (
    EffectFacts,
    documents_of,
    effects_of,
    evaluation_of,
    follow_ups_of,
    has_deliberated,
    suggestions_of,
    wordings_of,
)
from records.platform_facts import room_facts, topic_facts
from records.session_facts import dissents_of, participant_of, sessions_of
from records.tables.consultations import Approval, Consultation, Topic
from records.tables.deliberations import Participant, ResearchRecord
from records.tables.rooms import Convener, Room
from records.tables.work_log import WorkRecord
from regulations.rule_sets import RuleSet


class FactsOnDemand(ConsultationFacts):
    """The facts of one consultation, each looked up when a rule first asks for it, in the transaction that judges.

    A gate asks for few of them, so a judging takes few statements. What only the calendar and the rule set can tell
    (how long before, whether too long) is reckoned here too.
    """

    def __init__(
        self,
        session: Session,
        row: Consultation,
        today: date,
        rule_set: RuleSet,
        calendar: WorkCalendar,
        rows: CaseRows | None = None,
    ) -> None:
        # Past the frozen dataclass: what is not set here is a property below.
        vars(self).update(
            today=today,
            kind=row.kind,
            is_commissioned=row.commissioned_by_id is not None,
            _session=session,
            _row=row,
            _rule_set=rule_set,
            _calendar=calendar,
            _rows=rows or CaseRows(session, row),
        )

    _session: Session
    _row: Consultation
    _rule_set: RuleSet
    _calendar: WorkCalendar
    _rows: CaseRows

    @cached_property
    def room(self) -> RoomFacts:
        """The room, and whether its post has been vacant for too long."""
        place = self._session.get_one(Room, self._row.room_id)
        room = room_facts(self._session, self._row, place, self._rows.of(Convener), self.today)
        if room.convener_left_on is None:
            return room
        allowed = self._rule_set.workdays("vacancy_days", room.level)
        vacant = self._calendar.workdays_between(room.convener_left_on, self.today)
        return replace(room, is_post_vacant_too_long=vacant > allowed)

    @cached_property
    def topic(self) -> TopicFacts:
        """The topic."""
        return topic_facts(self._session, self._row, self._topic_row)

    @cached_property
    def approvals(self) -> tuple[ApprovalFacts, ...]:
        """The steps of the chain's latest attempt."""
        return _approvals(self._rows.of(Approval))

    @cached_property
    def participants(self) -> tuple[ParticipantFacts, ...]:
        """The list."""
        return tuple(participant_of(one) for one in self._people)

    @cached_property
    def invited_units(self) -> frozenset[str]:
        """The departments on the list."""
        departments = (one for one in self._people if one.kind is ParticipantKind.DEPARTMENT)
        return frozenset(one.organisation_id for one in departments if one.organisation_id)

    @cached_property
    def research(self) -> tuple[ResearchFacts, ...]:
        """The research records."""
        return _research(self._rows.of(ResearchRecord))

    @cached_property
    def sessions(self) -> tuple[SessionFacts, ...]:
        """The sessions, and how long before each its notice went out."""
        return tuple(
            one
            if one.notice_sent_on is None
            else replace(
                one, notice_workdays=self._calendar.workdays_between(one.notice_sent_on, one.held_on)
            )
            for one in sessions_of(self._rows)
        )

    @cached_property
    def documents(self) -> tuple[OutcomeDocumentFacts, ...]:
        """The outcome documents with their submissions."""
        return self._submitted[0]

    @cached_property
    def reported_to_client_on(self) -> date | None:
        """The day of the report to whoever commissioned it."""
        return self._submitted[1]

    @cached_property
    def suggestions(self) -> tuple[SuggestionFacts, ...]:
        """The suggestions across the three lists."""
        return suggestions_of(self._row, self._rows)

    @cached_property
    def dissents(self) -> tuple[DissentFacts, ...]:
        """The recorded disagreements."""
        return dissents_of(self._rows)

    @cached_property
    def evaluation(self) -> EvaluationFacts:
        """Scores and ballots of the round."""
        if not has_deliberated(self._row):
            return EvaluationFacts(round=self._row.round)
        return evaluation_of(self._session, self._row, self._rows)

    @cached_property
    def follow_ups(self) -> tuple[FollowUpFacts, ...]:
        """The 回头看, scheduled or held."""
        return follow_ups_of(self._row, self._rows) if has_deliberated(self._row) else ()

    @cached_property
    def parallel_count(self) -> int:
        """How many consultations the same operator has open."""
        return _parallel_count(self._session, self._row)

    @cached_property
    def has_report_for_instruction(self) -> bool:
        """Whether a 请示报告 on this consultation stands in the work log."""
        reported = exists().where(
            WorkRecord.consultation_id == self._row.id,
            WorkRecord.kind == WorkKind.REPORT_FOR_INSTRUCTION,
            WorkRecord.withdrawn_on.is_(None),
        )
        return bool(self._session.scalar(select(reported)))

    @cached_property
    def has_supervision_item(self) -> bool:
        """Whether it stands among the supervised items."""
        return self._effects.has_supervision_item

    @cached_property
    def reporting_left_on(self) -> date | None:
        """The day on which 报送成果 was left."""
        return self._effects.reporting_left_on

    @cached_property
    def decided_on(self) -> date | None:
        """The day of the earliest decision on the matter."""
        return self._effects.decided_on

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """The texts that go outside."""
        return wordings_of(self._row, self._rows)

    @cached_property
    def _topic_row(self) -> Topic:
        return self._session.get_one(Topic, self._row.topic_id)

    @cached_property
    def _people(self) -> list[Participant]:
        return self._rows.of(Participant)

    @cached_property
    def _submitted(self) -> tuple[tuple[OutcomeDocumentFacts, ...], date | None]:
        return documents_of(self._rows)

    @cached_property
    def _effects(self) -> EffectFacts:
        return effects_of(self._session, self._row, self._topic_row)


def facts_of(
    session: Session, row: Consultation, today: date, rule_set: RuleSet, calendar: WorkCalendar
) -> ConsultationFacts:
    """All facts at once, to keep or to change: every section is looked up."""
    asked = FactsOnDemand(session, row, today, rule_set, calendar)
    return ConsultationFacts(**{one.name: getattr(asked, one.name) for one in fields(ConsultationFacts)})


def _approvals(rows: Sequence[Approval]) -> tuple[ApprovalFacts, ...]:
    """The steps of the chain's latest attempt: earlier attempts were overtaken by an objection or a return."""
    latest = max((one.attempt for one in rows), default=0)
    return tuple(
        ApprovalFacts(one.step, one.body_kind, one.is_filing, one.decision, one.decided_on)
        for one in rows
        if one.attempt == latest
    )


def _research(rows: Sequence[ResearchRecord]) -> tuple[ResearchFacts, ...]:
    return tuple(
        ResearchFacts(
            kind=one.kind,
            held_on=one.held_on,
            is_accepted=one.accepted_on is not None,
            has_policy_section=bool(one.policy),
            has_facts_section=bool(one.facts),
            has_opinions_section=bool(one.opinions),
            has_place=bool(one.place),
            researcher_count=one.researcher_count,
            includes_participant=one.includes_participant,
        )
        for one in rows
    )


def _parallel_count(session: Session, row: Consultation) -> int:
    """How many consultations the same operator has in hand, this one included (SC-04); 办结 ones only wait."""
    open_ones = select(func.count()).where(
        Consultation.operator_id == row.operator_id,
        Consultation.state.not_in({*FINAL_STATES, ConsultationState.COMPLETED}),
    )
    return session.scalar(open_ones) or 0
