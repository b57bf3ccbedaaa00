"""Reads of contacts to merge: side by side, with where their values come from."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from crm.access.policy import Actor, Permission, require
from crm.dedupe.merging import merge as engine
from crm.dedupe.merging import queries as merging
from crm.dedupe.merging.people.sides import FIELDS, PersonSide
from crm.interactions.models import Interaction
from crm.partners.models import Contact


def chosen(session: Session, public_ids: Sequence[str], *, actor: Actor, for_update: bool = False) -> list[Contact]:
    """The live contacts of these public ids, in that order, as `merging.queries.chosen`."""
    require(actor, Permission.DUPLICATE_DECIDE)
    require(actor, Permission.CONTACT_READ)
    return merging.chosen_among(session, Contact, public_ids, for_update=for_update)


def sides(session: Session, contacts: Sequence[Contact], *, actor: Actor) -> list[PersonSide]:
    """The contacts as they stand side by side. A constant number of queries."""
    require(actor, Permission.CONTACT_READ)
    keys = [one.id for one in contacts]
    companies = {
        one.id: one.partner
        for one in session.scalars(select(Contact).where(Contact.id.in_(keys)).options(joinedload(Contact.partner)))
    }
    counts = dict(
        session.execute(
            select(Interaction.contact_id, func.count())
            .where(Interaction.contact_id.in_(keys), Interaction.binned_at.is_(None))
            .group_by(Interaction.contact_id)
        ).all()
    )
    written = merging.origins(session, "contacts", keys, actor=actor)
    return [
        PersonSide(
            id=one.id,
            public_id=one.public_id,
            name=one.full_name,
            company=companies[one.id].name,
            company_id=one.partner_id,
            version=one.version,
            created_at=one.created_at,
            values={name: getattr(one, name) for name in FIELDS},
            left_on=one.left_on,
            exchanges=counts.get(one.id, 0),
            origins=written.get(one.id, {}),
        )
        for one in contacts
    ]


def what_moves(session: Session, losers: Sequence[int]) -> dict[str, int]:
    """How many things of each kind follow, « table.column » → number."""
    return engine.count(session, "contacts", losers)
