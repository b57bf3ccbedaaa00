"""Files whose duplicates are looked for without importing them.

Why: `passerelle dedupe-file` as a screen; the work goes on beside the request, and is found again.
Safe while the previous release still runs: it ignores this table.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1907"
down_revision = "20261127_1727"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sifted_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("totals", sa.String(length=200), server_default="{}", nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_sifted_files_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_sifted_files_author_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sifted_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sifted_files_public_id")),
    )
    for column in ("structure_id", "author_id", "state", "created_at"):
        op.create_index(op.f(f"ix_sifted_files_{column}"), "sifted_files", [column])


def downgrade() -> None:
    op.drop_table("sifted_files")
