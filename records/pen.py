"""The pen: an open transaction in somebody's hand. Whatever it changes, it leaves an audit entry and its letters.

Deeds and papers both write with it, so who, when and under which key stand in one place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import Actor
from domain.calendar import local_date
from domain.notices import NoticeKind
from records.audit import AuditTrail, consultation_stream
from records.copies import copies_for
from records.separation import require_separate_hands
from records.tables.letters import NoticeRow


@dataclass
class Pen:
    """Who writes, in which transaction, at which instant, under which key."""

    session: Session
    trail: AuditTrail
    by: Actor
    at: datetime
    update_id: str = ""
    base_url: str = ""
    """Where the pages are, for letters that lead to one."""
    noted: list[tuple[AuditAction, str | None]] = field(default_factory=list, init=False)
    """What was noted, each with its consultation where it belongs to one."""
    entries_written: int = field(default=0, init=False)
    letters_written: int = field(default=0, init=False)

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai on which the pen writes."""
        return local_date(self.at)

    def note(
        self,
        action: AuditAction,
        object_kind: str,
        object_id: str,
        *,
        consultation_id: str | None = None,
        stream: str | None = None,
        old: Mapping[str, Any] | None = None,
        new: Mapping[str, Any] | None = None,
        rule_ids: Iterable[str] = (),
        note: str = "",
    ) -> None:
        """Append the audit entry of what is being written, to the consultation's stream or the one named.

        Raises Refused (SAME_PERSON) where a deputy would do both sides of what duties keep apart.
        """
        if stream is None:
            if consultation_id is None:
                raise ValueError("an audit entry needs a consultation or a stream")
            stream = consultation_stream(consultation_id)
        require_separate_hands(self.session, self.by, action, stream, object_id)
        self.trail.append(
            self.session,
            stream=stream,
            at=self.at,
            by=self.by,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            old=old,
            new=new,
            rule_ids=list(rule_ids),
            note=note,
            update_id=self.update_id,
        )
        self.entries_written += 1
        self.noted.append((action, consultation_id))

    def post(
        self,
        kind: NoticeKind,
        person_ids: Iterable[str],
        payload: Mapping[str, Any],
        *,
        consultation_id: str | None = None,
        not_before_at: datetime | None = None,
    ) -> None:
        """Put one letter per person, and per deputy of who is on leave, into the outbox.

        The post office decides when it goes out. What waits until ``not_before_at`` for its reader's return is not
        copied to a deputy.
        """
        addressed = list(dict.fromkeys(person_ids))
        is_copied = bool(addressed) and not_before_at is None
        copies = copies_for(self.session, addressed, consultation_id, self.today) if is_copied else []
        for person_id, absent_id in [*((one, None) for one in addressed), *copies]:
            self.session.add(
                NoticeRow(
                    kind=kind,
                    consultation_id=consultation_id,
                    person_id=person_id,
                    on_behalf_of_id=absent_id,
                    payload=dict(payload),
                    written_at=self.at,
                    send_after_at=not_before_at or self.at,
                )
            )
            self.letters_written += 1
