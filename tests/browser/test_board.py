"""The board: seen, filtered, its cards moved by drag, by keyboard and by menu; refused, filled, undone."""

from datetime import date, timedelta

import pypdfium2
import pytest
from playwright.sync_api import expect

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


def card_of(page, name):
    return page.locator("[data-card]").filter(has=page.get_by_role("link", name=name, exact=True))


def column(page, step):
    return page.locator(f'[data-column="{step}"]')


def test_cards_move_by_hand_by_keyboard_and_by_menu(visitor, director, busy_board, width):
    """By drag and by keyboard in the office, by menu on a phone; refused, asked for what lacks, taken back."""
    visitor.sign_in(director)
    page = visitor.page
    visitor.open("/projets/tableau")
    expect(page.get_by_role("heading", name="Tableau des sept étapes")).to_be_visible()
    visitor.look("tableau-1")
    move = by_menu if width == "phone" else by_drag
    move(page, "Cantine Jean-Zay", 5, "Feuille de route")
    expect(page.get_by_role("heading", name="Passer à l'étape 5")).to_be_visible()
    visitor.look("tableau-2-il-manque")
    page.get_by_label("Ce qui s'est dit pendant la rencontre").fill("Deux postes en avril, une visite le 12.")
    page.get_by_label("Prénom et nom du décideur").fill("Camille Orme")
    page.get_by_label("Un besoin").fill("Deux commis de cuisine")
    page.get_by_role("button", name="Remplir et passer").click()
    expect(page.get_by_text("Passé à l'étape 5 · Feuille de route")).to_be_visible()
    expect(column(page, 5).get_by_role("link", name="Cantine Jean-Zay", exact=True)).to_be_visible()
    visitor.look("tableau-3-passe")
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("Le dernier mouvement est annulé.")).to_be_visible()
    expect(column(page, 4).get_by_role("link", name="Cantine Jean-Zay", exact=True)).to_be_visible()
    if width == "phone":
        chosen_by_step(page)
        return
    by_drag(page, "Cantine Jean-Zay", 2, "")
    expect(page.get_by_text("Cette carte ne va pas à cette étape")).to_be_visible()
    by_keyboard(page)


def by_drag(page, name, step, _title):
    card_of(page, name).drag_to(column(page, step).locator(".board-column__head"))


def by_menu(page, name, step, title):
    card_of(page, name).locator("summary").click()
    button = page.get_by_role("button", name=f"Passer à {step} · {title}")
    expect(button).to_be_visible()
    button.click()


def chosen_by_step(page):
    """One step at a time: the chooser brings another, and says which one is there."""
    chooser = page.get_by_role("navigation", name="Choisir une étape")
    chosen = chooser.get_by_role("link", name="Étape 7, Faire vivre")
    chosen.click()
    expect(chosen).to_have_attribute("aria-current", "step")
    expect(column(page, 7)).to_be_in_viewport(ratio=0.1)
    expect(column(page, 2)).not_to_be_in_viewport()


def by_keyboard(page):
    """Arrows go from card to card; with Shift, the card itself moves. Going back asks why."""
    first = column(page, 4).locator(".board-card__name").first
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(column(page, 4).locator(".board-card__name").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    beside = column(page, 5).locator(".board-card__name").first
    expect(beside).to_be_focused()
    name = beside.text_content().strip()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_role("heading", name="Pause, retour, fin…")).to_be_visible()
    expect(page.get_by_label("Revenir à une étape")).to_be_checked()
    page.get_by_label("Pour quelle raison ?").fill("Le projet a changé.")
    page.get_by_role("button", name="Enregistrer le mouvement").click()
    expect(column(page, 4).get_by_role("link", name=name, exact=True)).to_be_visible()


def test_the_sheet_and_the_lines(visitor, director, busy_board, width):
    """Lines across the columns, then one sheet of paper."""
    visitor.sign_in(director)
    visitor.open("/projets/tableau?lanes=owner&stale=1")
    expect(visitor.page.get_by_role("heading", name="Personne")).to_be_visible()
    visitor.look("tableau-4-lignes")
    visitor.open("/projets/tableau?print=1")
    expect(visitor.page.get_by_text("une feuille A3")).to_be_visible()
    visitor.look("tableau-5-feuille")
    if width == "office":
        sheet = visitor.page.pdf(prefer_css_page_size=True)
        if visitor.pictures:
            (visitor.pictures / "tableau.pdf").write_bytes(sheet)
        document = pypdfium2.PdfDocument(sheet)
        assert len(document) == 1
        across, down = (round(side / 72 * 25.4) for side in document[0].get_size())
        assert (across, down) == (420, 297)
