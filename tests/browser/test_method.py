"""A project through steps 1 to 3, then a partner through 4 to 7: each point missing once, met once, blocking once."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from crm.access.policy import Role
from crm.method.enums import Proof, Weight
from crm.method.gates import PARTNERSHIP_TABLE, PROJECT_TABLE
from crm.method.guide.models import GateRule
from crm.method.models import TransitionProof
from crm.partners.reference.enums import SizeClass
from tests.browser.conftest import Visitor

ASKED = {one.after: one.proofs for one in (*PROJECT_TABLE, *PARTNERSHIP_TABLE) if one.before}
#: What is typed for each step: label, value.
TYPED = {
    2: (
        ("Une opportunité", "Trois chantiers ouverts"),
        ("Source de l'opportunité", "la mairie"),
        ("Une menace", "des marchés groupés"),
        ("Source de la menace", "un élu"),
        ("Qui a été entendu", "la responsable du développement"),
    ),
    3: (("Une force", "la ponctualité"), ("Une faiblesse", "aucune plaquette"), ("Débattu avec", "l'équipe")),
    4: (
        ("L'offre de service", "des renforts formés"),
        ("Ce qui nous distingue", "la proximité"),
        ("Les ressources", "une encadrante"),
        ("Validé par", "le bureau"),
    ),
    5: (
        ("Ce qui s'est dit pendant la rencontre", "Deux postes en avril."),
        ("Prénom et nom du décideur", "Claire Vasseur"),
        ("Un besoin", "deux vendeurs"),
    ),
    6: (
        ("Une ligne de la feuille de route : quoi", "envoyer deux profils"),
        ("Pour quand", "2030-01-15"),
        ("Qui a donné son accord", "Claire Vasseur"),
    ),
    7: (
        ("Pilote chez le partenaire", "Claire Vasseur"),
        ("Un indicateur", "embauches"),
        ("L'action lancée", "Immersion de deux personnes"),
    ),
}
CHOSEN = {
    4: (("Première action visée", "job_dating"),),
    5: (("Où en est ce partenaire ?", "interested"),),
    7: (("Ce qui est signé", "quote"), ("Type d'action", "immersion_decouverte")),
}


@pytest.fixture
def director(make, visitor):
    user = make.user(roles=[Role.DEVELOPER, Role.DIRECTOR])
    visitor.sign_in(user)
    return user


def groups(page: Page) -> list[str]:
    """The points that the form of a move asks for."""
    return [text.strip() for text in page.locator("legend.gate__title").all_inner_texts()]


def cross(visitor: Visitor, step: int, *, missing: set[Proof], look: bool = False) -> None:
    """Open the form of the move: what is missing is asked, an empty form is refused; filled in, the card moves."""
    page = visitor.page
    page.get_by_role("link", name=f"Passer à l'étape {step}").click()
    expect(page.get_by_role("heading", name=f"Passer à l'étape {step}")).to_be_visible()
    asked = groups(page)
    assert len(asked) == len(missing)
    for proof in missing:
        assert any(proof.label in title for title in asked), proof
    if look:
        visitor.look(f"methode-{step}-manque")
    page.get_by_role("button", name="Remplir et passer").click()
    expect(page.get_by_text("Il manque des points à vérifier.")).to_be_visible()
    for label, value in TYPED[step]:
        page.get_by_label(re.compile(f"^{re.escape(label)}")).fill(value)
    for label, value in CHOSEN.get(step, ()):
        page.get_by_label(re.compile(f"^{re.escape(label)}")).select_option(value)
    if step == 6:
        page.get_by_label("Sans budget").check()
    page.get_by_role("button", name="Remplir et passer").click()
    expect(page.get_by_text(re.compile(f"^Passé à l'étape {step}"))).to_be_visible()


def test_from_the_first_finding_to_a_living_partnership(visitor, make, director, session):
    page = visitor.page
    page.set_default_timeout(30_000)
    partner = make.partner("Boulangerie Vasseur", size=SizeClass.VERY_SMALL)
    make.add(GateRule(structure_id=make.home.id, proof=Proof.MEETING, weight=Weight.BLOCK))
    visitor.open("/projets")
    expect(page.get_by_text("Aucun projet pour l'instant.")).to_be_visible()
    visitor.look("methode-0-vide")
    page.get_by_role("link", name="Nouveau projet").first.click()
    page.get_by_label("Titre").fill("Métiers de bouche d'Antony")
    page.get_by_label(re.compile("^Territoire")).fill("Zone des Prés")
    page.get_by_role("button", name="Enregistrer le projet").click()
    expect(page.get_by_text("Projet créé.")).to_be_visible()

    cross(visitor, 2, missing={Proof.OPPORTUNITY, Proof.THREAT, Proof.LISTENING}, look=True)
    cross(visitor, 3, missing=set(ASKED[3]))
    cross(visitor, 4, missing=set(ASKED[4]))
    visitor.look("methode-1-projet")

    visitor.open(f"/partenaires/{partner.public_id}")
    page.get_by_role("link", name="Entrer dans un projet").click()
    page.get_by_label("Projet", exact=True).select_option(label="Métiers de bouche d'Antony")
    expect(page.get_by_role("heading", name="Entrer dans un projet")).to_be_visible()
    visitor.look("methode-2-entrer")
    page.get_by_role("button", name="Commencer le partenariat").click()
    expect(page.get_by_text("Partenariat commencé.")).to_be_visible()

    page.get_by_role("link", name="Passer à l'étape 5").click()
    expect(page.get_by_text("Bloque", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Avancer quand même")).to_have_count(0)
    expect(page.get_by_role("heading", name="Passer à l'étape 5")).to_be_visible()
    visitor.look("methode-3-bloque")
    page.get_by_role("link", name="Ne rien changer").click()
    expect(page.get_by_role("heading", name="Boulangerie Vasseur")).to_be_visible()
    cross(visitor, 5, missing=set(ASKED[5]))
    cross(visitor, 6, missing=set(ASKED[6]))
    cross(visitor, 7, missing=set(ASKED[7]))
    visitor.look("methode-4-partenariat")
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(page.get_by_text("Le dernier mouvement est annulé.")).to_be_visible()
    page.get_by_role("link", name="Passer à l'étape 7").click()
    expect(page.get_by_text("Tous les points sont réunis.")).to_be_visible()
    page.get_by_role("button", name="Passer à l'étape 7").click()
    expect(page.get_by_text("Passé à l'étape 7 · Faire vivre")).to_be_visible()
    assert session.scalars(select(TransitionProof)).all() == []


def test_the_other_screens_of_the_method(visitor, demonstration):
    """The demonstration's projects, one of its partnerships, the settings: looked at."""
    page = visitor.page
    page.set_default_timeout(30_000)
    visitor.sign_in_as("helene@exemple.test", "demo-passerelle")
    visitor.open("/projets")
    expect(page.get_by_role("heading", name="Projets partenariaux")).to_be_visible()
    visitor.look("methode-5-projets")
    page.get_by_role("link", name="Espaces verts des Trois-Vallons").click()
    expect(page.get_by_role("heading", name="Espaces verts des Trois-Vallons")).to_be_visible()
    visitor.look("methode-6-projet")
    page.get_by_role("link", name="Paysages Ornevilliers").click()
    expect(page.get_by_role("heading", name="Paysages Ornevilliers")).to_be_visible()
    visitor.look("methode-7-partenariat")
    page.get_by_role("link", name="Pause, retour, fin…").click()
    expect(page.get_by_role("button", name="Enregistrer le mouvement")).to_be_visible()
    visitor.look("methode-8-changer")
    visitor.open("/reglages/methode")
    expect(page.get_by_role("button", name="Enregistrer les réglages")).to_be_visible()
    visitor.look("methode-9-reglages")
