"""What deserves a look before partners are merged: people met twice, two ways of following, two addresses."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can
from crm.accounts.models import Structure
from crm.partners.models import Contact, Follow, PartnerAddress
from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

#: Names said in one sentence.
_SAID = 5


def same_contacts(session: Session, survivor: int, losers: Sequence[int], actor: Actor) -> list[Sentence]:
    """People who seem to be met at several of the partners."""
    if not can(actor, Permission.CONTACT_READ):
        return []
    people = session.scalars(
        select(Contact)
        .where(Contact.partner_id.in_([survivor, *losers]), Contact.binned_at.is_(None))
        .order_by(Contact.id)
    ).all()
    marks = {one.id: {fold(one.full_name), one.email, one.phone} - {None, ""} for one in people}
    names: dict[str, None] = {}
    for place, one in enumerate(people):
        for other in people[place + 1 :]:
            if one.partner_id != other.partner_id and marks[one.id] & marks[other.id]:
                names[other.full_name] = None
    if not names:
        return []
    said = ", ".join([*names][:_SAID])
    msgid = N_("Des contacts sont peut-être les mêmes personnes : %(names)s. Ils seront proposés parmi les doublons.")
    return [Sentence(msgid, {"names": said})]


def followed_twice(session: Session, survivor: int, losers: Sequence[int], actor: Actor) -> list[Sentence]:
    """Structures that follow several of the partners."""
    rows = session.execute(
        select(Follow.structure_id, Structure.name)
        .join(Structure, Structure.id == Follow.structure_id)
        .where(Follow.partner_id.in_([survivor, *losers]))
        .order_by(Structure.name)
    ).all()
    twice = [key for key, number in Counter(row.structure_id for row in rows).items() if number > 1]
    names = dict.fromkeys(row.name for row in rows if row.structure_id in twice)
    msgid = N_(
        "%(structure)s suit plusieurs de ces fiches : les deux suivis deviennent un seul, le plus engagé l'emporte, "
        "et « ne plus solliciter » reste."
    )
    return [Sentence(msgid, {"structure": name}) for name in names]


def two_addresses(session: Session, survivor: int, losers: Sequence[int], actor: Actor) -> list[Sentence]:
    """Postal addresses of which only one can stay."""
    del actor
    kinds = session.scalars(
        select(PartnerAddress.kind)
        .where(PartnerAddress.partner_id.in_([survivor, *losers]))
        .order_by(PartnerAddress.id)
    ).all()
    if not any(number > 1 for number in Counter(kinds).values()):
        return []
    return [Sentence(N_("Deux adresses de courrier ou de facturation : celle de la fiche qui reste est gardée."))]
