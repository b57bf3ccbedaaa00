"""From the invitation to the revocation: a colleague arrives, protects the account, enrols a phone, and loses it."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from playwright.sync_api import expect

from crm import clock
from crm.access.policy import Role
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

NEWCOMER = "noemie@exemple.test"
CHOSEN = "quatre chevaux bleus au lavoir"


def invites(director: Visitor) -> str:
    """The director's side: the form, and the link to copy since there is no mail server."""
    page = director.page
    director.open("/reglages")
    director.look("reglages")
    director.open("/reglages/personnes")
    director.look("personnes")
    director.open("/reglages/personnes/inviter")
    page.get_by_label("Prénom").fill("Noémie")
    page.get_by_label("Nom", exact=True).fill("Talbert")
    page.get_by_label("Adresse e-mail").fill(NEWCOMER)
    page.get_by_label("Responsable du développement").check()
    director.look("inviter")
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_label("Lien à copier")).to_be_visible()
    director.look("lien")
    return page.get_by_label("Lien à copier").input_value()


def arrives(newcomer: Visitor, link: str) -> None:
    """The newcomer's side: a password of one's own, too short at first."""
    page = newcomer.page
    newcomer.open(re.sub(r"^https?://[^/]+", "", link))
    newcomer.look("invitation")
    for typed in ("court", CHOSEN):
        page.get_by_label("Nouveau mot de passe", exact=True).or_(page.get_by_label("Mot de passe", exact=True)).fill(
            typed
        )
        page.get_by_label(re.compile("encore|même|fois|confirm", re.IGNORECASE)).fill(typed)
        page.get_by_role("button", name="Enregistrer le mot de passe").click()
        if typed == "court":
            expect(page.get_by_role("alert").first).to_be_visible()
            newcomer.look("invitation-refusee")
    page.wait_for_url("**/connexion*")
    signs_in(newcomer)


def signs_in(newcomer: Visitor) -> None:
    """E-mail and password."""
    newcomer.page.get_by_label("Adresse e-mail").fill(NEWCOMER)
    newcomer.page.get_by_label("Mot de passe").fill(CHOSEN)
    newcomer.page.get_by_role("button", name="Se connecter").click()


def protects_the_account(newcomer: Visitor) -> pyotp.TOTP:
    """The second factor, by the key in text; the recovery codes, shown once."""
    page = newcomer.page
    newcomer.open("/compte/double-authentification")
    newcomer.look("double-authentification")
    telephone = pyotp.TOTP(page.locator("code").first.inner_text().replace(" ", ""))
    page.get_by_role("textbox", name=re.compile("[Cc]ode")).fill(telephone.at(clock.now()))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("codes de secours")
    newcomer.look("codes-de-secours")
    return telephone


def enrols_the_phone(newcomer: Visitor) -> None:
    """This phone is mine."""
    page = newcomer.page
    newcomer.open("/compte")
    newcomer.look("compte")
    newcomer.open("/compte/appareils/enroler")
    page.get_by_label("Mot de passe").fill(CHOSEN)
    newcomer.look("enroler")
    page.get_by_role("button", name="Ce téléphone est le mien").click()
    page.wait_for_url("**/compte")


def test_invitation_second_factor_field_phone_revocation(make, visitor: Visitor, another: Visitor):
    director = make.user(first_name="Hélène", roles=[Role.DIRECTOR, Role.ADMIN])
    visitor.sign_in(director)
    arrives(another, invites(visitor))
    another.page.wait_for_url("**/aujourdhui")
    telephone = protects_the_account(another)

    # From a browser that nobody knows, the password is not enough.
    another.page.context.clear_cookies()
    another.open("/connexion")
    signs_in(another)
    another.page.wait_for_url("**/connexion/code*")
    another.look("code")
    with time_machine.travel(clock.now() + timedelta(seconds=35)):
        another.page.get_by_role("textbox", name=re.compile("[Cc]ode")).fill(telephone.at(clock.now()))
        another.page.get_by_role("button", name="Continuer").click()
        another.page.wait_for_url("**/aujourdhui")
    enrols_the_phone(another)

    # A week later, in the street: partners and exchanges open at once, the account asks for the password.
    with time_machine.travel(clock.now() + timedelta(days=7)):
        another.open("/partenaires")
        expect(another.page.get_by_role("heading", level=1)).to_contain_text("Partenaires")
        another.open("/compte")
        expect(another.page.get_by_role("heading", level=1)).to_contain_text("à nouveau")
        another.look("confirmer")

        # The phone is lost: the director revokes it, and it opens nothing any more.
        visitor.sign_in_again(director)
        visitor.open("/reglages/personnes")
        visitor.page.get_by_role("link", name=re.compile("Noémie Talbert")).first.click()
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Noémie Talbert")
        visitor.look("personne")
        visitor.page.get_by_role("button", name=re.compile("Déconnecter|Révoquer")).first.click()
        expect(visitor.page.get_by_text("est déconnecté.")).to_be_visible()
        another.open("/partenaires")
        another.page.wait_for_url("**/connexion*")
