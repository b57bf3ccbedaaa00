"""Reference data: départements, communes, NAF, ROME, public holidays, legal forms, headcount bands, their sources.

Why: addresses, sectors and trades are chosen from what is published, and dates know the days off.
Safe while the previous release still runs: it ignores these tables, which nothing else refers to.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_2330"
down_revision = "20261122_2300"
branch_labels = None
depends_on = None

# Folded texts are compared byte by byte on both engines.
FOLDED = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("region_code", sa.String(length=3), nullable=False),
        sa.Column("main_town_code", sa.String(length=5), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_table(
        "communes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insee_code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sort_key", FOLDED, nullable=False),
        sa.Column("department_code", sa.String(length=3), nullable=False),
        sa.Column("region_code", sa.String(length=3), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("epci_code", sa.String(length=9), nullable=False),
        sa.Column("epci_name", sa.String(length=100), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("position", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_communes_department_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communes")),
        sa.UniqueConstraint("insee_code", name=op.f("uq_communes_insee_code")),
    )
    op.create_index(op.f("ix_communes_department_code"), "communes", ["department_code"])
    op.create_index(op.f("ix_communes_epci_code"), "communes", ["epci_code"])
    op.create_table(
        "commune_postal_codes",
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["communes.id"], name=op.f("fk_commune_postal_codes_commune_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("postal_code", "commune_id", name=op.f("pk_commune_postal_codes")),
    )
    op.create_index(op.f("ix_commune_postal_codes_commune_id"), "commune_postal_codes", ["commune_id"])
    _sectors_and_trades()
    op.create_table(
        "public_holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("day", "zone", name=op.f("pk_public_holidays")),
    )
    op.create_table(
        "legal_forms",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_legal_forms")),
    )
    op.create_table(
        "headcount_bands",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("size", sa.String(length=40), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_headcount_bands")),
    )
    op.create_table(
        "reference_sources",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reference_sources")),
    )


def _sectors_and_trades() -> None:
    op.create_table(
        "naf_codes",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("division_code", sa.String(length=2), nullable=False),
        sa.Column("division_label", sa.String(length=200), nullable=False),
        sa.Column("section_code", sa.String(length=1), nullable=False),
        sa.Column("section_label", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_naf_codes")),
    )
    op.create_index(op.f("ix_naf_codes_division_code"), "naf_codes", ["division_code"])
    op.create_table(
        "rome_trades",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("sort_key", FOLDED, nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rome_trades")),
    )
    op.create_table(
        "naf_trades",
        sa.Column("division_code", sa.String(length=2), nullable=False),
        sa.Column("rome_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["rome_code"], ["rome_trades.code"], name=op.f("fk_naf_trades_rome_code")),
        sa.PrimaryKeyConstraint("division_code", "rome_code", name=op.f("pk_naf_trades")),
    )
    op.create_index(op.f("ix_naf_trades_rome_code"), "naf_trades", ["rome_code"])


def downgrade() -> None:
    for table in (
        "reference_sources",
        "headcount_bands",
        "legal_forms",
        "public_holidays",
        "naf_trades",
        "rome_trades",
        "naf_codes",
        "commune_postal_codes",
        "communes",
        "departments",
    ):
        op.drop_table(table)
