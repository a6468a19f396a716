"""The daily check of the yearly figures: on each warning day, who lags behind is told once and sees it on their desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.audit_actions import AuditAction
from domain.bodies import CLOCK_ACTOR, Actor, BodyKind, Role
from domain.calendar import local_date
from domain.figures import Amount, Figure
from domain.notices import NoticeKind
from notifications.payloads import to_payload
from notifications.quota_notices import QuotaBehind
from records.audit import AuditTrail, administration_stream
from records.books import Books
from records.pen import Pen
from records.queries.counting.quotas import warnings
from records.queries.counting.sight import boards_for
from records.recipients import people_of
from records.sessions import Register
from records.tables.daily_rounds import QuotaWarning
from records.tables.people import Organisation

_STREAM = administration_stream("figures")


@dataclass(frozen=True)
class Lagging:
    """One figure of one 政协 that was missed on a warning day that has come."""

    rule_set_id: str
    figure: Figure
    look_on: date


@dataclass(frozen=True)
class QuotaCheck:
    """The check of one day. The counting reads; only what is new is written."""

    register: Register
    trail: AuditTrail
    books: Books
    base_url: str

    def run(self, at: datetime) -> tuple[int, int]:
        """How many 政协 were looked at, and how many figures are newly told to be behind."""
        today = local_date(at)
        with self.register.reading() as session:
            found = [(body, self._lagging(session, body, today)) for body in _committees(session)]
        told = 0
        for body, lagging in found:
            if lagging:
                with self.register.writing() as session:
                    told += self._tell(Pen(session, self.trail, CLOCK_ACTOR, at), body, lagging)
        return len(found), told

    def _lagging(self, session: Session, body: Organisation, today: date) -> list[Lagging]:
        actor = Actor("", body.id, Role.STAFF, body.area)
        boards = boards_for(
            session, self.books, actor, rule_set_id="", area=body.area, year=today.year, today=today
        )
        return [
            Lagging(board.rule_set.id, one.figure, one.warned_on)
            for board in boards
            for one in warnings(board.figures, today)
        ]

    def _tell(self, pen: Pen, body: Organisation, lagging: Sequence[Lagging]) -> int:
        new = [one for one in lagging if not _is_told(pen.session, body.area, one)]
        if not new:
            return 0
        pen.session.add_all(_row(body.area, one, pen.today) for one in new)
        pen.session.flush()
        look_on = max(one.look_on for one in new)
        pen.note(
            AuditAction.QUOTA_WARNED,
            "organisation",
            body.id,
            stream=_STREAM,
            new={"on": look_on, "count": len(new)},
            rule_ids=[one.figure.rule_id for one in new],
        )
        letter = QuotaBehind(
            consultation_number="",
            consultation_title=f"{look_on.year}年度指标",
            link=f"{self.base_url}/figures",
            organisation_name=body.name,
            year=look_on.year,
            look_on=look_on,
            behind=tuple(_line(one.figure) for one in new),
        )
        people = people_of(pen.session, body.id, (Role.STAFF,), pen.today)
        pen.post(NoticeKind.QUOTA_BEHIND, people, to_payload(letter))
        return len(new)


def _committees(session: Session) -> Sequence[Organisation]:
    return session.scalars(
        select(Organisation)
        .where(Organisation.kind == BodyKind.CPPCC_COMMITTEE)
        .order_by(Organisation.area, Organisation.id)
    ).all()


def _is_told(session: Session, area: str, one: Lagging) -> bool:
    same = select(QuotaWarning.id).filter_by(
        rule_set_id=one.rule_set_id, rule_id=one.figure.rule_id, area=area, look_on=one.look_on
    )
    return session.scalar(same) is not None


def _row(area: str, one: Lagging, today: date) -> QuotaWarning:
    return QuotaWarning(
        rule_set_id=one.rule_set_id,
        rule_id=one.figure.rule_id,
        area=area,
        year=one.look_on.year,
        look_on=one.look_on,
        warned_on=today,
        title=one.figure.title,
        measured=_amount(one.figure.value, one.figure.unit),
        required=_required(one.figure),
    )


def _line(figure: Figure) -> str:
    return (
        f"{figure.title}：{_amount(figure.value, figure.unit)}，要求{_required(figure)}（{figure.rule_id}）"
    )


def _required(figure: Figure) -> str:
    return figure.required_words or f"不少于{_amount(figure.required, figure.unit)}"


def _amount(value: Amount | None, unit: str) -> str:
    if value is None:
        return "尚无数据"
    if unit == "%":
        return f"{float(value) * 100:.1f}%"
    return f"{float(value):.2f}{unit}" if isinstance(value, Fraction) else f"{value}{unit}"
