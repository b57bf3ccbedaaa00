"""Knowing a browser again, making it a field phone, and forgetting it at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.devices.cookie import ENROLLED_FOR, KNOWN_FOR, key_of
from crm.accounts.devices.queries import DeviceLine
from crm.accounts.devices.queries import devices_of as _devices_of
from crm.accounts.models import Device, Membership, OpenSession
from crm.audit.services import note
from crm.errors import NotFound


def devices_of(session: Session, user_id: int) -> list[DeviceLine]:
    """The known devices of a person, the one used last first."""
    return _devices_of(session, user_id, now=session.info["now"])


@dataclass(frozen=True, slots=True)
class Welcome:
    """The device of a session that opens: how long it lasts, and the value of its cookie when it is a new one."""

    device_id: int
    lasting: timedelta | None
    token: str = ""


def welcome(session: Session, user_id: int, device: Device | None, *, label: str, now: datetime) -> Welcome:
    """The known device of who signs in, or a new one called `label`, whose cookie's value is stored nowhere."""
    if device is not None:
        lasts = lasting(device, now)
        if lasts is None and device.enrolled_at is not None:
            device.enrolled_at = None
            session.flush()
        return Welcome(device.id, lasts)
    token = secrets.token_urlsafe(32)
    device = Device(
        user_id=user_id, token_hash=key_of(token), label=label[:100], created_at=now, expires_at=now + KNOWN_FOR
    )
    session.add(device)
    session.flush()
    return Welcome(device.id, None, token)


def enrol(session: Session, user_id: int, device_id: int | None, *, label: str, now: datetime) -> Welcome:
    """Make the device of that session its owner's field phone for 30 days."""
    device = session.get(Device, device_id) if device_id else None
    if device is not None and device.user_id != user_id:
        device = None
    known = welcome(session, user_id, device, label=label, now=now)
    session.get_one(Device, known.device_id).enrolled_at = now
    session.flush()
    note(session, "device_enrolled", object_type="devices", object_id=known.device_id)
    return Welcome(known.device_id, ENROLLED_FOR, known.token)


def lasting(device: Device, now: datetime) -> timedelta | None:
    """How long a session on that device still lasts; None when it is not a field phone, or no longer."""
    if device.enrolled_at is None or device.enrolled_at + ENROLLED_FOR <= now:
        return None
    return device.enrolled_at + ENROLLED_FOR - now


def revoke(session: Session, public_id: str, *, actor: Actor, now: datetime) -> Device:
    """
    Forget a device and end its sessions at once. Its owner may, and who assists the accounts of the structure.

    Raises NotFound for a device of anybody else: whether it exists is not said.
    """
    device = session.scalars(select(Device).where(Device.public_id == public_id)).first()
    if device is None or not _may_revoke(session, device, actor):
        raise NotFound
    session.execute(delete(OpenSession).where(OpenSession.device_id == device.id))
    note(session, "device_revoked", object_type="devices", object_id=device.id)
    session.delete(device)
    session.flush()
    return device


def _may_revoke(session: Session, device: Device, actor: Actor) -> bool:
    if device.user_id == actor.user_id:
        return True
    if not can(actor, Permission.PEOPLE_MANAGE):
        return False
    here = select(Membership.id).where(
        Membership.user_id == device.user_id, Membership.structure_id == actor.structure_id
    )
    return session.scalars(here).first() is not None


def forget_others(session: Session, user_id: int, *, but: int | None) -> None:
    """Forget every device of a person but one, and end their sessions: the second factor is asked there again."""
    for device in session.scalars(select(Device).where(Device.user_id == user_id, Device.id != (but or 0))):
        session.execute(delete(OpenSession).where(OpenSession.device_id == device.id))
        session.delete(device)
    session.flush()


def end_enrolments(session: Session, user_id: int) -> None:
    """No device of that person is a field phone any more; each stays known."""
    for device in session.scalars(select(Device).where(Device.user_id == user_id, Device.enrolled_at.is_not(None))):
        device.enrolled_at = None
    session.flush()


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete the devices that are known no longer. An open session of theirs goes on without a device."""
    for device in session.scalars(select(Device).where(Device.expires_at <= now)):
        session.execute(update(OpenSession).where(OpenSession.device_id == device.id).values(device_id=None))
        session.delete(device)
    session.flush()
