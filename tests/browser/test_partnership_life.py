"""Steps 5 to 7 in a real browser: a line of the roadmap, the budget, an action, a review, the partner's own answer."""

import re

import pytest
from playwright.sync_api import expect

from crm.method.enums import ActionKind, BudgetSide, LineSection
from crm.method.guide.models import MethodLine, MethodVersion
from tests.factories import THEN
from tests.method import cards

HOSTILE = "<img src=x onerror=document.title='attaque'>"


@pytest.fixture
def card(visitor, make):
    """A partnership at step 6 seen by who carries it, and what the guide says of a visit."""
    user = make.user(first_name="Inès", last_name="Barral")
    made = cards.partnership(make, make.partner(f"Menuiserie {HOSTILE}"), user, step=6)
    cards.money(make, made)
    cards.money(make, made, BudgetSide.FUNDING, wording="Subvention", funder="Fondation Lumen", planned_cents=100_000)
    version = make.add(MethodVersion(structure_id=None, number=1, created_at=THEN))
    of = {"version_id": version.id, "action_kind": ActionKind.VISIT, "section": LineSection.FACTOR}
    for position, wording in enumerate(("Un circuit dynamique", "Les salariés préparent la visite")):
        make.add(MethodLine(**of, position=position, wording=wording))
    visitor.sign_in(user)
    return made


def test_a_roadmap_then_an_action(visitor, card):
    page, here = visitor.page, f"/partenariats/{card.public_id}"
    visitor.open(f"{here}/feuille-de-route")
    page.get_by_role("link", name="Ajouter une ligne", exact=True).click()
    page.get_by_label("Quoi").fill("Visiter l'atelier avec six salariés")
    page.get_by_label("Qui chez nous").select_option(label="Inès Barral")
    page.get_by_label("Pour quand").fill("2026-12-01")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**{here}/feuille-de-route")
    expect(page.get_by_text("Visiter l'atelier avec six salariés").first).to_be_visible()
    page.get_by_role("button", name="C'est fait").click()
    expect(page.get_by_text("Ligne de la feuille de route : Fait.")).to_be_visible()
    expect(page).not_to_have_title("attaque")
    visitor.look("roadmap")
    visitor.open(f"{here}/accord")
    page.get_by_label("Ou une autre personne").fill("Lou Vasseur")
    page.get_by_label("Accord donné le").fill("2026-11-20")
    visitor.look("roadmap-agreement")
    page.get_by_role("button", name="Enregistrer l'accord").click()
    expect(page.get_by_text("Accord de Lou Vasseur")).to_be_visible()

    visitor.open(f"{here}/suivi")
    visitor.look("steering-empty")
    page.get_by_role("link", name="Ajouter une action").click()
    page.get_by_label("Type d'action").select_option("visite_petit_dejeuner")
    page.get_by_label("Titre").fill("Visite de l'atelier")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/actions/*")
    page.get_by_role("button", name="Lancer l'action").click()
    expect(page.get_by_text("Action : Lancée.")).to_be_visible()
    page.get_by_label("Un circuit dynamique").check()
    page.get_by_role("button", name="Enregistrer les facteurs").click()
    expect(page.get_by_text("Facteurs de succès enregistrés.")).to_be_visible()
    expect(page.get_by_label("Un circuit dynamique")).to_be_checked()
    visitor.look("action")
    visitor.open("/actions")
    visitor.look("actions")


def test_a_review_then_the_opinion_of_the_partner(visitor, card):
    page, here = visitor.page, f"/partenariats/{card.public_id}"
    visitor.open(f"{here}/suivi")
    page.get_by_role("link", name="Ajouter un bilan").click()
    page.get_by_label("Date").fill("2026-11-20")
    page.get_by_label("Relations entre partenaires").fill("Confiance des deux côtés")
    page.get_by_label("Nouvelles ambitions").fill("Un forum au printemps")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**{here}/suivi")
    expect(page.get_by_text("Un forum au printemps")).to_be_visible()
    page.get_by_role("link", name="Demander un avis").click()
    page.get_by_label("Ou une autre personne").fill("Lou Vasseur")
    page.get_by_role("button", name="Faire le lien").click()
    link = page.get_by_label("Lien à copier")
    expect(link).to_have_value(re.compile(r"/enquete/[\w-]{43}$"))
    address = link.input_value()
    page.get_by_role("link", name="J'ai copié le lien").click()
    page.wait_for_url(f"**{here}/suivi")
    expect(page.get_by_text("Lou Vasseur")).to_be_visible()
    visitor.look("steering")

    page.context.clear_cookies()
    visitor.open("/enquete/" + address.rsplit("/", 1)[1])
    page.get_by_label("5 · tout à fait").check()
    page.get_by_label("Oui", exact=True).check()
    expect(page.get_by_label("Oui", exact=True)).to_be_checked()
    visitor.look("survey")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("heading", name="Merci de votre réponse")).to_be_visible()
