"""The links of a person die with what they were made for: whoever changes it, and wherever."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, UOWTransaction

from crm.accounts.models import SingleUseLink, User

#: What makes every pending link of a person void.
_WAYS_IN = ("password_hash", "email", "active")


def links_die(session: Session, _context: UOWTransaction) -> None:
    """Delete the links not yet followed of those whose password, address or right to come in changed."""
    changed = [row.id for row in session.dirty if isinstance(row, User) and _changed(row)]
    if changed:
        # On the connection: the session is in the midst of its flush.
        theirs = SingleUseLink.user_id.in_(changed), SingleUseLink.used_at.is_(None)
        session.connection().execute(sa.delete(SingleUseLink).where(*theirs))


def _changed(user: User) -> bool:
    state = sa.inspect(user)
    return any(state.attrs[name].history.has_changes() for name in _WAYS_IN)
