"""What one reader looks at: an area and a span, within what they may see."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from domain.bodies import Actor
from domain.policy import Matter, may
from domain.spans import Span
from domain.statistics import Behind, Of
from records.books import Books
from records.queries.areas import areas_named
from records.queries.counting.count import at_depth, depth_of, ever_counted, held_between
from records.queries.permissions import require
from records.queries.scopes import readable, within
from records.tables.consultations import Consultation

OWN_LEVEL = "本级"


@dataclass(frozen=True)
class View:
    """An area and a span, as somebody may see them. ``is_own`` leaves out what lies below the area."""

    session: Session
    books: Books
    scope: ColumnElement[bool]
    area: str
    span: Span
    today: date
    is_own: bool = False

    @property
    def stands(self) -> ColumnElement[bool]:
        """The consultations of the area that were not rejected, ended or merged."""
        place = Consultation.area == self.area if self.is_own else within(Consultation.area, self.area)
        return and_(self.scope, place, ever_counted())

    @property
    def held(self) -> ColumnElement[bool]:
        """Those of them whose 开展协商 was completed in the span, with a valid session."""
        return and_(self.stands, held_between(self.span.first_on, self.span.last_on))

    def counted_ids(self) -> Select[str]:
        """The ids of the consultations that the span counts, as a condition for a query."""
        return select(Consultation.id).where(self.held)

    @cached_property
    def names(self) -> dict[str, str]:
        """The places inside the area by their codes."""
        return areas_named(self.session, self.area)

    def place_of(self, area: str) -> str:
        """The place directly below the area in which something happened, or the area itself."""
        return at_depth(area, depth_of(self.area) + 1)

    def place_named(self, place: str) -> str:
        """The name of such a place."""
        return OWN_LEVEL if place == self.area else self.names.get(place, place)

    def behind(
        self, of: Of, which: str = "", *, place: str = "", unit_id: str = "", span: Span | None = None
    ) -> Behind:
        """The address of the cases behind a number of this view, or of one place, unit or month of it."""
        return Behind(
            of=of,
            area=place or self.area,
            span=span or self.span,
            which=which,
            unit_id=unit_id,
            is_own=self.is_own or place == self.area,
        )

    def narrowed(self, behind: Behind) -> "View":
        """The view of the cases behind a number."""
        return replace(self, area=behind.area, span=behind.span, is_own=behind.is_own)


def view_for(session: Session, books: Books, actor: Actor, area: str, span: Span, today: date) -> View:
    """What the actor may see. Raises Refused (NOT_PERMITTED) outside their own area."""
    require(may(actor, "read_figures", Matter(area=area)))
    return View(session, books, readable(actor, today), area, span, today)
