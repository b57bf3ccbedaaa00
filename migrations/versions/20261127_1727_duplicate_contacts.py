"""Contacts that may be one person: their keys, their pairs, what people said of them.

Why: the same person is met in one company or in two, and merged as partners are.
Safe while the previous release still runs: it ignores these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1727"
down_revision = "20261127_1726"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_keys_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_keys")),
    )
    op.create_index(op.f("ix_contact_keys_contact_id"), "contact_keys", ["contact_id"])
    op.create_index("ix_contact_keys_lookup", "contact_keys", ["kind", "value", "contact_id"])
    op.create_table(
        "contact_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("is_likely", sa.Boolean(), nullable=False),
        sa.Column("has_moved", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_contact_pairs_in_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["contacts.id"], name=op.f("fk_contact_pairs_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["contacts.id"], name=op.f("fk_contact_pairs_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_pairs")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_contact_pairs_first_id_second_id")),
    )
    op.create_index(op.f("ix_contact_pairs_second_id"), "contact_pairs", ["second_id"])
    op.create_table(
        "contact_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["contacts.id"], name=op.f("fk_contact_decisions_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["contacts.id"], name=op.f("fk_contact_decisions_second_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_contact_decisions_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_contact_decisions_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_decisions")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_contact_decisions_first_id_second_id")),
    )
    op.create_index(op.f("ix_contact_decisions_second_id"), "contact_decisions", ["second_id"])
    op.create_index(op.f("ix_contact_decisions_structure_id"), "contact_decisions", ["structure_id"])
    op.create_table(
        "waiting_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_waiting_contacts_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_contacts")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_waiting_contacts_contact_id")),
    )


def downgrade() -> None:
    for table in ("waiting_contacts", "contact_decisions", "contact_pairs", "contact_keys"):
        op.drop_table(table)
