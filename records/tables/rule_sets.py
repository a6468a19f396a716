"""What a county is about to set for itself, and consultations that changed over to a newer version of the rules."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Prose, new_id


class RuleSetDraft(Base):
    """A draft of a county's version: its drafter amends it, another person publishes it, or it is withdrawn."""

    __tablename__ = "rule_set_drafts"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    rule_set_id: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    version: Mapped[str]
    effective_on: Mapped[date]
    basis: Mapped[str] = mapped_column(default="")
    """The county's own document that the version rests on."""
    parameters: Mapped[dict[str, Any]]
    ladders: Mapped[dict[str, Any]]
    """By kind of obligation, the rungs as a rule-set file writes them."""
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    amended_at: Mapped[datetime | None]
    published_version_id: Mapped[str | None] = mapped_column(ForeignKey("rule_set_versions.id"))
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(Prose, default="")
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}

    @property
    def is_open(self) -> bool:
        """Whether it is still a draft: neither published nor withdrawn."""
        return self.published_version_id is None and self.withdrawn_at is None


class RuleSetAdoption(Base):
    """One consultation changed over to a newer version of its rule set, at the border of a stage."""

    __tablename__ = "rule_set_adoptions"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    former_version: Mapped[str]
    version: Mapped[str]
    adopted_on: Mapped[date]
    recorded_at: Mapped[datetime]
    by_person_id: Mapped[str]
    reason: Mapped[str] = mapped_column(Prose)
