"""Undo of imports: what each one wrote, and when it was undone.

Why: an import can be taken back as long as nobody touched what it wrote; imports made by command have no author.
Safe while the previous release still runs: it ignores the new table and columns, and an import without an author is
simply not listed there.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1607"
down_revision = "20261123_0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("imports") as batch:
        batch.alter_column("author_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("watched", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("undone_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_imports_undone_by_id"), "users", ["undone_by_id"], ["id"], ondelete="SET NULL"
        )
    op.create_table(
        "import_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("follow_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_changes_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_import_changes_partner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follows.id"], name=op.f("fk_import_changes_follow_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_import_changes_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_import_changes_interaction_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
    )
    for column in ("import_id", "partner_id", "follow_id", "contact_id", "interaction_id"):
        op.create_index(op.f(f"ix_import_changes_{column}"), "import_changes", [column])


def downgrade() -> None:
    op.drop_table("import_changes")
    op.execute("DELETE FROM imports WHERE author_id IS NULL")
    with op.batch_alter_table("imports") as batch:
        batch.drop_constraint(op.f("fk_imports_undone_by_id"), type_="foreignkey")
        batch.drop_column("undone_by_id")
        batch.drop_column("undone_at")
        batch.drop_column("watched")
        batch.alter_column("author_id", existing_type=sa.Integer(), nullable=False)
