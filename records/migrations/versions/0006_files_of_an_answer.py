"""Files that a unit hands in with its answer name the task."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("task_id", sa.String(length=200), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachments_task_id"), ["task_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_attachments_task_id"), "feedback_tasks", ["task_id"], ["id"]
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attachments_task_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attachments_task_id"))
        batch_op.drop_column("task_id")
