"""The list of partners by what was said to them, what is to be done about them, what they need."""

from datetime import timedelta

import pytest

from crm import clock
from crm.partners.enums import NeedKind, NeedState
from crm.partners.listing.columns import columns_for
from crm.partners.models import Need
from tests.counting import statements
from tests.factories import THEN

NAMES = ("Atelier", "Boulangerie", "Couverture", "Droguerie", "Épicerie")


@pytest.fixture
def ines(make, browser):
    user = make.user()
    browser.enter(user, make.home)
    return user


@pytest.fixture
def five(make):
    """A partner for each name."""
    return dict(zip(NAMES, (make.partner(name) for name in NAMES), strict=True))


def listed(browser, query):
    page = browser.get(f"/partenaires?{query}").text
    return [name for name in NAMES if f">{name}<" in page or f">{name}</" in page]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("recent", ["Atelier"]),
        ("3", ["Boulangerie", "Couverture"]),
        ("6", ["Couverture"]),
        ("12", ["Couverture"]),
        ("never", ["Droguerie", "Épicerie"]),
        ("%27 OR 1=1", list(NAMES)),
    ],
)
def test_how_long_ago_we_spoke(ines, browser, make, five, value, expected):
    now = clock.now()
    for name, days in (("Atelier", 400), ("Atelier", 3), ("Boulangerie", 100), ("Couverture", 370)):
        make.interaction(five[name], ines, held_at=now - timedelta(days=days))
    # Neither one to come, nor one cancelled, nor one in the bin, nor that of another structure.
    make.interaction(five["Droguerie"], ines, held_at=now + timedelta(days=5))
    make.interaction(five["Droguerie"], ines, held_at=now - timedelta(days=1), cancelled_at=now)
    make.interaction(five["Droguerie"], ines, held_at=now - timedelta(days=1), binned_at=now)
    elsewhere = make.structure("Les Jardins")
    make.interaction(five["Épicerie"], ines, held_at=now - timedelta(days=1), structure=elsewhere)
    assert listed(browser, f"silence={value}") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("late", ["Atelier"]),
        ("something", ["Atelier", "Boulangerie"]),
        ("nothing", ["Couverture", "Droguerie", "Épicerie"]),
        ("else", list(NAMES)),
    ],
)
def test_what_is_to_be_done(ines, browser, make, five, value, expected):
    today = clock.today()
    make.todo(five["Atelier"], ines, due_on=today - timedelta(1))
    make.todo(five["Boulangerie"], ines, due_on=today)
    make.todo(five["Couverture"], ines, due_on=today - timedelta(1), done_at=THEN)
    assert listed(browser, f"todo={value}") == expected


def test_what_they_need(ines, browser, make, five):
    def need(name, kind, state=NeedState.OPEN, structure=None):
        structure_id = (structure or make.home).id
        row = {"partner_id": five[name].id, "structure_id": structure_id, "created_at": THEN, "wording": "Deux bras"}
        make.add(Need(kind=kind, state=state, **row))

    need("Atelier", NeedKind.HR)
    need("Boulangerie", NeedKind.HR, NeedState.MET)
    need("Couverture", NeedKind.CSR, NeedState.IN_PROGRESS)
    need("Droguerie", NeedKind.HR, structure=make.structure("Les Jardins"))
    assert listed(browser, "need=hr") == ["Atelier"]
    assert listed(browser, "need=csr") == ["Couverture"]
    assert listed(browser, "need=hr&need=csr&silence=never") == ["Atelier"]


def test_the_columns_say_the_days_at_a_constant_cost(ines, browser, make, app, five):
    query = "/partenaires?columns=" + ",".join(one.key for one in columns_for(make.actor(ines)))
    counts, held_at = [], clock.now() - timedelta(days=40)
    for name in ("Atelier", "Boulangerie", "Couverture"):
        make.interaction(five[name], ines, held_at=held_at - timedelta(days=9))
        make.interaction(five[name], ines, held_at=held_at)
        make.interaction(five[name], ines, held_at=clock.now() + timedelta(days=9))
        make.todo(five[name], ines, due_on=clock.today() + timedelta(days=40))
        browser.get(query)
        with statements(app) as sent:
            page = browser.get(query).text
        counts.append(len(sent))
    assert counts == counts[:1] * 3
    said = clock.day_of(held_at).strftime("%d/%m/%Y")
    assert said in page
    wanted = (clock.today() + timedelta(days=40)).strftime("%d/%m/%Y")
    file = browser.get("/partenaires/exporter/fichier?format=csv&columns=last_exchange,next_todo").get_data(
        as_text=True
    )
    assert "Nom;Dernier échange;À faire pour le" in file
    assert f"Atelier;{said};{wanted}" in file
