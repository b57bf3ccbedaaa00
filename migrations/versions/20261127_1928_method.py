"""The method: projects, partnerships, their moves, what each step gathers, and the words and rules of structures.

Why: part 3, the seven steps. Moves are append-only in the database itself: triggers refuse to change a line. A line
goes only with its card, and a card with its structure or its partner.
Safe while the previous release still runs: it ignores these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1928"
down_revision = "20261127_1936"
branch_labels = None
depends_on = None

APPEND_ONLY = ("method_transitions", "transition_proofs")


def _triggers(table: str) -> dict[str, tuple[str, ...]]:
    refuse = f"'{table} is append-only'"
    return {
        "sqlite": (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, {refuse}); END",
        ),
        "postgresql": (
            f"""
            CREATE FUNCTION {table}_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION {refuse}; END $$
            """,
            f"""
            CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_are_kept()
            """,
        ),
    }


def upgrade() -> None:
    op.create_table(
        "initiatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sector", sa.String(length=200), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=True),
        sa.Column("other_structures", sa.String(length=500), nullable=False),
        sa.Column("horizon_on", sa.Date(), nullable=True),
        sa.Column("is_portfolio", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("debated_on", sa.Date(), nullable=True),
        sa.Column("debated_with", sa.String(length=300), server_default="", nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("step_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("step BETWEEN 1 AND 4", name=op.f("ck_initiatives_a_step")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_initiatives_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["initiatives.id"], name=op.f("fk_initiatives_copied_from_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["pilot_id"], ["users.id"], name=op.f("fk_initiatives_pilot_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_initiatives_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiatives")),
        sa.UniqueConstraint("public_id", name=op.f("uq_initiatives_public_id")),
    )
    with op.batch_alter_table("initiatives", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_initiatives_pilot_id"), ["pilot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_initiatives_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "method_delays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_method_delays_days")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_method_delays_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_delays")),
        sa.UniqueConstraint("structure_id", "step", name=op.f("uq_method_delays_structure_id_step")),
    )
    op.create_table(
        "method_gates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_method_gates_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_gates")),
        sa.UniqueConstraint("structure_id", "proof", name=op.f("uq_method_gates_structure_id_proof")),
    )
    op.create_table(
        "method_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_method_versions_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_method_versions_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_versions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_method_versions_public_id")),
        sa.UniqueConstraint("structure_id", "number", name=op.f("uq_method_versions_structure_id_number")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("heading", sa.String(length=40), nullable=True),
        sa.Column("facet", sa.String(length=40), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("heading IS NULL OR facet IS NULL", name=op.f("ck_findings_one_side")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_findings_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_findings_initiative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_findings_public_id")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_findings_initiative_id"), ["initiative_id"], unique=False)

    op.create_table(
        "initiative_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_initiative_places_initiative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_places")),
    )
    with op.batch_alter_table("initiative_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_initiative_places_initiative_id"), ["initiative_id"], unique=False)

    op.create_table(
        "initiative_trades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("rome_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_initiative_trades_initiative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_trades")),
        sa.UniqueConstraint("initiative_id", "rome_code", name=op.f("uq_initiative_trades_initiative_id_rome_code")),
    )
    op.create_table(
        "initiative_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_initiative_units_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_initiative_units_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_units")),
        sa.UniqueConstraint("initiative_id", "unit_id", name=op.f("uq_initiative_units_initiative_id_unit_id")),
    )
    with op.batch_alter_table("initiative_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_initiative_units_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "method_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("action_kind", sa.String(length=40), nullable=True),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("guide_line", sa.Integer(), nullable=True),
        sa.CheckConstraint("(step IS NULL) <> (action_kind IS NULL)", name=op.f("ck_method_lines_one_place")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["method_versions.id"], name=op.f("fk_method_lines_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_lines")),
    )
    with op.batch_alter_table("method_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_method_lines_version_id"), ["version_id"], unique=False)

    op.create_table(
        "method_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("phase", sa.String(length=60), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 7", name=op.f("ck_method_steps_step")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["method_versions.id"], name=op.f("fk_method_steps_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_steps")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_method_steps_version_id_number")),
    )
    op.create_table(
        "strategies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("priorities", sa.Text(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("if_nothing_changes", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("logics", sa.String(length=60), nullable=False),
        sa.Column("lifted", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approval_noted_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["approval_noted_by_id"], ["users.id"], name=op.f("fk_strategies_approval_noted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_strategies_initiative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategies")),
        sa.UniqueConstraint("initiative_id", name=op.f("uq_strategies_initiative_id")),
    )
    op.create_table(
        "strategy_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.CheckConstraint("priority > 0", name=op.f("ck_strategy_actions_a_rank")),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_strategy_actions_initiative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_actions")),
        sa.UniqueConstraint("initiative_id", "kind", name=op.f("uq_strategy_actions_initiative_id_kind")),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("step_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_over_on", sa.Date(), nullable=True),
        sa.Column("known_activity", sa.Text(), nullable=False),
        sa.Column("known_needs", sa.Text(), nullable=False),
        sa.Column("known_priorities", sa.Text(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_by", sa.String(length=160), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("without_budget", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shared_with", sa.String(length=500), nullable=False),
        sa.Column("our_pilot_id", sa.Integer(), nullable=True),
        sa.Column("their_pilot_id", sa.Integer(), nullable=True),
        sa.Column("their_pilot", sa.String(length=160), nullable=False),
        sa.Column("coordination", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("step BETWEEN 4 AND 7", name=op.f("ck_partnerships_a_step")),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["contacts.id"], name=op.f("fk_partnerships_agreed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_partnerships_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_partnerships_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["our_pilot_id"], ["users.id"], name=op.f("fk_partnerships_our_pilot_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_partnerships_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partnerships_partner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_partnerships_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["their_pilot_id"], ["contacts.id"], name=op.f("fk_partnerships_their_pilot_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partnerships_public_id")),
    )
    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnerships_agreed_by_id"), ["agreed_by_id"], unique=False)
        batch_op.create_index("ix_partnerships_board", ["structure_id", "state", "step", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerships_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerships_our_pilot_id"), ["our_pilot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerships_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerships_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnerships_their_pilot_id"), ["their_pilot_id"], unique=False)

    op.create_table(
        "budget_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=True),
        sa.Column("funder", sa.String(length=200), nullable=False),
        sa.Column("planned_cents", sa.Integer(), nullable=True),
        sa.Column("actual_cents", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("planned_cents >= 0 AND actual_cents >= 0", name=op.f("ck_budget_lines_amounts")),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["partners.id"], name=op.f("fk_budget_lines_funder_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_budget_lines_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_budget_lines_partnership_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_lines")),
        sa.UniqueConstraint("public_id", name=op.f("uq_budget_lines_public_id")),
    )
    with op.batch_alter_table("budget_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_lines_funder_id"), ["funder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_budget_lines_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_budget_lines_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "coordination_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", sa.String(length=500), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_coordination_sessions_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordination_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_coordination_sessions_public_id")),
    )
    with op.batch_alter_table("coordination_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coordination_sessions_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "highlights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_highlights_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_highlights_partnership_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_highlights")),
        sa.UniqueConstraint("public_id", name=op.f("uq_highlights_public_id")),
    )
    with op.batch_alter_table("highlights", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_highlights_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_highlights_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "indicators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.String(length=200), nullable=False),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_indicators_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_indicators_partnership_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
        sa.UniqueConstraint("public_id", name=op.f("uq_indicators_public_id")),
    )
    with op.batch_alter_table("indicators", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicators_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_indicators_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "listenings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("facilitator", sa.String(length=160), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("half_days", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_listenings_somebody")),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_listenings_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_listenings_interaction_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listenings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_listenings_public_id")),
    )
    with op.batch_alter_table("listenings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listenings_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listenings_interaction_id"), ["interaction_id"], unique=False)

    op.create_table(
        "method_transitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=True),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_step", sa.Integer(), nullable=True),
        sa.Column("to_step", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("from_until", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("taken_over_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "(initiative_id IS NULL) <> (partnership_id IS NULL)", name=op.f("ck_method_transitions_one_card")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_method_transitions_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_method_transitions_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_method_transitions_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_method_transitions_structure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["method_transitions.id"], name=op.f("fk_method_transitions_undoes_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method_transitions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_method_transitions_public_id")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_method_transitions_undoes_id")),
    )
    with op.batch_alter_table("method_transitions", schema=None) as batch_op:
        batch_op.create_index("ix_method_transitions_at", ["structure_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_method_transitions_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_method_transitions_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "partnership_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("launched_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("difficulties", sa.Text(), nullable=False),
        sa.Column("budget", sa.String(length=300), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_partnership_actions_people")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_partnership_actions_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_partnership_actions_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_partnership_actions_interaction_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_partnership_actions_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_actions_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_actions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partnership_actions_public_id")),
    )
    with op.batch_alter_table("partnership_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_actions_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_actions_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_actions_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_actions_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "partnership_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_partnership_evidence_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_partnership_evidence_interaction_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_evidence_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_evidence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partnership_evidence_public_id")),
    )
    with op.batch_alter_table("partnership_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_evidence_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_evidence_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "partnership_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("relations", sa.Text(), nullable=False),
        sa.Column("actions", sa.Integer(), nullable=True),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("factors", sa.Text(), nullable=False),
        sa.Column("our_view", sa.Text(), nullable=False),
        sa.Column("employees_view", sa.Text(), nullable=False),
        sa.Column("their_view", sa.Text(), nullable=False),
        sa.Column("ambitions", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("actions >= 0", name=op.f("ck_partnership_reviews_actions")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_partnership_reviews_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name=op.f("fk_partnership_reviews_initiative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partnership_reviews_partnership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_reviews")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partnership_reviews_public_id")),
    )
    with op.batch_alter_table("partnership_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_reviews_initiative_id"), ["initiative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_reviews_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "roadmap_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("ours_id", sa.Integer(), nullable=True),
        sa.Column("theirs_id", sa.Integer(), nullable=True),
        sa.Column("theirs", sa.String(length=160), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["ours_id"], ["users.id"], name=op.f("fk_roadmap_items_ours_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_roadmap_items_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theirs_id"], ["contacts.id"], name=op.f("fk_roadmap_items_theirs_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadmap_items")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roadmap_items_public_id")),
    )
    with op.batch_alter_table("roadmap_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roadmap_items_ours_id"), ["ours_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roadmap_items_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roadmap_items_theirs_id"), ["theirs_id"], unique=False)

    op.create_table(
        "action_factors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["partnership_actions.id"], name=op.f("fk_action_factors_action_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_factors")),
    )
    with op.batch_alter_table("action_factors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_factors_action_id"), ["action_id"], unique=False)

    op.create_table(
        "action_partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["partnership_actions.id"], name=op.f("fk_action_partners_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_action_partners_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_partners")),
        sa.UniqueConstraint("action_id", "partner_id", name=op.f("uq_action_partners_action_id_partner_id")),
    )
    with op.batch_alter_table("action_partners", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_partners_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "indicator_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("is_target", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_indicator_values_indicator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_values")),
    )
    with op.batch_alter_table("indicator_values", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_values_indicator_id"), ["indicator_id"], unique=False)

    op.create_table(
        "transition_proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transition_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("taken_over_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["transition_id"],
            ["method_transitions.id"],
            name=op.f("fk_transition_proofs_transition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition_proofs")),
        sa.UniqueConstraint("transition_id", "proof", name=op.f("uq_transition_proofs_transition_id_proof")),
    )
    for table in APPEND_ONLY:
        for statement in _triggers(table)[op.get_bind().dialect.name]:
            op.execute(statement)


def downgrade() -> None:
    for table in (
        "transition_proofs",
        "indicator_values",
        "action_partners",
        "action_factors",
        "roadmap_items",
        "partnership_reviews",
        "partnership_evidence",
        "partnership_actions",
        "method_transitions",
        "listenings",
        "indicators",
        "highlights",
        "coordination_sessions",
        "budget_lines",
        "partnerships",
        "strategy_actions",
        "strategies",
        "method_steps",
        "method_lines",
        "initiative_units",
        "initiative_trades",
        "initiative_places",
        "findings",
        "method_versions",
        "method_gates",
        "method_delays",
        "initiatives",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_are_kept()")
