"""What was said and done at the sessions, as facts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.facts import (
    DepartmentPresence,
    DissentFacts,
    ParticipantFacts,
    SessionFacts,
)
from records.case_rows import CaseRows
from records.tables.deliberations import (
    ConsultationSession,
    DepartmentPresenceRow,
    Dissent,
    DissentExplanation,
    Participant,
    SignIn,
    Statement,
)


def participant_of(row: Participant) -> ParticipantFacts:
    return ParticipantFacts(
        kind=row.kind,
        is_direct_stakeholder=row.is_direct_stakeholder,
        is_mass_representative=row.is_mass_representative,
        has_basis=bool(row.basis),
        has_contact=row.has_contact,
        organisation_id=row.organisation_id,
    )


def sessions_of(rows: CaseRows) -> tuple[SessionFacts, ...]:
    held = rows.of(ConsultationSession)
    by_id = {one.id: participant_of(one) for one in rows.of(Participant)}
    attendance: dict[str, list[ParticipantFacts]] = defaultdict(list)
    for sign_in in rows.of(SignIn):
        if sign_in.participant_id in by_id:
            attendance[sign_in.session_id].append(by_id[sign_in.participant_id])
    departments: dict[str, list[DepartmentPresenceRow]] = defaultdict(list)
    for presence in rows.of(DepartmentPresenceRow):
        departments[presence.session_id].append(presence)
    statements: dict[str, list[Statement]] = defaultdict(list)
    for statement in rows.of(Statement):
        statements[statement.session_id].append(statement)
    return tuple(
        session_facts(one, attendance[one.id], departments[one.id], statements[one.id]) for one in held
    )


def session_facts(
    row: ConsultationSession,
    attendance: Iterable[ParticipantFacts],
    departments: Iterable[DepartmentPresenceRow],
    statements: Sequence[Statement],
) -> SessionFacts:
    """One session as rules see it; how long before it the notice went out is left to who has the calendar."""
    opinions = [one for one in statements if one.reply_to_id is None]
    return SessionFacts(
        held_on=row.held_on or row.planned_on,
        state=row.state,
        attendance=tuple(attendance),
        departments=tuple(
            DepartmentPresence(
                organisation_id=one.organisation_id,
                is_responsible_officer=one.is_responsible_officer,
                has_presented=one.has_presented,
                has_responded=one.has_responded,
            )
            for one in departments
        ),
        interaction_count=sum(1 for one in statements if one.reply_to_id is not None),
        public_speech_count=sum(1 for one in statements if one.is_public),
        opinion_count=len(opinions),
        opinions_with_basis_count=sum(1 for one in opinions if one.basis),
        is_dissent_list_confirmed=row.is_dissent_list_confirmed,
        is_without_consensus=row.is_without_consensus,
        is_chaired_by_convener=row.is_chaired_by_convener,
        has_delegation=bool(row.delegation),
        notice_sent_on=row.notice_sent_on,
        material_count=len(row.materials),
    )


def dissents_of(rows: CaseRows) -> tuple[DissentFacts, ...]:
    explained = {one.dissent_id for one in rows.of(DissentExplanation)}
    return tuple(DissentFacts(is_explained=one.id in explained) for one in rows.of(Dissent))
