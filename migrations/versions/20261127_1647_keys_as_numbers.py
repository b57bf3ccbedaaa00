"""The keys of likely duplicates as numbers, in a table that is its own index.

Why: the hint while a partner is typed reads some thirty keys at each letter; as texts in a table, an index and another
index, a million partners made three gigabytes of them.
Safe while the previous release still runs: it goes on writing and reading its own table, which the next release drops.
`passerelle prepare` fills the new one.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1647"
down_revision = "20261127_1638"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_keys",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("partner_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_keys_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "partner_id", name=op.f("pk_partner_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_partner_keys_partner_id"), "partner_keys", ["partner_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_partner_keys_partner_id"), table_name="partner_keys")
    op.drop_table("partner_keys")
