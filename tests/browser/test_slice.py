"""
The main job, end to end, on the guide's real organisations: import, be warned of a duplicate, log a visit,
find what is to do in Aujourd'hui and in the morning's mail.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect

import config
from crm import clock
from crm.access.policy import Role
from crm.partners.models import Partner
from crm.reminders import delivery
from tests.browser.conftest import Visitor
from tests.smtp import MailServer

pytestmark = pytest.mark.browser

EXAMPLE = Path(config.ROOT) / "seeds" / "examples" / "organisations_fnars.csv"
REPORT = "Deux postes en avril.\nMme Brizolet veut rencontrer l'équipe.\nÀ rappeler lundi."


@pytest.fixture
def imported(app, make):
    """A development manager, and the guide's organisations in the pool."""
    user = make.user(first_name="Inès", roles=[Role.DEVELOPER])
    done = app.test_cli_runner().invoke(args=["import", "partners", str(EXAMPLE), "--for-real"])
    assert done.exit_code == 0, done.output
    return user


def test_from_the_file_to_the_morning_mail(app, imported, visitor: Visitor, session, monkeypatch):
    visitor.sign_in(imported)
    visitor.look("aujourdhui-vide")
    total = session.query(Partner).count()
    finds_its_way_in_the_list(visitor, total)
    is_warned_of_a_duplicate(visitor)
    assert session.query(Partner).count() == total
    name = logs_a_visit_to_the_known_one(visitor)
    with time_machine.travel(_half_past_seven(clock.now() + timedelta(days=1))):
        visitor.sign_in_again(imported)
        expect(visitor.page.get_by_text("Relancer").first).to_be_visible()
        visitor.look("aujourdhui")
        with MailServer() as mail:
            monkeypatch.setitem(app.config, "SMTP_URL", mail.url)
            with app.app_context():
                delivery.sweep(app, now=clock.now())
                delivery.sweep(app, now=clock.now())
                delivery.deliver(app, clock=clock.now)
            assert mail.recipients == [[imported.email]], "one mail, however often the scheduler looks"
            assert "Relancer" in mail.texts[0]
            assert name in mail.texts[0]
        ticks_it_and_changes_their_mind(visitor)


def finds_its_way_in_the_list(visitor: Visitor, total: int) -> None:
    """Pages by key, then the search, words in any order."""
    page = visitor.page
    visitor.open("/partenaires")
    visitor.look("partenaires")
    assert total > 100
    expect(page.get_by_text(f"{total} partenaires")).to_be_visible()
    page.get_by_role("link", name="Suite").click()
    expect(page.get_by_role("link", name="Début")).to_be_visible()
    box = page.get_by_role("searchbox").first
    box.fill("vanneaux ferme")
    box.press("Enter")
    expect(page.get_by_text(re.compile("partenaires? trouvé"))).to_be_visible()
    visitor.look("partenaires-trouves")


def is_warned_of_a_duplicate(visitor: Visitor) -> None:
    """While typing, with the reason; and the form is refused until somebody says that it is another company."""
    page = visitor.page
    visitor.open("/partenaires/nouveau")
    page.get_by_label("Nom ou raison sociale").press_sequentially("La Ferme des Vaneaux", delay=5)
    hint = page.locator("#ressemblances")
    expect(hint.get_by_role("link", name=re.compile("Vanneaux")).first).to_be_visible()
    expect(hint).to_contain_text("très proche")
    visitor.look("nouveau-ressemblances")
    page.get_by_label("Type de partenaire").select_option("association")
    page.get_by_role("button", name="Créer le partenaire").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    visitor.look("nouveau-refuse")


def logs_a_visit_to_the_known_one(visitor: Visitor) -> str:
    """From the warning to the known company's page, and the visit in three lines. Gives the company's name."""
    page = visitor.page
    page.locator("#ressemblances").get_by_role("link", name=re.compile("Vanneaux")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vanneaux")
    name = page.get_by_role("heading", level=1).inner_text()
    visitor.look("partenaire")
    page.locator("main").get_by_role("link", name="Nouvel échange").click()
    expect(page.get_by_role("radio", name="Visite")).to_be_checked()
    page.get_by_label("Ce qui s'est dit").fill(REPORT)
    page.get_by_role("radio", name="demain").check()
    visitor.look("nouvel-echange")
    page.get_by_role("button", name="Enregistrer l'échange").click()
    expect(page.get_by_text("Deux postes en avril.")).to_be_visible()
    visitor.look("partenaire-apres-visite")
    return name


def ticks_it_and_changes_their_mind(visitor: Visitor) -> None:
    """Done with one tap; undone as easily."""
    page = visitor.page
    page.get_by_role("button", name=re.compile("Relancer")).first.click()
    expect(page.get_by_role("button", name="Annuler")).to_be_visible()
    visitor.look("aujourdhui-fait")
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("Relancer").first).to_be_visible()


