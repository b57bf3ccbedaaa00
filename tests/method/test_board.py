"""The board on screen: what it shows to whom, what its filters keep, the moves made from it and their undo."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.accounts.enums import LegalKind
from crm.accounts.models import Unit
from crm.conventions.enums import ConventionKind, Stage
from crm.conventions.models import Convention
from crm.method.board import queries
from crm.method.board.filters import ME, NOTHING, Filters, Territory
from crm.method.enums import (
    ActionKind,
    ActionState,
    BudgetSide,
    CardState,
    ItemState,
    MoveKind,
    PlaceKind,
)
from crm.method.models import Initiative, InitiativePlace, InitiativeUnit, Partnership, Transition
from crm.method.partnerships.models import Action, BudgetLine, RoadmapItem
from crm.method.projects.models import StrategyAction
from crm.partners.enums import Willingness
from crm.partners.listing.models import SavedView
from crm.partners.reference.enums import SizeClass
from tests.counting import statements
from tests.pages import forms_of

BOARD = "/projets/tableau"


@pytest.fixture
def director(make):
    return make.user(roles=[Role.DIRECTOR])


@pytest.fixture
def desk(browser, make, director):
    browser.enter(director, make.home)
    return browser


def ago(days):
    return clock.now() - timedelta(days=days)


def project(make, title="Bâtiment au sud", structure=None, **values):
    given = {"step": 1, "step_since": ago(40), "created_at": ago(40)} | values
    return make.add(Initiative(structure_id=(structure or make.home).id, title=title, **given))


def partnership(make, initiative, partner=None, **values):
    given = {"step": 4, "step_since": ago(12), "entered_at": ago(12), "created_at": ago(12)} | values
    partner = partner or make.partner()
    return make.add(
        Partnership(structure_id=initiative.structure_id, initiative_id=initiative.id, partner_id=partner.id, **given)
    )


def read(make, director, filters=NOTHING):
    actor = make.actor(director, roles=[Role.DIRECTOR])
    with make.transaction(actor, clock.now(), writes=False) as session:
        return queries.read(session, filters, actor=actor, now=clock.now(), today=clock.today())


def names(make, director, **filters):
    return sorted(card.name for card in read(make, director, Filters(**filters)).cards)


def test_seven_columns_of_cards(desk, make, director):
    """Projects in 1 to 3, partnerships in 4 to 7; what is over, withdrawn, binned, elsewhere or passed is not there."""
    building = project(make, pilot_id=director.id)
    passed = project(make, "Portefeuille existant", step=4, is_portfolio=True)
    project(make, "Stratégie passée", step=4)
    project(make, "Abandonné", state=CardState.ABANDONED)
    elsewhere = make.structure()
    project(make, "D'ailleurs", structure=elsewhere)
    vasseur = make.partner("Boulangerie Vasseur")
    make.follow(vasseur, willingness=Willingness.INTERESTED)
    make.todo(vasseur, director, due_on=clock.today() + timedelta(days=1), what="Envoyer la feuille de route")
    card = partnership(make, passed, vasseur, owner_id=director.id, step=5)
    make.add(
        BudgetLine(
            initiative_id=passed.id,
            partnership_id=card.id,
            side=BudgetSide.FUNDING,
            wording="CD 92",
            planned_cents=450_000,
            created_at=ago(1),
        )
    )
    partnership(make, passed, make.partner("Garage du Parc"), state=CardState.PAUSED, paused_until=date(2099, 3, 1))
    partnership(make, passed, make.partner("Retirée"), state=CardState.WITHDRAWN)
    partnership(make, passed, make.partner("Corbeille", binned_at=ago(1)))
    partnership(make, project(make, structure=elsewhere), make.partner("Ailleurs aussi"))
    page = desk.get(BOARD)
    assert page.status_code == 200
    for shown in (
        building.title,
        "Boulangerie Vasseur",
        "demain : Envoyer la feuille de route",
        "Intéressé",
        "Depuis 12 jours à cette étape",
        "4\u202f500 €",
        "En pause jusqu&#39;au 01/03/2099",
        "3 cartes en cours",
    ):
        assert shown in page.text, shown
    for hidden in ("Stratégie passée", "Abandonné", "D&#39;ailleurs", "Retirée", "Corbeille</span>", "Ailleurs aussi"):
        assert hidden not in page.text.partition('id="tableau"')[2], hidden


def test_what_is_to_call_again(make, director):
    """Nothing dated, or silence; neither while paused, nor with a line of the roadmap to do."""
    home = project(make, step=4)
    for name, values in (
        ("Rien", {}),
        ("En pause", {"state": CardState.PAUSED, "paused_until": clock.today() + timedelta(days=9)}),
        ("Feuille de route", {"step": 5}),
        ("Muet", {"entered_at": ago(400)}),
    ):
        partner = make.partner(name)
        card = partnership(make, home, partner, **values)
        if name == "Feuille de route":
            line = {"partnership_id": card.id, "what": "Visiter l'atelier", "created_at": ago(1)}
            make.add(RoadmapItem(due_on=clock.today() + timedelta(days=3), **line))
            make.add(RoadmapItem(due_on=clock.today(), state=ItemState.DONE, **line))
        if name == "Muet":
            make.todo(partner, director, due_on=clock.today())
    assert names(make, director, stale=True) == ["Muet", "Rien"]
    make.interaction(make.partner("Autre"), director, held_at=ago(2))
    assert names(make, director, stale=True) == ["Muet", "Rien"]


def test_each_filter_keeps_its_own(make, director):
    other = make.user(roles=[Role.DEVELOPER])
    unit = make.add(Unit(structure_id=make.home.id, name="Atelier bois", legal_kind=LegalKind.ACI))
    wood = project(make, "Bois", pilot_id=director.id, step=2)
    make.add(InitiativeUnit(initiative_id=wood.id, unit_id=unit.id))
    make.add(InitiativePlace(initiative_id=wood.id, kind=PlaceKind.PARK, name="Parc des Hautes-Haies"))
    make.add(StrategyAction(initiative_id=wood.id, kind=ActionKind.FORUM))
    care = project(make, "Soin", step=4)
    here = partnership(make, care, make.partner("Ici", size=SizeClass.VERY_SMALL), owner_id=other.id)
    partnership(make, care, make.partner("Loin", department="38", city="Fontaine", commune_code="38169"))
    make.add(
        Action(
            initiative_id=care.id,
            partnership_id=here.id,
            kind=ActionKind.VISIT,
            title="Visite",
            state=ActionState.PLANNED,
            created_at=ago(1),
        )
    )
    for filters, kept in (
        ({}, ["Bois", "Ici", "Loin"]),
        ({"project": care.public_id}, ["Ici", "Loin"]),
        ({"owner": ME}, ["Bois"]),
        ({"owner": other.public_id}, ["Ici"]),
        ({"owner": "nobody"}, ["Loin"]),
        ({"unit": unit.public_id}, ["Bois"]),
        ({"action": ActionKind.FORUM}, ["Bois"]),
        ({"action": ActionKind.VISIT}, ["Ici"]),
        ({"size": SizeClass.VERY_SMALL}, ["Ici"]),
        ({"territory": Territory("park", "Parc des Hautes-Haies")}, ["Bois"]),
        ({"territory": Territory("department", "38")}, ["Loin"]),
        ({"territory": Territory("commune", "38169")}, ["Loin"]),
        ({"step": 2}, ["Bois"]),
        ({"step": 4}, ["Ici", "Loin"]),
    ):
        assert names(make, director, **filters) == kept, filters


def test_a_constant_number_of_queries(make, desk, director):
    home = project(make, step=4)

    def asked():
        with statements(make.app) as sent:
            assert desk.get(BOARD).status_code == 200
        return len(sent)

    partnership(make, home)
    desk.get(BOARD)
    before = asked()
    for number in range(12):
        project(make, f"Projet {number}", pilot_id=director.id)
        partner = make.partner(f"Atelier {number}")
        make.interaction(partner, director)
        partnership(make, home, partner, owner_id=director.id, step=4 + number % 4)
    assert asked() == before


def test_the_rest_of_a_column_comes_on_demand(desk, make):
    home = project(make, step=4)
    for number in range(33):
        partnership(make, home, make.partner(f"Atelier {number:02}"), step_since=ago(100 - number))
    page = desk.get(BOARD)
    assert page.text.count('class="board-card"') == 30
    following = page.text.split("data-more")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    rest = desk.get(following)
    assert [f"Atelier {number:02}" in rest.text for number in (29, 30, 31, 32)] == [False, True, True, True]
    assert "data-more" not in rest.text


def drop(desk, card, step, board="", version=None):
    """What the browser sends when a card is dropped on a column, or its menu used."""
    form = next(one for one in forms_of(desk.get(BOARD).text) if "board" in one.values)
    query = "" if version is None else f"?version={version}"
    address = f"{BOARD}/{card.public_id}/deplacer{query}"
    return desk.client.post(address, data=form.values | {"step": str(step), "board": board})


def ready_to_move(make, director):
    """A partnership at step 5, on whose roadmap, budget and agreement everything is written."""
    card = partnership(
        make, project(make, step=4), step=5, without_budget=True, agreed_by="Mme Vasseur", agreed_on=clock.today()
    )
    line = {"what": "Visite", "ours_id": director.id, "due_on": clock.today(), "created_at": ago(1)}
    make.add(RoadmapItem(partnership_id=card.id, **line))
    return card


def step_of(session):
    return session.scalars(select(Partnership.step)).one()


def test_a_card_moves_and_comes_back(desk, make, director, session):
    card = ready_to_move(make, director)
    answer = drop(desk, card, 6, "owner=nobody", card.version)
    assert answer.location == f"{BOARD}?owner=nobody#carte-{card.public_id}"
    assert step_of(session) == 6
    undo = next(one for one in forms_of(desk.get(answer.location).text) if one.action.endswith("/annuler"))
    answer = desk.client.post(undo.action, data=undo.values)
    assert answer.location.startswith(f"{BOARD}?owner=nobody#")
    assert step_of(session) == 5
    assert [one.kind for one in session.scalars(select(Transition).order_by(Transition.id))] == [
        MoveKind.FORWARD,
        MoveKind.UNDONE,
    ]


@pytest.mark.parametrize(
    ("step", "version", "said"),
    [
        (2, None, "Cette étape n&#39;est pas celle d&#39;une telle carte."),
        (9, None, "Choisissez une étape de 1 à 7."),
        ("", None, "Choisissez une étape de 1 à 7."),
        (6, 99, "Cette carte a bougé entre-temps"),
    ],
)
def test_a_refused_move_changes_nothing(desk, make, director, snapshot, step, version, said):
    card = ready_to_move(make, director)
    form = next(one for one in forms_of(desk.get(BOARD).text) if "board" in one.values)
    before = without_nonces(snapshot())
    query = "" if version is None else f"?version={version}"
    answer = desk.client.post(f"{BOARD}/{card.public_id}/deplacer{query}", data=form.values | {"step": str(step)})
    assert said in desk.get(answer.location).text
    assert without_nonces(snapshot()) == before


def without_nonces(rows):
    return {table: held for table, held in rows.items() if table != "form_submissions"}


def test_what_lacks_is_asked_for_and_the_board_is_found_again(desk, make, session):
    card = partnership(make, project(make, step=4))
    asking = drop(desk, card, 5, "owner=nobody").location
    assert asking.startswith(f"/cartes/{card.public_id}/avancer?vers=5&retour=")
    assert step_of(session) == 4
    answer = desk.submit(asking, {"how": "accept"}, action=asking)
    assert answer.location == f"{BOARD}?owner=nobody#carte-{card.public_id}"
    assert step_of(session) == 5
    back = drop(desk, card, 4).location
    page = desk.get(back)
    assert back.startswith(f"/cartes/{card.public_id}/changer?vers=4&retour=")
    assert forms_of(page.text)[-1].values | {"kind": "back", "step": "4"} == forms_of(page.text)[-1].values
    other = desk.get(f"/cartes/{card.public_id}/avancer?vers=6&retour=https://ailleurs.example/").text
    assert "ailleurs.example" not in other.partition('id="contenu"')[2]


def test_one_sheet_holds_every_card(desk, make):
    home = project(make, step=4)
    for number in range(33):
        partnership(make, home, make.partner(f"Atelier {number:02}"))
    page = desk.get(f"{BOARD}?print=1").text
    assert all(f"Atelier {number:02}" in page for number in range(33))


def test_lanes_lead_to_the_rest_of_a_cell(desk, make, director):
    home = project(make, "Soin & aide", step=4)
    for number in range(7):
        partnership(make, home, make.partner(f"Atelier {number}"), owner_id=director.id)
    partnership(make, home, make.partner("Sans personne"))
    for lanes, title in (("project", "Soin &amp; aide"), ("owner", director.name)):
        page = desk.get(f"{BOARD}?lanes={lanes}").text
        assert title in page.partition('id="tableau"')[2]
        following = page.split("data-more")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        assert desk.get(following).text.count('class="board-card"') == (8 if lanes == "project" else 7)


def test_who_reads_moves_nothing(browser, make):
    partnership(make, project(make, step=4), make.partner("Garage du Parc"))
    browser.enter(make.user(roles=[Role.VOLUNTEER]), make.home)
    page = browser.get(BOARD).text
    assert "Garage du Parc" in page
    assert "deplacer" not in page


def test_a_view_of_the_board_is_kept_and_shared(desk, make, session):
    partnership(make, project(make, step=4))
    answer = desk.submit(
        "/partenaires/vues/nouvelle?of=board&stale=1&owner=me&quoi=rien",
        {"name": "Mes relances", "shared": "y"},
        action="/partenaires/vues/nouvelle",
    )
    assert answer.location == f"{BOARD}?owner=me&stale=1"
    before = desk.get(answer.location).text.partition("Mes relances")[0]
    assert 'aria-current="page"' in before.rpartition("list-view")[2]
    assert "Mes relances" not in desk.get("/partenaires").text
    assert f'href="{BOARD}?owner=me&amp;stale=1"' in desk.get("/partenaires/vues").text
    assert session.scalars(select(SavedView.page)).all() == ["board"]


def test_the_convention_that_binds_is_on_the_card(desk, make):
    home = project(make, step=4)
    bound, free = make.partner("Blanchisserie Orme"), make.partner("Garage du Parc")
    for partner in (bound, free):
        partnership(make, home, partner, step=7)
    values = {"kind": ConventionKind.FRAMEWORK, "title": "Convention cadre", "stage": Stage.SIGNED}
    days = {"starts_on": clock.today() - timedelta(days=9), "signed_on": clock.today() - timedelta(days=10)}
    make.add(Convention(structure_id=make.home.id, partner_id=bound.id, created_at=ago(20), **values, **days))
    page = desk.get(BOARD).text
    assert page.count("En vigueur") == 1
    assert "En vigueur" in page.partition("Blanchisserie Orme</a>")[2].partition("</li>")[0]
