"""Exchanges in full: planned meetings, results, participants, grid, documents; reminders and what they are set to.

Why: an exchange holds what the field notes, and nudges remind people of what they would forget.
Safe while the previous release still runs: it ignores the new tables; each new column is nullable or has a default in
the database; it never writes an empty report, which is now allowed.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0030"
down_revision = "20261123_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nudge_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("delay_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_nudge_settings_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge_settings")),
        sa.UniqueConstraint("structure_id", "rule", name=op.f("uq_nudge_settings_structure_id_rule")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_documents_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_documents_interaction_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_documents_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("key", name=op.f("uq_documents_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_documents_public_id")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_structure_id"), ["structure_id"], unique=False)
    op.create_table(
        "interaction_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_interaction_answers_interaction_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_answers")),
        sa.UniqueConstraint("interaction_id", "question", name=op.f("uq_interaction_answers_interaction_id_question")),
    )
    op.create_table(
        "interaction_participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(contact_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_interaction_participants_one_person")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_interaction_participants_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_interaction_participants_interaction_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_interaction_participants_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_participants")),
        sa.UniqueConstraint(
            "interaction_id", "contact_id", name=op.f("uq_interaction_participants_interaction_id_contact_id")
        ),
        sa.UniqueConstraint(
            "interaction_id", "user_id", name=op.f("uq_interaction_participants_interaction_id_user_id")
        ),
    )
    with op.batch_alter_table("interaction_participants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interaction_participants_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_participants_user_id"), ["user_id"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("todo_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN todo_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN partner_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN interaction_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_reminders_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_reminders_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_reminders_interaction_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_reminders_partner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_reminders_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["todo_id"], ["todos.id"], name=op.f("fk_reminders_todo_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "structure_id",
            "rule",
            "contact_id",
            "user_id",
            "occurrence",
            name=op.f("uq_reminders_structure_id_rule_contact_id_user_id_occurrence"),
        ),
        sa.UniqueConstraint(
            "rule",
            "interaction_id",
            "user_id",
            "occurrence",
            name=op.f("uq_reminders_rule_interaction_id_user_id_occurrence"),
        ),
        sa.UniqueConstraint(
            "structure_id",
            "rule",
            "partner_id",
            "user_id",
            "occurrence",
            name=op.f("uq_reminders_structure_id_rule_partner_id_user_id_occurrence"),
        ),
        sa.UniqueConstraint(
            "rule", "todo_id", "user_id", "occurrence", name=op.f("uq_reminders_rule_todo_id_user_id_occurrence")
        ),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminders_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index("ix_reminders_open", ["user_id", "state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_structure_id"), ["structure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_todo_id"), ["todo_id"], unique=False)
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_interactions_report_not_empty"), type_="check")
        batch_op.add_column(sa.Column("duration_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("purpose", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("result", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("promises", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("binned_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_interactions_binned_at"), ["binned_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_interactions_binned_by_id"), "users", ["binned_by_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_check_constraint(batch_op.f("ck_interactions_duration_positive"), "duration_minutes > 0")
    with op.batch_alter_table("structures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("working_days", sa.String(length=7), server_default="12345", nullable=False))
        batch_op.add_column(sa.Column("solicitation_days", sa.Integer(), server_default="30", nullable=False))
        batch_op.add_column(sa.Column("solicitation_threshold", sa.Integer(), server_default="4", nullable=False))
    with op.batch_alter_table("todos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("postponed_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("postponed_count", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("todos", schema=None) as batch_op:
        batch_op.drop_column("postponed_count")
        batch_op.drop_column("postponed_reason")
    with op.batch_alter_table("structures", schema=None) as batch_op:
        batch_op.drop_column("solicitation_threshold")
        batch_op.drop_column("solicitation_days")
        batch_op.drop_column("working_days")
    op.execute("UPDATE interactions SET report = '-' WHERE report = ''")
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_interactions_duration_positive"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_interactions_binned_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_interactions_binned_at"))
        batch_op.drop_column("updated_at")
        batch_op.drop_column("binned_by_id")
        batch_op.drop_column("binned_at")
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("promises")
        batch_op.drop_column("result")
        batch_op.drop_column("purpose")
        batch_op.drop_column("place")
        batch_op.drop_column("duration_minutes")
        batch_op.create_check_constraint(batch_op.f("ck_interactions_report_not_empty"), "length(report) > 0")
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminders_todo_id"))
        batch_op.drop_index(batch_op.f("ix_reminders_structure_id"))
        batch_op.drop_index(batch_op.f("ix_reminders_partner_id"))
        batch_op.drop_index("ix_reminders_open")
        batch_op.drop_index(batch_op.f("ix_reminders_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_reminders_contact_id"))
    op.drop_table("reminders")
    with op.batch_alter_table("interaction_participants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_participants_user_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_participants_contact_id"))
    op.drop_table("interaction_participants")
    op.drop_table("interaction_answers")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_structure_id"))
        batch_op.drop_index(batch_op.f("ix_documents_interaction_id"))
    op.drop_table("documents")
    op.drop_table("nudge_settings")
