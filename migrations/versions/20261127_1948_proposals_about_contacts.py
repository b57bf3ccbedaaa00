"""A merge of contacts may be proposed to other structures, as a merge of partners is.

Why: contacts are shared by the collectif; another structure that works with their company is asked first.
Safe while the previous release still runs: it ignores this column; should it meet such a proposal it finds no partner
of those names, merges nothing, and closes it as out of date.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1948"
down_revision = "20261127_1928"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("merge_proposals") as batch:
        batch.add_column(sa.Column("people", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("merge_proposals") as batch:
        batch.drop_column("people")
