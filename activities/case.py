"""A case: one consultation, locked and open inside a deed's transaction, with what deeds do to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import Act
from domain.audit_actions import AuditAction
from domain.bodies import RoomLevel
from domain.calendar import WorkCalendar
from domain.clocks import LedgerEntry, LedgerError, Reading
from domain.ladder import Ladder, with_silent_filing
from domain.ledger import Stopped
from domain.matters import ObligationKind
from domain.policy import may
from domain.refusals import RefusalCode, RuleFinding, refuse
from domain.stages import ConsultationState
from notifications.notice_bases import Notice
from notifications.payloads import to_payload
from records.books import Books
from records.ledgers import ClockRecord, clock_record, clock_records, open_clock, write_entry
from records.matters import matter_of
from records.pen import Pen
from records.tables.consultations import Consultation, StageAdvance
from records.tables.obligations import ClockRow, FeedbackTask
from records.tables.people import Organisation
from records.tables.rooms import Room
from regulations.rule_sets import RuleSet
from statemachines import consultation as law


def require_words(said: str, field: str, message: str) -> None:
    """Raise Refused (INVALID_INPUT) where a reason is owed and none is given."""
    if not said.strip():
        raise refuse(RefusalCode.INVALID_INPUT, message, field=field)


@dataclass
class Case:
    """What a deed function is handed. It never commits, and it changes nothing without an audit entry."""

    pen: Pen
    books: Books
    base_url: str
    row: Consultation

    @property
    def session(self) -> Session:
        """The open transaction."""
        return self.pen.session

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The working calendar of the consultation's area."""
        return self.calendar_of(None)

    def calendar_of(self, holder_id: str | None) -> WorkCalendar:
        """The working calendar that binds one body: its own where it has one."""
        return self.books.calendar_in(self.session, self.row.area, holder_id)

    @cached_property
    def rule_set(self) -> RuleSet:
        """The rule set pinned at the opening."""
        return self.books.pinned(self.session, self.row)

    @cached_property
    def room(self) -> Room:
        """The room that hosts the consultation."""
        return self.session.get_one(Room, self.row.room_id)

    @property
    def level(self) -> RoomLevel:
        """The room's level, by which periods differ."""
        return self.room.level

    def workdays(self, parameter: str) -> int:
        """A period of the pinned rule set in working days. Raises Refused (PARAMETER_UNSET)."""
        return self.rule_set.workdays(parameter, self.level)

    def limit(self, parameter: str) -> int:
        """A number of the pinned rule set that is no period: how many rounds, times, per cent."""
        return self.rule_set.workdays(parameter, self.level)

    def permit(
        self,
        act: Act,
        *,
        task: FeedbackTask | None = None,
        body_id: str | None = None,
        desk_id: str | None = None,
    ) -> None:
        """Raise Refused (NOT_PERMITTED) unless the actor is bound to the matter by a permit of the act."""
        matter = matter_of(
            self.session,
            self.row,
            self.pen.today,
            task=task,
            body_id=body_id,
            desk_id=desk_id,
            action=act.name,
        )
        if not may(act.by, act.name, matter):
            raise refuse(
                RefusalCode.NOT_PERMITTED, "您的任职不允许进行此操作：只能代表本单位办理本单位的事项。"
            )

    def check_date(self, act: Act, not_before: date | None = None) -> None:
        """Raise Refused (INVALID_INPUT) when the act is dated in the future or before what it follows."""
        earliest = not_before or self.row.opened_on
        if act.occurred_on > self.pen.today:
            raise refuse(RefusalCode.INVALID_INPUT, "发生日期不能晚于今天。", field="occurred_on")
        if act.occurred_on < earliest:
            raise refuse(
                RefusalCode.INVALID_INPUT,
                f"发生日期不能早于{earliest.year}年{earliest.month}月{earliest.day}日。",
                field="occurred_on",
            )

    def move(
        self,
        event: str,
        act: Act,
        *,
        unmet: tuple[RuleFinding, ...] = (),
        reason_for_warnings: str = "",
        warned_rule_ids: Iterable[str] = (),
    ) -> ConsultationState:
        """Ask the law for the next state, go there, and leave the row of the change. Returns the new state."""
        source = self.row.state
        target = law.after(
            source,
            event,
            is_suspended=self.row.is_suspended,
            unmet=unmet,
            round=self.row.round,
            round_limit=self.limit("rework_rounds_max"),
        )
        self.session.add(
            StageAdvance(
                consultation_id=self.row.id,
                event=event,
                from_state=source,
                to_state=target,
                occurred_on=act.occurred_on,
                recorded_at=self.pen.at,
                by_person_id=act.by.person_id or None,
                by_organisation_id=act.by.organisation_id or None,
                on_behalf_of_id=act.by.on_behalf_of,
                note=act.note,
                reason_for_warnings=reason_for_warnings,
                warned_rule_ids=list(warned_rule_ids),
            )
        )
        self.row.state = target
        self.row.entered_state_on = act.occurred_on
        return target

    def note(
        self,
        action: AuditAction,
        object_kind: str,
        object_id: str,
        *,
        old: dict[str, object] | None = None,
        new: dict[str, object] | None = None,
        rule_ids: Iterable[str] = (),
        note: str = "",
    ) -> None:
        """Append the audit entry to the consultation's stream."""
        self.pen.note(
            action,
            object_kind,
            object_id,
            consultation_id=self.row.id,
            old=old,
            new=new,
            rule_ids=rule_ids,
            note=note,
        )

    def post(self, people: Iterable[str], notice: Notice) -> None:
        """Put one letter to each of these people into the outbox."""
        self.pen.post(notice.kind, people, to_payload(notice), consultation_id=self.row.id)

    def link(self, path: str = "") -> str:
        """The address of a page; without a path, of the consultation's own."""
        return f"{self.base_url}{path or f'/consultations/{self.row.id}'}"

    def body_name(self, organisation_id: str | None) -> str:
        """The name of a body, for letters."""
        if organisation_id is None:
            return ""
        return self.session.get_one(Organisation, organisation_id).name

    # Clocks.

    def ladder(self, kind: ObligationKind) -> Ladder:
        """The ladder of the pinned rule set for this kind; that of a 备案 ends with what silence brings."""
        ladder = self.rule_set.ladder(kind)
        if kind is ObligationKind.FILING:
            return with_silent_filing(ladder, self.workdays("filing_objection_days"))
        return ladder

    def start_clock(
        self,
        kind: ObligationKind,
        subject_id: str,
        *,
        holder_id: str | None,
        title: str,
        started_on: date,
        budget_workdays: int,
    ) -> ClockRow:
        """Open the clock of a new obligation."""
        return open_clock(
            self.session,
            self.calendar_of(holder_id),
            consultation_id=self.row.id,
            kind=kind,
            subject_id=subject_id,
            holder_id=holder_id,
            title=title,
            started_on=started_on,
            budget_workdays=budget_workdays,
            at=self.pen.at,
        )

    def write(self, record: ClockRecord, entry: LedgerEntry) -> Reading:
        """Write one ledger entry; a ledger that would contradict itself is refused as bad input."""
        try:
            calendar = self.calendar_of(record.row.holder_id)
            return write_entry(self.session, calendar, record, entry, self.pen.at)
        except LedgerError as error:
            raise refuse(RefusalCode.INVALID_INPUT, f"{error}。", field="occurred_on") from error

    def stop_clock(self, clock_id: str, on: date, reason: str = "") -> None:
        """Stop a clock whose obligation was met or dropped. A clock that has stopped stays as it is."""
        record = clock_record(self.session, clock_id)
        if record.row.is_open:
            self.write(record, Stopped(max(on, record.clock.started_on), reason))

    def open_clocks(self, *kinds: ObligationKind) -> list[ClockRecord]:
        """The running or suspended clocks, of these kinds or of all."""
        query = select(ClockRow).where(ClockRow.consultation_id == self.row.id, ClockRow.is_open)
        if kinds:
            query = query.where(ClockRow.kind.in_(kinds))
        return clock_records(self.session, self.session.scalars(query.order_by(ClockRow.id)))

    def stop_clocks(self, on: date, *kinds: ObligationKind) -> None:
        """Stop every open clock, of these kinds or of all."""
        for record in self.open_clocks(*kinds):
            self.write(record, Stopped(max(on, record.clock.started_on)))
