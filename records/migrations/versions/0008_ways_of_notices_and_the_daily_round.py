"""Ways of notices and the daily round."""

import sqlalchemy as sa
from alembic import op

import records.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "daily_rounds",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("for_on", sa.Date(), nullable=False),
        sa.Column("started_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", records.base.Instant(timezone=True), nullable=True),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_rounds")),
    )
    with op.batch_alter_table("daily_rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_daily_rounds_for_on"), ["for_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_daily_rounds_started_at"), ["started_at"], unique=False)

    op.create_table(
        "quota_warnings",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("rule_set_id", sa.String(length=200), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("measured", sa.String(length=200), nullable=False),
        sa.Column("required", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_warnings")),
        sa.UniqueConstraint(
            "rule_set_id",
            "rule_id",
            "area",
            "look_on",
            name=op.f("uq_quota_warnings_rule_set_id_rule_id_area_look_on"),
        ),
    )
    with op.batch_alter_table("quota_warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_warnings_area"), ["area"], unique=False)

    op.create_table(
        "daily_step_runs",
        sa.Column("round_id", sa.String(length=200), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("started_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("told", records.base.Prose(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["daily_rounds.id"], name=op.f("fk_daily_step_runs_round_id")),
        sa.PrimaryKeyConstraint("round_id", "step", name=op.f("pk_daily_step_runs")),
    )
    op.create_table(
        "mail_standings",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("refused_in_a_row", sa.Integer(), nullable=False),
        sa.Column("last_refused_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("stopped_at", records.base.Instant(timezone=True), nullable=True),
        sa.Column("detail", records.base.Prose(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mail_standings_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_standings")),
    )
    with op.batch_alter_table("mail_standings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_standings_stopped_at"), ["stopped_at"], unique=False)

    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("digest_minute", sa.Integer(), nullable=True),
        sa.Column("house_kinds", sa.JSON(), nullable=False),
        sa.Column("chosen_at", records.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=200), nullable=True),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_urgent_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", records.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_webhooks_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("token_digest", sa.String(length=200), nullable=False),
        sa.Column("membership_id", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("issued_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", records.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_calendar_feeds_membership_id")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_calendar_feeds")),
    )
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feeds_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "webhook_calls",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("webhook_id", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("send_after_at", records.base.Instant(timezone=True), nullable=False),
        sa.Column("delivered_at", records.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_webhook_calls_notice_id")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_calls_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_calls")),
        sa.UniqueConstraint("webhook_id", "notice_id", name=op.f("uq_webhook_calls_webhook_id_notice_id")),
    )
    with op.batch_alter_table("webhook_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_calls_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(
            "ix_webhook_calls_state_send_after_at", ["state", "send_after_at"], unique=False
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(length=40), server_default="mail", nullable=False))
        batch_op.add_column(sa.Column("message_id", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reason", records.base.Prose(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("webhook_id", sa.String(length=200), nullable=True))
        batch_op.create_index(batch_op.f("ix_deliveries_at"), ["at"], unique=False)

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resends", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("resend_reason", records.base.Prose(), server_default="", nullable=False)
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_column("resend_reason")
        batch_op.drop_column("resends")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_at"))
        batch_op.drop_column("webhook_id")
        batch_op.drop_column("reason")
        batch_op.drop_column("message_id")
        batch_op.drop_column("way")

    with op.batch_alter_table("webhook_calls", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_calls_state_send_after_at")
        batch_op.drop_index(batch_op.f("ix_webhook_calls_notice_id"))

    op.drop_table("webhook_calls")
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feeds_membership_id"))

    op.drop_table("calendar_feeds")
    op.drop_table("webhooks")
    op.drop_table("notice_choices")
    with op.batch_alter_table("mail_standings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_standings_stopped_at"))

    op.drop_table("mail_standings")
    op.drop_table("daily_step_runs")
    with op.batch_alter_table("quota_warnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_warnings_area"))

    op.drop_table("quota_warnings")
    with op.batch_alter_table("daily_rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_daily_rounds_started_at"))
        batch_op.drop_index(batch_op.f("ix_daily_rounds_for_on"))

    op.drop_table("daily_rounds")
