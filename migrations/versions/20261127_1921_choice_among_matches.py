"""Which of the partners that a row resembles it is, when that is not the likeliest.

Why: a row of an import offers the few best ones, not the best alone.
Safe while the previous release still runs: it ignores this column, and what it writes leaves it empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1921"
down_revision = "20261127_1907"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_choices") as batch:
        batch.add_column(sa.Column("target", sa.String(length=22), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("import_choices") as batch:
        batch.drop_column("target")
