"""Writes of saved views. Each is its owner's: sharing lets others open it, not change it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, DomainError
from crm.partners.listing.models import SavedView
from crm.partners.listing.pages import PARTNERS, SavedPage, saved_page
from crm.wording import N_

#: Beyond, a menu of views is no longer a menu.
MOST_VIEWS = 50
_LONGEST_ADDRESS = 2000


class NameTaken(DomainError):
    """One has a view of that name already."""


def save(
    session: Session, *, name: str, page: str = PARTNERS, address: str, shared: bool, actor: Actor, now: datetime
) -> SavedView:
    """Keep a view of a page. `address` is rewritten canonically. Raises NameTaken, NotAllowed, DomainError."""
    of = saved_page(page)
    require(actor, of.permission)
    _refuse_taken(session, name, actor, but=None)
    if _count(session, actor) >= MOST_VIEWS:
        raise DomainError(N_("Vous avez déjà %(most)d vues : supprimez-en une d'abord."), most=MOST_VIEWS)
    view = SavedView(
        structure_id=actor.structure_id,
        owner_id=actor.user_id,
        name=name,
        page=of.key,
        address=_address(of, address),
        shared=shared,
        created_at=now,
    )
    session.add(view)
    session.flush()
    return view


def change(session: Session, view: SavedView, *, name: str, shared: bool, version: int | None, actor: Actor) -> None:
    """Rename a view of one's own, share it or not. Raises NameTaken, Conflict."""
    require(actor, Permission.PARTNER_READ, structure_id=view.structure_id)
    if version != view.version:
        raise Conflict(N_("Cette vue a été modifiée entre-temps."), current=view.version)
    _refuse_taken(session, name, actor, but=view.id)
    view.name, view.shared = name, shared
    session.flush()


def delete(session: Session, view: SavedView, *, actor: Actor) -> None:
    """Forget a view of one's own; saving it again undoes that."""
    require(actor, Permission.PARTNER_READ, structure_id=view.structure_id)
    session.delete(view)
    session.flush()


def _address(page: SavedPage, text: str) -> str:
    address = page.canonical(text)
    if len(address) > _LONGEST_ADDRESS:
        raise DomainError(N_("Cette vue a trop de filtres pour être enregistrée : retirez-en quelques-uns."))
    return address


def _refuse_taken(session: Session, name: str, actor: Actor, *, but: int | None) -> None:
    statement = select(SavedView.id).where(
        SavedView.owner_id == actor.user_id,
        SavedView.structure_id == actor.structure_id,
        SavedView.name == name,
        SavedView.id.is_distinct_from(but),
    )
    if session.scalar(statement) is not None:
        raise NameTaken(N_("Vous avez déjà une vue de ce nom : choisissez-en un autre."))


def _count(session: Session, actor: Actor) -> int:
    statement = select(func.count(SavedView.id)).where(
        SavedView.owner_id == actor.user_id, SavedView.structure_id == actor.structure_id
    )
    return session.scalar(statement) or 0
