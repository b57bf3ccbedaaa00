"""
The page to compare with: the list of partners as an ordinary Flask and SQLAlchemy developer writes it first.

Mapped classes, one query with its joins, one count, fifty rows in a Jinja template of its own, with the columns of our
list, their links and their dates. No rights, session, token, layout, search, translation, nor any trick.
"""

import os
from datetime import date, datetime

import sqlalchemy as sa
from flask import Flask, render_template, request
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

PAGE_SIZE = 50


class Base(DeclarativeBase):
    """Base of the tables."""


class User(Base):
    """A colleague."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]


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
    owner: Mapped[User | None] = relationship(lazy="joined")


class Partner(Base):
    """A partner, with the columns of its page."""

    __tablename__ = "partners"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    name: Mapped[str]
    trade_name: Mapped[str]
    kind: Mapped[str]
    siret: Mapped[str | None]
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


class Interaction(Base):
    """What was said."""

    __tablename__ = "interactions"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partners.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[str]
    held_at: Mapped[datetime]
    report: Mapped[str]
    author: Mapped[User] = relationship(lazy="joined")


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
    """One partner: who it is, who is met there, the last twenty exchanges."""
    partner = db.one_or_404(sa.select(Partner).where(Partner.public_id == public_id))
    said = sa.select(Interaction).where(Interaction.partner_id == partner.id)
    latest = db.session.scalars(said.order_by(Interaction.held_at.desc(), Interaction.id.desc()).limit(20)).all()
    return render_template("bare_partner.html", partner=partner, exchanges=latest)
