"""
What the user guide tells the CIP and the director to do can be done on the demonstration; its pictures are made here.

    .venv/bin/python -m pytest tests/browser/test_newcomer.py tests/browser/test_guide.py -k "sqlite and phone" \\
        --guide docs/guide/images
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from seeds import demo
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demonstration")]


def open_partner(visitor: Visitor, name: str) -> None:
    """By the search, as anybody would."""
    visitor.open(f"/partenaires?q={name}")
    visitor.page.locator("main").get_by_role("link", name=name).first.click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_counsellor_prepares_a_stay(visitor: Visitor):
    page = visitor.page
    visitor.sign_in_as("sonia@exemple.test", demo.PASSWORD)
    visitor.open("/partenaires")
    page.get_by_text("Filtres et colonnes").click()
    page.get_by_label("Engagé").check()
    page.locator("main").get_by_role("button", name="Chercher").click()
    expect(page.get_by_text("9 partenaires trouvés")).to_be_visible()
    visitor.show("recherche", page.get_by_text("9 partenaires trouvés"))
    visitor.look("guide-recherche")
    open_partner(visitor, "Restaurant La Louche d'Argile")
    expect(page.get_by_text(re.compile("Sollicité"))).to_be_visible()
    expect(page.get_by_role("heading", name="Histoire")).to_be_visible()
    visitor.show("fiche-cip", page.get_by_role("heading", name="Histoire"))
    visitor.open(f"{urlsplit(page.url).path}/appel")
    expect(page.get_by_text("Message laissé")).to_be_visible()
    visitor.show("appel")
    visitor.look("guide-appel")
    visitor.open("/aide")
    page.get_by_role("link", name="Préparer un accueil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Préparer un accueil")
    expect(page.get_by_role("img", name="La liste des partenaires, filtrée")).to_be_visible()
    visitor.look("guide-aide")


def test_a_director_looks_after_the_house(visitor: Visitor):
    page = visitor.page
    visitor.sign_in_as("helene@exemple.test", demo.PASSWORD)
    page.get_by_role("link", name="Voir toute l'équipe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La journée de l'équipe")
    expect(page.get_by_text("Inès Vertadier").first).to_be_visible()
    visitor.show("equipe")
    visitor.look("guide-equipe")
    visitor.open("/reglages")
    expect(page.get_by_role("link", name="Personnes")).to_be_visible()
    visitor.show("reglages")
    page.get_by_role("link", name="Pôles").click()
    expect(page.get_by_text("Atelier Menuiserie")).to_be_visible()
    visitor.show("poles")
    visitor.look("guide-poles")


def test_a_developer_reads_a_file(visitor: Visitor):
    visitor.sign_in_as("ines@exemple.test", demo.PASSWORD)
    open_partner(visitor, "Boulangerie Brizolet")
    expect(visitor.page.get_by_text("Confirmer à Mme Brizolet les deux places de vente", exact=True)).to_be_visible()
    visitor.show("fiche")
    visitor.look("guide-fiche")
