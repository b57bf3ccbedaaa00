"""The keys that an earlier release wrote are written anew, once, by `passerelle prepare`."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.dedupe import queries
from crm.dedupe.keys import Key, KeyKind, keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.refreshing import services
from tests.factories import THEN, Factory


def test_older_keys_are_written_anew_once(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois", city="Tours")
    binned = make.partner("Menuiserie Vertadier")
    with make.transaction() as writing:
        writing.get_one(type(binned), binned.id).binned_at = THEN
    wanted = keys(queries.card_of(partner))
    with make.transaction() as writing:
        writing.execute(sa.delete(DuplicateKey).where(DuplicateKey.kind == KeyKind.SOUND.value))
        writing.add(DuplicateKey(partner_id=partner.id, kind="word", value="perime"))

    with make.transaction() as writing:
        assert services.refresh_if_older(writing)
    with make.transaction() as writing:
        assert not services.refresh_if_older(writing)

    rows = session.execute(sa.select(DuplicateKey.partner_id, DuplicateKey.kind, DuplicateKey.value))
    assert {(holder, Key(KeyKind(kind), value)) for holder, kind, value in rows} == {(partner.id, k) for k in wanted}
