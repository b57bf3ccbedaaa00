"""
Making single-use links: who may have one made, for whom, and how it reaches its reader.

With a mail server the row waits and holds no word: it is drawn when the mail leaves (`draw`). Without one it is drawn
at once, and the address is shown once to whoever asked. Either way only the hash of the word is stored.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, Role, can, require
from crm.accounts.enums import LinkPurpose
from crm.accounts.links import queries
from crm.accounts.links.refusals import LinkRefused
from crm.accounts.links.typed import LONGEST_NAME, one_line, read_email
from crm.accounts.links.words import CHANGES_OF_ADDRESS, KEPT_FOR, SERVES_FOR, key_of, url_of
from crm.accounts.models import Membership, SingleUseLink, User
from crm.audit.services import note
from crm.errors import NotAllowed, NotFound
from crm.wording import N_

#: The digest of a new account, in Paris. Each person changes it, or does without, on their own page.
DIGEST_AT = time(7, 30)

NOT_AN_ADDRESS = N_("Ce n'est pas une adresse e-mail : elle s'écrit nom@exemple.fr, sans accent.")


@dataclass(frozen=True, slots=True)
class Made:
    """
    A link that was made. `url` is to be shown once and copied when no mail server is configured; None when it leaves
    by mail, its word being drawn then.
    """

    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddressChange:
    """The two links of a change of address: one for the present address, one for the new one. Both must be followed."""

    old: Made
    new: Made


def invite(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str,
    roles: Collection[Role],
    actor: Actor,
    now: datetime,
) -> Made:
    """
    Invite somebody into the actor's structure with these roles.

    An address that has an account in another structure gains the roles here and keeps its names and its password. Its
    link opens nothing, but looks like any other: who has an account elsewhere is not said.

    Raises NotAllowed, or LinkRefused with the `field` it is about ('email', 'first_name', 'last_name', 'roles').
    """
    require(actor, Permission.PEOPLE_MANAGE)
    if actor.structure_id is None:
        raise NotAllowed
    if not roles or Role.TUTOR in roles:
        raise LinkRefused(N_("Choisissez au moins un rôle."), field="roles")
    address = read_email(email)
    if address is None:
        raise LinkRefused(NOT_AN_ADDRESS, field="email")
    known = session.scalars(select(User).where(User.email == address)).one_or_none()
    if known is None:
        user = add_person(session, email=address, first_name=first_name, last_name=last_name, now=now)
    else:
        _refuse_a_colleague(session, known, actor.structure_id)
        user = known
    session.add_all(
        [Membership(user_id=user.id, structure_id=actor.structure_id, role=role) for role in sorted(set(roles))]
    )
    session.flush()
    purpose = LinkPurpose.INVITATION if known is None else LinkPurpose.ARRIVAL
    return _make(session, purpose, user, now=now)


def _refuse_a_colleague(session: Session, known: User, structure_id: int) -> None:
    if not queries.belongs(session, known.id, structure_id):
        return
    if not known.active:
        raise LinkRefused(N_("Cette personne a ici un compte désactivé : rouvrez-le."), field="email")
    if known.password_hash is None:
        raise LinkRefused(N_("Cette personne est déjà invitée : renvoyez-lui l'invitation."), field="email")
    raise LinkRefused(N_("Cette personne a déjà un compte dans votre structure."), field="email")


def add_person(session: Session, *, email: str, first_name: str, last_name: str, now: datetime) -> User:
    """
    An account without password nor role. Raises LinkRefused, for a name that cannot stand or an address taken.

    `email` comes from `read_email`.
    """
    named = {"first_name": one_line(first_name), "last_name": one_line(last_name)}
    for name, text in named.items():
        if not text or len(text) > LONGEST_NAME:
            raise LinkRefused(N_("À écrire en 80 caractères au plus."), field=name)
    user = User(email=email, digest_at=DIGEST_AT, created_at=now, **named)
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError:
        raise LinkRefused(N_("Cette adresse vient d'être enregistrée. Rechargez la page."), field="email") from None
    return user


def send_again(session: Session, user: User, *, actor: Actor, now: datetime) -> Made:
    """A new invitation for somebody of the actor's structure without password. Raises NotAllowed, LinkRefused."""
    _require_help(session, user, actor)
    if user.password_hash is not None:
        raise LinkRefused(N_("Cette personne a déjà choisi son mot de passe : l'invitation ne sert plus."))
    return _make(session, LinkPurpose.INVITATION, user, now=now)


