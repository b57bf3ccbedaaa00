"""Help with somebody else's account: the invitation again, a forgotten password, a lost telephone."""

from datetime import datetime

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.administration.queries import get_person
from crm.accounts.administration.services.people import Refused
from crm.accounts.devices import services as devices
from crm.accounts.links import services as links
from crm.accounts.models import Device, User
from crm.accounts.second_factor import services as second_factor
from crm.wording import N_


def send_invitation_again(session: Session, public_id: str, *, actor: Actor, now: datetime) -> tuple[User, links.Made]:
    """A new invitation for somebody who has not come yet. Raises NotFound, NotAllowed, LinkRefused."""
    user = get_person(session, public_id, actor=actor, for_update=True)
    return user, links.send_again(session, user, actor=actor, now=now)


def offer_new_password(session: Session, public_id: str, *, actor: Actor, now: datetime) -> tuple[User, links.Made]:
    """A link to choose a new password. Raises NotFound, NotAllowed, LinkRefused, Refused."""
    require(actor, Permission.ACCOUNT_ASSIST)
    user = get_person(session, public_id, actor=actor, for_update=True)
    if user.password_hash is None:
        raise Refused(N_("Cette personne n'est pas encore venue : renvoyez-lui plutôt l'invitation."))
    return user, links.offer_reset(session, user, actor=actor, now=now)


def forget_second_factor(session: Session, public_id: str, *, actor: Actor, now: datetime) -> User:
    """Take away the second factor of somebody who lost their telephone. Raises NotFound, NotAllowed, Refused."""
    require(actor, Permission.PEOPLE_MANAGE)
    user = get_person(session, public_id, actor=actor, for_update=True)
    if user.id == actor.user_id:
        raise Refused(N_("Votre propre téléphone se change depuis votre page « Mon compte »."))
    second_factor.reset(session, user, actor=actor, now=now)
    return user


def forget_device(session: Session, public_id: str, device_id: str, *, actor: Actor, now: datetime) -> Device:
    """Sign a telephone or a browser of somebody out now. Raises NotFound, NotAllowed, Refused."""
    require(actor, Permission.PEOPLE_MANAGE)
    user = get_person(session, public_id, actor=actor)
    if device_id not in {device.public_id for device in devices.devices_of(session, user.id)}:
        raise Refused(N_("Cet appareil n'est plus connecté."))
    return devices.revoke(session, device_id, actor=actor, now=now)
