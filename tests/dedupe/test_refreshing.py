"""The keys that an earlier release wrote are written anew, once, by `passerelle prepare`."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.dedupe import queries
from crm.dedupe.keys import keys
from crm.dedupe.models import DuplicateKey, EarlierKey
from crm.dedupe.numbering import number_of
from crm.dedupe.refreshing import services
from tests.factories import THEN, Factory


def test_older_keys_are_written_anew_once(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois", city="Tours")
    binned = make.partner("Menuiserie Vertadier")
    with make.transaction() as writing:
        writing.get_one(type(binned), binned.id).binned_at = THEN
    wanted = {(partner.id, number_of(key)) for key in keys(queries.card_of(partner))}
    lost = min(number for _, number in wanted)
    with make.transaction() as writing:
        writing.execute(sa.delete(DuplicateKey).where(DuplicateKey.number == lost))
        writing.add(DuplicateKey(partner_id=partner.id, number=1))
        writing.add(EarlierKey(partner_id=partner.id, kind="word", value="perime"))

    with make.transaction() as writing:
        assert services.refresh_if_older(writing)
    with make.transaction() as writing:
        assert not services.refresh_if_older(writing)

    rows = session.execute(sa.select(DuplicateKey.partner_id, DuplicateKey.number))
    assert {tuple(row) for row in rows} == wanted
    assert session.scalar(sa.select(EarlierKey.id)) is None


def test_partners_without_any_key_are_given_theirs(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois")
    with make.transaction() as writing:
        writing.execute(sa.delete(DuplicateKey))
    with make.transaction() as writing:
        assert services.refresh_if_older(writing)
    found = set(session.scalars(sa.select(DuplicateKey.number).where(DuplicateKey.partner_id == partner.id)))
    assert found == {number_of(key) for key in keys(queries.card_of(partner))}


def test_an_empty_installation_has_nothing_to_refresh(make: Factory) -> None:
    with make.transaction() as writing:
        assert not services.refresh_if_older(writing)
