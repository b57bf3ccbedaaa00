"""Where open sessions are kept, and the account that each brings along: one query a request."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts.account import Account
from crm.accounts.models import Membership, OpenSession, Structure, User
from crm.web.sessions import Loaded


class DatabaseSessionStore:
    """Sessions in the table `sessions`. Each call is its own short transaction (see crm/web/sessions.py)."""

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._engine = engine

    def load(self, key: bytes, *, now: datetime, idle: timedelta, absolute: timedelta) -> Loaded | None:
        """The live session of that key with its account; None if unknown, expired or its account disabled."""
        statement = (
            sa.select(
                OpenSession.payload,
                OpenSession.seen_at,
                OpenSession.user_id,
                OpenSession.structure_id,
                User.public_id,
                User.first_name,
                User.last_name,
                User.language,
                User.active,
                Structure.name,
                Membership.role,
            )
            .outerjoin(User, User.id == OpenSession.user_id)
            .outerjoin(Structure, Structure.id == OpenSession.structure_id)
            .outerjoin(
                Membership,
                sa.and_(
                    Membership.user_id == OpenSession.user_id,
                    Membership.structure_id == OpenSession.structure_id,
                ),
            )
            .where(
                OpenSession.token_hash == key,
                OpenSession.seen_at > now - idle,
                OpenSession.created_at > now - absolute,
            )
        )
        with self._engine().connect().execution_options(writes=False) as connection:
            rows = connection.execute(statement).all()
        if not rows:
            return None
        first = rows[0]
        if first.user_id is None:
            return Loaded(first.payload, first.seen_at, None)
        roles = frozenset(row.role for row in rows if row.role is not None)
        if not first.active or not roles:
            return None
        account = Account(
            first.user_id,
            first.public_id,
            f"{first.first_name} {first.last_name}",
            first.language,
            first.structure_id,
            first.name,
            roles,
        )
        return Loaded(first.payload, first.seen_at, account)

    def create(self, key: bytes, payload: str, *, user_id: int | None, structure_id: int | None, now: datetime) -> None:
        """Store a new session."""
        values = {"user_id": user_id, "structure_id": structure_id, "payload": payload}
        with self._engine().begin() as connection:
            connection.execute(sa.insert(OpenSession).values(token_hash=key, created_at=now, seen_at=now, **values))

    def update(
        self, key: bytes, payload: str | None, *, user_id: int | None, structure_id: int | None, now: datetime
    ) -> None:
        """Touch a session, and replace what it holds unless `payload` is None."""
        values: dict[str, object] = {"seen_at": now}
        if payload is not None:
            values |= {"payload": payload, "user_id": user_id, "structure_id": structure_id}
        with self._engine().begin() as connection:
            connection.execute(sa.update(OpenSession).where(OpenSession.token_hash == key).values(**values))

    def delete(self, key: bytes) -> None:
        """Forget a session."""
        with self._engine().begin() as connection:
            connection.execute(sa.delete(OpenSession).where(OpenSession.token_hash == key))
