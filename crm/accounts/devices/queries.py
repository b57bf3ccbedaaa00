"""Which browser this is, and which a person uses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.accounts.devices.cookie import ENROLLED_FOR, key_of
from crm.accounts.models import Device, OpenSession, User


def known_device(session: Session, token: str, *, email: str, now: datetime) -> Device | None:
    """The device of that cookie, when it is one of the account of that e-mail, and not too old."""
    if not token or len(token) > 100:
        return None
    return session.scalars(
        select(Device)
        .join(User, User.id == Device.user_id)
        .where(Device.token_hash == key_of(token), Device.expires_at > now, User.email == email)
    ).first()


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device as the account page shows it. `enrolled_until` is the end of its 30 days; None: not a field phone."""

    id: int
    public_id: str
    label: str
    created_at: datetime
    seen_at: datetime | None
    enrolled_until: datetime | None


def devices_of(session: Session, user_id: int, *, now: datetime) -> list[DeviceLine]:
    """The known devices of a person, the one used last first."""
    seen = (
        select(OpenSession.device_id, func.max(OpenSession.seen_at).label("at"))
        .where(OpenSession.user_id == user_id)
        .group_by(OpenSession.device_id)
        .subquery()
    )
    rows = session.execute(
        select(Device, seen.c.at)
        .outerjoin(seen, seen.c.device_id == Device.id)
        .where(Device.user_id == user_id, Device.expires_at > now)
        .order_by(func.coalesce(seen.c.at, Device.created_at).desc(), Device.id)
    )
    return [
        DeviceLine(device.id, device.public_id, device.label, device.created_at, at, _until(device, now))
        for device, at in rows
    ]


def _until(device: Device, now: datetime) -> datetime | None:
    until = device.enrolled_at + ENROLLED_FOR if device.enrolled_at else None
    return until if until and until > now else None
