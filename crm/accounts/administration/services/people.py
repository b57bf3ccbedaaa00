"""
Writes on the people of a structure: their roles, their leaving, their coming back.

Whatever could leave a structure without a director locks the structure first: of two directors who remove each
other at the same instant, the second finds out that they are one no longer.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, Role, can, require
from crm.accounts import registry
from crm.accounts.administration.offered_roles import OFFERED, edition
from crm.accounts.administration.queries import get_person, get_structure, heirs
from crm.accounts.administration.refusals import FieldRefused
from crm.accounts.devices.services import forget_others
from crm.accounts.models import Membership, OpenSession, SingleUseLink, User
from crm.accounts.services import end_sessions
from crm.audit.services import note
from crm.errors import Conflict, DomainError, NotAllowed
from crm.wording import N_


class Refused(DomainError):
    """The rules of accounts forbid it; the sentence says why and what to do instead."""


def set_roles(
    session: Session, public_id: str, wanted: Collection[Role], *, version: int | None, actor: Actor, now: datetime
) -> User:
    """
    Give somebody exactly the roles `wanted` in the actor's structure.

    `version` is the `edition` of the roles shown in the form. Raises NotFound, NotAllowed, FieldRefused, Conflict, and
    Refused for one's own account or the last director's.
    """
    require(actor, Permission.PEOPLE_MANAGE)
    user = _locked(session, public_id, actor, Permission.PEOPLE_MANAGE)
    if user.id == actor.user_id:
        raise Refused(N_("Personne ne change ses propres rôles : demandez-le à une autre personne de la direction."))
    held = {row.role: row for row in _memberships(session, user.id, actor.structure_id)}
    if version != edition(held):
        raise Conflict(N_("Ces rôles ont été modifiés entre-temps."), current=edition(held))
    if not wanted or not set(wanted) <= set(OFFERED):
        raise FieldRefused(N_("Cochez au moins un rôle. Pour retirer la personne, désactivez son compte."))
    if Role.DIRECTOR in held and Role.DIRECTOR not in wanted:
        _keep_a_director(session, user, actor)
    changes = set(held) ^ set(wanted)
    for role in changes:
        if role in held:
            session.delete(held[role])
        else:
            session.add(Membership(user_id=user.id, structure_id=actor.structure_id, role=role))
    if changes:
        note(session, "roles_changed", object_type="users", object_id=user.id)
    session.flush()
    return user


def leave(session: Session, public_id: str, *, heir_id: int, actor: Actor, now: datetime) -> bool:
    """
    Shut somebody out of the structure now; `heir_id` takes their work over. True when the whole account is disabled.

    An account that serves in another structure too loses its roles here, and goes on there. Sessions end at once, and
    devices are forgotten. Raises NotFound, NotAllowed, FieldRefused (the heir), Refused (oneself, the last director).
    """
    require(actor, Permission.ACCOUNT_ASSIST)
    user = _locked(session, public_id, actor, Permission.ACCOUNT_ASSIST)
    if user.id == actor.user_id:
        raise Refused(N_("Vous ne pouvez pas désactiver votre propre compte."))
    here = _memberships(session, user.id, actor.structure_id)
    if any(row.role is Role.DIRECTOR for row in here):
        _keep_a_director(session, user, actor)
    if heir_id not in {person.id for person in heirs(session, actor=actor, leaver_id=user.id)}:
        raise FieldRefused(N_("Choisissez qui reprend ses choses à faire."), field="heir")
    registry.pass_on(session, user.id, heir_id, actor=actor, now=now)
    if belongs_elsewhere(session, user.id, actor=actor):
        _remove_from_here(session, user, here)
        return False
    if user.active:
        user.active = False
        session.flush()
        session.execute(delete(SingleUseLink).where(SingleUseLink.user_id == user.id, SingleUseLink.used_at.is_(None)))
    end_sessions(session, user.id)
    forget_others(session, user.id, but=None)
    return True


def come_back(session: Session, public_id: str, *, actor: Actor, now: datetime) -> User:
    """
    Open a disabled account again, with the roles it had. Once open it stays so.

    Raises NotFound, NotAllowed; Refused when it also holds roles next door: one director does not open both doors.
    """
    require(actor, Permission.PEOPLE_MANAGE)
    user = _locked(session, public_id, actor, Permission.PEOPLE_MANAGE)
    if not user.active and belongs_elsewhere(session, user.id, actor=actor):
        raise Refused(
            N_("Ce compte a encore un rôle dans une autre structure, qui l'a désactivé : elle seule peut le rouvrir.")
        )
    user.active = True
    session.flush()
    return user


def belongs_elsewhere(session: Session, user_id: int, *, actor: Actor) -> bool:
    """Whether the account has a role in another structure than the actor's."""
    statement = select(Membership.id).where(
        Membership.user_id == user_id, Membership.structure_id != actor.structure_id
    )
    return session.scalars(statement.limit(1)).first() is not None


def _locked(session: Session, public_id: str, actor: Actor, right: Permission) -> User:
    """
    The account, once the structure's people stand still: nobody else changes them before this transaction ends.

    Raises NotAllowed when the actor lost the right while waiting.
    """
    get_structure(session, actor=actor, for_update=True)
    if actor.kind == "user":
        mine = {row.role for row in _memberships(session, actor.user_id, actor.structure_id)}
        active = session.scalars(select(User.active).where(User.id == actor.user_id)).one_or_none()
        if not active or not can(Actor(actor.user_id, actor.name, actor.structure_id, frozenset(mine)), right):
            raise NotAllowed
    return get_person(session, public_id, actor=actor, for_update=True)


def _keep_a_director(session: Session, user: User, actor: Actor) -> None:
    """Raise Refused when `user` is the last one who can sign in as a director of the actor's structure."""
    others = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.structure_id == actor.structure_id,
            Membership.role == Role.DIRECTOR,
            User.active,
            User.password_hash.is_not(None),
            User.id != user.id,
        )
    )
    if session.scalars(others.limit(1)).first() is None:
        raise Refused(
            N_(
                "%(name)s est la dernière personne de la direction : donnez d'abord ce rôle à quelqu'un d'autre, "
                "sans quoi plus personne ne pourrait gérer les comptes."
            ),
            name=user.name,
        )


def _memberships(session: Session, user_id: int | None, structure_id: int | None) -> list[Membership]:
    statement = select(Membership).where(Membership.user_id == user_id, Membership.structure_id == structure_id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _remove_from_here(session: Session, user: User, here: list[Membership]) -> None:
    structure_id = here[0].structure_id
    for row in here:
        session.delete(row)
    note(session, "roles_changed", object_type="users", object_id=user.id)
    session.flush()
    session.execute(delete(OpenSession).where(OpenSession.user_id == user.id, OpenSession.structure_id == structure_id))
