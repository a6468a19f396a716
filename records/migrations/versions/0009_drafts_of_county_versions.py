"""Drafts of county versions and consultations that adopted one."""

import sqlalchemy as sa
from alembic import op

import records.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rule_set_drafts",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("rule_set_id", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("ladders", sa.JSON(), nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("drafted_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("amended_at", records.base.Instant(timezone=True), nullable=True),
        sa.Column("published_version_id", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_at", records.base.Instant(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", records.base.Prose(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["rule_set_versions.id"],
            name=op.f("fk_rule_set_drafts_published_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set_drafts")),
    )
    with op.batch_alter_table("rule_set_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_set_drafts_area"), ["area"], unique=False)

    op.create_table(
        "rule_set_adoptions",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("consultation_id", sa.String(length=200), nullable=False),
        sa.Column("former_version", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.String(length=200), nullable=False),
        sa.Column("reason", records.base.Prose(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_rule_set_adoptions_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set_adoptions")),
    )
    with op.batch_alter_table("rule_set_adoptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rule_set_adoptions_consultation_id"), ["consultation_id"], unique=False
        )

    with op.batch_alter_table("rule_set_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ladders", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("basis", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("drafted_by", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("rule_set_versions", schema=None) as batch_op:
        batch_op.drop_column("drafted_by")
        batch_op.drop_column("basis")
        batch_op.drop_column("ladders")

    with op.batch_alter_table("rule_set_adoptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_set_adoptions_consultation_id"))

    op.drop_table("rule_set_adoptions")
    with op.batch_alter_table("rule_set_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_set_drafts_area"))

    op.drop_table("rule_set_drafts")
