"""Merges: what each was merged into, the journal by which it is undone, proposals to other structures.

Why: duplicates become one record, whose old addresses still lead somewhere, and ninety days are left to undo it.
Safe while the previous release still runs: the new column may be empty, which it is until the first merge, and nothing
else refers to these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1633"
down_revision = "20261127_1607"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("partners", "contacts"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_merged_into_id"), table, ["merged_into_id"], ["id"], ondelete="CASCADE"
            )
            batch.create_index(op.f(f"ix_{table}_merged_into_id"), ["merged_into_id"])
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("journal", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_merges_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_merges_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_merges_undone_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merges_public_id")),
    )
    op.create_index(op.f("ix_merges_structure_id"), "merges", ["structure_id"])
    op.create_index(op.f("ix_merges_done_at"), "merges", ["done_at"])
    op.create_table(
        "merged_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("remains", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(partner_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_merged_records_one_subject")),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["merges.id"], name=op.f("fk_merged_records_merge_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_merged_records_partner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_merged_records_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_records")),
        sa.UniqueConstraint("merge_id", "partner_id", name=op.f("uq_merged_records_merge_id_partner_id")),
        sa.UniqueConstraint("merge_id", "contact_id", name=op.f("uq_merged_records_merge_id_contact_id")),
    )
    op.create_index(op.f("ix_merged_records_partner_id"), "merged_records", ["partner_id"])
    op.create_index(op.f("ix_merged_records_contact_id"), "merged_records", ["contact_id"])
    _proposals()


def _proposals() -> None:
    op.create_table(
        "merge_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("seen", sa.String(length=300), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_merge_proposals_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_merge_proposals_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_proposals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merge_proposals_public_id")),
    )
    op.create_index(op.f("ix_merge_proposals_structure_id"), "merge_proposals", ["structure_id"])
    op.create_index(op.f("ix_merge_proposals_state"), "merge_proposals", ["state"])
    op.create_table(
        "merge_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["merge_proposals.id"], name=op.f("fk_merge_answers_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_merge_answers_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_merge_answers_answered_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_answers")),
        sa.UniqueConstraint("proposal_id", "structure_id", name=op.f("uq_merge_answers_proposal_id_structure_id")),
    )
    op.create_index(op.f("ix_merge_answers_structure_id"), "merge_answers", ["structure_id"])


def downgrade() -> None:
    op.drop_table("merge_answers")
    op.drop_table("merge_proposals")
    op.drop_table("merged_records")
    op.drop_table("merges")
    for table in ("contacts", "partners"):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(op.f(f"ix_{table}_merged_into_id"))
            batch.drop_constraint(op.f(f"fk_{table}_merged_into_id"), type_="foreignkey")
            batch.drop_column("merged_into_id")