def offer_reset(session: Session, user: User, *, actor: Actor, now: datetime) -> Made:
    """A link to choose a new password, for somebody of the actor's structure. Raises NotAllowed, LinkRefused."""
    _require_help(session, user, actor)
    return _make(session, LinkPurpose.RESET, user, now=now)


def _require_help(session: Session, user: User, actor: Actor) -> None:
    """
    Whether the actor may have a link made that opens this account.

    A link that is shown opens, to whoever reads it, all that the account may do: only a director sees one, and only of
    an account that serves in no other structure.
    """
    require(actor, Permission.ACCOUNT_ASSIST)
    structures = queries.structures_of(session, user.id)
    if actor.structure_id not in structures:
        raise NotFound
    if user.id == actor.user_id:
        raise LinkRefused(N_("Pour votre propre mot de passe, passez par votre page « Mon compte »."))
    if not user.active:
        raise LinkRefused(N_("Ce compte est désactivé : réactivez-le d'abord."))
    if session.info["sends_mail"]:
        return
    if not can(actor, Permission.PEOPLE_MANAGE):
        raise LinkRefused(N_("Sans serveur d'e-mail, seule la direction peut remettre un lien en mains propres."))
    if structures != {actor.structure_id}:
        raise LinkRefused(
            N_(
                "Ce compte sert aussi dans une autre structure : sans serveur d'e-mail, son lien se fait par la ligne "
                "de commande (passerelle users reset-link)."
            )
        )


def begin_email_change(session: Session, user: User, new_email: str, *, now: datetime) -> AddressChange:
    """Two links, to the present address and to the new one. Raises LinkRefused (field 'email')."""
    address = read_email(new_email)
    if address is None:
        raise LinkRefused(NOT_AN_ADDRESS, field="email")
    if address == user.email:
        raise LinkRefused(N_("C'est déjà votre adresse."), field="email")
    if queries.is_taken(session, address):
        raise LinkRefused(N_("Cette adresse ne peut pas servir ici. Choisissez-en une autre."), field="email")
    # An earlier change that stopped half-way must not lend its half to this one. A finished one stays until it is told.
    session.execute(
        delete(SingleUseLink).where(
            SingleUseLink.user_id == user.id,
            SingleUseLink.purpose.in_(CHANGES_OF_ADDRESS),
            SingleUseLink.new_email != user.email,
        )
    )
    old = _make(session, LinkPurpose.EMAIL_OLD, user, new_email=address, now=now)
    new = _make(session, LinkPurpose.EMAIL_NEW, user, new_email=address, send_to=address, now=now)
    return AddressChange(old, new)


def ask_reset(session: Session, typed: str, *, now: datetime) -> None:
    """
    Have a link mailed to the stored address of that account, if there is one that may sign in.

    Otherwise as many rows are written, but nobody will be sent anything: neither the answer nor its delay tells
    whether the account exists. Without a mail server nothing is done at all.
    """
    if not session.info["sends_mail"]:
        return
    user = queries.can_sign_in(session, typed.strip().lower())
    if user is not None:
        _make(session, LinkPurpose.RESET, user, now=now)
        return
    _forget_older(session, LinkPurpose.RESET, None)
    _add(session, LinkPurpose.RESET, None, now=now)
    note(session, "reset_asked", result="failed", reason=LinkPurpose.RESET)


