"""The one door: what states no right is shut, and a refusal leaves the database as it was."""

import pytest
from sqlalchemy import select

from crm.access.guard import ASSET, CONFIRMED, PUBLIC, SIGNED_IN, needs_of
from crm.access.policy import Permission, Role
from crm.accounts.models import Structure
from crm.audit.models import AuditEvent

# Every route and what it asks for. A route that is not here, or asks for something else, fails the walk.
ROUTES = {
    ("accounts.confirm", "/compte/confirmer"): SIGNED_IN,
    ("accounts.second_step", "/connexion/code"): PUBLIC,
    ("accounts.set_language", "/langue"): PUBLIC,
    ("accounts.sign_in", "/connexion"): PUBLIC,
    ("accounts.sign_out", "/deconnexion"): PUBLIC,
    ("actions.index", "/actions"): Permission.PROJECT_READ,
    ("actions.partners", "/actions/<public_id>/partenaires"): Permission.PROJECT_ACT,
    ("actions.remove_partner", "/actions/<public_id>/partenaires/retirer"): Permission.PROJECT_ACT,
    ("actions.set_state", "/actions/<public_id>/etat"): Permission.PROJECT_ACT,
    ("actions.show", "/actions/<public_id>"): Permission.PROJECT_READ,
    ("actions.tick", "/actions/<public_id>/facteurs"): Permission.PROJECT_ACT,
    ("administration.close_unit", "/reglages/poles/<public_id>/fermer"): Permission.STRUCTURE_EDIT,
    ("administration.closings", "/reglages/fermetures"): Permission.STRUCTURE_EDIT,
    ("administration.come_back", "/reglages/personnes/<public_id>/reactiver"): Permission.PEOPLE_MANAGE,
    ("administration.edit_closing", "/reglages/fermetures/<public_id>/modifier"): Permission.STRUCTURE_EDIT,
    ("administration.edit_unit", "/reglages/poles/<public_id>/modifier"): Permission.STRUCTURE_EDIT,
    ("administration.forget_device", "/reglages/personnes/<public_id>/appareil"): Permission.PEOPLE_MANAGE,
    (
        "administration.forget_second_factor",
        "/reglages/personnes/<public_id>/double-authentification",
    ): Permission.PEOPLE_MANAGE,
    ("administration.index", "/reglages"): Permission.STRUCTURE_EDIT,
    ("administration.invite", "/reglages/personnes/inviter"): Permission.PEOPLE_MANAGE,
    ("administration.leave", "/reglages/personnes/<public_id>/desactiver"): Permission.ACCOUNT_ASSIST,
    ("administration.logo", "/reglages/structure/logo"): SIGNED_IN,
    ("administration.new_closing", "/reglages/fermetures/nouvelle"): Permission.STRUCTURE_EDIT,
    ("administration.new_password", "/reglages/personnes/<public_id>/mot-de-passe"): Permission.ACCOUNT_ASSIST,
    ("administration.new_unit", "/reglages/poles/nouveau"): Permission.STRUCTURE_EDIT,
    ("administration.people", "/reglages/personnes"): Permission.PEOPLE_READ,
    ("administration.person", "/reglages/personnes/<public_id>"): Permission.PEOPLE_READ,
    ("administration.remove_closing", "/reglages/fermetures/<public_id>/supprimer"): Permission.STRUCTURE_EDIT,
    ("administration.remove_logo", "/reglages/structure/logo/retirer"): Permission.STRUCTURE_EDIT,
    ("administration.reopen_unit", "/reglages/poles/<public_id>/rouvrir"): Permission.STRUCTURE_EDIT,
    ("administration.roles", "/reglages/personnes/<public_id>/roles"): Permission.PEOPLE_MANAGE,
    ("administration.send_again", "/reglages/personnes/<public_id>/invitation"): Permission.ACCOUNT_ASSIST,
    ("administration.set_logo", "/reglages/structure/logo"): Permission.STRUCTURE_EDIT,
    ("administration.structure", "/reglages/structure"): Permission.STRUCTURE_EDIT,
    ("administration.units", "/reglages/poles"): Permission.STRUCTURE_EDIT,
    ("bin.bin_contact", "/contacts/<public_id>/corbeille"): Permission.CONTACT_BIN,
    ("bin.bin_partner", "/partenaires/<public_id>/corbeille"): Permission.PARTNER_BIN,
    ("bin.index", "/corbeille"): Permission.PARTNER_BIN,
    ("bin.restore_contact", "/contacts/<public_id>/restaurer"): Permission.CONTACT_BIN,
    ("bin.restore_partner", "/partenaires/<public_id>/restaurer"): Permission.PARTNER_EDIT,
    ("bootstrap.static", "/bootstrap/static/<path:filename>"): ASSET,
    ("contacts.card", "/contacts/<public_id>/vcard"): Permission.CONTACT_EXPORT,
    ("contacts.come_back", "/contacts/<public_id>/retour"): Permission.CONTACT_EDIT,
    ("contacts.edit", "/contacts/<public_id>/modifier"): Permission.CONTACT_EDIT,
    ("contacts.end_post", "/contacts/<public_id>/entreprises/fin"): Permission.CONTACT_EDIT,
    ("contacts.inform", "/contacts/<public_id>/informe"): Permission.CONTACT_EDIT,
    ("contacts.leave", "/contacts/<public_id>/depart"): Permission.CONTACT_EDIT,
    ("contacts.lift_opposition", "/contacts/<public_id>/opposition/lever"): Permission.CONTACT_EDIT,
    ("contacts.new", "/partenaires/<public_id>/contacts/nouveau"): Permission.CONTACT_EDIT,
    ("contacts.oppose", "/contacts/<public_id>/opposition"): Permission.CONTACT_EDIT,
    ("contacts.posts", "/contacts/<public_id>/entreprises"): Permission.CONTACT_EDIT,
    ("contacts.resume_post", "/contacts/<public_id>/entreprises/reprise"): Permission.CONTACT_EDIT,
    ("contacts.show", "/contacts/<public_id>"): Permission.CONTACT_READ,
    ("dedupe.hints", "/partenaires/ressemblants"): Permission.PARTNER_READ,
    ("duplicates.claim", "/doublons/prendre"): Permission.DUPLICATE_DECIDE,
    ("duplicates.compare", "/doublons/comparer"): Permission.DUPLICATE_MERGE,
    ("duplicates.index", "/doublons"): Permission.DUPLICATE_DECIDE,
    ("duplicates.pair", "/doublons/paire"): Permission.DUPLICATE_DECIDE,
    ("duplicates.progress", "/doublons/avancement"): Permission.DUPLICATE_DECIDE,
    ("duplicates.take_back", "/doublons/reprendre"): Permission.DUPLICATE_DECIDE,
    ("same_people.answer", "/doublons/contacts/repondre"): Permission.DUPLICATE_DECIDE,
    ("same_people.claim", "/doublons/contacts/prendre"): Permission.DUPLICATE_DECIDE,
    ("same_people.index", "/doublons/contacts"): Permission.DUPLICATE_DECIDE,
    ("same_people.pair", "/doublons/contacts/paire"): Permission.DUPLICATE_DECIDE,
    ("same_people.take_back", "/doublons/contacts/reprendre"): Permission.DUPLICATE_DECIDE,
    ("merging.answer_proposal", "/doublons/propositions/<public_id>/repondre"): Permission.DUPLICATE_MERGE,
    ("merging.done", "/doublons/fusions"): Permission.DUPLICATE_DECIDE,
    ("merging.merge", "/doublons/fusionner"): Permission.DUPLICATE_MERGE,
    ("merging.proposal", "/doublons/propositions/<public_id>"): Permission.DUPLICATE_DECIDE,
    ("merging.show", "/doublons/fusions/<public_id>"): Permission.DUPLICATE_DECIDE,
    ("merging.undo", "/doublons/fusions/<public_id>/annuler"): Permission.DUPLICATE_MERGE,
    (
        "convention_settings.attach",
        "/reglages/conventions/delegations/<public_id>/acte",
    ): Permission.CONVENTION_VALIDATE,
    (
        "convention_settings.drop_template",
        "/reglages/conventions/articles/<public_id>/supprimer",
    ): Permission.CONVENTION_VALIDATE,
    (
        "convention_settings.edit_delegation",
        "/reglages/conventions/delegations/<public_id>",
    ): Permission.CONVENTION_VALIDATE,
    ("convention_settings.edit_template", "/reglages/conventions/articles/<public_id>"): Permission.CONVENTION_VALIDATE,
    ("convention_settings.index", "/reglages/conventions"): Permission.CONVENTION_VALIDATE,
    (
        "convention_settings.new_delegation",
        "/reglages/conventions/delegations/nouvelle",
    ): Permission.CONVENTION_VALIDATE,
    ("convention_settings.new_template", "/reglages/conventions/articles/nouveau"): Permission.CONVENTION_VALIDATE,
    ("conventions.attach", "/conventions/<public_id>/exemplaire"): Permission.CONVENTION_EDIT,
    ("conventions.clauses", "/conventions/<public_id>/articles"): Permission.CONVENTION_EDIT,
    ("conventions.commitments", "/conventions/<public_id>/engagements"): Permission.CONVENTION_EDIT,
    ("conventions.dates", "/conventions/<public_id>/echeances"): Permission.CONVENTION_EDIT,
    ("conventions.download", "/exemplaires/<public_id>"): Permission.CONVENTION_READ,
    ("conventions.edit", "/conventions/<public_id>/modifier"): Permission.CONVENTION_EDIT,
    ("conventions.index", "/conventions"): Permission.CONVENTION_READ,
    ("conventions.keep", "/conventions/<public_id>/tenu"): Permission.CONVENTION_EDIT,
    ("conventions.move", "/conventions/<public_id>/etape"): Permission.CONVENTION_EDIT,
    ("conventions.new", "/partenaires/<public_id>/conventions/nouvelle"): Permission.CONVENTION_EDIT,
    ("conventions.page", "/conventions/<public_id>/page"): Permission.CONVENTION_READ,
    ("conventions.pdf", "/conventions/<public_id>/pdf"): Permission.CONVENTION_READ,
    ("conventions.preview", "/conventions/<public_id>/apercu"): Permission.CONVENTION_READ,
    ("conventions.put_back", "/exemplaires/<public_id>/remettre"): Permission.CONVENTION_EDIT,
    ("conventions.reinstate", "/conventions/<public_id>/retablir"): Permission.CONVENTION_VALIDATE,
    ("conventions.remove", "/exemplaires/<public_id>/retirer"): Permission.CONVENTION_EDIT,
    ("conventions.renew", "/conventions/<public_id>/renouveler"): Permission.CONVENTION_EDIT,
    ("conventions.restore", "/conventions/<public_id>/restaurer"): Permission.CONVENTION_BIN,
    ("conventions.show", "/conventions/<public_id>"): Permission.CONVENTION_READ,
    ("conventions.sign", "/conventions/<public_id>/signer"): Permission.CONVENTION_EDIT,
    ("conventions.signatories", "/conventions/<public_id>/signataires"): Permission.CONVENTION_EDIT,
    ("conventions.terminate", "/conventions/<public_id>/resilier"): Permission.CONVENTION_VALIDATE,
    ("conventions.to_bin", "/conventions/<public_id>/corbeille"): Permission.CONVENTION_BIN,
    ("conventions.versions", "/conventions/<public_id>/versions"): Permission.CONVENTION_READ,
    ("devices.enrol", "/compte/appareils/enroler"): SIGNED_IN,
    ("devices.revoke", "/compte/appareils/<public_id>/revoquer"): CONFIRMED,
    ("drafts.key", "/echanges/brouillon/cle"): Permission.INTERACTION_LOG,
    ("export.choose", "/partenaires/exporter"): Permission.PARTNER_EXPORT,
    ("export.download", "/partenaires/exporter/fichier"): Permission.PARTNER_EXPORT,
    ("documents.attach", "/echanges/<public_id>/documents"): Permission.INTERACTION_LOG,
    ("documents.download", "/documents/<public_id>"): Permission.INTERACTION_READ,
    ("documents.look", "/documents/<public_id>/apercu"): Permission.INTERACTION_READ,
    ("documents.picture", "/documents/<public_id>/image"): Permission.INTERACTION_READ,
    ("documents.put_back", "/documents/<public_id>/remettre"): Permission.INTERACTION_LOG,
    ("documents.remove", "/documents/<public_id>/retirer"): Permission.INTERACTION_LOG,
    ("guide.settings", "/reglages/methode"): Permission.METHOD_EDIT,
    ("guide.show", "/methode"): Permission.PROJECT_READ,
    ("guide.words", "/reglages/methode/mots"): Permission.METHOD_EDIT,
    ("home.index", "/"): SIGNED_IN,
    ("home.today", "/aujourdhui"): SIGNED_IN,
    ("user_guide.index", "/aide"): SIGNED_IN,
    ("user_guide.page", "/aide/<page>"): SIGNED_IN,
    ("user_guide.picture", "/aide/images/<name>"): SIGNED_IN,
    ("imports.abandon", "/importer/<public_id>/abandonner"): Permission.PARTNER_IMPORT,
    ("imports.choose", "/importer/<public_id>/choix"): Permission.PARTNER_IMPORT,
    ("imports.confirm", "/importer/<public_id>/confirmer"): Permission.PARTNER_IMPORT,
    ("imports.correct", "/importer/<public_id>/colonnes"): Permission.PARTNER_IMPORT,
    ("imports.correct_values", "/importer/<public_id>/valeurs"): Permission.PARTNER_IMPORT,
    ("imports.index", "/importer"): Permission.PARTNER_IMPORT,
    ("imports.progress", "/importer/<public_id>/avancement"): Permission.PARTNER_IMPORT,
    ("imports.report", "/importer/<public_id>/compte-rendu.csv"): Permission.PARTNER_IMPORT,
    ("imports.show", "/importer/<public_id>"): Permission.PARTNER_IMPORT,
    ("sifting.forget", "/doublons/fichier/<public_id>/effacer"): Permission.DUPLICATE_FILE,
    ("sifting.groups_file", "/doublons/fichier/<public_id>/groupes.csv"): Permission.DUPLICATE_FILE,
    ("sifting.index", "/doublons/fichier"): Permission.DUPLICATE_FILE,
    ("sifting.pairs_file", "/doublons/fichier/<public_id>/paires.csv"): Permission.DUPLICATE_FILE,
    ("sifting.progress", "/doublons/fichier/<public_id>/avancement"): Permission.DUPLICATE_FILE,
    ("sifting.review_file", "/doublons/fichier/<public_id>/a-regarder.csv"): Permission.DUPLICATE_FILE,
    ("sifting.show", "/doublons/fichier/<public_id>"): Permission.DUPLICATE_FILE,
    ("kept.forget", "/importer/colonnes/oublier"): Permission.PARTNER_IMPORT,
    ("kept.index", "/importer/colonnes"): Permission.PARTNER_IMPORT,
    ("kept.keep_again", "/importer/colonnes/retablir"): Permission.PARTNER_IMPORT,
    ("kept.rename", "/importer/colonnes/renommer"): Permission.PARTNER_IMPORT,
    ("takeover.take_over", "/partenaires/en-nombre/reprendre"): Permission.PROJECT_EDIT,
    ("takeover.undo", "/partenaires/en-nombre/reprendre/<public_id>/annuler"): Permission.PROJECT_EDIT,
    ("undoing.show", "/importer/<public_id>/annulation"): Permission.PARTNER_IMPORT,
    ("undoing.undo", "/importer/<public_id>/annuler"): Permission.PARTNER_IMPORT,
    ("interactions.call", "/partenaires/<public_id>/appel"): Permission.INTERACTION_LOG,
    ("interactions.cancel", "/echanges/<public_id>/annuler"): Permission.INTERACTION_LOG,
    ("interactions.edit", "/echanges/<public_id>/modifier"): Permission.INTERACTION_LOG,
    ("interactions.new", "/partenaires/<public_id>/echanges/nouveau"): Permission.INTERACTION_LOG,
    ("interactions.new_anywhere", "/echanges/nouveau"): Permission.INTERACTION_LOG,
    ("interactions.restore", "/echanges/<public_id>/restaurer"): Permission.INTERACTION_LOG,
    ("interactions.show", "/echanges/<public_id>"): Permission.INTERACTION_READ,
    ("interactions.take_back", "/echanges/<public_id>/reprendre"): Permission.INTERACTION_LOG,
    ("interactions.to_bin", "/echanges/<public_id>/supprimer"): Permission.INTERACTION_LOG,
    ("interactions.uncancel", "/echanges/<public_id>/maintenir"): Permission.INTERACTION_LOG,
    ("links.address", "/adresse/<token>"): PUBLIC,
    ("links.first_account", "/bienvenue/<token>"): PUBLIC,
    ("links.forgotten", "/mot-de-passe-oublie"): PUBLIC,
    ("links.invitation", "/invitation/<token>"): PUBLIC,
    ("links.reset", "/mot-de-passe/<token>"): PUBLIC,
    ("needs.edit", "/besoins/<public_id>/modifier"): Permission.PARTNER_EDIT,
    ("needs.new", "/partenaires/<public_id>/besoins/nouveau"): Permission.PARTNER_EDIT,
    ("needs.set_state", "/besoins/<public_id>/etat"): Permission.PARTNER_EDIT,
    ("listing.delete_view", "/partenaires/vues/<public_id>/supprimer"): Permission.PARTNER_READ,
    ("listing.edit_view", "/partenaires/vues/<public_id>/modifier"): Permission.PARTNER_READ,
    ("listing.restore_view", "/partenaires/vues/retablir"): Permission.PARTNER_READ,
    ("listing.save_view", "/partenaires/vues/nouvelle"): Permission.PARTNER_READ,
    ("listing.saved_views", "/partenaires/vues"): Permission.PARTNER_READ,
    ("own.change_email", "/compte/adresse"): CONFIRMED,
    ("own.change_password", "/compte/mot-de-passe"): CONFIRMED,
    ("own.change_structure", "/structure"): SIGNED_IN,
    ("own.close_other_sessions", "/compte/sessions/fermer"): CONFIRMED,
    ("own.close_session", "/compte/sessions/<public_id>/fermer"): CONFIRMED,
    ("own.journal", "/compte/journal"): CONFIRMED,
    ("own.show", "/compte"): CONFIRMED,
    ("partner_roles.edit", "/partenaires/<public_id>/roles"): Permission.PARTNER_EDIT,
    ("partner_roles.put_back", "/partenaires/<public_id>/roles/remettre"): Permission.PARTNER_EDIT,
    ("board.index", "/projets/tableau"): Permission.PROJECT_READ,
    ("board.move", "/projets/tableau/<public_id>/deplacer"): Permission.PROJECT_EDIT,
    ("bulk.do", "/partenaires/en-nombre/faire"): Permission.PARTNER_EDIT,
    ("bulk.preview", "/partenaires/en-nombre"): Permission.PARTNER_EDIT,
    ("bulk.undo", "/partenaires/en-nombre/<public_id>/annuler"): Permission.PARTNER_EDIT,
    ("follow.check", "/partenaires/<public_id>/suivi/verifie"): Permission.PARTNER_EDIT,
    ("follow.edit", "/partenaires/<public_id>/suivi"): Permission.PARTNER_EDIT,
    ("follow.uncheck", "/partenaires/<public_id>/suivi/non-verifie"): Permission.PARTNER_EDIT,
    ("tags.delete", "/etiquettes/<public_id>/supprimer"): Permission.PARTNER_EDIT,
    ("tags.give_back", "/etiquettes/defaire"): Permission.PARTNER_EDIT,
    ("tags.index", "/etiquettes"): Permission.PARTNER_READ,
    ("tags.merge", "/etiquettes/<public_id>/fusionner"): Permission.PARTNER_EDIT,
    ("tags.rename", "/etiquettes/<public_id>/renommer"): Permission.PARTNER_EDIT,
    ("method_papers.roadmap", "/partenariats/<public_id>/feuille-de-route.pdf"): Permission.PROJECT_READ,
    ("method_papers.swot", "/projets/<public_id>/swot.pdf"): Permission.PROJECT_READ,
    ("moves.advance", "/cartes/<public_id>/avancer"): Permission.PROJECT_EDIT,
    ("moves.change", "/cartes/<public_id>/changer"): Permission.PROJECT_EDIT,
    ("moves.undo", "/cartes/<public_id>/annuler"): Permission.PROJECT_EDIT,
    ("partnerships.edit", "/partenariats/<public_id>/modifier"): Permission.PROJECT_EDIT,
    ("partnerships.enter", "/partenaires/<public_id>/projet"): Permission.PROJECT_EDIT,
    ("partnerships.show", "/partenariats/<public_id>"): Permission.PROJECT_READ,
    ("parts.add_to_partnership", "/partenariats/<public_id>/ajouter"): Permission.PROJECT_ACT,
    ("parts.add_to_project", "/projets/<public_id>/ajouter"): Permission.PROJECT_ACT,
    ("parts.edit", "/projets/elements/<public_id>/modifier"): Permission.PROJECT_ACT,
    ("parts.remove", "/projets/elements/<public_id>/retirer"): Permission.PROJECT_ACT,
    ("projects.approve", "/projets/<public_id>/valider"): Permission.PROJECT_VALIDATE,
    ("projects.copy", "/projets/<public_id>/copier"): Permission.PROJECT_EDIT,
    ("projects.debate", "/projets/<public_id>/debat"): Permission.PROJECT_EDIT,
    ("projects.edit", "/projets/<public_id>/modifier"): Permission.PROJECT_EDIT,
    ("projects.index", "/projets"): Permission.PROJECT_READ,
    ("projects.new", "/projets/nouveau"): Permission.PROJECT_EDIT,
    ("projects.show", "/projets/<public_id>"): Permission.PROJECT_READ,
    ("projects.strategy", "/projets/<public_id>/strategie"): Permission.PROJECT_EDIT,
    ("projects.swot", "/projets/<public_id>/swot"): Permission.PROJECT_READ,
    ("partners.edit", "/partenaires/<public_id>/modifier"): Permission.PARTNER_EDIT,
    ("partners.index", "/partenaires"): Permission.PARTNER_READ,
    ("partners.new", "/partenaires/nouveau"): Permission.PARTNER_EDIT,
    ("partners.show", "/partenaires/<public_id>"): Permission.PARTNER_READ,
    ("partners.suggest", "/partenaires/proposes"): Permission.PARTNER_READ,
    ("reference.communes", "/reference/communes"): Permission.PARTNER_READ,
    ("reference.legal_forms", "/reference/formes-juridiques"): Permission.PARTNER_READ,
    ("reference.naf", "/reference/activites"): Permission.PARTNER_READ,
    ("reference.trades", "/reference/metiers"): Permission.PARTNER_READ,
    ("reminder_settings.edit", "/reglages/rappels"): Permission.STRUCTURE_EDIT,
    ("roadmap.set_state", "/partenariats/lignes/<public_id>/etat"): Permission.PROJECT_EDIT,
    ("roadmap.show", "/partenariats/<public_id>/feuille-de-route"): Permission.PROJECT_READ,
    ("roadmap.terms", "/partenariats/<public_id>/accord"): Permission.PROJECT_EDIT,
    ("steering.add_value", "/indicateurs/<public_id>/valeur"): Permission.PROJECT_EDIT,
    ("steering.pilots", "/partenariats/<public_id>/pilotes"): Permission.PROJECT_EDIT,
    ("steering.show", "/partenariats/<public_id>/suivi"): Permission.PROJECT_READ,
    ("surveys.answer", "/enquete/<token>"): PUBLIC,
    ("surveys.ask", "/partenariats/<public_id>/enquetes"): Permission.PROJECT_EDIT,
    ("surveys.revoke", "/enquetes/<public_id>/annuler"): Permission.PROJECT_EDIT,
    ("surveys.thanks", "/enquete"): PUBLIC,
    ("reminders.give", "/a-faire/<public_id>/confier"): Permission.TODO_ASSIGN,
    ("reminders.mark_done", "/a-faire/<public_id>/fait"): Permission.TODO_DO_OWN,
    ("reminders.new", "/partenaires/<public_id>/a-faire"): Permission.TODO_PLAN,
    ("reminders.postpone", "/a-faire/<public_id>/reporter"): Permission.TODO_DO_OWN,
    ("reminders.put_back", "/a-faire/<public_id>/remettre"): Permission.TODO_DO_OWN,
    ("reminders.reopen", "/a-faire/<public_id>/rouvrir"): Permission.TODO_DO_OWN,
    ("reminders.set_aside", "/rappels/ecarter"): Permission.TODO_DO_OWN,
    ("reminders.take_back", "/rappels/reprendre"): Permission.TODO_DO_OWN,
    ("second_factor.change", "/compte/double-authentification/telephone"): CONFIRMED,
    ("second_factor.new_codes", "/compte/double-authentification/codes"): CONFIRMED,
    ("second_factor.remove", "/compte/double-authentification/retirer"): CONFIRMED,
    ("second_factor.show", "/compte/double-authentification"): CONFIRMED,
    ("static", "/static/<path:filename>"): ASSET,
    ("web.health", "/healthz"): ASSET,
}


