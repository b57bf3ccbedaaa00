"""The method: satisfaction surveys, answered once by a link.

Why: step 7 asks the partner how it goes. Only the hash of a link's word is stored.
Safe while the previous release still runs: it ignores this table.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_2027"
down_revision = "20261127_1931"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "satisfaction_surveys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=160), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("again", sa.String(length=40), nullable=True),
        sa.Column("went_well", sa.Text(), nullable=False),
        sa.Column("to_improve", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("ck_satisfaction_surveys_a_score")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_satisfaction_surveys_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_satisfaction_surveys_contact_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_satisfaction_surveys_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction_surveys")),
        sa.UniqueConstraint("public_id", name=op.f("uq_satisfaction_surveys_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_satisfaction_surveys_token_hash")),
    )
    with op.batch_alter_table("satisfaction_surveys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_satisfaction_surveys_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_satisfaction_surveys_partnership_id"), ["partnership_id"], unique=False)


def downgrade() -> None:
    op.drop_table("satisfaction_surveys")
