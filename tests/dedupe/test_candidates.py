"""Keys follow the partner in its transaction; candidates cost two queries and come with reasons."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.db import DatabaseSession
from crm.dedupe import listeners, queries, wiring
from crm.dedupe.keys import Key, KeyKind, keys
from crm.dedupe.models import DuplicateKey
from crm.dedupe.normalise import Card
from crm.dedupe.numbering import number_of
from crm.dedupe.scoring import Verdict
from crm.partners import registry
from crm.partners.enums import ChannelKind
from crm.partners.models import Partner, PartnerChannel, PartnerName
from tests.factories import THEN, Factory

SIRET = "00000420000010"
OTHER_SITE = "00000420000028"
PHONE_NUMBER = 2_209_378_622_947_053_132


def keys_of(session: Session, partner: Partner) -> set[int]:
    return set(session.scalars(sa.select(DuplicateKey.number).where(DuplicateKey.partner_id == partner.id)))


def numbers(found: Iterable[Key]) -> set[int]:
    return {number_of(key) for key in found}


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements sent while it is open."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_a_new_partner_has_its_keys_after_the_same_commit(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois", phone="+33199000001", website="https://quillebois.example")
    assert keys_of(session, partner) == numbers(keys(queries.card_of(partner)))
    assert number_of(Key(KeyKind.PHONE, "+33199000001")) in keys_of(session, partner)


def test_a_rollback_leaves_no_key(make: Factory, session: Session) -> None:
    def create_and_fail() -> None:
        with make.transaction() as writing:
            writing.add(_plain("Menuiserie Quillebois"))
            writing.flush()
            assert writing.scalar(sa.select(sa.func.count()).select_from(DuplicateKey))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_and_fail()
    assert session.scalar(sa.select(sa.func.count()).select_from(DuplicateKey)) == 0


def test_changing_the_identity_changes_the_keys(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois", phone="+33199000001")
    with make.transaction() as writing:
        row = writing.get_one(Partner, partner.id)
        row.name, row.phone = "Ébénisterie Vertadier", "+33199000002"
        writing.flush()
        wanted = numbers(keys(queries.card_of(row)))
    found = keys_of(session, partner)
    assert found == wanted
    assert number_of(Key(KeyKind.PHONE, "+33199000001")) not in found


def test_what_is_no_identity_leaves_the_keys_alone(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois")
    before = keys_of(session, partner)
    session.rollback()
    with make.transaction() as writing:
        writing.add(DuplicateKey(number=1, partner_id=partner.id))
    with make.transaction() as writing:
        writing.get_one(Partner, partner.id).sector = "menuiserie"
    # Keys written anew would be without the stray one.
    assert keys_of(session, partner) == before | {1}


def test_a_former_name_and_another_telephone_are_keys_too(make: Factory, session: Session) -> None:
    partner = make.partner("Avelia Intérim", phone="+33199000001")
    with make.transaction() as writing:
        former = PartnerName(partner_id=partner.id, name="Tempolia Services")
        writing.add(former)
        writing.add(PartnerChannel(partner_id=partner.id, kind=ChannelKind.PHONE, value="+33199000002"))
        writing.add(PartnerChannel(partner_id=partner.id, kind=ChannelKind.EMAIL, value="accueil@avelia.example"))
    whole = Card(
        names=("Avelia Intérim", "Tempolia Services"),
        phones=("+33199000001", "+33199000002"),
        emails=("accueil@avelia.example",),
        city="Antony",
        postal_code="92160",
        department="92",
    )
    assert queries.cards(session, [partner.id]) == {
        partner.id: replace(whole, street=partner.street, siren=None, siret=None, website=None)
    }
    found = queries.candidates(session, Card(names=("TEMPOLIA SERVICES",), city="Antony"), limit=5)
    assert [one.partner.id for one in found] == [partner.id]
    session.rollback()
    with make.transaction() as writing:
        writing.get_one(PartnerName, former.id).name = "Tempolia"
    assert number_of(Key(KeyKind.NAME, "service tempolia")) not in keys_of(session, partner)
    assert number_of(Key(KeyKind.NAME, "tempolia")) in keys_of(session, partner)
    session.rollback()
    with make.transaction() as writing:
        writing.delete(writing.get_one(PartnerName, former.id))
    assert number_of(Key(KeyKind.NAME, "tempolia")) not in keys_of(session, partner)


def test_a_number_never_changes() -> None:
    assert number_of(Key(KeyKind.PHONE, "+33199000001")) == PHONE_NUMBER
    assert number_of(Key(KeyKind.NAME, "+33199000001")) != PHONE_NUMBER


def test_the_bin_takes_the_keys_and_gives_them_back(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois")
    with make.transaction() as writing:
        writing.get_one(Partner, partner.id).binned_at = THEN
    assert keys_of(session, partner) == set()
    session.rollback()
    with make.transaction() as writing:
        writing.get_one(Partner, partner.id).binned_at = None
    assert keys_of(session, partner) == numbers(keys(queries.card_of(partner)))


def test_deleting_a_partner_deletes_its_keys(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois")
    with make.transaction() as writing:
        writing.delete(writing.get_one(Partner, partner.id))
    assert session.scalar(sa.select(sa.func.count()).select_from(DuplicateKey)) == 0


def test_wiring_twice_listens_once(make: Factory, session: Session) -> None:
    wiring.wire()
    wiring.wire()
    assert sa.event.contains(DatabaseSession, "after_flush", listeners.refresh_keys)
    partner = make.partner("Menuiserie Quillebois")
    count = sa.select(sa.func.count()).select_from(DuplicateKey)
    assert session.scalar(count) == len(keys(queries.card_of(partner)))


def test_the_likely_one_comes_with_its_reasons(make: Factory, session: Session) -> None:
    known = make.partner("Menuiserie Quillebois", phone="+33199000001")
    make.partner("Menuiserie Doucelin")
    make.partner("Boulangerie Quillebois", city="Massy", postal_code="91300", department="91")
    card = Card(names=("MENUISERIE QUILEBOIS SARL",), phones=("01 99 00 00 01",), city="Antony")
    found = queries.candidates(session, card, limit=5)
    assert found[0].partner.id == known.id
    assert {"même téléphone", "même commune"} <= {str(reason) for reason in found[0].likeness.reasons}
    assert all(one.likeness.probability < found[0].likeness.probability for one in found[1:])


def test_the_same_siret_is_certain_and_the_same_siren_never(make: Factory, session: Session) -> None:
    make.partner("Garage Sarremont", siret=SIRET, siren=SIRET[:9])
    developer = make.actor(make.user())
    draft = registry.Draft(name="Tout autre chose", siret=SIRET)
    (same,) = registry.resemblances(session, draft, developer)
    assert same.certain
    assert [str(reason) for reason in same.reasons] == ["même SIRET"]
    (site,) = registry.resemblances(session, registry.Draft(name="Garage Sarremont", siret=OTHER_SITE), developer)
    assert not site.certain
    assert [str(reason) for reason in site.reasons] == ["autre site du même groupe (même SIREN)"]


def test_other_sites_come_after_likely_duplicates(make: Factory, session: Session) -> None:
    make.partner("Garage Sarremont", siret=SIRET, siren=SIRET[:9])
    twin = make.partner("Garage Sarremont", phone="+33199000001")
    card = Card(names=("Garage Sarremont",), siret=OTHER_SITE, phones=("+33199000001",), city="Antony")
    found = queries.candidates(session, card, limit=5)
    assert found[0].partner.id == twin.id
    assert [one.likeness.verdict for one in found[1:]] == [Verdict.GROUP]


def test_two_queries_however_many_partners(make: Factory, session: Session) -> None:
    make.partner("Menuiserie Quillebois")
    card = Card(names=("Menuiserie Quillebois",), city="Antony", postal_code="92160")
    with counted(session) as few:
        assert len(queries.candidates(session, card, limit=5)) == 1
    session.rollback()
    with make.transaction() as writing:
        writing.add_all(_plain(f"Menuiserie Quillebois {word}") for word in "abcdefghijkl")
    with counted(session) as many:
        assert len(queries.candidates(session, card, limit=5)) == 5
    assert len(few) == len(many) == 2


def test_a_key_that_a_crowd_shares_is_left_out(make: Factory, session: Session) -> None:
    crowd = queries.CROWD + 1
    with make.transaction() as writing:
        writing.add_all(
            _plain(f"Rivebelle {number}", city="", postal_code="", department="") for number in range(crowd)
        )
    wanted = {Key(KeyKind.WORD, "rivebelle"), Key(KeyKind.NAME, "7 rivebelle")}
    assert set(queries.partners_by_key(session, wanted)) == {Key(KeyKind.NAME, "7 rivebelle")}
    session.rollback()
    with make.transaction() as writing:
        writing.get_one(Partner, 1).binned_at = THEN
    assert len(queries.partners_by_key(session, wanted)[Key(KeyKind.WORD, "rivebelle")]) == queries.CROWD


def test_the_binned_are_no_candidates(make: Factory, session: Session) -> None:
    make.partner("Menuiserie Quillebois", binned_at=THEN)
    assert not queries.candidates(session, Card(names=("Menuiserie Quillebois",), city="Antony"), limit=5)


def test_no_key_no_query(session: Session) -> None:
    with counted(session) as sent:
        assert queries.candidates(session, Card(names=("",)), limit=5) == []
    assert sent == []


def test_many_keys_at_once(make: Factory, session: Session) -> None:
    partner = make.partner("Menuiserie Quillebois")
    wanted = {Key(KeyKind.WORD, f"mot{number}") for number in range(7_000)} | keys(queries.card_of(partner))
    found = queries.partners_by_key(session, wanted)
    assert set(found) == keys(queries.card_of(partner))


def _plain(name: str, **values: str) -> Partner:
    given = {"city": "Antony", "postal_code": "92160", "department": "92"} | values
    return Partner(name=name, kind="company", sort_key=name.lower(), search_key=name.lower(), created_at=THEN, **given)
