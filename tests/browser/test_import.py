"""The real file, brought on a screen: looked at, answered, imported; and brought again, which creates nothing."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from config import ROOT
from crm.access.policy import Role
from crm.partners.models import Partner

EXAMPLE = ROOT / "seeds/examples/organisations_fnars.csv"


def count(session):
    """How many partners there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(Partner))


def bring(page):
    """Give the example to the page."""
    page.get_by_label("Fichier").set_input_files(EXAMPLE)
    page.get_by_role("button", name="Apporter le fichier").click()
    page.get_by_role("button", name="Importer", exact=True).wait_for(timeout=30_000)


def told(page, outcome):
    """How many rows the tab of that outcome says it has."""
    tab = page.get_by_role("link", name=re.compile(outcome))
    expect(tab).to_have_text(re.compile(rf"^\s*{outcome}\s+\d+\s*$"))
    return int(tab.inner_text().split()[-1])


def test_the_real_file_enters_once(visitor, make, session):
    visitor.sign_in(make.user(roles=[Role.DEVELOPER, Role.DIRECTOR]))
    page = visitor.page
    # The tests write 170 partners inside the request that asks for it; a server does it beside.
    page.set_default_timeout(60_000)
    visitor.open("/importer")
    visitor.look("import-1-apporter")
    bring(page)
    visitor.look("import-2-verifier")
    # How many of each is the scorer's business (tests/imports/test_real_example.py); what is said must add up.
    doubtful, created = told(page, "Douteuse"), told(page, "Nouvelle") + 1
    assert created > doubtful > 3

    for group, answer in ((0, "C'est une autre"), (1, "C'est elle"), (2, "Laisser de côté")):
        page.get_by_role("group", name=re.compile(r"^Ligne \d+, ")).nth(group).get_by_label(answer).check()
    page.get_by_role("button", name="Garder ces choix").click()
    expect(page.get_by_text(f"{created} partenaires seront créés")).to_be_visible()
    expect(page.get_by_text(f"{doubtful - 3} lignes douteuses attendent votre réponse")).to_be_visible()
    assert count(session) == 0

    page.get_by_role("button", name="Importer", exact=True).click()
    page.get_by_role("heading", name="Import terminé").wait_for(timeout=30_000)
    visitor.look("import-3-termine")
    assert count(session) == created
    with page.expect_download() as download:
        page.get_by_role("link", name="Compte rendu (CSV)").click()
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 221

    visitor.open("/importer")
    bring(page)
    expect(page.get_by_text("0 partenaire")).to_be_visible()
    assert count(session) == created


SMALL = (
    "nom;ville;téléphone;prénom;nom du contact\nGarage du Parc;Antony;01 99 00 12 34;Paul;Durand-Test\n"
    "Boulangerie Vasseur;Sceaux;;;\nFleurs du Sorbier;Paris;;Jeanne;Petit-Test\n"
)


def bring_small(page, text=SMALL):
    """Give a few rows to the page."""
    page.get_by_label("Fichier").set_input_files({"name": "salon.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Apporter le fichier").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_visible(timeout=30_000)


def test_an_import_is_undone_but_for_what_was_used(visitor, make, session):
    user = make.user(roles=[Role.DEVELOPER, Role.DIRECTOR])
    visitor.sign_in(user)
    page = visitor.page
    visitor.open("/importer")
    bring_small(page)
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_role("heading", name="Import terminé")).to_be_visible(timeout=30_000)
    used = session.scalars(sa.select(Partner).where(Partner.name == "Boulangerie Vasseur")).one()
    make.interaction(used, user)

    page.get_by_role("link", name="Annuler cet import…").click()
    expect(page.get_by_role("heading", name="Ce qui restera tel quel")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Boulangerie Vasseur")).to_be_visible()
    visitor.look("import-4-annuler")
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_role("heading", name="Import annulé")).to_be_visible(timeout=30_000)
    visitor.look("import-5-annule")
    expect(page.get_by_text("2 partenaires supprimés.")).to_be_visible()
    session.rollback()
    assert count(session) == 1


PASTED = (
    "Nom\tAdresse\tVille\tTéléphone\tActivité\tSuivi par\n"
    "Garage du Parc\t3 rue de l'Atelier\tAntony\t01 99 00 12 34\tMécanique\tSoniah\n"
    "Boulangerie Vasseur\t\tSceaux\t\t\tSoniah\nFleurs du Sorbier\t\tParis\t\t\t\n"
)


def test_a_pasted_table_is_corrected_and_completes_a_known_partner(visitor, make, session):
    make.partner("Garage du Parc", street="3 rue de l'Atelier", phone="+33199001299")
    make.user(first_name="Sonia", last_name="Rivière")
    visitor.sign_in(make.user(roles=[Role.DEVELOPER]))
    page = visitor.page
    visitor.open("/importer")
    page.get_by_label("Ou un tableau collé").fill(PASTED)
    page.get_by_role("button", name="Apporter le fichier").click()
    expect(page.get_by_role("heading", name="Valeurs à vérifier")).to_be_visible(timeout=30_000)
    visitor.look("import-6-valeurs")
    page.get_by_label("Soniah").select_option("Sonia Rivière")
    page.get_by_role("button", name="Corriger et comparer de nouveau").click()
    expect(page.get_by_text("2 partenaires seront créés")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("personne inconnue")).to_have_count(0)

    page.get_by_role("link", name=re.compile("Identique")).click()
    expect(page.get_by_text("Ce que la ligne apporte à sa fiche")).to_be_visible()
    visitor.look("import-7-champs")
    page.get_by_role("checkbox", name=re.compile("Téléphone")).check()
    page.get_by_role("button", name="Garder ces choix").click()
    expect(page.get_by_text("Vos choix sont gardés.")).to_be_visible()
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("1 fiche connue complétée.")).to_be_visible(timeout=30_000)
    session.rollback()
    known = session.scalars(sa.select(Partner).where(Partner.name == "Garage du Parc")).one()
    assert (known.phone, known.sector) == ("+33199001234", "Mécanique")


HISTORY = (
    "Entreprise\tDate\tQui\tType\tCommentaire\nGarage du Parc\t12/03/2024\tSonia\tAppel\tDeux postes en avril\n"
    "Garage du Parc\t45363\tSonia\tVisite\tVu l'atelier et le chef d'équipe\nZeste & Cie\tmars 2024\tSoniah\tMail\t\n"
)


def test_a_history_of_exchanges_is_noted(visitor, make, session):
    garage = make.partner("Garage du Parc")
    make.user(first_name="Sonia", last_name="Rivière")
    visitor.sign_in(make.user(roles=[Role.DEVELOPER]))
    page = visitor.page
    visitor.open("/importer")
    page.get_by_label("Des échanges passés").check()
    page.get_by_label("Ou un tableau collé").fill(HISTORY)
    visitor.look("import-8-coller")
    page.get_by_role("button", name="Apporter le fichier").click()
    expect(page.get_by_text("2 échanges seront notés.")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name=re.compile("Identique")).click()
    expect(page.get_by_text("Deux postes en avril")).to_be_visible()
    visitor.look("import-9-echanges")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("2 échanges notés.")).to_be_visible(timeout=30_000)
    visitor.look("import-10-notes")
    visitor.open(f"/partenaires/{garage.public_id}")
    expect(page.get_by_text("Vu l'atelier et le chef d'équipe")).to_be_visible()
