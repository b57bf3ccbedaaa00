"""What people change of their own account. Roles are not among it: nobody gives themselves any."""

from datetime import time

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.accounts.models import Membership, OpenSession, Structure, User
from crm.accounts.own import queries
from crm.accounts.services import end_sessions
from crm.audit.services import note
from crm.errors import Conflict, NotFound
from crm.wording import N_


def set_digest_hour(session: Session, user: User, digest_at: time | None, *, version: int | None) -> None:
    """Keep the hour (Paris) of the digest, None for no digest. Raises Conflict when the account changed meanwhile."""
    if version != user.version:
        raise Conflict(N_("Votre compte a été modifié entre-temps."), current=user.version)
    user.digest_at = digest_at
    session.flush()


def close_session(session: Session, mark: str, *, actor: Actor) -> bytes:
    """End one of the actor's sessions and give its key. Raises NotFound, for anybody else's too."""
    key = queries.session_key(session, mark, actor=actor)
    session.execute(delete(OpenSession).where(OpenSession.token_hash == key, OpenSession.user_id == actor.user_id))
    note(session, "session_closed", object_type="users", object_id=actor.user_id)
    return key


def close_other_sessions(session: Session, *, but: bytes, actor: Actor) -> int:
    """End every session of the actor but the one of that key; how many there were."""
    if actor.user_id is None:
        raise NotFound
    return end_sessions(session, actor.user_id, but=but)


def choose_structure(session: Session, public_id: str, *, actor: Actor) -> Structure:
    """
    The structure that the actor goes on working in. Raises NotFound when the actor does not belong to it.

    Rights follow at the next request: they are read from the memberships of that structure alone.
    """
    mine = select(Membership.structure_id).where(Membership.user_id == actor.user_id)
    structure = session.scalars(
        select(Structure).where(Structure.public_id == public_id, Structure.id.in_(mine))
    ).one_or_none()
    if structure is None:
        raise NotFound
    if structure.id != actor.structure_id:
        note(session, "structure_chosen", object_type="structures", object_id=structure.id)
    return structure
