"""
The first three minutes of somebody who has just installed the demonstration, as README tells them: the real file, three
doubtful rows, a partner that was known already, a visit, and tomorrow's digest.
"""

import re

import pytest
from playwright.sync_api import expect

from config import ROOT
from crm import clock
from crm.reminders.rules import Delay, next_due
from seeds import demo
from tests.browser.conftest import Visitor
from tests.smtp import MailServer

pytestmark = pytest.mark.browser

EXAMPLE = ROOT / "seeds/examples/organisations_fnars.csv"
DEVELOPER = "ines@exemple.test"
TO_DO = "Apporter la plaquette des ateliers"


@pytest.mark.usefixtures("demonstration")
def test_the_first_three_minutes(app, visitor: Visitor, monkeypatch):
    # The file is compared and written inside the request here, among a whole demonstration: seconds on a busy machine.
    visitor.page.set_default_timeout(60_000)
    visitor.sign_in_as(DEVELOPER, demo.PASSWORD)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Bonjour Inès")
    visitor.show("aujourdhui")
    imports_the_real_file(visitor)
    name = is_told_that_a_partner_is_known(visitor)
    logs_a_visit(visitor)
    finds_it_in_the_digest(app, name, monkeypatch)


def imports_the_real_file(visitor: Visitor) -> None:
    """Three doubtful rows are answered, each in another way, before anything is written."""
    page = visitor.page
    visitor.open("/importer")
    page.get_by_label("Fichier").set_input_files(EXAMPLE)
    page.get_by_role("button", name="Apporter le fichier").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_visible(timeout=60_000)
    waiting = re.compile(r"(\d+) lignes douteuses attendent votre réponse")
    found = waiting.search(page.get_by_text(waiting).inner_text())
    assert found
    before = int(found[1])
    rows = page.get_by_role("group", name=re.compile(r"^Ligne \d+, "))
    expect(rows.first).to_contain_text("ressemble à")
    visitor.show("import", rows.first)
    visitor.look("visiteur-1-import")
    for place, answer in enumerate(("C'est elle", "C'est une autre", "Laisser de côté")):
        rows.nth(place).get_by_label(answer).check()
    page.get_by_role("button", name="Garder ces choix").click()
    expect(page.get_by_text("Vos choix sont gardés.")).to_be_visible()
    expect(page.get_by_text(f"{before - 3} lignes douteuses attendent votre réponse")).to_be_visible()
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_role("heading", name="Import terminé")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 ligne douteuse créée")).to_be_visible()
    visitor.look("visiteur-2-importe")


def is_told_that_a_partner_is_known(visitor: Visitor) -> str:
    """While it is typed, with the reasons; the known one is opened instead. Its name."""
    page = visitor.page
    visitor.open("/partenaires/nouveau")
    page.get_by_label("Nom ou raison sociale").press_sequentially("Asso. La Pose", delay=5)
    page.get_by_label("Ville").first.fill("Valenciennes")
    hint = page.locator("#ressemblances")
    expect(hint).to_contain_text("même commune")
    expect(hint).to_contain_text("Ce n'est pas la même entreprise")
    expect(page.get_by_label("Ville").first).to_be_focused()
    visitor.show("doublon", page.get_by_label("Nom ou raison sociale"))
    visitor.look("visiteur-3-doublon")
    known = hint.get_by_role("link", name=re.compile("La Pose")).first
    known.click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("La Pose")
    return title.inner_text()


def logs_a_visit(visitor: Visitor) -> None:
    """Three lines, and something to do tomorrow."""
    page = visitor.page
    page.locator("main").get_by_role("link", name="Nouvel échange").click()
    expect(page.get_by_role("radio", name="Visite")).to_be_checked()
    page.get_by_label("Ce qui s'est dit").fill("Accueil chaleureux.\nDeux immersions en avril.\nVeulent la plaquette.")
    page.get_by_role("textbox", name="À faire").fill(TO_DO)
    page.get_by_role("radio", name="demain").check()
    visitor.show("visite", page.get_by_label("Ce qui s'est dit"))
    visitor.look("visiteur-4-visite")
    page.get_by_role("button", name="Enregistrer l'échange").click()
    expect(page.get_by_text("Deux immersions en avril.")).to_be_visible()
    expect(page.get_by_text(TO_DO).first).to_be_visible()


def finds_it_in_the_digest(app, name: str, monkeypatch) -> None:
    """The command of README: what would leave tomorrow morning, then the mail itself."""
    tomorrow = next_due(clock.today(), Delay.TOMORROW)
    sweep = ["reminders", "sweep", "--at", f"{tomorrow}T07:30"]
    told = app.test_cli_runner().invoke(args=sweep)
    assert told.exit_code == 0, told.output
    assert f"À préparer pour {DEVELOPER}" in told.output
    with MailServer() as mail:
        monkeypatch.setitem(app.config, "SMTP_URL", mail.url)
        sent = app.test_cli_runner().invoke(args=[*sweep, "--for-real"])
        assert sent.exit_code == 0, sent.output
    [text] = [text for to, text in zip(mail.recipients, mail.texts, strict=True) if to == [DEVELOPER]]
    assert TO_DO in text
    assert name in text
