"""Reads of partners. Identity is everybody's in the collectif; a follow is read by its own structure only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import User
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.partners.enums import FollowStage, PartnerKind, Willingness
from crm.partners.models import Follow, Partner
from crm.partners.search import LIKE_ESCAPE, like_pattern, search_tokens
from crm.reminders.subjects import SubjectRef


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A line of the list. `stage` and what follows are None when the actor's structure does not follow it."""

    id: int
    public_id: str
    sort_key: str
    name: str
    trade_name: str
    kind: PartnerKind
    city: str
    phone: str | None
    stage: FollowStage | None
    paused_until: date | None
    willingness: Willingness | None
    owner: str | None


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Partner:
    """The live partner of that public id, locked when `for_update`. Raises NotFound, in the bin included."""
    require(actor, Permission.PARTNER_READ)
    statement = select(Partner).where(Partner.public_id == public_id, Partner.binned_at.is_(None))
    partner = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if partner is None:
        raise NotFound
    return partner


def page(
    session: Session,
    *,
    actor: Actor,
    query: str = "",
    stage: FollowStage | None = None,
    after: tuple[str, int] | None = None,
    size: int = 50,
) -> list[PartnerLine]:
    """
    The live partners after the key (sort_key, id), in the order of their names, in one query.

    `size` lines, and one more when the list goes on. Every word of `query` must be found; `stage` keeps those that
    the actor's structure follows so.
    """
    require(actor, Permission.PARTNER_READ)
    statement = (
        select(Partner, Follow, User)
        .outerjoin(Follow, _is_followed_by(actor))
        .outerjoin(User, User.id == Follow.owner_id)
        .where(*_wanted(query, stage))
        .order_by(Partner.sort_key, Partner.id)
        .limit(size + 1)
    )
    # The cursor stands in an address: what no row holds (NUL, half a surrogate, a huge number) would upset PostgreSQL.
    if after is not None and after[0].isprintable() and 0 <= after[1] < 2**31:
        statement = statement.where(tuple_(Partner.sort_key, Partner.id) > after)
    return [_line(*row) for row in session.execute(statement)]


def count(session: Session, *, actor: Actor, query: str = "", stage: FollowStage | None = None) -> int:
    """How many partners the pages of that query hold."""
    require(actor, Permission.PARTNER_READ)
    statement = select(func.count()).select_from(Partner)
    if stage is not None:
        statement = statement.outerjoin(Follow, _is_followed_by(actor))
    return session.scalar(statement.where(*_wanted(query, stage))) or 0


def follow_of(session: Session, partner: Partner, *, actor: Actor, for_update: bool = False) -> Follow | None:
    """How the actor's structure follows the partner; None when it does not."""
    require(actor, Permission.PARTNER_READ)
    statement = select(Follow).where(Follow.partner_id == partner.id, Follow.structure_id == actor.structure_id)
    return session.scalars(statement.with_for_update() if for_update else statement).one_or_none()


def subjects(session: Session, identifiers: Collection[int], actor: Actor | None) -> dict[int, SubjectRef]:
    """How a list of todos names these partners; those in the bin, or out of sight, are left out."""
    if actor is not None and not can(actor, Permission.PARTNER_READ):
        return {}
    statement = select(Partner.id, Partner.name, Partner.public_id, Partner.phone).where(
        Partner.id.in_(identifiers), Partner.binned_at.is_(None)
    )
    return {
        row.id: SubjectRef(row.name, "partners.show", row.public_id, row.phone) for row in session.execute(statement)
    }


def told_partners(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names these partners; those in the bin, or out of sight, are left out."""
    return {
        key: Reference(one.label, one.endpoint, one.public_id)
        for key, one in subjects(session, identifiers, actor).items()
    }


def told_follows(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names the partners that the actor's structure follows so."""
    statement = select(Follow.id, Follow.partner_id).where(
        Follow.id.in_(identifiers), Follow.structure_id == actor.structure_id
    )
    partner_of = {row.id: row.partner_id for row in session.execute(statement)}
    seen = told_partners(session, set(partner_of.values()), actor) if partner_of else {}
    return {key: seen[partner_id] for key, partner_id in partner_of.items() if partner_id in seen}


def _line(partner: Partner, follow: Follow | None, owner: User | None) -> PartnerLine:
    return PartnerLine(
        id=partner.id,
        public_id=partner.public_id,
        sort_key=partner.sort_key,
        name=partner.name,
        trade_name=partner.trade_name,
        kind=partner.kind,
        city=partner.city,
        phone=partner.phone,
        stage=follow.stage if follow else None,
        paused_until=follow.paused_until if follow else None,
        willingness=follow.willingness if follow else None,
        owner=owner.name if owner else None,
    )


def _is_followed_by(actor: Actor) -> ColumnElement[bool]:
    return and_(Follow.partner_id == Partner.id, Follow.structure_id == actor.structure_id)


def _wanted(query: str, stage: FollowStage | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Partner.binned_at.is_(None)]
    wanted += [Partner.search_key.like(like_pattern(token), escape=LIKE_ESCAPE) for token in search_tokens(query)]
    if stage is not None:
        wanted.append(Follow.stage == stage)
    return wanted
