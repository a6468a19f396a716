"""Inspections, demands of supervisors, and watches."""

import sqlalchemy as sa
from alembic import op

import records.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "inspections",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("matters", records.base.Prose(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("planned_by_person_id", sa.String(length=200), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("conclusion", records.base.Prose(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_inspections_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint(
            "organisation_id", "year", "ordinal", name=op.f("uq_inspections_organisation_id_year_ordinal")
        ),
    )
    with op.batch_alter_table("inspections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspections_area"), ["area"], unique=False)

    op.create_table(
        "inspection_visits",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("inspection_id", sa.String(length=200), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("inspectors", sa.String(length=200), nullable=False),
        sa.Column("record", records.base.Prose(), nullable=False),
        sa.Column("recorded_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by_person_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_visits_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_visits")),
    )
    with op.batch_alter_table("inspection_visits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inspection_visits_inspection_id"), ["inspection_id"], unique=False
        )

    op.create_table(
        "demands",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("inspection_id", sa.String(length=200), nullable=True),
        sa.Column("consultation_id", sa.String(length=200), nullable=True),
        sa.Column("holder_id", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", records.base.Prose(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("issued_by_id", sa.String(length=200), nullable=False),
        sa.Column("issued_by_person_id", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("period_workdays", sa.Integer(), nullable=False),
        sa.Column("calendar_version", sa.String(length=200), nullable=False),
        sa.Column("is_running", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("next_rung_at", records.base.Instant(timezone=True), nullable=True),
        sa.Column("reported_to_id", sa.String(length=200), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_demands_consultation_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["organisations.id"], name=op.f("fk_demands_holder_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspections.id"], name=op.f("fk_demands_inspection_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["organisations.id"], name=op.f("fk_demands_issued_by_id")),
        sa.ForeignKeyConstraint(
            ["reported_to_id"], ["organisations.id"], name=op.f("fk_demands_reported_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
    )
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demands_area"), ["area"], unique=False)
        batch_op.create_index(batch_op.f("ix_demands_consultation_id"), ["consultation_id"], unique=False)
        batch_op.create_index("ix_demands_holder_id_is_running", ["holder_id", "is_running"], unique=False)
        batch_op.create_index(batch_op.f("ix_demands_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(
            "ix_demands_is_running_next_rung_at", ["is_running", "next_rung_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_demands_reported_to_id"), ["reported_to_id"], unique=False)

    op.create_table(
        "inspection_subjects",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("inspection_id", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.String(length=200), nullable=True),
        sa.Column("consultation_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_inspection_subjects_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_subjects_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisations.id"], name=op.f("fk_inspection_subjects_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_subjects")),
    )
    with op.batch_alter_table("inspection_subjects", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inspection_subjects_consultation_id"), ["consultation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_inspection_subjects_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_inspection_subjects_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "watches",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("consultation_id", sa.String(length=200), nullable=True),
        sa.Column("unit_id", sa.String(length=200), nullable=True),
        sa.Column("since_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", records.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_watches_consultation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_watches_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisations.id"], name=op.f("fk_watches_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint(
            "person_id", "consultation_id", name=op.f("uq_watches_person_id_consultation_id")
        ),
        sa.UniqueConstraint("person_id", "unit_id", name="uq_watches_person_id_unit_id"),
    )
    op.create_table(
        "demand_rungs",
        sa.Column("demand_id", sa.String(length=200), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("colour", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name=op.f("fk_demand_rungs_demand_id")),
        sa.PrimaryKeyConstraint("demand_id", "generation", "name", name=op.f("pk_demand_rungs")),
    )
    op.create_table(
        "demand_steps",
        sa.Column("demand_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("recorded_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.String(length=200), nullable=False),
        sa.Column("text", records.base.Prose(), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=True),
        sa.Column("is_in_time", sa.Boolean(), nullable=True),
        sa.Column("calendar_version", sa.String(length=200), nullable=False),
        sa.Column("former_calendar_version", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demands.id"], name=op.f("fk_demand_steps_demand_id")),
        sa.PrimaryKeyConstraint("demand_id", "sequence", name=op.f("pk_demand_steps")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("demand_steps")
    op.drop_table("demand_rungs")
    op.drop_table("watches")
    with op.batch_alter_table("inspection_subjects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_subjects_unit_id"))
        batch_op.drop_index(batch_op.f("ix_inspection_subjects_inspection_id"))
        batch_op.drop_index(batch_op.f("ix_inspection_subjects_consultation_id"))

    op.drop_table("inspection_subjects")
    with op.batch_alter_table("demands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demands_reported_to_id"))
        batch_op.drop_index("ix_demands_is_running_next_rung_at")
        batch_op.drop_index(batch_op.f("ix_demands_inspection_id"))
        batch_op.drop_index("ix_demands_holder_id_is_running")
        batch_op.drop_index(batch_op.f("ix_demands_consultation_id"))
        batch_op.drop_index(batch_op.f("ix_demands_area"))

    op.drop_table("demands")
    with op.batch_alter_table("inspection_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_visits_inspection_id"))

    op.drop_table("inspection_visits")
    with op.batch_alter_table("inspections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspections_area"))

    op.drop_table("inspections")
