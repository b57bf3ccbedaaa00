"""The list of partners: each filter, each order, contacts, mistyped words, distance, and what it costs."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.access.policy import Permission, Role
from crm.db import db
from crm.partners import registry
from crm.partners.enums import FollowStage, PartnerKind, PartnerRoleKind, Priority, Willingness
from crm.partners.listing import queries
from crm.partners.listing.columns import columns_for
from crm.partners.listing.filters import from_address
from crm.partners.models import (
    ContactPost,
    FollowTag,
    Partner,
    PartnerRole,
    PartnerTrade,
    PartnerWord,
    Tag,
)
from crm.partners.reference.enums import Position, SizeClass
from crm.partners.reference.models import Commune, CommunePostalCode, Department, RomeTrade
from crm.partners.search import fold, search_key
from tests.counting import statements
from tests.factories import THEN

TODAY = date(2026, 11, 22)


@pytest.fixture
def ines(make, browser):
    """A development manager, signed in."""
    user = make.user(first_name="Inès", last_name="Diallo")
    browser.enter(user, make.home)
    return user


def names_of(html: str) -> list[str]:
    """The names of the list, in their order."""
    return re.findall(r'<a class="ref" href="/partenaires/[^"/]+">.*?<span>(.*?)</span>', html, re.DOTALL)


def listed(browser, query: str) -> list[str]:
    """The names that this address shows."""
    page = browser.get(f"/partenaires?{query}")
    assert page.status_code == 200
    return names_of(page.text)


def test_each_filter_keeps_what_it_says(ines, browser, make):
    lumen = make.partner("Garage Lumen", kind=PartnerKind.CRAFT, size=SizeClass.VERY_SMALL, department="94")
    parvis = make.partner("Épicerie du Parvis", kind=PartnerKind.ASSOCIATION)
    make.partner("Zinc", kind=PartnerKind.COMPANY)
    make.follow(lumen, owner_id=ines.id, willingness=Willingness.COMMITTED, priority=Priority.HIGH)
    follow = make.follow(parvis, stage=FollowStage.POOL, do_not_solicit=True, do_not_solicit_reason="Déménage")
    tag = make.add(Tag(structure_id=make.home.id, name="Club", key="club", created_at=THEN))
    make.add(FollowTag(follow_id=follow.id, tag_id=tag.id))
    make.add(PartnerTrade(partner_id=lumen.id, rome_code="I1604"))
    make.add(RomeTrade(code="I1604", label="Mécanique automobile", sort_key="mecanique automobile"))
    expected = {
        "kind=craft": ["Garage Lumen"],
        "kind=craft&kind=association": ["Épicerie du Parvis", "Garage Lumen"],
        "size=TPE": ["Garage Lumen"],
        "department=94": ["Garage Lumen"],
        "owner=me": ["Garage Lumen"],
        f"owner={ines.public_id}": ["Garage Lumen"],
        "owner=nobody": ["Épicerie du Parvis"],
        "owner=inconnu": [],
        "stage=followed": ["Garage Lumen"],
        "stage=none": ["Zinc"],
        "stage=do_not_solicit": ["Épicerie du Parvis"],
        "willingness=committed": ["Garage Lumen"],
        "priority=high": ["Garage Lumen"],
        f"tag={tag.public_id}": ["Épicerie du Parvis"],
        f"tag={tag.public_id}&tag=autre": [],
        "trade=I1604": ["Garage Lumen"],
        "trade=mecanique": ["Garage Lumen"],
        "trade=!": [],
        "kind=craft&stage=pool": [],
    }
    assert {query: listed(browser, query) for query in expected} == expected


def test_another_structure_s_tags_owners_and_follows_filter_nothing(ines, browser, make):
    elsewhere = make.structure("Ailleurs")
    sonia = make.user(structure=elsewhere)
    follow = make.follow(make.partner("Garage Lumen"), structure=elsewhere, owner_id=sonia.id, priority=Priority.HIGH)
    tag = make.add(Tag(structure_id=elsewhere.id, name="Secrète", key="secrete", created_at=THEN))
    make.add(FollowTag(follow_id=follow.id, tag_id=tag.id))
    for query in (f"tag={tag.public_id}", f"owner={sonia.public_id}", "priority=high", "stage=followed"):
        assert listed(browser, query) == []
    page = browser.get("/partenaires?columns=tags").text
    assert "Secrète" not in page
    assert sonia.name not in page


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, True),
        (-1, None, True),
        (0, 0, True),
        (1, None, False),
        (None, -1, False),
        (-9, 5, True),
    ],
)
def test_a_role_counts_while_it_is_open(make, app, since, until, found):
    partner, day = make.partner(), lambda away: None if away is None else TODAY + timedelta(days=away)
    make.add(PartnerRole(partner_id=partner.id, role=PartnerRoleKind.HOST, since=day(since), until=day(until)))
    actor = make.actor(make.user())
    with make.transaction() as session:
        assert queries.count(session, from_address("role=host"), actor, TODAY) == int(found)


def test_contacts_are_found_by_those_who_may_read_them(ines, browser, make, now):
    lumen, parvis = make.partner("Garage Lumen"), make.partner("Épicerie du Parvis")
    claire = make.contact(lumen, last_name="Vasseur", search_key=fold("Claire Vasseur gérante"))
    make.add(ContactPost(contact_id=claire.id, partner_id=parvis.id))
    make.contact(make.partner("Zinc"), last_name="Vasseur", search_key="vasseur", binned_at=now)
    assert listed(browser, "q=vasseur") == ["Épicerie du Parvis", "Garage Lumen"]
    assert listed(browser, "q=vaseur") == ["Épicerie du Parvis", "Garage Lumen"]
    assert listed(browser, "q=vasseur+lumen") == ["Garage Lumen"]
    browser.enter(make.user(roles=[Role.SUPERVISOR]), make.home)
    assert listed(browser, "q=vasseur") == []
    assert listed(browser, "q=vaseur") == []
    assert "Vasseur" not in browser.get("/partenaires?columns=contact").text


def test_a_mistyped_word_is_read_again_and_said(ines, browser, make):
    make.partner("Boulangerie Élan")
    make.partner("Garage Lumen")
    page = browser.get("/partenaires?q=boulangeire+antony").text
    assert names_of(page) == ["Boulangerie Élan"]
    assert "Résultats pour « boulangerie antony »" in page
    assert "« boulangeire antony »" in page
    assert 'value="boulangerie antony"' in page
    assert listed(browser, "q=boulangeire+lumen") == []
    assert listed(browser, "q=xyzxyz") == []


def test_words_follow_their_partner(make, session, now):
    partner = make.partner("Boulangerie Élan")

    def words() -> set[str]:
        return set(session.scalars(sa.select(PartnerWord.word)))

    assert words() == {"boulangerie", "elan", "antony"}
    for values, expected in (
        ({"search_key": search_key(names=["Fournil"])}, {"fournil"}),
        ({"binned_at": now}, set()),
        ({"binned_at": None}, {"fournil"}),
    ):
        with make.transaction() as database:
            row = database.get(Partner, partner.id)
            for name, value in values.items():
                setattr(row, name, value)
        assert words() == expected


@pytest.fixture
def communes(make):
    """Antony, Sceaux (4 km), Lyon (390 km), and one whose position nobody knows."""
    make.add(Department(code="92", label="Hauts-de-Seine", region_code="11", main_town_code="92050"))
    places = {
        "92002": ("Antony", "92160", 48.7508, 2.2993),
        "92071": ("Sceaux", "92330", 48.7766, 2.2953),
        "69123": ("Lyon", "69001", 45.758, 4.835),
        "92999": ("Perdue", "92998", None, None),
    }
    for code, (name, postal_code, latitude, longitude) in places.items():
        commune = make.add(
            Commune(
                insee_code=code,
                name=name,
                sort_key=fold(name),
                department_code="92",
                region_code="11",
                epci_code="",
                epci_name="",
                latitude=latitude,
                longitude=longitude,
                position=Position.OWN if latitude else Position.UNKNOWN,
            )
        )
        make.add(CommunePostalCode(postal_code=postal_code, commune_id=commune.id))


def test_distance_from_a_commune(ines, browser, make, communes):
    make.partner("A d'Antony", commune_code="92002", postal_code="")
    make.partner("B de Sceaux", city="Sceaux", postal_code="92330")
    make.partner("C de Lyon", commune_code="69123", postal_code="69001")
    make.partner("D sans adresse", city="", postal_code="")
    expected = {
        "near=antony&within=1": ["A d&#39;Antony"],
        "near=antony&within=3": ["A d&#39;Antony", "B de Sceaux"],
        "near=92160&within=3": ["A d&#39;Antony", "B de Sceaux"],
        "near=92071&within=2": ["B de Sceaux"],
        "near=lyon&within=200": ["C de Lyon"],
        "near=antony&within=200": ["A d&#39;Antony", "B de Sceaux"],
        "near=nullepart": [],
        "near=perdue": [],
    }
    assert {query: listed(browser, query) for query in expected} == expected
    assert "Aucune commune ne s'appelle" in browser.get("/partenaires?near=nullepart").text
    assert "n'est pas connue" in browser.get("/partenaires?near=perdue").text


@pytest.mark.parametrize("sort", ["name", "city", "changed", "priority", "willingness"])
def test_each_order_walks_through_everybody_once(make, app, sort):
    user = make.user()
    actor = make.actor(user)
    cities = ["Évry", "antony", "Zuydcoote", "", "Antony"]
    for number in range(23):
        partner = make.partner(
            f"Partenaire {number % 7}",
            city=cities[number % 5],
            updated_at=THEN + timedelta(hours=number % 4) if number % 3 else None,
        )
        if number % 2:
            levels = list(Priority)
            make.follow(
                partner, priority=levels[number % 3], willingness=[None, *Willingness][number % 5], owner_id=user.id
            )
    filters = from_address(f"sort={sort}")
    with make.transaction() as session:
        whole = queries.rows(session, filters, actor, TODAY, whole=True, size=100)
        walked = [row for batch in queries.batches(session, filters, actor, TODAY, columns=(), size=4) for row in batch]
    assert [row.partner.id for row in walked] == [row.partner.id for row in whole]
    assert len({row.partner.id for row in walked}) == 23
    rows = {
        "name": [fold(row.partner.name) for row in whole],
        "city": [(row.partner.city == "", fold(row.partner.city)) for row in whole],
        "changed": [-(row.partner.updated_at or row.partner.created_at).timestamp() for row in whole],
        "priority": [list(Priority).index(row.follow.priority) if row.follow else 9 for row in whole],
        "willingness": [
            -list(Willingness).index(row.follow.willingness) if row.follow and row.follow.willingness else 9
            for row in whole
        ],
    }[sort]
    assert rows == sorted(rows)


@pytest.mark.parametrize("sort", ["city", "changed", "priority"])
def test_the_cursor_of_another_order_breaks_nothing(ines, browser, make, sort):
    for number in range(60):
        make.partner(f"P {number:02}")
    following = re.search(r'href="[^"]*after=([^"&]+)"', browser.get("/partenaires").text)[1]
    assert browser.get(f"/partenaires?sort={sort}&after={following}").status_code == 200


def test_columns_are_those_chosen_and_allowed(ines, browser, make):
    partner = make.partner("Garage Lumen", siret="40069031900035", email="accueil@lumen.exemple.test")
    make.contact(partner, last_name="Vasseur", first_name="Claire", is_main=True)
    page = browser.get("/partenaires?columns=siret,contact,email,inconnue").text
    table = page[page.index("<table") :]
    assert "400 690 319 00035" in table.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Claire Vasseur" in table
    assert "accueil@lumen.exemple.test" in table
    assert "Responsable</th>" not in table


def test_a_registered_filter_and_a_registered_column(ines, browser, make, monkeypatch):
    monkeypatch.setattr(registry, "_filters", {})
    monkeypatch.setattr(registry, "_columns", {})
    make.partner("Garage Lumen", sector="Mécanique")
    make.partner("Zinc", sector="Bar")
    registry.add_list_filter(
        registry.ListFilter(
            key="sector",
            label="Activité",
            order=1,
            permission=Permission.PARTNER_READ,
            choices=lambda _session, _actor: [("Bar", "Bars")],
            clause=lambda value, _actor, _today: Partner.sector == value,
        )
    )
    registry.add_list_column(
        registry.ListColumn(
            key="length",
            label="Longueur",
            order=1,
            permission=Permission.PARTNER_READ,
            subquery=lambda _actor, _today: (
                sa.select(sa.func.length(Partner.name)).correlate(Partner).scalar_subquery()
            ),
            show=lambda value: f"{value} lettres",
        )
    )
    page = browser.get("/partenaires?sector=Bar&columns=length").text
    assert names_of(page) == ["Zinc"]
    assert "4 lettres" in page
    assert "Activité : Bars" in page


def test_ten_thousand_partners_cost_the_queries_of_ten(ines, browser, make, app):
    def fill(first: int, last: int) -> None:
        with app.app_context(), db.engine.begin() as connection:
            names = [f"Atelier {number}" for number in range(first, last)]
            values = [
                {
                    "name": name,
                    "kind": "company",
                    "sort_key": name.lower(),
                    "search_key": f"{name.lower()} antony",
                    "created_at": THEN,
                    "public_id": f"essai-{number}",
                    "city": "Antony",
                }
                for number, name in enumerate(names, first)
            ]
            connection.execute(sa.insert(Partner), values)

    columns = ",".join(one.key for one in columns_for(make.actor(ines)))
    query = f"/partenaires?q=atelier&kind=company&sort=changed&columns={columns}"
    counts = []
    for first, last in ((0, 60), (60, 10_000)):
        fill(first, last)
        browser.get(query)
        with statements(app) as sent:
            page = browser.get(query)
        assert page.status_code == 200
        assert len(names_of(page.text)) == 50
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert "10000 partenaires trouvés" in page.text
