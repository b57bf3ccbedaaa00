"""
The pages to compare with: the list of partners and the page of one, as an ordinary Flask and SQLAlchemy developer
writes them first.

Mapped classes, one query with its joins, one count, fifty rows in a Jinja template of its own, with the columns of our
list, their links and their dates. The page of a partner shows what ours shows: its lists, people, follow, needs, things
to do, the twenty latest exchanges and changes, its group, companies alike; by the relationships and queries one writes
first. No rights, session, token, layout, translation, menu, other structure, merged record, nor any trick.
"""

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template, request
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

PAGE_SIZE = 50
#: Moments of a page of the story.
SIZE = 20


class Base(DeclarativeBase):
    """Base of the tables."""


class User(Base):
    """A colleague."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]


class Tag(Base):
    """A word put on a follow."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class FollowTag(Base):
    """Which follow has which tag."""

    __tablename__ = "follow_tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    follow_id: Mapped[int] = mapped_column(sa.ForeignKey("follows.id"))
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tags.id"))


class Follow(Base):
    """How the structure follows a partner."""

    __tablename__ = "follows"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    stage: Mapped[str]
    paused_until: Mapped[date | None]
    do_not_solicit: Mapped[bool]
    willingness: Mapped[str | None]
    priority: Mapped[str | None]
    source: Mapped[str]
    checked_on: Mapped[date | None]
    tags: Mapped[list[Tag]] = relationship(secondary="follow_tags")
    owner: Mapped[User | None] = relationship(lazy="joined")


class Name(Base):
    """A name that a partner had."""

    __tablename__ = "partner_names"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    name: Mapped[str]


class Channel(Base):
    """Another telephone or e-mail of a partner."""

    __tablename__ = "partner_channels"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    label: Mapped[str]
    value: Mapped[str]


class Address(Base):
    """Another address of a partner."""

    __tablename__ = "partner_addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]


class Role(Base):
    """What a partner is for us."""

    __tablename__ = "partner_roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    role: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]


class Trade(Base):
    """A trade found at a partner."""

    __tablename__ = "partner_trades"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    rome_code: Mapped[str]


class Need(Base):
    """What a partner needs."""

    __tablename__ = "needs"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    kind: Mapped[str]
    wording: Mapped[str]
    state: Mapped[str]


class Todo(Base):
    """A thing to do."""

    __tablename__ = "todos"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("partners.id"))
    assignee_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    what: Mapped[str]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    assignee: Mapped[User] = relationship(lazy="joined")


class AuditEvent(Base):
    """What was changed."""

    __tablename__ = "audit_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[int | None]
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    actor: Mapped[User | None] = relationship(lazy="joined")


class Partner(Base):
    """A partner, with the columns of its page."""

    __tablename__ = "partners"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    name: Mapped[str]
    trade_name: Mapped[str]
    kind: Mapped[str]
    siren: Mapped[str | None]
    siret: Mapped[str | None]
    parent_id: Mapped[int | None]
    department: Mapped[str]
    website: Mapped[str | None]
    size: Mapped[str | None]
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    sector: Mapped[str]
    sort_key: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    binned_at: Mapped[datetime | None]
    follow: Mapped[Follow | None] = relationship(lazy="joined", innerjoin=False, uselist=False)
    contacts: Mapped[list["Contact"]] = relationship()
    names: Mapped[list[Name]] = relationship()
    channels: Mapped[list[Channel]] = relationship()
    addresses: Mapped[list[Address]] = relationship()
    roles: Mapped[list[Role]] = relationship()
    trades: Mapped[list[Trade]] = relationship()
    needs: Mapped[list[Need]] = relationship()


class ContactChannel(Base):
    """Another telephone or e-mail of somebody."""

    __tablename__ = "contact_channels"
    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"))
    value: Mapped[str]


class Contact(Base):
    """Somebody met at a partner."""

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    first_name: Mapped[str]
    last_name: Mapped[str]
    function: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    is_main: Mapped[bool]
    channels: Mapped[list[ContactChannel]] = relationship(lazy="selectin")


class Interaction(Base):
    """What was said."""

    __tablename__ = "interactions"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    public_id: Mapped[str]
    kind: Mapped[str]
    nature: Mapped[str]
    held_at: Mapped[datetime]
    report: Mapped[str]
    author: Mapped[User] = relationship(lazy="joined")
    contact: Mapped[Contact | None] = relationship(lazy="joined")


db = SQLAlchemy(model_class=Base)
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["PASSERELLE_DATABASE_URL"]
db.init_app(app)
Babel(app, default_locale="fr")


@app.get("/")
def index() -> str:
    """Fifty partners, in the order of their names."""
    live = sa.select(Partner).where(Partner.binned_at.is_(None))
    if words := request.args.get("q"):
        live = live.where(Partner.name.icontains(words, autoescape=True))
    total = db.session.scalar(live.with_only_columns(sa.func.count()))
    page = request.args.get("page", 1, type=int)
    chosen = live.order_by(Partner.sort_key, Partner.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return render_template("bare.html", partners=db.session.scalars(chosen).all(), total=total, page=page)


@app.get("/partenaires/<public_id>")
def show(public_id: str) -> str:
    """One partner, all that our page says of it, and the twenty latest moments of its story."""
    partner = db.one_or_404(sa.select(Partner).where(Partner.public_id == public_id))
    said = sa.select(Interaction).where(Interaction.partner_id == partner.id)
    exchanges = db.session.scalars(said.order_by(Interaction.held_at.desc(), Interaction.id.desc()).limit(SIZE)).all()
    quarter = datetime.now() - timedelta(days=90)  # noqa: DTZ005  as the database holds it
    asked = said.where(Interaction.nature == "request", Interaction.held_at >= quarter)
    moments = [(one.held_at, one, None) for one in exchanges] + [(one.at, None, one) for one in changes(partner)]
    todos = sa.select(Todo).where(Todo.partner_id == partner.id, Todo.done_at.is_(None)).order_by(Todo.due_on)
    named = sa.select(Partner.public_id, Partner.name, Partner.city).where(Partner.binned_at.is_(None))
    # Whole partners would be joined with their follow by hundreds before five are kept: a slip, not a way to compare.
    alike = (
        named.where(Partner.department == partner.department, Partner.sector == partner.sector)
        .where(Partner.id != partner.id)
        .order_by(Partner.sort_key)
        .limit(5)
    )
    group = [Partner.parent_id == partner.id]
    if partner.siren:
        group.append(Partner.siren == partner.siren)
    sites = named.where(sa.or_(*group), Partner.id != partner.id).limit(8)
    return render_template(
        "bare_partner.html",
        partner=partner,
        moments=sorted(moments, key=lambda one: one[0], reverse=True)[:SIZE],
        asked=db.session.scalar(asked.with_only_columns(sa.func.count(), maintain_column_froms=True)),
        todos=db.session.scalars(todos).all(),
        alike=db.session.execute(alike).all(),
        sites=db.session.execute(sites).all(),
    )


def changes(partner: Partner) -> Sequence[AuditEvent]:
    """The latest lines of the trail about the partner, its follow and its people."""
    of = [sa.and_(AuditEvent.object_type == "partners", AuditEvent.object_id == partner.id)]
    if partner.follow:
        of.append(sa.and_(AuditEvent.object_type == "follows", AuditEvent.object_id == partner.follow.id))
    people = [contact.id for contact in partner.contacts]
    of.append(sa.and_(AuditEvent.object_type == "contacts", AuditEvent.object_id.in_(people)))
    latest = sa.select(AuditEvent).where(sa.or_(*of)).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    return db.session.scalars(latest.limit(SIZE)).all()
