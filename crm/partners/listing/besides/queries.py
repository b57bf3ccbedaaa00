"""What the columns of the list read besides a row: its tags, roles, trades and main contact, one query each."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, can
from crm.partners.listing.columns import Column
from crm.partners.models import Contact, ContactPost, Follow, FollowTag, PartnerRole, PartnerTrade, Tag
from crm.partners.reference.models import RomeTrade


def lists(
    session: Session, identifiers: Sequence[int], columns: Sequence[Column], actor: Actor, today: date
) -> dict[str, dict[int, tuple[Any, ...]]]:
    """What the columns read besides the row itself, by partner: one query each."""
    found: dict[str, dict[int, tuple[Any, ...]]] = {}
    for name in dict.fromkeys(one.reads for one in columns if one.reads and can(actor, one.permission)):
        held: dict[int, list[Any]] = {}
        statement = _LISTS[name](identifiers, actor, today)
        for partner_id, value in session.execute(statement) if identifiers else ():
            held.setdefault(partner_id, []).append(value)
        found[name] = {key: tuple(dict.fromkeys(values)) for key, values in held.items()}
    return found


def _tags_of(identifiers: Sequence[int], actor: Actor, _today: date) -> Select[int, Any]:
    return (
        select(Follow.partner_id, Tag.name)
        .join(FollowTag, FollowTag.follow_id == Follow.id)
        .join(Tag, Tag.id == FollowTag.tag_id)
        .where(Follow.partner_id.in_(identifiers), Follow.structure_id == actor.structure_id)
        .order_by(Tag.key)
    )


def _roles_of(identifiers: Sequence[int], _actor: Actor, today: date) -> Select[int, Any]:
    return (
        select(PartnerRole.partner_id, PartnerRole.role)
        .where(PartnerRole.partner_id.in_(identifiers), open_on(today))
        .order_by(PartnerRole.id)
    )


def _trades_of(identifiers: Sequence[int], _actor: Actor, _today: date) -> Select[int, Any]:
    return (
        select(PartnerTrade.partner_id, func.coalesce(RomeTrade.label, PartnerTrade.rome_code))
        .outerjoin(RomeTrade, RomeTrade.code == PartnerTrade.rome_code)
        .where(PartnerTrade.partner_id.in_(identifiers))
        .order_by(PartnerTrade.rome_code)
    )


def _main_contacts_of(identifiers: Sequence[int], _actor: Actor, today: date) -> CompoundSelect[int, Any]:
    full_name = func.trim(Contact.first_name + " " + Contact.last_name)

    def still(model: type[Contact | ContactPost]) -> ColumnElement[bool]:
        return or_(model.left_on.is_(None), model.left_on > today)

    return (
        select(Contact.partner_id, full_name)
        .where(Contact.partner_id.in_(identifiers), Contact.is_main, Contact.binned_at.is_(None), still(Contact))
        .union_all(
            select(ContactPost.partner_id, full_name)
            .join(Contact, Contact.id == ContactPost.contact_id)
            .where(ContactPost.partner_id.in_(identifiers), ContactPost.is_main)
            .where(Contact.binned_at.is_(None), still(ContactPost))
        )
    )


#: (partner, value) rows of what a Column reads, by its `reads`.
_LISTS: dict[str, Callable[[Sequence[int], Actor, date], Select[int, Any] | CompoundSelect[int, Any]]] = {
    "tags": _tags_of,
    "roles": _roles_of,
    "trades": _trades_of,
    "contact": _main_contacts_of,
}


def open_on(today: date) -> ColumnElement[bool]:
    """The condition that a role is held on that day."""
    return and_(
        or_(PartnerRole.since.is_(None), PartnerRole.since <= today),
        or_(PartnerRole.until.is_(None), PartnerRole.until >= today),
    )
