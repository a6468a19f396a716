"""Visits of consultations, and files of a co-handling."""

import sqlalchemy as sa
from alembic import op

import records.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "consultation_visits",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("consultation_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("seen_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("former_sequence", sa.Integer(), nullable=True),
        sa.Column("former_seen_at", records.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_consultation_visits_consultation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consultation_visits_person_id")),
        sa.PrimaryKeyConstraint("person_id", "consultation_id", name=op.f("pk_consultation_visits")),
    )
    with op.batch_alter_table("consultation_visits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultation_visits_consultation_id"), ["consultation_id"], unique=False
        )

    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("co_handling_id", sa.String(length=200), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachments_co_handling_id"), ["co_handling_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_attachments_co_handling_id"), "co_handlings", ["co_handling_id"], ["id"]
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attachments_co_handling_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attachments_co_handling_id"))
        batch_op.drop_column("co_handling_id")

    with op.batch_alter_table("consultation_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_visits_consultation_id"))

    op.drop_table("consultation_visits")
