"""A saved view says of which page it is: the board of the seven steps has views too.

Why: one menu of views, one way to keep, share and forget them.
Safe while the previous release still runs: what it saves is of the list of partners, which is the default; it shows
views of the board as views of the list without filters, for the time of the upgrade.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_2025"
down_revision = "20261127_2027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("saved_views") as batch:
        batch.add_column(sa.Column("page", sa.String(length=20), server_default="partners", nullable=False))


def downgrade() -> None:
    views = sa.table("saved_views", sa.column("page", sa.String))
    op.execute(sa.delete(views).where(views.c.page != "partners"))
    with op.batch_alter_table("saved_views") as batch:
        batch.drop_column("page")
