"""Partners from end to end: written down whole, followed, tagged in number, found, exported, binned, brought back."""

import sqlalchemy as sa
from playwright.sync_api import expect

from crm.access.policy import Role
from crm.partners.listing.columns import columns_for
from crm.partners.models import Contact, FollowTag, Need, Partner, PartnerRole

HOSTILE = "<img src=x onerror=alert(1)>"


def people(make):
    """A director who also develops, and a colleague."""
    return make.user(roles=[Role.DEVELOPER, Role.DIRECTOR]), make.user(first_name="Sonia", last_name="Kaci")


def test_a_partner_from_the_first_letter_to_the_sheet(visitor, make, session):
    visitor.sign_in(people(make)[0])
    page = visitor.page
    visitor.open("/partenaires/nouveau")
    page.get_by_label("Nom ou raison sociale").fill("Boulangerie Vasseur")
    page.get_by_label("Type de partenaire").select_option(label="Artisan ou commerce")
    page.get_by_label("SIRET").fill("400 690 319.00035")
    page.get_by_label("Code postal").first.fill("92160")
    page.get_by_label("Ville").first.fill("Antony")
    page.get_by_label("Téléphone", exact=False).first.fill("0199001234")
    page.get_by_label("Client", exact=True).check()
    page.get_by_label("Structure d'accueil", exact=True).check()
    visitor.look("partenaire-1-saisie")
    page.get_by_role("button", name="Créer le partenaire").click()
    expect(page.get_by_text("Partenaire créé.")).to_be_visible()
    assert len(session.scalars(sa.select(PartnerRole)).all()) == 2

    page.get_by_role("link", name="Ajouter un contact").first.click()
    page.get_by_label("Prénom").fill("Claire")
    page.get_by_label("Nom", exact=True).fill("Vasseur")
    page.get_by_label("Fonction").fill("Gérante")
    page.get_by_role("button", name="Enregistrer le contact").click()
    expect(page.get_by_text("Claire Vasseur est dans les contacts.")).to_be_visible()

    page.get_by_role("link", name="Ajouter un besoin").click()
    page.get_by_label("Ressources humaines").check()
    page.get_by_label("En quelques mots").fill("Deux vendeurs pour avril")
    expect(page.get_by_label("En quelques mots")).to_have_value("Deux vendeurs pour avril")
    visitor.look("partenaire-2-besoin")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Besoin noté.")).to_be_visible()
    expect(page.get_by_text("Deux vendeurs pour avril")).to_be_visible()

    page.get_by_role("link", name="Modifier le suivi").first.click()
    page.get_by_label("Étiquettes").fill("marché, club")
    expect(page.get_by_label("Étiquettes")).to_have_value("marché, club")
    visitor.look("partenaire-3-suivi")
    page.get_by_role("button", name="Enregistrer le suivi").click()
    expect(page.get_by_text("Suivi enregistré.")).to_be_visible()
    expect(page.get_by_text("marché").first).to_be_visible()
    visitor.look("partenaire-4-fiche")
    assert session.scalar(sa.select(sa.func.count()).select_from(FollowTag)) == 2
    assert session.scalar(sa.select(Contact.first_name)) == "Claire"
    assert session.scalar(sa.select(Need.wording)) == "Deux vendeurs pour avril"


def test_many_at_once_then_undone(visitor, make, session):
    user, colleague = people(make)
    for name in ("Garage du Parc", "Menuiserie Lumen", HOSTILE, "Pressing Cadran"):
        make.follow(make.partner(name), owner_id=colleague.id)
    visitor.sign_in(user)
    page = visitor.page
    visitor.open("/partenaires")
    for name in ("Garage du Parc", HOSTILE):
        page.get_by_label(f"Choisir {name}").check()
    page.get_by_role("button", name="Agir sur les cochés").click()
    page.get_by_label("Ajouter une étiquette").check()
    page.locator("[name=tag]").fill("salon de mars")
    expect(page.locator("[name=tag]")).to_have_value("salon de mars")
    visitor.look("lot-1-choix")
    page.get_by_role("button", name="Voir ce qui changera").click()
    expect(page.get_by_text("2 partenaires recevront l'étiquette « salon de mars »")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    visitor.look("lot-2-apercu")
    page.get_by_role("button", name="Changer 2 partenaires").click()
    expect(page.get_by_text("2 partenaires changés.")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count()).select_from(FollowTag)) == 2
    visitor.look("lot-3-fait")
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("2 partenaires sont comme avant.")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count()).select_from(FollowTag)) == 0


def test_a_list_is_filtered_kept_exported_and_a_partner_binned(visitor, make, session):
    user, _colleague = people(make)
    for name, city in (("Garage du Parc", "Antony"), ("Menuiserie Lumen", "Sceaux"), ("Épicerie du Parvis", "Antony")):
        make.follow(make.partner(name, city=city), owner_id=user.id)
    visitor.sign_in(user)
    page = visitor.page
    visitor.open("/partenaires?q=epiceri+parvi")
    expect(page.get_by_role("link", name="Épicerie du Parvis")).to_be_visible()
    visitor.open("/partenaires?q=menuizerie")
    expect(page.get_by_text("Résultats pour « menuiserie »")).to_be_visible()
    visitor.look("liste-1-faute-de-frappe")

    everything = ",".join(one.key for one in columns_for(make.actor(user)))
    visitor.open(f"/partenaires?columns={everything}")
    expect(page.get_by_role("link", name="Garage du Parc")).to_be_visible()
    visitor.look("liste-toutes-colonnes")

    visitor.open("/partenaires?suivi=followed")
    page.locator("summary", has_text="Autres actions").first.click()
    with page.expect_navigation():
        page.get_by_role("link", name="Exporter la liste").click()
    visitor.look("liste-2-export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le fichier").click()
    assert download.value.path().stat().st_size > 1000

    visitor.open("/partenaires")
    page.get_by_role("link", name="Garage du Parc").click()
    page.locator("summary", has_text="Autres actions").first.click()
    page.get_by_role("button", name="Mettre à la corbeille").click()
    expect(page.get_by_text("« Garage du Parc » est dans la corbeille, pour 30 jours.")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count()).where(Partner.binned_at.is_not(None))) == 1
    visitor.open("/corbeille")
    visitor.look("liste-3-corbeille")
    page.get_by_role("button", name="Restaurer").first.click()
    expect(page.get_by_text("« Garage du Parc » est de retour")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count()).where(Partner.binned_at.is_not(None))) == 0
