"""A partner (shared identity), how each structure follows it, and the people met there."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import NEUTRAL, Base, PublicId, Versioned
from crm.partners.enums import (
    AddressKind,
    ChannelKind,
    ContactRole,
    FollowStage,
    NeedKind,
    NeedState,
    PartnerKind,
    PartnerRoleKind,
    Priority,
    Willingness,
)
from crm.partners.reference.enums import SizeClass

_LIVE = text("siret IS NOT NULL AND binned_at IS NULL")
# Without the live rows, which nobody looks for by this index: SQLite would take it, and then sort them all.
_BINNED = text("binned_at IS NOT NULL")
# Folded texts are compared byte by byte on both engines; PostgreSQL would otherwise follow the server's language.
_SORT_KEY = String(200).with_variant(String(200, collation="C"), "postgresql")
_CITY_KEY = String(100).with_variant(String(100, collation="C"), "postgresql")


class Partner(PublicId, Versioned, Base):
    """
    « Partenaire »: one establishment (at most one SIRET), whose identity all structures share.

    `street`, `postal_code`, `city` are where we visit. `phone` and `email` are the main ones, `channels` the others.
    `sort_key` and `search_key` are folded texts kept by the services (see search.py), the same on both engines.
    `updated_at` changes with anything of the partner's form, lists included, so that its version tells of them too.
    """

    __tablename__ = "partners"
    __table_args__ = (
        Index("uq_partners_live_siret", "siret", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_partners_live_order", "sort_key", "id", "binned_at"),
        Index("ix_partners_department", "department", "binned_at"),
        Index("ix_partners_binned_at", "binned_at", sqlite_where=_BINNED, postgresql_where=_BINNED),
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
    sector: Mapped[str] = mapped_column(String(200), default="", index=True, info=NEUTRAL)
    commune_code: Mapped[str | None] = mapped_column(
        String(5), index=True, info=NEUTRAL, doc="INSEE code, of the reference or not."
    )
    legal_form_code: Mapped[str | None] = mapped_column(String(4), info=NEUTRAL, doc="« Catégorie juridique ».")
    registration_number: Mapped[str] = mapped_column(
        String(40), default="", server_default="", info=NEUTRAL, doc="RNA, RCS, RM."
    )
    registered_on: Mapped[date | None] = mapped_column(info=NEUTRAL)
    naf_code: Mapped[str | None] = mapped_column(String(6), index=True, info=NEUTRAL, doc="88.10A.")
    collective_agreement: Mapped[str] = mapped_column(String(200), default="", server_default="", info=NEUTRAL)
    headcount_band: Mapped[str | None] = mapped_column(String(2), info=NEUTRAL, doc="Code of the Sirene register.")
    size: Mapped[SizeClass | None] = mapped_column(info=NEUTRAL)
    has_clauses: Mapped[bool] = mapped_column(
        default=False, server_default=text("false"), info=NEUTRAL, doc="Has contracts with social clauses."
    )
    is_csr_committed: Mapped[bool] = mapped_column(default=False, server_default=text("false"), info=NEUTRAL)
    signatory: Mapped[str] = mapped_column(String(200), default="", server_default="", doc="Who signs there.")
    signing_days: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="How long a signature takes there, in days.")
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("partners.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    sort_key: Mapped[str] = mapped_column(_SORT_KEY)
    city_key: Mapped[str] = mapped_column(
        _CITY_KEY, default="", server_default="", doc="The folded city: the order of the list by towns."
    )
    search_key: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    binned_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    binned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
        doc="What its address leads to since a merge; it then bears `binned_at` too, and is no thing of the bin.",
    )

    former_names: Mapped[list["PartnerName"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="PartnerName.id"
    )
    channels: Mapped[list["PartnerChannel"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="PartnerChannel.id"
    )
    addresses: Mapped[list["PartnerAddress"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="PartnerAddress.id"
    )
    roles: Mapped[list["PartnerRole"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="PartnerRole.id"
    )
    trades: Mapped[list["PartnerTrade"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="PartnerTrade.rome_code"
    )


def _of_partner(*, index: bool = True) -> Mapped[int]:
    """The foreign key of what is a part of one partner."""
    key = ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"})
    return mapped_column(key, index=index, info=NEUTRAL)


class PartnerName(Base):
    """A name that the partner bore before: people still search for it."""

    __tablename__ = "partner_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _of_partner()
    name: Mapped[str] = mapped_column(String(200), info=NEUTRAL)


class PartnerChannel(Base):
    """One more phone (E.164) or e-mail of a partner. `label`: whose it is, « standard », « accueil »."""

    __tablename__ = "partner_channels"
    __table_args__ = (UniqueConstraint("partner_id", "kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _of_partner(index=False)
    kind: Mapped[ChannelKind] = mapped_column(info=NEUTRAL)
    value: Mapped[str] = mapped_column(String(254))
    label: Mapped[str] = mapped_column(String(80), default="")


class PartnerAddress(Base):
    """Where letters or invoices go, when it is not where we visit."""

    __tablename__ = "partner_addresses"
    __table_args__ = (UniqueConstraint("partner_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _of_partner(index=False)
    kind: Mapped[AddressKind] = mapped_column(info=NEUTRAL)
    street: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    postal_code: Mapped[str] = mapped_column(String(5), default="", info=NEUTRAL)
    city: Mapped[str] = mapped_column(String(100), default="", info=NEUTRAL)


class PartnerRole(Base):
    """What the partner is, from one day to another; without an end it still is. Days may be unknown."""

    __tablename__ = "partner_roles"
    __table_args__ = (CheckConstraint("until IS NULL OR since IS NULL OR since <= until", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _of_partner()
    role: Mapped[PartnerRoleKind] = mapped_column(info=NEUTRAL)
    since: Mapped[date | None] = mapped_column(info=NEUTRAL)
    until: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="Last day.")


class PartnerTrade(Base):
    """A trade (ROME) that people practise there."""

    __tablename__ = "partner_trades"
    __table_args__ = (UniqueConstraint("partner_id", "rome_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = _of_partner(index=False)
    rome_code: Mapped[str] = mapped_column(String(5), index=True, info=NEUTRAL)


class PartnerWord(Base):
    """A word by which a partner is found: what a mistyped one is compared with (see search.py)."""

    __tablename__ = "partner_words"
    __table_args__ = (UniqueConstraint("partner_id", "word"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"})
    )
    word: Mapped[str] = mapped_column(String(60).with_variant(String(60, collation="C"), "postgresql"), index=True)


class Follow(Versioned, Base):
    """How one structure follows one partner. Each structure's own: never shown to another."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("partner_id", "structure_id"),
        Index("ix_follows_owner", "structure_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}), info=NEUTRAL
    )
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    stage: Mapped[FollowStage] = mapped_column(default=FollowStage.POOL, info=NEUTRAL)
    paused_until: Mapped[date | None] = mapped_column(info=NEUTRAL)
    willingness: Mapped[Willingness | None] = mapped_column(info=NEUTRAL)
    source: Mapped[str] = mapped_column(String(200), default="", info=NEUTRAL)
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL, server_default="normal", info=NEUTRAL)
    do_not_solicit: Mapped[bool] = mapped_column(
        default=False, server_default=text("false"), info=NEUTRAL, doc="« Ne plus solliciter »."
    )
    do_not_solicit_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    solicitation_threshold: Mapped[int | None] = mapped_column(
        info=NEUTRAL, doc="Requests a quarter; None for the structure's own."
    )
    checked_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="When somebody last said that the file is right.")
    updated_at: Mapped[datetime | None]

    tags: Mapped[list["Tag"]] = relationship(secondary="follow_tags", lazy="raise_on_sql", order_by="Tag.key")


