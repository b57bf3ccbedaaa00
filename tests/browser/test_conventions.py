"""A convention from the page of a partner to its renewal, on a phone and in an office."""

from datetime import timedelta

from playwright.sync_api import expect

from crm import clock
from crm.access.policy import Role
from crm.conventions.models import ClauseTemplate, SigningDelegation


def test_a_convention_is_written_signed_changed_printed_and_renewed(make, visitor):
    helene = make.user(roles=[Role.DIRECTOR], first_name="Hélène", last_name="Daumarie")
    partner = make.partner("Boulangerie Vasseur", street="8 place du Marché")
    make.contact(partner, first_name="Paul", last_name="Vasseur", function="Gérant")
    today = clock.today()
    make.add(ClauseTemplate(structure_id=make.home.id, title="Points réguliers", text="Une rencontre par an. " * 20))
    make.add(SigningDelegation(structure_id=make.home.id, user_id=helene.id, starts_on=today))
    write(visitor, helene, partner)
    approve_and_sign(visitor)
    look_at_the_paper(visitor)
    change_what_is_signed(visitor)
    renew(visitor)


def write(visitor, helene, partner):
    """From the page of the partner: what, until when, who signs, what is promised."""
    today = clock.today()
    visitor.sign_in(helene)
    page = visitor.page
    visitor.open(f"/partenaires/{partner.public_id}")
    page.get_by_role("link", name="Nouvelle convention").click()
    expect(page).to_have_url(f"{visitor.address}/partenaires/{partner.public_id}/conventions/nouvelle")
    visitor.look("conventions-new")
    page.get_by_label("Titre").fill("Accueil et recrutement au fournil")
    page.get_by_label("Objet").fill("Accueillir en immersion, puis recruter.")
    page.get_by_label("Début").fill(today.isoformat())
    page.get_by_label("Fin", exact=False).first.fill((today + timedelta(days=1095)).isoformat())
    page.get_by_role("button", name="Enregistrer la convention").click()

    expect(page.get_by_role("heading", name="Qui signe", level=1)).to_be_visible()
    page.locator("#who_0").select_option(label="Hélène Daumarie (chez nous)")
    page.locator("#capacity_0").fill("Directrice")
    page.locator("#who_1").select_option(label="Paul Vasseur (Gérant)")
    visitor.look("conventions-signatories")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(page.get_by_role("heading", name="Accueil et recrutement au fournil")).to_be_visible()
    page.get_by_role("link", name="Écrire les engagements").click()
    expect(page.get_by_role("heading", name="Engagements", level=1)).to_be_visible()
    page.locator("#wording_0").fill("Accueillir quatre personnes par an")
    page.locator("#side_0").select_option(label="Le partenaire")
    page.locator("#due_on_0").fill((today - timedelta(days=2)).isoformat())
    visitor.look("conventions-commitments")
    page.get_by_role("button", name="Enregistrer", exact=True).click()


def approve_and_sign(visitor):
    """With the last signature it is in force; a promise is ticked."""
    page = visitor.page
    page.get_by_role("button", name="Valider : à signer").click()
    expect(page.get_by_text("La convention est prête à signer.")).to_be_visible()
    visitor.look("conventions-to-sign")
    page.get_by_role("button", name="Signé Hélène Daumarie").click()
    expect(page.get_by_text("Signature notée.")).to_be_visible()
    page.get_by_role("button", name="Signé Paul Vasseur").click()
    expect(page.get_by_text("En vigueur")).to_be_visible()
    visitor.look("conventions-signed")
    page.get_by_role("button", name="Tenu").click()
    expect(page.get_by_text("Noté comme fait.")).to_be_visible()


def look_at_the_paper(visitor):
    """The pages of the PDF as pictures."""
    page = visitor.page
    page.get_by_role("link", name="Aperçu et PDF").click()
    picture = page.get_by_role("img", name="Page 1 de Accueil et recrutement au fournil")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    visitor.look("conventions-preview")
    page.get_by_role("link", name="Accueil et recrutement au fournil").click()


def change_what_is_signed(visitor):
    """A new version, signed again; the former one is kept."""
    page = visitor.page
    expect(page.get_by_text("En vigueur")).to_be_visible()
    page.locator("section", has_text="Articles").get_by_role("link", name="Modifier").last.click()
    expect(page.get_by_role("heading", name="Articles", level=1)).to_be_visible()
    page.locator("#text_0").fill("Deux rencontres par an.")
    visitor.look("conventions-articles")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Version 2 : la précédente est gardée, il faut signer de nouveau.")).to_be_visible()
    for name in ("Hélène Daumarie", "Paul Vasseur"):
        page.get_by_role("button", name=f"Signé {name}").click()
        expect(page.get_by_text("Signature notée.")).to_be_visible()
    page.locator("summary", has_text="Autres actions").click()
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_text("Deux rencontres par an.")).to_be_visible()
    visitor.look("conventions-versions")
    page.get_by_role("link", name="Accueil et recrutement au fournil").click()


def renew(visitor):
    """The one that follows, the list, the settings."""
    page = visitor.page
    page.get_by_role("button", name="Préparer le renouvellement").click()
    expect(page.get_by_text("Fait suite à")).to_be_visible()
    visitor.open("/conventions")
    expect(page.get_by_role("link", name="Accueil et recrutement au fournil").first).to_be_visible()
    visitor.look("conventions-list")
    visitor.open("/reglages/conventions")
    expect(page.get_by_role("heading", name="Réglages des conventions")).to_be_visible()
    visitor.look("conventions-settings")