def rules(app):
    """Every route of the application itself."""
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("laboratory.")]


def test_every_route_asks_for_exactly_what_is_written_here(app):
    assert {(rule.endpoint, rule.rule): needs_of(app, rule.endpoint) for rule in rules(app)} == ROUTES


def test_a_view_without_a_right_answers_403_and_changes_nothing(make, browser, snapshot):
    browser.sign_in(make.user(roles=[Role.DIRECTOR]))
    before = snapshot()
    assert browser.get("/essai/muette").status_code == 403
    assert browser.client.post("/essai/muette", data={"nonce": "n" * 22}).status_code == 403
    assert snapshot() == before


def paths(app):
    """One address per GET route that asks for something, with an identifier that exists nowhere."""
    for rule in rules(app):
        if needs_of(app, rule.endpoint) not in {PUBLIC, ASSET}:
            yield rule, rule.rule.replace("<public_id>", "nullepart")


def test_a_visitor_is_sent_to_the_sign_in_page_and_back(app, browser):
    for rule, path in paths(app):
        if "GET" in rule.methods:
            response = browser.get(path)
            assert response.status_code == 303, path
            assert response.location.startswith("/connexion?next="), path
        if "POST" in rule.methods:
            assert browser.client.post(path).status_code == 400, path


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TUTOR])
def test_each_role_meets_a_403_exactly_where_the_table_says(app, make, browser, snapshot, role):
    user = make.user(roles=[role])
    browser.sign_in(user)
    before = snapshot()
    for rule, path in paths(app):
        wanted = needs_of(app, rule.endpoint)
        refused = isinstance(wanted, Permission) and wanted not in make.actor(user, roles=[role]).permissions
        if "GET" in rule.methods:
            assert (browser.get(path).status_code == 403) == refused, (role, path)
        if "POST" in rule.methods and refused:
            assert browser.client.post(path, data={"nonce": "n" * 22}).status_code == 403, (role, path)
    assert snapshot() == before


