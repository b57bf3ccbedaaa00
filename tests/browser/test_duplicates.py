"""The real file, brought as it is: reviewed, three duplicates merged, one of them given back."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from config import ROOT
from crm.access.policy import Role
from crm.dedupe.merging.models import Merge
from crm.partners.models import Partner

EXAMPLE = ROOT / "seeds/examples/organisations_fnars.csv"


def live(session):
    """How many partners people see."""
    return session.scalar(sa.select(sa.func.count()).select_from(Partner).where(Partner.binned_at.is_(None)))


def bring_all(page, visitor):
    """Import the file, every doubtful row said to be another: the queue then has what to sort."""
    visitor.open("/importer")
    page.get_by_label("Fichier").set_input_files(EXAMPLE)
    page.get_by_role("button", name="Apporter le fichier").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_visible(timeout=60_000)
    for box in page.locator("main fieldset").get_by_label("C'est une autre").all():
        box.check()
    page.get_by_role("button", name="Garder ces choix").click()
    expect(page.get_by_text(re.compile("partenaires seront créés"))).to_be_visible()
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_role("heading", name="Import terminé")).to_be_visible(timeout=60_000)


def answer(page, visitor, key, name):
    """On a keyboard, one key; under a finger, a button."""
    if visitor.width == "office":
        page.keyboard.press(key)
    else:
        page.get_by_role("button", name=re.compile(f"^{name}")).click()


def test_import_review_merge_three_undo_one(visitor, make, session):
    visitor.sign_in(make.user(roles=[Role.DEVELOPER, Role.DIRECTOR]))
    page = visitor.page
    # The tests compare 170 records inside the request that asks for it; a server does it beside.
    page.set_default_timeout(120_000)
    bring_all(page, visitor)
    before = live(session)
    visitor.open("/doublons")
    expect(page.get_by_role("button", name="Trier une paire après l'autre")).to_be_visible(timeout=120_000)
    visitor.look("doublons-1-file")

    page.get_by_role("button", name="Trier une paire après l'autre").click()
    expect(page.get_by_role("heading", name="Est-ce la même organisation ?")).to_be_visible()
    visitor.look("doublons-2-paire")
    answer(page, visitor, "s", "Distinct")
    expect(page.get_by_text("La question ne revient que si l'une change.")).to_be_visible()

    for number in range(3):
        visitor.open("/doublons")
        page.get_by_role("button", name="Trier une paire après l'autre").click()
        expect(page.get_by_role("heading", name="Est-ce la même organisation ?")).to_be_visible()
        answer(page, visitor, "d", "Doublon")
        expect(page.get_by_role("heading", name="Fusionner des fiches")).to_be_visible()
        if number == 1:  # the first two records left hold the same
            visitor.look("doublons-3-fusion")
            take = page.get_by_role("button", name=re.compile("^Prendre")).last
            value = take.get_attribute("value")
            take.click()
            expect(page.locator(f"#{take.get_attribute('data-take')}")).to_have_value(value)
        page.get_by_role("button", name=re.compile(r"^Fusionner \d fiches")).click()
        expect(page.get_by_role("button", name="Annuler la fusion")).to_be_visible()
        assert live(session) == before - number - 1

    page.get_by_role("button", name="Annuler la fusion").click()
    expect(page.get_by_text("Fusion annulée : les fiches sont de retour.")).to_be_visible()
    visitor.look("doublons-4-annulee")
    assert live(session) == before - 2
    visitor.open("/doublons/fusions")
    visitor.look("doublons-5-fusions")
    gone = session.scalars(sa.select(Partner).where(Partner.merged_into_id.is_not(None))).first()
    visitor.open(f"/partenaires/{gone.public_id}")
    kept = session.get(Partner, gone.merged_into_id)
    expect(page).to_have_url(f"{visitor.address}/partenaires/{kept.public_id}")
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 3
