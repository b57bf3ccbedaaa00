"""The real file, its duplicates looked for without importing it: looked at, taken away, erased."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from config import ROOT
from crm.access.policy import Role
from crm.imports.sifting.models import SiftedFile

EXAMPLE = ROOT / "seeds/examples/organisations_fnars.csv"


def test_the_duplicates_of_a_file(visitor, make, session):
    visitor.sign_in(make.user(roles=[Role.DEVELOPER]))
    page = visitor.page
    visitor.open("/doublons/fichier")
    visitor.look("fichier-1-apporter")
    page.get_by_role("button", name="Chercher les doublons").click()
    expect(page.get_by_role("link", name="Le fichier est vide.")).to_be_visible()

    page.get_by_label("Fichier").set_input_files(EXAMPLE)
    page.get_by_role("button", name="Chercher les doublons").click()
    expect(page.get_by_role("heading", name="Ce qui a été trouvé")).to_be_visible(timeout=60_000)
    visitor.look("fichier-2-groupes")
    page.get_by_role("link", name=re.compile("À regarder")).click()
    expect(page.get_by_role("link", name=re.compile("À regarder"))).to_have_attribute("aria-current", "page")
    visitor.look("fichier-3-a-regarder")
    with page.expect_download() as download:
        page.get_by_role("link", name="Groupes (CSV)").click()
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 221

    page.get_by_role("button", name="Effacer tout de suite").click()
    expect(page.get_by_text("Effacé : il ne reste rien ici de ce fichier.")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count()).select_from(SiftedFile)) == 0
