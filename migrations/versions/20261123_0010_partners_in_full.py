"""Partners in full: roles, names, addresses, channels, trades, tags, needs, posts, oppositions, views, bulk actions.

Why: what the field knows of a partner and of its people, how it is followed, and what is done to many at once.
Safe while the previous release still runs: it ignores the new tables; each new column is nullable or has a default in
the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0010"
down_revision = "20261122_2330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oppositions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("opposed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oppositions")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_oppositions_email_hash")),
    )
    op.create_table(
        "bulk_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_bulk_actions_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_bulk_actions_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_actions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_actions_public_id")),
    )
    with op.batch_alter_table("bulk_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_actions_structure_id"), ["structure_id"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_saved_views_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_views_public_id")),
        sa.UniqueConstraint("structure_id", "owner_id", "name", name=op.f("uq_saved_views_structure_id_owner_id_name")),
    )
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_views_owner_id"), ["owner_id"], unique=False)
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "key", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_tags_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tags_public_id")),
        sa.UniqueConstraint("structure_id", "key", name=op.f("uq_tags_structure_id_key")),
    )
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["bulk_actions.id"], name=op.f("fk_bulk_changes_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_bulk_changes_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
        sa.UniqueConstraint("action_id", "partner_id", name=op.f("uq_bulk_changes_action_id_partner_id")),
    )
    with op.batch_alter_table("bulk_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_changes_partner_id"), ["partner_id"], unique=False)
    op.create_table(
        "needs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("horizon_on", sa.Date(), nullable=True),
        sa.Column("season_month", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), server_default="open", nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("season_month BETWEEN 1 AND 12", name=op.f("ck_needs_a_month")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_needs_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_needs_partner_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_needs_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_needs_public_id")),
    )
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_needs_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_needs_structure_id"), ["structure_id"], unique=False)
    op.create_table(
        "partner_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_addresses_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_addresses")),
        sa.UniqueConstraint("partner_id", "kind", name=op.f("uq_partner_addresses_partner_id_kind")),
    )
    op.create_table(
        "partner_channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_channels_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_channels")),
        sa.UniqueConstraint("partner_id", "kind", "value", name=op.f("uq_partner_channels_partner_id_kind_value")),
    )
    op.create_table(
        "partner_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_names_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_names")),
    )
    with op.batch_alter_table("partner_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_names_partner_id"), ["partner_id"], unique=False)
    op.create_table(
        "partner_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR since IS NULL OR since <= until", name=op.f("ck_partner_roles_in_order")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_roles_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_roles")),
    )
    with op.batch_alter_table("partner_roles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_roles_partner_id"), ["partner_id"], unique=False)
    op.create_table(
        "partner_trades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("rome_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_trades_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_trades")),
        sa.UniqueConstraint("partner_id", "rome_code", name=op.f("uq_partner_trades_partner_id_rome_code")),
    )
    with op.batch_alter_table("partner_trades", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_trades_rome_code"), ["rome_code"], unique=False)
    op.create_table(
        "partner_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column(
            "word", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_words_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_words")),
        sa.UniqueConstraint("partner_id", "word", name=op.f("uq_partner_words_partner_id_word")),
    )
    with op.batch_alter_table("partner_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_words_word"), ["word"], unique=False)
    op.create_table(
        "contact_channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_channels_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_channels")),
        sa.UniqueConstraint("contact_id", "kind", "value", name=op.f("uq_contact_channels_contact_id_kind_value")),
    )
    op.create_table(
        "contact_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_posts_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_contact_posts_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_posts")),
        sa.UniqueConstraint("contact_id", "partner_id", name=op.f("uq_contact_posts_contact_id_partner_id")),
    )
    with op.batch_alter_table("contact_posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_posts_partner_id"), ["partner_id"], unique=False)
    op.create_table(
        "follow_tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follows.id"], name=op.f("fk_follow_tags_follow_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_follow_tags_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_tags")),
        sa.UniqueConstraint("follow_id", "tag_id", name=op.f("uq_follow_tags_follow_id_tag_id")),
    )
    with op.batch_alter_table("follow_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_tags_tag_id"), ["tag_id"], unique=False)
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("opposed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("search_key", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("informed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("binned_by_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_contacts_binned_at"), ["binned_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_successor_id"), ["successor_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_contacts_binned_by_id"), "users", ["binned_by_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_contacts_successor_id"), "contacts", ["successor_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.String(length=40), server_default="normal", nullable=False))
        batch_op.add_column(sa.Column("do_not_solicit", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(
            sa.Column("do_not_solicit_reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("solicitation_threshold", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("checked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.add_column(sa.Column("commune_code", sa.String(length=5), nullable=True))
        batch_op.add_column(
            sa.Column(
                "city_key",
                sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
                server_default="",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("legal_form_code", sa.String(length=4), nullable=True))
        batch_op.add_column(sa.Column("registration_number", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("registered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("naf_code", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("collective_agreement", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("headcount_band", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("size", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("has_clauses", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(
            sa.Column("is_csr_committed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("signatory", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("signing_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("binned_by_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_partners_binned_at"), ["binned_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_partners_commune_code"), ["commune_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_partners_naf_code"), ["naf_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_partners_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_partners_parent_id"), "partners", ["parent_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_partners_binned_by_id"), "users", ["binned_by_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_partners_binned_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_partners_parent_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_partners_parent_id"))
        batch_op.drop_index(batch_op.f("ix_partners_naf_code"))
        batch_op.drop_index(batch_op.f("ix_partners_commune_code"))
        batch_op.drop_index(batch_op.f("ix_partners_binned_at"))
        batch_op.drop_column("binned_by_id")
        batch_op.drop_column("updated_at")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("signing_days")
        batch_op.drop_column("signatory")
        batch_op.drop_column("is_csr_committed")
        batch_op.drop_column("has_clauses")
        batch_op.drop_column("size")
        batch_op.drop_column("headcount_band")
        batch_op.drop_column("collective_agreement")
        batch_op.drop_column("naf_code")
        batch_op.drop_column("registered_on")
        batch_op.drop_column("registration_number")
        batch_op.drop_column("legal_form_code")
        batch_op.drop_column("commune_code")
        batch_op.drop_column("city_key")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_column("updated_at")
        batch_op.drop_column("checked_on")
        batch_op.drop_column("solicitation_threshold")
        batch_op.drop_column("do_not_solicit_reason")
        batch_op.drop_column("do_not_solicit")
        batch_op.drop_column("priority")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_contacts_successor_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_contacts_binned_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_contacts_successor_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_binned_at"))
        batch_op.drop_column("binned_by_id")
        batch_op.drop_column("binned_at")
        batch_op.drop_column("updated_at")
        batch_op.drop_column("informed_on")
        batch_op.drop_column("search_key")
        batch_op.drop_column("opposed_on")
        batch_op.drop_column("successor_id")
        batch_op.drop_column("left_on")
    with op.batch_alter_table("follow_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_tags_tag_id"))
    op.drop_table("follow_tags")
    with op.batch_alter_table("contact_posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_posts_partner_id"))
    op.drop_table("contact_posts")
    op.drop_table("contact_channels")
    with op.batch_alter_table("partner_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_words_word"))
    op.drop_table("partner_words")
    with op.batch_alter_table("partner_trades", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_trades_rome_code"))
    op.drop_table("partner_trades")
    with op.batch_alter_table("partner_roles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_roles_partner_id"))
    op.drop_table("partner_roles")
    with op.batch_alter_table("partner_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_names_partner_id"))
    op.drop_table("partner_names")
    op.drop_table("partner_channels")
    op.drop_table("partner_addresses")
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_needs_structure_id"))
        batch_op.drop_index(batch_op.f("ix_needs_partner_id"))
    op.drop_table("needs")
    with op.batch_alter_table("bulk_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_changes_partner_id"))
    op.drop_table("bulk_changes")
    op.drop_table("tags")
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_views_owner_id"))
    op.drop_table("saved_views")
    with op.batch_alter_table("bulk_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_actions_structure_id"))
    op.drop_table("bulk_actions")
    op.drop_table("oppositions")
