"""Leaves and deputies."""

import sqlalchemy as sa
from alembic import op

import records.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Beside each of these stands who acted; the new column says for whom on leave, where a deputy acted.
_COLUMNS = {
    "stage_advances": "on_behalf_of_id",
    "waivers": "on_behalf_of_id",
    "research_records": "accepted_on_behalf_of_id",
    "instructions": "on_behalf_of_id",
    "plan_sign_offs": "on_behalf_of_id",
    "notices": "on_behalf_of_id",
    "work_calendars": "drafted_on_behalf_of",
    "work_calendar_publications": "published_on_behalf_of",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "leaves",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("membership_id", sa.String(length=200), nullable=False),
        sa.Column("deputy_membership_id", sa.String(length=200), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("entered_by_person_id", sa.String(length=200), nullable=False),
        sa.Column("ended_at", records.base.Instant(timezone=True), nullable=True),
        sa.Column("ended_by_person_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["deputy_membership_id"], ["memberships.id"], name=op.f("fk_leaves_deputy_membership_id")
        ),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name=op.f("fk_leaves_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index(op.f("ix_leaves_deputy_membership_id"), "leaves", ["deputy_membership_id"])
    op.create_index(op.f("ix_leaves_membership_id"), "leaves", ["membership_id"])
    for table, column in _COLUMNS.items():
        op.add_column(table, sa.Column(column, sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take back."""
    for table, column in _COLUMNS.items():
        op.drop_column(table, column)
    op.drop_table("leaves")
