"""Indexes of the lists: an order that knows who is in the bin, and none that is taken for it by mistake.

Why: for « not in the bin » SQLite took the index of the bin, then sorted ten thousand rows to show fifty. The
départements, owners and activities are looked up instead of read through.
Safe while the previous release still runs: it names no index.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1712"
down_revision = "20261127_1647"
branch_labels = None
depends_on = None

BINNED = sa.text("binned_at IS NOT NULL")


def upgrade() -> None:
    for table in ("partners", "contacts"):
        op.drop_index(f"ix_{table}_binned_at", table)
        op.create_index(f"ix_{table}_binned_at", table, ["binned_at"], sqlite_where=BINNED, postgresql_where=BINNED)
    op.create_index("ix_partners_live_order", "partners", ["sort_key", "id", "binned_at"])
    op.drop_index("ix_partners_order", "partners")
    op.create_index("ix_partners_department", "partners", ["department", "binned_at"])
    op.create_index("ix_partners_sector", "partners", ["sector"])
    op.create_index("ix_follows_owner", "follows", ["structure_id", "owner_id"])
    op.drop_index("ix_follows_structure_id", "follows")


def downgrade() -> None:
    op.create_index("ix_follows_structure_id", "follows", ["structure_id"])
    op.drop_index("ix_follows_owner", "follows")
    op.drop_index("ix_partners_sector", "partners")
    op.drop_index("ix_partners_department", "partners")
    op.create_index("ix_partners_order", "partners", ["sort_key", "id"])
    op.drop_index("ix_partners_live_order", "partners")
    for table in ("contacts", "partners"):
        op.drop_index(f"ix_{table}_binned_at", table)
        op.create_index(f"ix_{table}_binned_at", table, ["binned_at"])
