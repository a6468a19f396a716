"""Seals of the audit trail, and what each stream was when it was sealed."""

import sqlalchemy as sa
from alembic import op

import records.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("sealed_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("streams", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("sealed_on", name=op.f("uq_audit_seals_sealed_on")),
    )
    op.create_table(
        "audit_seal_leaves",
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("entries_root", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["audit_seals.number"], name=op.f("fk_audit_seal_leaves_seal_number")
        ),
        sa.PrimaryKeyConstraint("seal_number", "stream", name=op.f("pk_audit_seal_leaves")),
    )
    with op.batch_alter_table("audit_seal_leaves", schema=None) as batch_op:
        batch_op.create_index("ix_audit_seal_leaves_stream_length", ["stream", "length"], unique=True)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("audit_seal_leaves", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_seal_leaves_stream_length")

    op.drop_table("audit_seal_leaves")
    op.drop_table("audit_seals")
