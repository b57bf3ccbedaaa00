"""Where open sessions are kept, and the account that each brings along: one query a request."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.account import Account, Place
from crm.accounts.devices.cookie import ENROLLED_FOR
from crm.accounts.models import Device, Membership, OpenSession, Structure, User
from crm.web.sessions import Kept, Loaded

#: How long a password given on an enrolled phone opens everything.
CONFIRMED_FOR = timedelta(minutes=30)


class DatabaseSessionStore:
    """Sessions in the table `sessions`. Each call is its own short transaction (see crm/web/sessions.py)."""

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._engine = engine

    def load(self, key: bytes, *, now: datetime, idle: timedelta, absolute: timedelta) -> Loaded | None:
        """The live session of that key with its account; None if unknown, expired or its account disabled."""
        ordinary = sa.and_(OpenSession.seen_at > now - idle, OpenSession.created_at > now - absolute)
        on_a_field_phone = sa.and_(Device.enrolled_at.is_not(None), Device.enrolled_at > now - ENROLLED_FOR)
        statement = (
            sa.select(OpenSession, User, Structure, Membership.role, Device.enrolled_at)
            .outerjoin(User, User.id == OpenSession.user_id)
            .outerjoin(Device, Device.id == OpenSession.device_id)
            .outerjoin(Membership, Membership.user_id == OpenSession.user_id)
            .outerjoin(Structure, Structure.id == Membership.structure_id)
            .where(OpenSession.token_hash == key, sa.or_(ordinary, on_a_field_phone))
            .order_by(Structure.name, Structure.id)
        )
        with sa.orm.Session(self._engine().execution_options(writes=False)) as session:
            rows = session.execute(statement).all()
        if not rows:
            return None
        kept: OpenSession = rows[0].OpenSession
        if kept.user_id is None:
            return _loaded(kept, None, None)
        account = _account(rows, now)
        return None if account is None else _loaded(kept, account, _lasting(rows[0].enrolled_at, now))

    def create(self, key: bytes, kept: Kept, *, now: datetime) -> None:
        """Store a new session."""
        with self._engine().begin() as connection:
            values = {"token_hash": key, "created_at": kept.opened_at or now, "seen_at": now, **_columns(kept)}
            connection.execute(sa.insert(OpenSession).values(**values))

    def update(self, key: bytes, kept: Kept | None, *, now: datetime) -> None:
        """Touch a session, and replace what it holds unless `kept` is None."""
        values = {"seen_at": now} | (_columns(kept) if kept else {})
        with self._engine().begin() as connection:
            connection.execute(sa.update(OpenSession).where(OpenSession.token_hash == key).values(**values))

    def delete(self, key: bytes) -> bool:
        """Forget a session; whether there was one."""
        with self._engine().begin() as connection:
            gone = sa.delete(OpenSession).where(OpenSession.token_hash == key).returning(OpenSession.id)
            return connection.execute(gone).first() is not None


def _loaded(kept: OpenSession, account: Account | None, lasting: timedelta | None) -> Loaded:
    return Loaded(kept.payload, kept.seen_at, account, kept.device_id, kept.confirmed_at, kept.created_at, lasting)


def _lasting(enrolled_at: datetime | None, now: datetime) -> timedelta | None:
    return enrolled_at + ENROLLED_FOR - now if enrolled_at and enrolled_at + ENROLLED_FOR > now else None


def _account(rows: Sequence[Any], now: datetime) -> Account | None:
    kept, user, enrolled = rows[0].OpenSession, rows[0].User, rows[0].enrolled_at is not None
    here = [row for row in rows if row.Structure is not None and row.Structure.id == kept.structure_id]
    outdated = user.password_changed_at and kept.confirmed_at and kept.confirmed_at < user.password_changed_at
    if not user.active or not here or outdated:
        return None  # a session that the old password opened at the very moment of the change dies here
    places = dict.fromkeys(Place(row.Structure.public_id, row.Structure.name) for row in rows)
    fresh = kept.confirmed_at is not None and now - kept.confirmed_at <= CONFIRMED_FOR
    return Account(
        user_id=user.id,
        public_id=user.public_id,
        name=user.name,
        language=user.language,
        structure_id=kept.structure_id,
        structure_name=here[0].Structure.name,
        structure_public_id=here[0].Structure.public_id,
        roles=frozenset(row.role for row in here),
        places=tuple(places),
        has_totp=user.totp_confirmed_at is not None,
        confirmed=fresh or not enrolled,
        device_id=kept.device_id,
    )


def _columns(kept: Kept) -> dict[str, object]:
    return {
        "payload": kept.payload,
        "user_id": kept.user_id,
        "structure_id": kept.structure_id,
        "device_id": kept.device_id,
        "confirmed_at": kept.confirmed_at,
        "browser": kept.browser,
    }
