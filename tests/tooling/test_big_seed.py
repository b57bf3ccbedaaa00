"""A generated installation: complete, the same each time, found by what the services would have written."""

import sqlalchemy as sa

from crm.dedupe.models import DuplicateKey
from crm.interactions.models import Interaction
from crm.partners.enums import PartnerKind
from crm.partners.models import Contact, Follow, Partner, PartnerWord
from crm.partners.services import PartnerData, create
from seeds import big


def count(session, table):
    """How many rows."""
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_it_is_complete_and_loads_once(app, session):
    with app.app_context():
        assert big.load(60).startswith("60 partenaires")
        assert "déjà là" in big.load(60)
    found = [count(session, table) for table in (Partner, Follow, Contact)]
    assert found == [60, 60, 60 * big.CONTACTS]
    assert count(session, Interaction) == 59 * big.EXCHANGES + 200


def test_its_keys_are_those_of_the_services(app, make, session):
    with app.app_context():
        big.load(3)
    made = session.scalars(sa.select(Partner).where(Partner.search_key != "").order_by(Partner.id)).all()[1]
    data = PartnerData(
        name=made.name,
        kind=PartnerKind.COMPANY,
        street=made.street,
        postal_code=made.postal_code,
        city=made.city,
        phone=made.phone,
        sector=made.sector,
    )
    actor = make.actor(make.user())
    with make.transaction(actor) as writing:
        by_hand = create(writing, data, actor=actor, now=made.created_at, compared=True)
        identifier = by_hand.id
    other = session.get_one(Partner, identifier)
    for name in ("sort_key", "search_key", "city_key", "department"):
        assert getattr(made, name) == getattr(other, name), name

    def of(table, column, key):
        return sorted(session.scalars(sa.select(column).where(table.partner_id == key)))

    for table, column in ((PartnerWord, PartnerWord.word), (DuplicateKey, DuplicateKey.number)):
        assert of(table, column, made.id) == of(table, column, identifier)
