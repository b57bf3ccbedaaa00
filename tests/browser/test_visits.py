"""A visit in a few taps, a call in two, and what was typed is never lost, nor read by somebody else."""

import os
import re
import signal
import subprocess

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm import clock
from crm.access.policy import Role
from crm.interactions.enums import CallResult, InteractionKind
from crm.interactions.models import Interaction
from crm.reminders.models import Todo
from crm.reminders.rules import Delay, next_due
from tests import chromium
from tests.browser.conftest import WIDTHS
from tests.factories import PASSWORD

SAID = "Deux postes en avril.\nLa gérante rappelle.\nVoir le fournil."


class Hand:
    """A thumb that counts: each tap, each field typed in."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def tap(self, locator):
        """Tap it."""
        self.count += 1
        locator.click()

    def type(self, locator, text):
        """Type into it, letter after letter."""
        self.count += 1
        locator.press_sequentially(text)


def logs_a_visit(visitor, name):
    """From the page one is on: the button of every screen, the company by its letters, three lines, save."""
    page, hand = visitor.page, Hand(visitor.page)
    hand.tap(page.locator('a[href="/echanges/nouveau"]').locator("visible=true").first)
    expect(page).to_have_url(re.compile("/echanges/nouveau$"))
    hand.type(page.get_by_label("Nom, ville, téléphone ou SIRET"), name[:4].lower())
    expect(page.get_by_role("heading", name="Résultats")).to_be_visible()
    visitor.look("visite-1-entreprise")
    hand.tap(page.get_by_role("link", name=name, exact=True))
    hand.tap(page.get_by_label("Ce qui s'est dit"))
    hand.type(page.get_by_label("Ce qui s'est dit"), SAID)
    expect(page.get_by_label("Ce qui s'est dit")).to_have_value(SAID)
    visitor.look("visite-2-trois-lignes")
    hand.tap(page.get_by_role("button", name="Enregistrer l'échange"))
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    is_forgotten(page)
    return hand.count


def test_a_visit_from_anywhere_in_at_most_eight_taps(visitor, make, session):
    user = make.user(roles=[Role.DIRECTOR, Role.DEVELOPER])
    vasseur, garage = make.partner("Boulangerie Vasseur"), make.partner("Garage du Parc")
    make.follow(vasseur, owner_id=user.id)
    contact = make.contact(vasseur, first_name="Claire", is_main=True)
    for number in range(30):
        make.partner(f"Atelier {number}")
    other = make.interaction(garage, user, report="Bonjour.")
    visitor.sign_in(user)
    starts = ["/partenaires"]
    if visitor.width == "phone":
        starts += ["/aujourdhui", f"/partenaires/{garage.public_id}", f"/echanges/{other.public_id}", "/compte"]
        starts += [f"/partenaires/{garage.public_id}/modifier", "/reglages/rappels", "/nulle-part"]
    for start in starts:
        visitor.open(start)
        assert logs_a_visit(visitor, "Boulangerie Vasseur") <= 8, start
    kept = session.scalars(sa.select(Interaction).where(Interaction.partner_id == vasseur.id)).all()
    assert len(kept) == len(starts)
    for one in kept:
        assert (one.kind, one.contact_id, one.author_id, one.report) == (
            InteractionKind.VISIT,
            contact.id,
            user.id,
            SAID,
        )
    todos = session.execute(sa.select(Todo.what, Todo.assignee_id, Todo.due_on)).all()
    assert set(todos) == {("Relancer", user.id, next_due(clock.today(), Delay.IN_7_DAYS))}


def test_a_call_in_two_taps(visitor, make, session):
    user = make.user()
    partner = make.partner("Boulangerie Vasseur", phone="+33199001234")
    visitor.sign_in(user)
    page = visitor.page
    # This browser has no telephone: left to itself, it waits for one and follows no other link.
    page.add_init_script(
        "addEventListener('click', (tap) => tap.target.closest('a[href^=tel]') && tap.preventDefault())"
    )
    visitor.open(f"/partenaires/{partner.public_id}")
    hand = Hand(page)
    hand.tap(page.locator("a[data-call]").first)
    page.wait_for_url("**/appel")
    visitor.look("appel-1-resultat")
    hand.tap(page.get_by_role("button", name="Message laissé"))
    expect(page.get_by_text("Appel noté")).to_be_visible()
    assert hand.count == 2
    kept = session.scalars(sa.select(Interaction)).one()
    assert (kept.kind, kept.result) == (InteractionKind.CALL, CallResult.MESSAGE_LEFT)


def test_what_else_a_new_exchange_offers_stays_on_the_screen(visitor, make):
    partner = make.partner("Boulangerie Vasseur")
    visitor.sign_in(make.user())
    page = visitor.page
    visitor.open(f"/partenaires/{partner.public_id}/echanges/nouveau")
    page.locator(".page-head [data-menu] summary").click()
    offered = page.get_by_role("link", name="Noter un appel")
    expect(offered).to_be_visible()
    visitor.look("visite-3-autres")
    box = offered.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTHS[visitor.width][0]
    offered.click()
    expect(page).to_have_url(re.compile("/appel$"))


def begin(page, address, words="Deux postes en avr"):
    """Type half a report, and wait until it is kept."""
    page.goto(address)
    page.locator("form[data-draft-ready]").wait_for()
    page.get_by_label("Ce qui s'est dit").press_sequentially(words)
    page.locator("form[data-draft-kept]").wait_for()
    expect(page.get_by_label("Ce qui s'est dit")).to_have_value(words)


def sign_out(page):
    """By the menu of the account."""
    page.locator("summary", has_text="Inès").last.click()
    page.get_by_role("button", name="Se déconnecter").click()


def kept_in(page):
    """How many drafts the device keeps, and whether any can be read there as text."""
    return page.evaluate(
        """async () => {
            const base = await new Promise((done) => {
                const asked = indexedDB.open("passerelle", 1);
                asked.onsuccess = () => done(asked.result);
            });
            const all = await new Promise((done) => {
                const asked = base.transaction("drafts").objectStore("drafts").getAll();
                asked.onsuccess = () => done(asked.result);
            });
            base.close();
            const readable = all.some((one) => new TextDecoder("latin1").decode(one.sealed).includes("postes"));
            return [all.length, readable];
        }"""
    )


def is_forgotten(page):
    """Wait until the device keeps nothing."""
    page.wait_for_load_state("networkidle")
    assert kept_in(page) == [0, False]


def test_a_draft_survives_a_reload_and_goes_once_it_is_sent(visitor, make, session):
    user, partner = make.user(), make.partner("Boulangerie Vasseur")
    visitor.sign_in(user)
    page = visitor.page
    address = f"{visitor.address}/partenaires/{partner.public_id}/echanges/nouveau"
    begin(page, address)
    assert kept_in(page) == [1, False]
    page.reload()
    page.get_by_text("Brouillon retrouvé").wait_for()
    expect(page.get_by_label("Ce qui s'est dit")).to_have_value("Deux postes en avr")
    visitor.look("brouillon-1-retrouve")
    page.get_by_role("button", name="Enregistrer l'échange").click()
    expect(page.get_by_role("heading", name="Boulangerie Vasseur")).to_be_visible()
    is_forgotten(page)
    assert session.scalar(sa.select(Interaction.report)) == "Deux postes en avr"


def test_a_draft_sent_without_network_is_not_forgotten(visitor, make, session):
    user, partner = make.user(), make.partner("Boulangerie Vasseur")
    visitor.sign_in(user)
    page = visitor.page
    address = f"{visitor.address}/partenaires/{partner.public_id}/echanges/nouveau"
    begin(page, address)
    page.route(
        "**/echanges/nouveau", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Enregistrer l'échange").click(no_wait_after=True)
    page.wait_for_url("chrome-error://**")
    visitor.open("/aujourdhui")
    page.wait_for_load_state("networkidle")
    assert kept_in(page) == [1, False]
    assert session.scalars(sa.select(Interaction)).all() == []


def test_a_draft_outlives_its_session_and_only_its_author_reads_it(visitor, make):
    user, colleague = make.user(), make.user(first_name="Sonia")
    partner = make.partner("Boulangerie Vasseur")
    address = f"{visitor.address}/partenaires/{partner.public_id}/echanges/nouveau"
    visitor.sign_in(user)
    page = visitor.page
    begin(page, address)
    sign_out(page)
    expect(page.get_by_role("heading", name="Un échange n'est pas enregistré")).to_be_visible()
    visitor.look("brouillon-2-question")
    page.get_by_role("button", name="Revenir l'envoyer").click()
    expect(page.get_by_text("Brouillon retrouvé")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Garder pour moi").click()
    page.wait_for_url("**/connexion")

    visitor.sign_in(colleague)
    page.goto(address)
    page.locator("form[data-draft-ready]").wait_for()
    expect(page.get_by_label("Ce qui s'est dit")).to_have_value("")
    expect(page.get_by_text("Brouillon retrouvé")).to_be_hidden()
    assert kept_in(page) == [1, False]
    visitor.open("/aujourdhui")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-drafts-list]")).to_be_hidden()

    visitor.sign_in_again(user)
    expect(page.get_by_text("Commencé sur cet appareil")).to_be_visible()
    visitor.look("brouillon-3-aujourdhui")
    page.get_by_role("link", name="Nouvel échange · Boulangerie Vasseur").click()
    expect(page.get_by_text("Brouillon retrouvé")).to_be_visible()
    expect(page.get_by_label("Ce qui s'est dit")).to_have_value("Deux postes en avr")

    sign_out(page)
    page.get_by_role("button", name="Effacer", exact=True).click()
    page.wait_for_url("**/connexion")
    is_forgotten(page)


def test_a_session_that_ends_in_the_middle_leads_back_to_the_words(visitor, make, session):
    user, partner = make.user(), make.partner("Boulangerie Vasseur")
    visitor.sign_in(user)
    page = visitor.page
    begin(page, f"{visitor.address}/partenaires/{partner.public_id}/echanges/nouveau")
    page.context.clear_cookies()
    page.get_by_role("button", name="Enregistrer l'échange").click()
    expect(page.get_by_role("heading", name="Votre session s'est terminée")).to_be_visible()
    visitor.look("brouillon-4-session-finie")
    page.get_by_role("link", name="Se reconnecter").click()
    page.get_by_label("Adresse e-mail").fill(user.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_text("Brouillon retrouvé")).to_be_visible()
    page.get_by_role("button", name="Enregistrer l'échange").click()
    expect(page.get_by_text("Échange enregistré")).to_be_visible()
    is_forgotten(page)
    assert session.scalars(sa.select(Interaction.report)).all() == ["Deux postes en avr"]


def test_what_was_received_without_our_knowing_is_not_kept_twice(visitor, make, session):
    """The server saved, its answer was lost on the way: sending the draft again changes nothing."""
    user, partner = make.user(), make.partner("Boulangerie Vasseur")
    visitor.sign_in(user)
    page = visitor.page
    address = f"{visitor.address}/partenaires/{partner.public_id}/echanges/nouveau"
    begin(page, address)

    def lose(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/echanges/nouveau", lose)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Enregistrer l'échange").click(no_wait_after=True)
    page.wait_for_url("chrome-error://**")
    page.unroute("**/echanges/nouveau")
    page.goto(address)
    expect(page.get_by_text("Brouillon retrouvé")).to_be_visible()
    page.get_by_role("button", name="Enregistrer l'échange").click()
    expect(page.get_by_text("C'était déjà reçu")).to_be_visible()
    is_forgotten(page)
    assert session.scalars(sa.select(Interaction.report)).all() == ["Deux postes en avr"]
    assert len(session.scalars(sa.select(Todo)).all()) == 1


def test_the_draft_of_a_change_sees_what_somebody_else_changed(visitor, make, session):
    user = make.user(roles=[Role.DIRECTOR])
    held = make.interaction(make.partner("Boulangerie Vasseur"), user, report="")
    visitor.sign_in(user)
    page = visitor.page
    begin(page, f"{visitor.address}/echanges/{held.public_id}/modifier")
    with make.transaction(make.actor(make.user(first_name="Sonia")), clock.now()) as writing:
        writing.get_one(Interaction, held.id).report = "Un poste en mai."
    visitor.open("/aujourdhui")
    page.locator("[data-drafts-list] a").click()
    expect(page.get_by_text("Brouillon retrouvé")).to_be_visible()
    page.get_by_role("button", name="Enregistrer les modifications").click()
    expect(page.get_by_role("button", name="Enregistrer ce choix")).to_be_visible()
    visitor.look("brouillon-5-deux-versions")
    page.locator('input[name="choice-report"][value="mine"]').check()
    page.get_by_role("button", name="Enregistrer ce choix").click()
    expect(page.get_by_text("Modifications enregistrées")).to_be_visible()
    is_forgotten(page)
    assert session.scalar(sa.select(Interaction.report)) == "Deux postes en avr"


def test_a_draft_survives_a_browser_that_is_killed(chrome, server, make, tmp_path):
    user, partner = make.user(), make.partner("Boulangerie Vasseur")
    address = f"{server}/partenaires/{partner.public_id}/echanges/nouveau"
    across, down = WIDTHS["phone"]

    def begun():
        return chrome.browser_type.launch_persistent_context(
            str(tmp_path / "profil"),
            executable_path=str(chromium.executable()),
            args=chromium.LAUNCH_ARGS,
            headless=True,
            locale="fr-FR",
            viewport={"width": across, "height": down},
        )

    def signed_in(context):
        page = context.new_page()
        page.goto(f"{server}/connexion")
        page.get_by_label("Adresse e-mail").fill(user.email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/aujourdhui")
        return page

    first = begun()
    begin(signed_in(first), address)
    pgrep = ["pgrep", "-f", str(tmp_path / "profil")]
    found = subprocess.run(pgrep, capture_output=True, text=True, check=True)  # noqa: S603  a tool of the machine
    for process in found.stdout.split():
        os.kill(int(process), signal.SIGKILL)

    (tmp_path / "profil" / "SingletonLock").unlink(missing_ok=True)
    second = begun()
    page = signed_in(second)
    page.goto(address)
    expect(page.get_by_text("Brouillon retrouvé")).to_be_visible()
    expect(page.get_by_label("Ce qui s'est dit")).to_have_value("Deux postes en avr")
    second.close()
