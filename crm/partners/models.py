"""A partner (shared identity), how each structure follows it, and the people met there."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.partners.enums import ContactRole, FollowStage, PartnerKind, Willingness

_LIVE = text("siret IS NOT NULL AND binned_at IS NULL")
# Folded texts are compared byte by byte on both engines; PostgreSQL would otherwise follow the server's language.
_SORT_KEY = String(200).with_variant(String(200, collation="C"), "postgresql")


class Partner(PublicId, Versioned, Base):
    """
    « Partenaire »: one establishment (at most one SIRET), whose identity all structures share.

    `sort_key` and `search_key` are folded texts kept by the services (see search.py), the same on both engines.
    """

    __tablename__ = "partners"
    __table_args__ = (
        Index("uq_partners_live_siret", "siret", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_partners_order", "sort_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), info=NEUTRAL)
    trade_name: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    kind: Mapped[PartnerKind] = mapped_column(info=NEUTRAL)
    siren: Mapped[str | None] = mapped_column(String(9), index=True, info=NEUTRAL)
    siret: Mapped[str | None] = mapped_column(String(14), info=NEUTRAL)
    street: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    postal_code: Mapped[str] = mapped_column(String(5), default="", info=NEUTRAL)
    city: Mapped[str] = mapped_column(String(100), default="", info=NEUTRAL)
    department: Mapped[str] = mapped_column(String(3), default="", info=NEUTRAL, doc="Code: 92, 2A, 974.")
    phone: Mapped[str | None] = mapped_column(String(20), doc="E.164.")
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(300), info=NEUTRAL)
    sector: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    sort_key: Mapped[str] = mapped_column(_SORT_KEY)
    search_key: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    binned_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)


class Follow(Versioned, Base):
    """How one structure follows one partner. Each structure's own: never shown to another."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("partner_id", "structure_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}), info=NEUTRAL
    )
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    stage: Mapped[FollowStage] = mapped_column(default=FollowStage.POOL, info=NEUTRAL)
    paused_until: Mapped[date | None] = mapped_column(info=NEUTRAL)
    willingness: Mapped[Willingness | None] = mapped_column(info=NEUTRAL)
    source: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)


class Contact(PublicId, Versioned, Base):
    """« Interlocuteur »: a person met at a partner."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    first_name: Mapped[str] = mapped_column(String(80), default="")
    last_name: Mapped[str] = mapped_column(String(80))
    function: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[ContactRole | None] = mapped_column(info=NEUTRAL)
    phone: Mapped[str | None] = mapped_column(String(20), doc="E.164.")
    email: Mapped[str | None] = mapped_column(String(254))
    is_main: Mapped[bool] = mapped_column(default=False, info=NEUTRAL)
    created_at: Mapped[datetime]

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")

    @property
    def full_name(self) -> str:
        """First and last name, as shown."""
        return f"{self.first_name} {self.last_name}".strip()
