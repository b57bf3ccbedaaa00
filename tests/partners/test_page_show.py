"""The page of one partner: head, one timeline, sites of the group, companies alike."""

import re
from datetime import timedelta

import pytest

from crm.access.policy import Role
from crm.interactions.models import Interaction
from crm.partners import registry
from crm.partners.enums import Priority
from crm.partners.models import Contact, Follow, Partner, Tag
from crm.partners.page import queries
from tests.counting import statements

HOSTILE = "<img src=x onerror=alert(1)> L'amie > caline !"


def test_the_head_says_how_we_follow_it(make, browser):
    ines = make.user()
    partner = make.partner(HOSTILE, phone="+33199001234")
    tag = make.add(Tag(structure_id=make.home.id, name="club <b>", key="club b", created_at=partner.created_at))
    with make.transaction(make.actor(ines)) as session:
        follow = Follow(
            partner_id=partner.id,
            structure_id=make.home.id,
            priority=Priority.HIGH,
            do_not_solicit=True,
            do_not_solicit_reason="à leur demande",
        )
        follow.tags.append(session.get(Tag, tag.id))
        session.add(follow)
    browser.enter(ines, make.home)
    text = browser.get(f"/partenaires/{partner.public_id}").text
    assert "Ne plus solliciter : à leur demande" in text
    assert "Priorité haute" in text
    assert "club &lt;b&gt;" in text
    assert "<img src=x" not in text
    assert f"/partenaires/{partner.public_id}/corbeille" in text
    assert "/appel" in text


