"""Reads for imports: in whose name a command imports."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.accounts.models import Membership, Structure, User


def actor_by_email(session: Session, email: str, *, structure_id: int) -> Actor | None:
    """The active person of that e-mail with their roles in that structure; None when there is none."""
    rows = session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(User.email == email.strip().lower(), User.active, Membership.structure_id == structure_id)
    ).all()
    if not rows:
        return None
    user = rows[0][0]
    return Actor(user.id, user.name, structure_id, frozenset(role for _, role in rows))


def wait_for_other_imports(session: Session) -> None:
    """
    Hold the structures until the transaction ends, so that imports follow one another.

    SQLite has one writer anyway. Rows that refer to a structure can be written meanwhile.
    """
    session.execute(select(Structure.id).order_by(Structure.id).with_for_update(key_share=True))