def test_a_refusal_is_written_in_the_audit(make, browser, session):
    user = make.user(roles=[Role.BOARD])
    browser.sign_in(user)
    assert browser.get("/partenaires").status_code == 403
    refused = session.scalars(select(AuditEvent).where(AuditEvent.action == "refused")).one()
    assert (refused.actor_id, refused.result, refused.reason) == (user.id, "refused", "partner_read")


def test_a_get_cannot_change_a_business_table(make, browser, session):
    make.user()
    assert browser.get("/essai/ecrit").status_code == 500
    assert [s.name for s in session.scalars(select(Structure))] == ["Les Ateliers de la Bièvre"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
def test_an_answer_that_is_an_error_keeps_nothing(make, browser, snapshot, status):
    browser.sign_in(make.user())
    form = browser.form("/essai/formulaire", action="/essai/structure")
    before = snapshot()
    typed = {**_tokens(form.values), "name": "jamais"}
    assert browser.client.post(f"/essai/structure?status={status}", data=typed).status_code == status
    assert snapshot() == before


def _tokens(values):
    return {name: values[name] for name in ("csrf_token", "nonce")}


def test_rights_end_at_the_next_request(make, browser):
    from crm.accounts.models import Membership, User

    user = make.user()
    browser.sign_in(user)
    assert browser.get("/partenaires").status_code == 200
    with make.transaction() as database:
        database.delete(database.scalars(select(Membership).where(Membership.user_id == user.id)).one())
    assert browser.get("/partenaires").status_code == 303

    other = make.user()
    browser.sign_in(other)
    with make.transaction() as database:
        database.get(User, other.id).active = False
    assert browser.get("/partenaires").status_code == 303
