"""Where open sessions are kept, and the account that each brings along: one query a request."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
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
        given = {
            "key": key,
            "idle": now - idle,
            "absolute": now - absolute,
            "enrolled": now - ENROLLED_FOR,
        }
        with self._engine().execution_options(writes=False).connect() as connection:
            rows = connection.execute(_open_session(), given).all()
        if not rows:
            return None
        kept = rows[0]
        if kept.user_id is None:
            return _loaded(kept, None, None)
        account = _account(rows, now)
        return None if account is None else _loaded(kept, account, _lasting(kept.enrolled_at, now))

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


@cache
def _open_session() -> sa.Select[*tuple[Any, ...]]:
    """
    One row for each role of the person, in each of their structures. `key`, and the instants before which `idle`,
    `absolute` and `enrolled` are over, are to be given. Built once: every request asks it. Columns, not entities.
    """
    instant = OpenSession.seen_at.type
    ordinary = sa.and_(
        OpenSession.seen_at > sa.bindparam("idle", type_=instant),
        OpenSession.created_at > sa.bindparam("absolute", type_=instant),
    )
    on_a_field_phone = Device.enrolled_at > sa.bindparam("enrolled", type_=instant)
    return (
        sa.select(
            OpenSession.payload,
            OpenSession.seen_at,
            OpenSession.created_at,
            OpenSession.confirmed_at,
            OpenSession.device_id,
            OpenSession.user_id,
            OpenSession.structure_id.label("here_id"),
            User.public_id,
            User.first_name,
            User.last_name,
            User.language,
            User.active,
            User.password_changed_at,
            User.totp_confirmed_at,
            Structure.id.label("place_id"),
            Structure.name.label("place_name"),
            Structure.public_id.label("place_public_id"),
            Membership.role,
            Device.enrolled_at,
        )
        .select_from(OpenSession)
        .outerjoin(User, User.id == OpenSession.user_id)
        .outerjoin(Device, Device.id == OpenSession.device_id)
        .outerjoin(Membership, Membership.user_id == OpenSession.user_id)
        .outerjoin(Structure, Structure.id == Membership.structure_id)
        .where(OpenSession.token_hash == sa.bindparam("key"), sa.or_(ordinary, on_a_field_phone))
        .order_by(Structure.name, Structure.id)
    )


def _loaded(kept: sa.Row[*tuple[Any, ...]], account: Account | None, lasting: timedelta | None) -> Loaded:
    return Loaded(kept.payload, kept.seen_at, account, kept.device_id, kept.confirmed_at, kept.created_at, lasting)


def _lasting(enrolled_at: datetime | None, now: datetime) -> timedelta | None:
    return enrolled_at + ENROLLED_FOR - now if enrolled_at and enrolled_at + ENROLLED_FOR > now else None


def _account(rows: Sequence[sa.Row[*tuple[Any, ...]]], now: datetime) -> Account | None:
    user = rows[0]
    here = [row for row in rows if row.place_id is not None and row.place_id == user.here_id]
    outdated = user.password_changed_at and user.confirmed_at and user.confirmed_at < user.password_changed_at
    if not user.active or not here or outdated:
        return None  # a session that the old password opened at the very moment of the change dies here
    places = dict.fromkeys(Place(row.place_public_id, row.place_name) for row in rows)
    fresh = user.confirmed_at is not None and now - user.confirmed_at <= CONFIRMED_FOR
    return Account(
        user_id=user.user_id,
        public_id=user.public_id,
        name=f"{user.first_name} {user.last_name}",
        language=user.language,
        structure_id=user.here_id,
        structure_name=here[0].place_name,
        structure_public_id=here[0].place_public_id,
        roles=frozenset(row.role for row in here),
        places=tuple(places),
        has_totp=user.totp_confirmed_at is not None,
        confirmed=fresh or user.enrolled_at is None,
        device_id=user.device_id,
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
