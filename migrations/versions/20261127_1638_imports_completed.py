"""Imports completed: their kind, sheets, corrected values, fields ticked; mappings saved under a name.

Why: a row may complete a known partner field by field, a wrong value is corrected once, columns are named once.
Safe while the previous release still runs: new columns have defaults, the new table is not read there.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1638"
down_revision = "20261127_1633"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("imports") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=40), server_default="partners", nullable=False))
        batch.add_column(sa.Column("sheets", sa.Text(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("corrections", sa.Text(), server_default="{}", nullable=False))
        batch.add_column(sa.Column("seen_values", sa.Text(), nullable=True))
    with op.batch_alter_table("import_choices") as batch:
        batch.add_column(sa.Column("fields", sa.Text(), nullable=True))
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("headings_key", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_import_mappings_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint("structure_id", "kind", "key", name=op.f("uq_import_mappings_structure_id_kind_key")),
    )
    op.create_index(op.f("ix_import_mappings_headings_key"), "import_mappings", ["headings_key"])


def downgrade() -> None:
    op.drop_table("import_mappings")
    with op.batch_alter_table("import_choices") as batch:
        batch.drop_column("fields")
    with op.batch_alter_table("imports") as batch:
        for column in ("seen_values", "corrections", "sheets", "kind"):
            batch.drop_column(column)