def test_older_moments_are_one_link_away_and_none_is_lost(make, browser, now):
    ines = make.user()
    partner = make.partner(created_at=now - timedelta(days=60))
    with make.transaction(make.actor(ines), now) as session:
        for number in range(45):
            session.add(_visit(partner, ines, make.home, now - timedelta(days=number // 3), f"Visite n°{number}."))
    with make.transaction(make.actor(ines), now - timedelta(days=5)) as session:
        session.get(Partner, partner.id).street = "2 rue du Port"
    browser.enter(ines, make.home)
    address, read, pages = f"/partenaires/{partner.public_id}", [], 0
    while address and pages < 10:
        text = browser.get(address).text
        read += re.findall(r"Visite n°(\d+)\.|(Partenaire modifié)", text)
        more = re.search(r'rel="next"\s+href="([^"]+)"', text)
        address, pages = more and more[1].replace("&amp;", "&"), pages + 1
    numbers = [int(number) for number, _ in read if number]
    assert sorted(numbers) == list(range(45))
    assert [n // 3 for n in numbers] == sorted(n // 3 for n in numbers)
    assert sum(bool(changed) for _, changed in read) == 1
    assert pages == 3


@pytest.mark.parametrize("before", ["x", "W10", "bnVsbA", "a" * 2000])
def test_a_cursor_of_nobody_is_the_beginning(make, browser, before):
    ines = make.user()
    partner = make.partner()
    make.interaction(partner, ines, report="La dernière")
    browser.enter(ines, make.home)
    page = browser.get(f"/partenaires/{partner.public_id}?fil=rien&avant={before}")
    assert page.status_code == 200
    assert "La dernière" in page.text


def test_each_tab_shows_its_own(make, browser):
    ines = make.user()
    partner = make.partner()
    make.interaction(partner, ines, report="Deux postes")
    browser.enter(ines, make.home)
    address = f"/partenaires/{partner.public_id}"
    assert "Deux postes" not in browser.get(f"{address}?fil=modifications").text
    assert "Partenaire créé" not in browser.get(f"{address}?fil=echanges").text
    whole = browser.get(address).text
    assert "Deux postes" in whole
    assert "Partenaire créé" in whole


def test_changes_of_others_name_their_structure_and_never_their_follow(make, browser):
    ines, there = make.user(), make.structure("Le Relais de Sceaux")
    sonia = make.user(structure=there, first_name="Sonia", last_name="Benali")
    partner = make.partner()
    with make.transaction(make.actor(sonia, structure=there)) as session:
        session.get(Partner, partner.id).street = "3 rue du Port"
        session.add(Follow(partner_id=partner.id, structure_id=there.id))
    address = f"/partenaires/{partner.public_id}?fil=modifications"
    browser.enter(ines, make.home)
    text = browser.get(address).text
    assert "Le Relais de Sceaux" in text
    assert "Benali" not in text
    assert "Suivi commencé" not in text
    browser.enter(sonia, there)
    own = browser.get(address).text
    assert "Sonia Benali" in own
    assert "Suivi commencé" in own


def test_who_may_not_read_contacts_is_told_nothing_of_them(make, browser):
    partner = make.partner()
    make.contact(partner, last_name="Vasseur")
    for role, told in ((Role.DEVELOPER, True), (Role.SUPERVISOR, False)):
        browser.enter(make.user(roles=[role]), make.home)
        text = browser.get(f"/partenaires/{partner.public_id}?fil=modifications").text
        assert ("Contact ajouté" in text) is told


def test_sites_of_the_group_and_companies_alike(make):
    head = make.partner("Maison mère", naf_code="47.11D")
    one = make.partner("Site un", naf_code="47.11D", siren="552100554", parent_id=head.id)
    make.partner("Site deux", naf_code="47.11D", parent_id=head.id)
    make.partner("Site trois", naf_code="47.11D", siren="552100554")
    make.partner("À la corbeille", naf_code="47.11D", siren="552100554", binned_at=one.created_at)
    make.partner("Épicerie voisine", naf_code="47.11D")
    make.partner("Même branche", naf_code="47.19A")
    make.partner("Au loin", naf_code="47.11D", department="38")
    make.partner("Rien à voir", naf_code="01.11Z")
    actor = make.actor(make.user())
    with make.transaction(actor, writes=False) as session:
        sites = queries.sites(session, session.get(Partner, one.id), actor=actor)
        alike = queries.similar(session, session.get(Partner, one.id), actor=actor)
    assert [(site.name, site.is_parent) for site in sites] == [
        ("Maison mère", True),
        ("Site deux", False),
        ("Site trois", False),
    ]
    names = [one.name for one in alike]
    assert names[-1] == "Même branche"
    assert "Épicerie voisine" in names
    assert not {"Maison mère", "Site trois", "Au loin", "Rien à voir", "À la corbeille"} & set(names)


def test_two_hundred_exchanges_cost_no_more_queries(app, make, browser, now):
    ines = make.user()
    partner = make.partner(naf_code="47.11D")
    make.interaction(partner, ines)
    make.contact(partner)
    browser.enter(ines, make.home)

    def count():
        with statements(app) as sent:
            assert browser.get(f"/partenaires/{partner.public_id}").status_code == 200
        return len(sent)

    count()
    few = count()
    with make.transaction(make.actor(ines), now) as session:
        for number in range(200):
            session.add(_visit(partner, ines, make.home, now - timedelta(hours=number), f"Visite {number}"))
        session.add_all(Contact(partner_id=partner.id, last_name=f"N{n}", created_at=now) for n in range(10))
        session.add_all(_like(number, now) for number in range(10))
    assert count() == few


def _like(number, now):
    name = f"Épicerie {number}"
    return Partner(
        name=name, kind="company", naf_code="47.11D", department="92", sort_key=name, search_key=name, created_at=now
    )


def _visit(partner, author, structure, held_at, report):
    return Interaction(
        partner_id=partner.id,
        author_id=author.id,
        structure_id=structure.id,
        kind="visit",
        held_at=held_at,
        report=report,
        created_at=held_at,
    )


def test_each_stream_of_the_story_is_drawn_by_a_macro(app):
    assert len(registry._streams) >= 3
    with app.test_request_context():
        for one in registry._streams.values():
            assert callable(app.jinja_env.get_template(one.template).module.moment), one.template
