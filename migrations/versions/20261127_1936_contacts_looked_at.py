"""Who looks at a pair of contacts, and « à voir » with a note and a person, as for partners.

Why: colleagues share the sorting of contacts without collision, and put a pair aside.
Safe while the previous release still runs: it ignores these columns; an answer it does not know (« à voir ») reads as
any text does, and its queue shows what nobody said distinct.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1936"
down_revision = "20261127_1921"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact_pairs") as batch:
        batch.add_column(sa.Column("claimed_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(
            op.f("fk_contact_pairs_claimed_by_id"), "users", ["claimed_by_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("contact_decisions") as batch:
        batch.add_column(sa.Column("note", sa.String(length=300), server_default="", nullable=False))
        batch.add_column(sa.Column("assignee_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_contact_decisions_assignee_id"), "users", ["assignee_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("contact_decisions") as batch:
        batch.drop_constraint(op.f("fk_contact_decisions_assignee_id"), type_="foreignkey")
        batch.drop_column("assignee_id")
        batch.drop_column("note")
    with op.batch_alter_table("contact_pairs") as batch:
        batch.drop_constraint(op.f("fk_contact_pairs_claimed_by_id"), type_="foreignkey")
        batch.drop_column("claimed_until")
        batch.drop_column("claimed_by_id")
