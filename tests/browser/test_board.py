"""The board: seen, filtered, its cards moved by drag, by keyboard and by menu; refused, filled, undone."""

from datetime import date, timedelta

import pytest

from crm import clock
from crm.access.policy import Role
from crm.method.enums import BudgetSide, CardState
from crm.method.models import Initiative, Partnership
from crm.method.partnerships.models import BudgetLine
from crm.partners.enums import Willingness

NAMES = (
    *("Boulangerie Vasseur", "Garage du Parc", "Traiteur Lumen", "Cantine Jean-Zay", "Épicerie du Parvis"),
    *("Menuiserie Orme & fils", "Transports Castan", "Blanchisserie des Trois Rivières", "Ferme de la Haie-Claire"),
    *("Imprimerie Sabatié", "Résidence Les Glycines", "Jardins de Kerhuon"),
)


def ago(days):
    return clock.now() - timedelta(days=days)


@pytest.fixture
def director(make):
    return make.user(roles=[Role.DIRECTOR], first_name="Nadia", last_name="Kerouani")


PROJECTS = (
    ("Bâtiment et second œuvre au sud", 1),
    ("Propreté des bureaux", 1),
    ("Métiers de bouche", 2),
    ("Services à la personne, vallée de la Bièvre", 3),
    ("Réemploi des matériaux", 3),
    ("Portefeuille existant", 4),
    ("Restauration collective", 4),
)


@pytest.fixture
def busy_board(make, director):
    """Forty-five cards over the seven columns."""
    other = make.user(first_name="Inès", last_name="Delmas")
    projects = []
    for number, (title, step) in enumerate(PROJECTS):
        then = ago(20 + 30 * number)
        given = {"title": title, "step": step, "is_portfolio": title == "Portefeuille existant"}
        if number % 2:
            given |= {"pilot_id": director.id, "horizon_on": date(2028, 6, 30)}
        projects.append(make.add(Initiative(structure_id=make.home.id, step_since=then, created_at=then, **given)))
    for number in range(40):
        name = NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else f" {number // len(NAMES) + 1}")
        partner = make.partner(name)
        make.follow(partner, willingness=(None, *Willingness)[number % 5])
        if number % 3:
            days = number % 25 - 4
            make.todo(partner, other, due_on=clock.today() + timedelta(days=days), what="Envoyer la feuille de route")
        owner = (director.id, other.id, None)[number % 3]
        a_card(make, projects[5 + number % 2], partner, number, owner_id=owner)
    return projects


def a_card(make, project, partner, number, **values):
    """The partnership of that number: its age, its step and its pause follow from it."""
    then = ago(400 if number % 7 == 3 else 3 + 4 * number)
    given = {"structure_id": make.home.id, "initiative_id": project.id, "partner_id": partner.id}
    given |= {"step": (4, 4, 5, 4, 6, 7, 5, 7)[number % 8], "step_since": then, "entered_at": then, "created_at": then}
    if number % 9 == 4:
        given |= {"state": CardState.PAUSED, "paused_until": clock.today() + timedelta(days=60)}
    card = make.add(Partnership(**given | values))
    if number % 4 == 0:
        line = {"initiative_id": project.id, "partnership_id": card.id, "side": BudgetSide.FUNDING}
        make.add(BudgetLine(wording="Département", planned_cents=(number + 1) * 50_000, created_at=then, **line))
    return card


def test_the_board_is_seen(visitor, director, busy_board):
    visitor.sign_in(director)
    visitor.open("/projets/tableau")
    visitor.look("tableau-1")
    visitor.open("/projets/tableau?lanes=owner&stale=1")
    visitor.look("tableau-2-lignes")