def first_link(session: Session, *, now: datetime) -> Made:
    """The link to the first page of an empty installation, always shown. Raises LinkRefused once somebody exists."""
    if queries.anybody(session):
        raise LinkRefused(N_("Cette installation a déjà des comptes : le premier lien ne sert plus."))
    return _make(session, LinkPurpose.FIRST_ACCOUNT, None, by_hand=True, now=now)


def hand_over(session: Session, user: User, *, now: datetime) -> Made:
    """
    A link to choose a password, always shown. For the command line: whoever has it has the database too.

    Raises LinkRefused for a disabled account.
    """
    if not user.active:
        raise LinkRefused(N_("Ce compte est désactivé : réactivez-le d'abord."))
    purpose = LinkPurpose.INVITATION if user.password_hash is None else LinkPurpose.RESET
    return _make(session, purpose, user, by_hand=True, now=now)


def _make(
    session: Session,
    purpose: LinkPurpose,
    user: User | None,
    *,
    now: datetime,
    new_email: str | None = None,
    send_to: str | None = None,
    by_hand: bool = False,
) -> Made:
    """The link of that purpose; the older ones of the same purpose are dead."""
    user_id = user.id if user else None
    _forget_older(session, purpose, user_id)
    if by_hand or not session.info["sends_mail"]:
        word = secrets.token_urlsafe(32)
        _add(session, purpose, user_id, token_hash=key_of(word), new_email=new_email, now=now)
        url = url_of(session.info["public_url"], purpose, word)
    else:
        address = send_to or (user.email if user else None)
        _add(session, purpose, user_id, new_email=new_email, send_to=address, now=now)
        url = None
    note(session, "link_made", object_type="users", object_id=user_id, reason=purpose)
    return Made(url)


def _forget_older(session: Session, purpose: LinkPurpose, user_id: int | None) -> None:
    session.execute(
        delete(SingleUseLink).where(
            SingleUseLink.purpose == purpose,
            SingleUseLink.user_id == user_id if user_id else SingleUseLink.user_id.is_(None),
            SingleUseLink.used_at.is_(None),
        )
    )


def _add(
    session: Session,
    purpose: LinkPurpose,
    user_id: int | None,
    *,
    now: datetime,
    token_hash: bytes | None = None,
    new_email: str | None = None,
    send_to: str | None = None,
) -> None:
    session.add(
        SingleUseLink(
            purpose=purpose,
            user_id=user_id,
            token_hash=token_hash,
            new_email=new_email,
            send_to=send_to,
            created_at=now,
            expires_at=now + SERVES_FOR,
        )
    )
    session.flush()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a mail says of its link. `url` holds the word: it goes into the mail, and nowhere else."""

    purpose: LinkPurpose
    url: str = field(repr=False)
    expires_at: datetime
    first_name: str
    structure: str
    new_email: str


def draw(session: Session, public_id: str, *, now: datetime) -> Drawn | None:
    """
    A new word for a link whose mail leaves now; it serves from now on. None when the link is dead or gone.

    Each attempt draws another one: the word of a mail that did not leave opens nothing.
    """
    link = queries.to_send(session, public_id, for_update=True)
    if link is None or link.user_id is None:
        return None
    user = session.get_one(User, link.user_id)
    word = secrets.token_urlsafe(32)
    link.token_hash = key_of(word)
    link.expires_at = now + SERVES_FOR
    session.flush()
    return Drawn(
        purpose=link.purpose,
        url=url_of(session.info["public_url"], link.purpose, word),
        expires_at=link.expires_at,
        first_name=user.first_name,
        structure=queries.latest_structure(session, user.id),
        new_email=link.new_email or "",
    )


def mark_sent(session: Session, public_id: str, *, now: datetime) -> None:
    """The mail of that link left."""
    link = queries.to_send(session, public_id, for_update=True)
    if link is not None:
        link.sent_at = now
        session.flush()


def forget_dead(session: Session, *, now: datetime) -> None:
    """Delete the links that ended a week ago or more, and the addresses they hold."""
    session.execute(delete(SingleUseLink).where(SingleUseLink.expires_at <= now - KEPT_FOR))
