"""What the page of a partner tells of exchanges: ours in full, those of others by date and kind."""

from datetime import timedelta

import pytest

from crm.access.policy import Role
from crm.interactions import queries
from crm.interactions.enums import CallResult, Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from tests.counting import statements


def read(make, partner, actor):
    """The timeline as that actor sees it."""
    with make.transaction(actor, writes=False) as session:
        found = queries.moments(session, partner.id, actor=actor, before=None, limit=50)
        return [moment.data for moment in found]


@pytest.fixture
def two(make):
    """Two structures that know the same partner, with one person each."""
    here, there = make.home, make.structure("Le Relais de Sceaux")
    return here, there, make.user(), make.user(structure=there, first_name="Sonia", last_name="Benali")


def test_another_structure_sees_date_kind_and_structure_only(make, two, now):
    _, there, ines, sonia = two
    partner = make.partner()
    contact = make.contact(partner, first_name="Claire", last_name="Vasseur")
    make.interaction(
        partner,
        sonia,
        structure=there,
        report="Le texte des autres",
        contact_id=contact.id,
        kind=InteractionKind.CALL,
        nature=Nature.REQUEST,
        held_at=now,
    )
    (item,) = read(make, partner, make.actor(ines))
    assert (item.kind, item.held_at, item.structure) == (InteractionKind.CALL, now, "Le Relais de Sceaux")
    assert (item.is_ours, item.is_open) == (False, False)
    assert (item.report, item.author, item.contact) == ("", "", "")
    assert (item.direction, item.nature) == (None, None)
    assert "Le texte des autres" not in repr(item)

    (own,) = read(make, partner, make.actor(sonia, structure=there))
    assert (own.report, own.author, own.contact) == ("Le texte des autres", "Sonia Benali", "Claire Vasseur")
    assert (own.is_ours, own.nature, own.direction) == (True, Nature.REQUEST, Direction.OURS)


def test_a_shared_exchange_is_read_by_the_others(make, two):
    _, there, ines, sonia = two
    partner = make.partner()
    make.interaction(partner, sonia, structure=there, report="Dit à tous", shared=True)
    (item,) = read(make, partner, make.actor(ines))
    assert (item.is_ours, item.is_open, item.report, item.author) == (
        False,
        True,
        "Dit à tous",
        "Sonia Benali",
    )


@pytest.mark.parametrize("role", Role)
def test_the_text_of_others_is_on_no_page(make, browser, two, role):
    _, there, _, sonia = two
    partner = make.partner()
    make.interaction(partner, sonia, structure=there, report="Secret des autres")
    make.todo(partner, sonia, structure=there, due_on=partner.created_at.date(), what="Chose des autres")
    browser.sign_in(make.user(roles=[role]))
    addresses = (
        f"/partenaires/{partner.public_id}",
        f"/partenaires/{partner.public_id}/echanges/nouveau",
        "/aujourdhui?qui=equipe",
        "/echanges/nouveau?q=boulangerie",
    )
    for address in addresses:
        text = browser.get(address).text
        for secret in ("Secret des autres", "Chose des autres", "Benali"):
            assert secret not in text, address


def test_the_page_of_a_partner_shows_both_panels(make, browser, two, now):
    _, there, ines, sonia = two
    partner = make.partner("Garage du Parc")
    make.interaction(partner, ines, report="Première ligne\nSeconde <b>ligne</b>")
    make.interaction(partner, sonia, structure=there, held_at=now)
    make.todo(partner, ines, due_on=now.date(), what="Envoyer la plaquette")
    browser.sign_in(ines)
    text = browser.get(f"/partenaires/{partner.public_id}").text
    assert "Première ligne\nSeconde &lt;b&gt;ligne&lt;/b&gt;" in text
    assert "Le Relais de Sceaux" in text
    assert "Envoyer la plaquette" in text


def test_without_the_right_nothing_is_read(make, two):
    _, _, ines, _ = two
    partner = make.partner()
    make.interaction(partner, ines)
    for role in (Role.BOARD, Role.ADMIN, Role.TUTOR):
        assert read(make, partner, make.actor(ines, roles=[role])) == []


def test_who_may_not_read_contacts_sees_no_name_of_one(make, two):
    _, _, ines, _ = two
    partner = make.partner()
    make.interaction(partner, ines, contact_id=make.contact(partner, last_name="Vasseur").id)
    assert read(make, partner, make.actor(ines))[0].contact == "Vasseur"
    assert read(make, partner, make.actor(ines, roles=[Role.SUPERVISOR]))[0].contact == ""


def test_page_after_page_the_latest_first(app, make, two, now):
    _, _, ines, _ = two
    partner, actor = make.partner(), make.actor(ines)
    with make.transaction(actor, now) as session:
        for number in range(53):
            session.add(_visit(partner, ines, make.home, now - timedelta(days=number // 2), f"Visite {number}", now))
    seen, before = [], None
    with make.transaction(actor, writes=False) as session:
        while page := queries.moments(session, partner.id, actor=actor, before=before, limit=20):
            seen += [moment.data.report for moment in page]
            before = (page[-1].at, page[-1].key)
    assert len(seen) == len(set(seen)) == 53
    assert (seen[:2], seen[-1]) == (["Visite 1", "Visite 0"], "Visite 52")


def test_one_in_the_bin_is_not_told(make, two, now):
    _, _, ines, _ = two
    partner = make.partner()
    make.interaction(partner, ines, binned_at=now)
    assert read(make, partner, make.actor(ines)) == []


def test_what_is_planned_cancelled_or_answered_is_told_of_ours_only(make, two, now):
    _, there, ines, sonia = two
    partner = make.partner()
    told = {"kind": InteractionKind.CALL, "result": CallResult.MESSAGE_LEFT, "cancelled_at": now}
    made = make.interaction(partner, ines, **told)
    make.document(made)
    make.interaction(partner, sonia, structure=there, **told)
    ours, theirs = sorted(read(make, partner, make.actor(ines)), key=lambda item: not item.is_ours)
    assert (ours.result, ours.is_cancelled, ours.documents) == (CallResult.MESSAGE_LEFT, True, 1)
    assert (theirs.result, theirs.is_cancelled, theirs.documents) == (None, True, 0)


def test_the_number_of_queries_does_not_grow(app, make, two):
    _, there, ines, sonia = two
    partner, actor = make.partner(), make.actor(ines)

    def count():
        with statements(app) as sent:
            items = read(make, partner, actor)
        return len(items), len(sent)

    make.interaction(partner, ines)
    alone = count()
    for _ in range(10):
        make.interaction(partner, make.user(), contact_id=make.contact(partner).id)
        make.interaction(partner, sonia, structure=there)
    assert (alone, count()) == ((1, 1), (21, 1))


def _visit(partner, author, structure, held_at, report, now):
    return Interaction(
        partner_id=partner.id,
        author_id=author.id,
        structure_id=structure.id,
        kind=InteractionKind.VISIT,
        held_at=held_at,
        report=report,
        created_at=now,
    )