class Tag(PublicId, Versioned, Base):
    """« Étiquette » of one structure. `key` is the folded name: two that differ by accents only are the same."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("structure_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), info=NEUTRAL)
    name: Mapped[str] = mapped_column(String(60), info=NEUTRAL)
    key: Mapped[str] = mapped_column(String(60).with_variant(String(60, collation="C"), "postgresql"))
    created_at: Mapped[datetime]


class FollowTag(Base):
    """A tag on a partner as one structure follows it."""

    __tablename__ = "follow_tags"
    __table_args__ = (UniqueConstraint("follow_id", "tag_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_id: Mapped[int] = mapped_column(ForeignKey("follows.id", ondelete="CASCADE"), info=NEUTRAL)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True, info=NEUTRAL)


class Contact(PublicId, Versioned, Base):
    """
    « Interlocuteur »: a person met at a partner, `partner_id`; `posts` are what they do in other companies.

    `phone` and `email` are the main ones, `channels` the others.
    """

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_binned_at", "binned_at", sqlite_where=_BINNED, postgresql_where=_BINNED),)

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
    left_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="When they left the company of `partner_id`.")
    successor_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL", info={"merge": "move", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
    )
    opposed_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="When they asked not to be contacted any more.")
    search_key: Mapped[str] = mapped_column(
        String(500), default="", server_default="", doc="Folded: names, function, phones, e-mail."
    )
    informed_on: Mapped[date | None] = mapped_column(
        info=NEUTRAL, doc="When they were told what we keep (art. 14 GDPR)."
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    binned_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL)
    binned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}),
        index=True,
        info=NEUTRAL,
        doc="As for a partner.",
    )

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    posts: Mapped[list["ContactPost"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="ContactPost.id"
    )
    channels: Mapped[list["ContactChannel"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True, order_by="ContactChannel.id"
    )

    @property
    def full_name(self) -> str:
        """First and last name, as shown."""
        return f"{self.first_name} {self.last_name}".strip()


class ContactPost(Base):
    """What a contact does in another company than their first one."""

    __tablename__ = "contact_posts"
    __table_args__ = (UniqueConstraint("contact_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}), info=NEUTRAL
    )
    partner_id: Mapped[int] = _of_partner()
    function: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[ContactRole | None] = mapped_column(info=NEUTRAL)
    is_main: Mapped[bool] = mapped_column(default=False, info=NEUTRAL)
    left_on: Mapped[date | None] = mapped_column(info=NEUTRAL)


class ContactChannel(Base):
    """One more phone (E.164) or e-mail of a contact."""

    __tablename__ = "contact_channels"
    __table_args__ = (UniqueConstraint("contact_id", "kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "move", "erase": "keep"}), info=NEUTRAL
    )
    kind: Mapped[ChannelKind] = mapped_column(info=NEUTRAL)
    value: Mapped[str] = mapped_column(String(254))
    label: Mapped[str] = mapped_column(String(80), default="")


class Opposition(Base):
    """
    Somebody asked not to be contacted any more: only the hash of their address is kept, so that an import obeys.

    Source: CNIL, deliberation 2023-095; docs/rules/permissions.md (three years).
    """

    __tablename__ = "oppositions"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64), unique=True, doc="HMAC-SHA-256 of the folded address.")
    opposed_on: Mapped[date]


class Need(PublicId, Versioned, Base):
    """« Besoin » of a partner, as one structure heard it. `season_month` (1 to 12) comes back each year."""

    __tablename__ = "needs"
    __table_args__ = (CheckConstraint("season_month BETWEEN 1 AND 12", name="a_month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    partner_id: Mapped[int] = _of_partner()
    kind: Mapped[NeedKind] = mapped_column(info=NEUTRAL)
    wording: Mapped[str] = mapped_column(Text)
    horizon_on: Mapped[date | None] = mapped_column(info=NEUTRAL, doc="For when it is needed.")
    season_month: Mapped[int | None] = mapped_column(info=NEUTRAL)
    state: Mapped[NeedState] = mapped_column(default=NeedState.OPEN, server_default="open", info=NEUTRAL)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]
