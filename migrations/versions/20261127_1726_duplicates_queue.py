"""The queue of likely duplicates: pairs, what people answered, who is still to be compared, comparing everybody.

Why: pairs are kept as partners change, and decided by people who share the work.
Safe while the previous release still runs: it ignores these tables. What it writes meanwhile is not compared; comparing
everybody anew, a button of the screen, brings it in.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1726"
down_revision = "20261127_1712"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pairs_in_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["partners.id"], name=op.f("fk_duplicate_pairs_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["partners.id"], name=op.f("fk_duplicate_pairs_second_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["users.id"], name=op.f("fk_duplicate_pairs_claimed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pairs")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_duplicate_pairs_first_id_second_id")),
    )
    op.create_index(op.f("ix_duplicate_pairs_second_id"), "duplicate_pairs", ["second_id"])
    op.create_index("ix_duplicate_pairs_order", "duplicate_pairs", ["probability", "id"])
    op.create_table(
        "duplicate_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("prints", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["partners.id"], name=op.f("fk_duplicate_decisions_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["partners.id"], name=op.f("fk_duplicate_decisions_second_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_duplicate_decisions_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["users.id"], name=op.f("fk_duplicate_decisions_assignee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_duplicate_decisions_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_decisions")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_duplicate_decisions_first_id_second_id")),
    )
    op.create_index(op.f("ix_duplicate_decisions_second_id"), "duplicate_decisions", ["second_id"])
    op.create_index(op.f("ix_duplicate_decisions_structure_id"), "duplicate_decisions", ["structure_id"])
    _comparing()


def _comparing() -> None:
    op.create_table(
        "waiting_partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_waiting_partners_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_partners")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_waiting_partners_partner_id")),
    )
    op.create_table(
        "rescans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_rescans_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_rescans_author_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescans")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rescans_public_id")),
    )
    op.create_index(op.f("ix_rescans_structure_id"), "rescans", ["structure_id"])
    op.create_index(op.f("ix_rescans_state"), "rescans", ["state"])


def downgrade() -> None:
    for table in ("rescans", "waiting_partners", "duplicate_decisions", "duplicate_pairs"):
        op.drop_table(table)
