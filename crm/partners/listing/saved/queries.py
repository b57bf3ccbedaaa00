"""Reads of saved views: one's own, and those that colleagues share."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import User
from crm.audit.words import Reference
from crm.errors import NotFound
from crm.partners.listing.models import SavedView
from crm.partners.listing.pages import SavedPage, saved_page


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view: `owner` is the name of the colleague who shares it, empty for one's own."""

    public_id: str
    name: str
    page: SavedPage
    address: str
    shared: bool
    owner: str


def seen_by(session: Session, actor: Actor, page: str = "") -> list[ViewLine]:
    """One's own views, then those that colleagues share, by name; of one page, or of all that the actor may open."""
    require(actor, Permission.PARTNER_READ)
    statement = (
        select(
            SavedView.public_id,
            SavedView.name,
            SavedView.page,
            SavedView.address,
            SavedView.shared,
            SavedView.owner_id,
            User.first_name,
            User.last_name,
        )
        .join(User, User.id == SavedView.owner_id)
        .where(
            SavedView.structure_id == actor.structure_id,
            or_(SavedView.owner_id == actor.user_id, SavedView.shared.is_(True)),
        )
    )
    lines = [
        ViewLine(public_id, name, of, address, shared, "" if owner == actor.user_id else f"{first_name} {last_name}")
        for public_id, name, key, address, shared, owner, first_name, last_name in session.execute(statement)
        if can(actor, (of := saved_page(key)).permission) and page in {"", of.key}
    ]
    return sorted(lines, key=lambda line: (line.owner != "", line.name.casefold(), line.owner))


def get_own(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> SavedView:
    """A view that the actor saved. Raises NotFound for any other."""
    require(actor, Permission.PARTNER_READ)
    statement = select(SavedView).where(
        SavedView.public_id == public_id,
        SavedView.owner_id == actor.user_id,
        SavedView.structure_id == actor.structure_id,
    )
    view = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if view is None:
        raise NotFound
    return view


def told(session: Session, identifiers: object, actor: Actor) -> dict[int, Reference]:
    """How the trail names the views that this actor may see."""
    statement = select(SavedView.id, SavedView.name).where(
        SavedView.id.in_(identifiers),  # type: ignore[arg-type]  # a collection of numbers
        SavedView.structure_id == actor.structure_id,
        or_(SavedView.owner_id == actor.user_id, SavedView.shared.is_(True)),
    )
    return {row.id: Reference(row.name) for row in session.execute(statement)}
