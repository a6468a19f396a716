"""Indexes for lists of many: every question of the list of consultations is answered from one of them."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NEW = {
    "ix_clocks_is_open_due_on_id": ("clocks", ["is_open", "due_on", "id", "consultation_id"]),
    "ix_clocks_consultation_id_is_open_due_on": ("clocks", ["consultation_id", "is_open", "due_on", "id"]),
    "ix_feedback_tasks_unit_id_state_consultation_id": (
        "feedback_tasks",
        ["unit_id", "state", "consultation_id"],
    ),
    "ix_feedback_tasks_state_consultation_id": ("feedback_tasks", ["state", "consultation_id"]),
    "ix_participants_name_removed_on_consultation_id": (
        "participants",
        ["name", "removed_on", "consultation_id"],
    ),
}
# Each of these is the beginning of a new one.
_OLD = {
    "ix_clocks_is_open_due_on": ("clocks", ["is_open", "due_on"]),
    "ix_clocks_consultation_id": ("clocks", ["consultation_id"]),
    "ix_feedback_tasks_unit_id_state": ("feedback_tasks", ["unit_id", "state"]),
    "ix_participants_name": ("participants", ["name"]),
}


def upgrade() -> None:
    """Apply."""
    _replace(_OLD, _NEW)


def downgrade() -> None:
    """Take back."""
    _replace(_NEW, _OLD)


def _replace(old: dict[str, tuple[str, list[str]]], new: dict[str, tuple[str, list[str]]]) -> None:
    for name, (table, columns) in new.items():
        op.create_index(name, table, columns)
    for name, (table, _columns) in old.items():
        op.drop_index(name, table_name=table)
