"""The record of one session as the papers that are printed of it: 纪要 and 签到表."""

from collections.abc import Iterable
from datetime import date

from documents.lists import ListHeading
from documents.minutes import (
    Attendee,
    DissentLine,
    OpinionLine,
    SessionMinutes,
    SuggestionLine,
    with_pseudonyms,
)
from documents.sign_in_sheet import SignInRow, SignInSheet
from documents.words import lines_of, official_date
from domain.matters import ParticipantKind
from records.queries.printed_papers import RollLine, SessionRecord

OBSERVING = frozenset({ParticipantKind.STAFF, ParticipantKind.MEDIA, ParticipantKind.OBSERVER})
PUBLIC = frozenset({ParticipantKind.STAKEHOLDER, ParticipantKind.MASS_REPRESENTATIVE})
SOMEBODY = "与会人员"
SOMEBODY_OF_THE_PUBLIC = "到会群众"


def minutes_of(record: SessionRecord, number: str, title: str, today: date) -> SessionMinutes:
    """The minutes. They bear the number and day of the registered document, or the day of printing."""
    meeting, registered = record.session, record.minutes
    ordinal = f"第{meeting.number}场" if meeting.number > 1 else ""
    came = [line for line in record.roll if line.has_signed_in]
    return SessionMinutes(
        masthead=record.room_name,
        number=(registered.document_number if registered else "") or f"{number}第{meeting.number}场",
        issuer=record.issuer,
        issued_on=(registered.signed_on if registered else None) or today,
        title=f"“{title}”{ordinal}协商会纪要",
        held_on=meeting.held_on or meeting.planned_on,
        place=meeting.place or record.room_name,
        chair=meeting.chair_name or "、".join(record.conveners) or "召集人",
        recorder=_recorder(record, came),
        present=(*_attendees(came, is_observing=False), *_officers(record, came)),
        observers=_attendees(came, is_observing=True),
        topics=tuple(meeting.agenda),
        opinions=_opinions(record),
        consensus=lines_of(meeting.consensus),
        dissents=_dissents(record),
        suggestions=tuple(SuggestionLine(one.text, unit or None) for one, unit in record.suggestions),
        is_without_consensus=meeting.is_without_consensus,
        is_dissent_list_confirmed=meeting.is_dissent_list_confirmed,
        printed_by=record.issuer,
    )


def minutes_for_the_public(record: SessionRecord, minutes: SessionMinutes) -> SessionMinutes:
    """The minutes with no member of the public named, whether they came, were absent or only spoke."""
    nameable = {line.person.name for line in record.roll if not _is_public(line)}
    nameable |= {officer.name for officer in record.officers}
    public = [line.person.name for line in record.roll if _is_public(line)]
    spoke = [one.speaker for one in record.statements if one.is_public]
    dissented = [one.dissenter for one, _ in record.dissents]
    # Words such as 群众 are no names, and hiding them would hide them everywhere.
    hidden = [
        name
        for name in (*public, *spoke, *dissented)
        if name and name not in SOMEBODY_OF_THE_PUBLIC + "群众代表"
    ]
    return with_pseudonyms(minutes, [name for name in hidden if name in public or name not in nameable])


def sign_in_sheet_of(
    record: SessionRecord, phones: dict[str, str], number: str, title: str, today: date
) -> SignInSheet:
    """The sheet to sign at the door, or with the marks of those who did. Phones come masked."""
    meeting = record.session
    return SignInSheet(
        heading=ListHeading(title, number, record.issuer, today),
        session_name=f"第{meeting.number}场协商活动",
        held_on=meeting.held_on or meeting.planned_on,
        place=meeting.place or record.room_name,
        rows=tuple(
            SignInRow(
                name=line.person.name,
                organisation=line.organisation,
                category=line.person.kind.label,
                phone=phones.get(line.person.id, ""),
                has_signed_in=line.has_signed_in,
            )
            for line in record.roll
        ),
    )


def _is_public(line: RollLine) -> bool:
    person = line.person
    return person.kind in PUBLIC or person.is_direct_stakeholder or person.is_mass_representative


def _attendees(came: Iterable[RollLine], *, is_observing: bool) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(line.person.name, line.organisation or line.person.kind.label, not _is_public(line))
        for line in came
        if (line.person.kind in OBSERVING) is is_observing
    )


def _officers(record: SessionRecord, came: Iterable[RollLine]) -> tuple[Attendee, ...]:
    """Whom the departments sent, unless they stand on the list themselves."""
    named = {line.person.name for line in came}
    sent_by = {line.organisation for line in came}
    return tuple(
        Attendee(officer.name or "到会同志", officer.organisation)
        for officer in record.officers
        if (officer.name not in named if officer.name else officer.organisation not in sent_by)
    )


def _recorder(record: SessionRecord, came: Iterable[RollLine]) -> str:
    names = [line.person.name for line in came if line.person.kind is ParticipantKind.RECORDER]
    return "、".join(names) or record.issuer


def _opinions(record: SessionRecord) -> tuple[OpinionLine, ...]:
    names = {line.person.id: line.person.name for line in record.roll}
    return tuple(
        OpinionLine(
            speaker=names.get(one.participant_id or "", "")
            or one.speaker
            or (SOMEBODY_OF_THE_PUBLIC if one.is_public else SOMEBODY),
            text=one.text,
            basis=one.basis or None,
        )
        for one in record.statements
    )


def _dissents(record: SessionRecord) -> tuple[DissentLine, ...]:
    return tuple(
        DissentLine(
            dissent.dissenter,
            dissent.text,
            "；".join(f"{official_date(one.explained_on)}，{one.explained_by}：{one.text}" for one in told)
            or None,
        )
        for dissent, told in record.dissents
    )