def _half_past_seven(moment: datetime) -> datetime:
    day = moment.astimezone(clock.PARIS)
    while day.weekday() > 4:  # digests leave on working days
        day += timedelta(days=1)
    return day.replace(hour=7, minute=35, second=0, microsecond=0)


def test_two_editors_and_the_choice_between_their_words(make, visitor: Visitor, another: Visitor, session):
    partner = make.partner("Garage du Parc", city="Antony")
    first, second = make.user(first_name="Sonia"), make.user(first_name="Inès")
    visitor.sign_in(first)
    another.sign_in(second)
    address = f"/partenaires/{partner.public_id}/modifier"
    visitor.open(address)
    another.open(address)

    another.page.get_by_label("Nom ou raison sociale").fill("Garage du Grand Parc")
    another.page.get_by_label("Ville").first.fill("Sceaux")
    another.page.get_by_role("button", name=re.compile("Enregistrer")).click()
    expect(another.page.get_by_role("heading", level=1)).to_contain_text("Garage du Grand Parc")

    visitor.page.get_by_label("Nom ou raison sociale").fill("Garage du Petit Parc")
    visitor.page.get_by_label("Secteur d'activité").fill("mécanique")
    visitor.page.get_by_role("button", name=re.compile("Enregistrer")).click()
    expect(visitor.page.get_by_text("Garage du Grand Parc").first).to_be_visible()
    visitor.look("conflit")
    assert session.get(Partner, partner.id).name == "Garage du Grand Parc", "nothing was overwritten"

    # The name has two authors and is asked; the town has one and is already chosen; the sector is only ours.
    visitor.page.locator('input[name="choice-name"][value="mine"]').check()
    expect(visitor.page.locator('input[name="choice-city"][value="theirs"]')).to_be_checked()
    visitor.page.get_by_role("button", name="Enregistrer ce choix").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Garage du Petit Parc")
    kept = session.get(Partner, partner.id)
    assert (kept.name, kept.city, kept.sector) == ("Garage du Petit Parc", "Sceaux", "mécanique")


def test_the_doors_that_are_shut(make, visitor: Visitor):
    """Refusals and dead ends are pages too."""
    visitor.open("/connexion")
    visitor.look("connexion")
    visitor.page.get_by_label("Adresse e-mail").fill("personne@exemple.test")
    visitor.page.get_by_label("Mot de passe").fill("faux")
    visitor.page.get_by_role("button", name="Se connecter").click()
    expect(visitor.page.get_by_role("alert").first).to_contain_text("incorrect")
    visitor.look("connexion-refusee")

    visitor.sign_in(make.user(roles=[Role.BOARD]))
    visitor.look("aujourdhui-conseil")
    visitor.open("/partenaires")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Accès refusé")
    visitor.look("refus")
    visitor.open("/nulle-part")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("introuvable")
    visitor.look("introuvable")


def test_in_english_without_a_french_word_left_behind(make, visitor: Visitor):
    visitor.sign_in(make.user(roles=[Role.DEVELOPER]))
    partner = make.partner("Garage du Parc")
    menu = visitor.page.locator("summary", has_text=re.compile("ID|Inès")).first
    if visitor.width == "phone":
        menu.click()
    visitor.page.get_by_role("button", name="English").locator("visible=true").first.click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/aujourdhui", "/partenaires", "/partenaires/nouveau", f"/partenaires/{partner.public_id}"):
        visitor.open(path)
        text = visitor.page.locator("body").inner_text()
        left = re.findall(r"\b(?:Partenaires?|Échanges?|Aujourd|Enregistrer|Nouvel|facultatif|Suivi|Ville)\b", text)
        assert left == [], path
    visitor.look("partner-in-english")
