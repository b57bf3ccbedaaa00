"""Conventions: what is signed, by whom, until when, with what promises; reminders about them.

Why: a convention whose end nobody sees coming is a partnership lost.
Safe while the previous release still runs: the tables are new, the new column of reminders is empty there, and what it
writes satisfies the wider CHECK as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1931"
down_revision = "20261127_1948"
branch_labels = None
depends_on = None

_FOUR = (
    "(CASE WHEN todo_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN partner_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN interaction_id IS NULL THEN 0 ELSE 1 END) = 1"
)
_FIVE = _FOUR.replace(" = 1", " + (CASE WHEN convention_id IS NULL THEN 0 ELSE 1 END) = 1")


def upgrade() -> None:
    op.create_table(
        "clause_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_clause_templates_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_templates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_clause_templates_public_id")),
    )
    op.create_index(op.f("ix_clause_templates_structure_id"), "clause_templates", ["structure_id"])

    op.create_table(
        "signing_delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("kinds", sa.String(length=300), nullable=False),
        sa.Column("act", sa.String(length=300), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_signing_delegations_in_order")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_signing_delegations_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_signing_delegations_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_delegations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signing_delegations_public_id")),
    )
    op.create_index(op.f("ix_signing_delegations_structure_id"), "signing_delegations", ["structure_id"])
    op.create_index(op.f("ix_signing_delegations_user_id"), "signing_delegations", ["user_id"])

    op.create_table(
        "conventions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("final_on", sa.Date(), nullable=True),
        sa.Column("tacit_months", sa.Integer(), nullable=False),
        sa.Column("tacit_times", sa.Integer(), nullable=True),
        sa.Column("notice_months", sa.Integer(), nullable=False),
        sa.Column("amount_asked", sa.Integer(), nullable=True),
        sa.Column("amount_granted", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("terminated_on", sa.Date(), nullable=True),
        sa.Column("termination_reason", sa.String(length=500), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("binned_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_conventions_in_order")),
        sa.CheckConstraint("tacit_months >= 0 AND notice_months >= 0", name=op.f("ck_conventions_months")),
        sa.ForeignKeyConstraint(
            ["binned_by_id"], ["users.id"], name=op.f("fk_conventions_binned_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_conventions_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_conventions_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_conventions_partner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["conventions.id"], name=op.f("fk_conventions_renews_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_conventions_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conventions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conventions_public_id")),
    )
    op.create_index(op.f("ix_conventions_binned_at"), "conventions", ["binned_at"])
    op.create_index("ix_conventions_list", "conventions", ["structure_id", "final_on", "id"])
    op.create_index(op.f("ix_conventions_owner_id"), "conventions", ["owner_id"])
    op.create_index(op.f("ix_conventions_partner_id"), "conventions", ["partner_id"])
    op.create_index(op.f("ix_conventions_renews_id"), "conventions", ["renews_id"])

    op.create_table(
        "convention_clauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["conventions.id"], name=op.f("fk_convention_clauses_convention_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_clauses")),
    )
    op.create_index(op.f("ix_convention_clauses_convention_id"), "convention_clauses", ["convention_id"])

    op.create_table(
        "convention_commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["convention_id"],
            ["conventions.id"],
            name=op.f("fk_convention_commitments_convention_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_commitments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_convention_commitments_public_id")),
    )
    op.create_index(op.f("ix_convention_commitments_convention_id"), "convention_commitments", ["convention_id"])

    op.create_table(
        "convention_dates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["conventions.id"], name=op.f("fk_convention_dates_convention_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_dates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_convention_dates_public_id")),
    )
    op.create_index(op.f("ix_convention_dates_convention_id"), "convention_dates", ["convention_id"])

    op.create_table(
        "convention_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["conventions.id"], name=op.f("fk_convention_editions_convention_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["users.id"], name=op.f("fk_convention_editions_replaced_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_editions")),
        sa.UniqueConstraint("convention_id", "number", name=op.f("uq_convention_editions_convention_id_number")),
    )
    op.create_table(
        "convention_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
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
        sa.CheckConstraint(
            "(convention_id IS NULL) <> (delegation_id IS NULL)", name=op.f("ck_convention_files_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_convention_files_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["conventions.id"], name=op.f("fk_convention_files_convention_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["signing_delegations.id"],
            name=op.f("fk_convention_files_delegation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_convention_files_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_files")),
        sa.UniqueConstraint("key", name=op.f("uq_convention_files_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_convention_files_public_id")),
    )
    op.create_index(op.f("ix_convention_files_convention_id"), "convention_files", ["convention_id"])
    op.create_index(op.f("ix_convention_files_delegation_id"), "convention_files", ["delegation_id"])
    op.create_index(op.f("ix_convention_files_structure_id"), "convention_files", ["structure_id"])

    op.create_table(
        "convention_signatories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("capacity", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_convention_signatories_contact_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["convention_id"],
            ["conventions.id"],
            name=op.f("fk_convention_signatories_convention_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_convention_signatories_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_signatories")),
        sa.UniqueConstraint("public_id", name=op.f("uq_convention_signatories_public_id")),
    )
    op.create_index(op.f("ix_convention_signatories_contact_id"), "convention_signatories", ["contact_id"])
    op.create_index(op.f("ix_convention_signatories_convention_id"), "convention_signatories", ["convention_id"])

    with op.batch_alter_table("reminders") as reminders:
        reminders.add_column(sa.Column("convention_id", sa.Integer(), nullable=True))
        reminders.drop_constraint(op.f("ck_reminders_one_subject"), type_="check")
        reminders.create_check_constraint(op.f("ck_reminders_one_subject"), _FIVE)
        reminders.create_unique_constraint(
            op.f("uq_reminders_rule_convention_id_user_id_occurrence"),
            ["rule", "convention_id", "user_id", "occurrence"],
        )
        reminders.create_foreign_key(
            op.f("fk_reminders_convention_id"), "conventions", ["convention_id"], ["id"], ondelete="CASCADE"
        )
        reminders.create_index(op.f("ix_reminders_convention_id"), ["convention_id"])


def downgrade() -> None:
    op.execute("DELETE FROM reminders WHERE convention_id IS NOT NULL")
    with op.batch_alter_table("reminders") as reminders:
        reminders.drop_index(op.f("ix_reminders_convention_id"))
        reminders.drop_constraint(op.f("fk_reminders_convention_id"), type_="foreignkey")
        reminders.drop_constraint(op.f("uq_reminders_rule_convention_id_user_id_occurrence"), type_="unique")
        reminders.drop_constraint(op.f("ck_reminders_one_subject"), type_="check")
        reminders.create_check_constraint(op.f("ck_reminders_one_subject"), _FOUR)
        reminders.drop_column("convention_id")
    op.drop_table("convention_signatories")
    op.drop_table("convention_files")
    op.drop_table("convention_editions")
    op.drop_table("convention_dates")
    op.drop_table("convention_commitments")
    op.drop_table("convention_clauses")
    op.drop_table("conventions")
    op.drop_table("signing_delegations")
    op.drop_table("clause_templates")
