"""Puts the house together: the one place, with home and the command line, that knows every domain."""

import secrets
from dataclasses import replace
from typing import Any

from flask import Flask, request, session
from flask_babel import gettext
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf.csrf import generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

import config
import crm.models  # noqa: F401  every table must be known before the first query
from crm import db
from crm.access import guard
from crm.access.policy import Actor, Permission, can
from crm.accounts import views as accounts
from crm.accounts.administration import views as administration
from crm.accounts.devices import views as devices
from crm.accounts.links import views as links
from crm.accounts.links import wiring as links_wiring
from crm.accounts.own import views as own
from crm.accounts.own import wiring as own_wiring
from crm.accounts.second_factor import views as second_factor
from crm.accounts.second_factor import wiring as second_factor_wiring
from crm.accounts.store import DatabaseSessionStore
from crm.audit import wiring as audit
from crm.cli import commands
from crm.conventions import views as conventions
from crm.conventions import wiring as conventions_wiring
from crm.conventions.nudging import wiring as conventions_nudging
from crm.conventions.settings import views as convention_settings
from crm.dedupe import views as dedupe
from crm.dedupe import wiring as dedupe_wiring
from crm.dedupe.contacts import views as same_people
from crm.dedupe.contacts import wiring as same_people_wiring
from crm.dedupe.merging import views as merging
from crm.dedupe.merging import wiring as merging_wiring
from crm.dedupe.pairs import queries as pairs
from crm.dedupe.pairs import views as duplicates
from crm.dedupe.pairs import wiring as pairs_wiring
from crm.home import views as home
from crm.home.navigation import entries_for
from crm.home.user_guide import views as user_guide
from crm.imports import wiring as imports_wiring
from crm.imports.desk import views as imports
from crm.imports.kept import views as kept
from crm.imports.sifting import views as sifting
from crm.imports.undoing import views as undoing
from crm.interactions import views as interactions
from crm.interactions import wiring as interactions_wiring
from crm.interactions.documents import views as documents
from crm.interactions.drafts import views as drafts
from crm.interactions.listing import wiring as interactions_listing
from crm.interactions.nudging import wiring as interactions_nudging
from crm.method import wiring as method_wiring
from crm.method.actions import views as actions
from crm.method.actions import wiring as actions_wiring
from crm.method.board import views as board
from crm.method.deadlines import wiring as deadlines
from crm.method.guide import views as guide
from crm.method.moves import views as moves
from crm.method.papers import views as method_papers
from crm.method.partnerships import views as partnerships
from crm.method.parts import views as parts
from crm.method.projects import views as projects
from crm.method.roadmap import views as roadmap
from crm.method.steering import views as steering
from crm.method.surveys import views as surveys
from crm.method.takeover import views as takeover
from crm.partners import views as partners
from crm.partners import wiring as partners_wiring
from crm.partners.bin import views as partners_bin
from crm.partners.bin import wiring as bin_wiring
from crm.partners.bulk import views as bulk
from crm.partners.bulk import wiring as bulk_wiring
from crm.partners.contacts import views as contacts
from crm.partners.contacts import wiring as contacts_wiring
from crm.partners.export import views as export
from crm.partners.export import wiring as export_wiring
from crm.partners.follow import views as follow
from crm.partners.follow import wiring as follow_wiring
from crm.partners.identifiers import show_siret
from crm.partners.identity import wiring as identity_wiring
from crm.partners.listing import wiring as listing_wiring
from crm.partners.listing.saved import views as listing
from crm.partners.needs import views as needs
from crm.partners.needs import wiring as needs_wiring
from crm.partners.nudging import wiring as partners_nudging
from crm.partners.page.changes import wiring as changes_wiring
from crm.partners.phones import show_phone
from crm.partners.reference import views as reference
from crm.partners.roles import views as partner_roles
from crm.partners.tags import views as tags
from crm.partners.tags import wiring as tags_wiring
from crm.reminders import views as reminders
from crm.reminders import wiring as reminders_wiring
from crm.reminders.settings import views as reminder_settings
from crm.web import error_pages, formats, headers, health, i18n, limits
from crm.web.application import Application
from crm.web.sessions import ServerSessionInterface

BLUEPRINTS = (
    health.bp,
    accounts.bp,
    second_factor.bp,
    devices.bp,
    links.bp,
    own.bp,
    reminders.bp,
    reminder_settings.bp,
    partners.bp,
    follow.bp,
    tags.bp,
    bulk.bp,
    listing.bp,
    reference.bp,
    partner_roles.bp,
    contacts.bp,
    needs.bp,
    partners_bin.bp,
    export.bp,
    interactions.bp,
    drafts.bp,
    documents.bp,
    dedupe.bp,
    merging.bp,
    duplicates.bp,
    same_people.bp,
    conventions.bp,
    convention_settings.bp,
    projects.bp,
    partnerships.bp,
    parts.bp,
    moves.bp,
    guide.bp,
    takeover.bp,
    method_papers.bp,
    board.bp,
    roadmap.bp,
    actions.bp,
    steering.bp,
    surveys.bp,
    imports.bp,
    undoing.bp,
    sifting.bp,
    kept.bp,
    administration.bp,
    home.bp,
    user_guide.bp,
)
WIRINGS = (
    audit,
    second_factor_wiring,
    links_wiring,
    own_wiring,
    reminders_wiring,
    partners_wiring,
    identity_wiring,
    follow_wiring,
    tags_wiring,
    bulk_wiring,
    listing_wiring,
    changes_wiring,
    contacts_wiring,
    needs_wiring,
    bin_wiring,
    export_wiring,
    interactions_wiring,
    interactions_listing,
    partners_nudging,
    interactions_nudging,
    dedupe_wiring,
    merging_wiring,
    pairs_wiring,
    same_people_wiring,
    conventions_wiring,
    conventions_nudging,
    method_wiring,
    deadlines,
    actions_wiring,
    imports_wiring,
)


def assemble(configuration: config.Configuration | None) -> Application:
    """The application: settings, database, sessions, guard, domains, templates, commands."""
    settings = configuration or config.load()
    app = Application(
        "crm",
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "crm" / "static"),
        instance_path=str(settings.INSTANCE),
    )
    app.config.from_object(settings)
    settings.INSTANCE.mkdir(parents=True, exist_ok=True)
    if settings.TRUSTED_PROXIES:
        count = settings.TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]  # Flask's way
    db.init_app(app)
    app.session_interface = ServerSessionInterface(DatabaseSessionStore(lambda: db.db.engine))
    _set_login_up(app)
    guard.csrf.init_app(app)
    app.guard = guard.run
    Bootstrap5(app)
    i18n.register(app)
    formats.register(app)
    headers.register(app)
    limits.register(app)
    error_pages.register(app)
    for wiring in WIRINGS:
        wiring.wire()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for endpoint in ("static", "bootstrap.static", "web.health"):
        app.view_functions[endpoint] = guard.needs(guard.ASSET)(_unmarked(app.view_functions[endpoint]))
    _set_templates_up(app)
    Migrate(app, db.db, directory=str(config.ROOT / "migrations"))
    for command in commands():
        app.cli.add_command(command)
    return app


def _unmarked(view: Any) -> Any:
    # Flask's static view is a bound method or a lambda: a mark needs a function of our own.
    def asset(**values: Any) -> Any:
        return view(**values)

    return asset


def _set_login_up(app: Flask) -> None:
    login = LoginManager()
    login.session_protection = None  # the session store binds and ends sessions itself
    login.init_app(app)

    def load(user_id: str) -> Any:
        account = getattr(session, "account", None)
        return account if account is not None and account.get_id() == user_id else None

    login.user_loader(load)


def _count(endpoint: str, actor: Actor | None) -> str:
    """What waits behind an entry of the menu. Error pages are drawn without a transaction, and count nothing."""
    if endpoint != "duplicates.index" or actor is None or not db.db.session.registry.has():
        return ""
    session = db.db.session()
    if not session.in_transaction():
        return ""
    number = pairs.waiting(session, actor=actor)
    if number > pairs.MOST_COUNTED:
        return f"{pairs.MOST_COUNTED}+"
    return str(number) if number else ""


def _set_templates_up(app: Flask) -> None:
    app.jinja_env.filters |= {"phone": show_phone, "siret": show_siret}
    app.jinja_env.globals |= {
        "csrf_token": generate_csrf,
        "nonce": lambda: secrets.token_urlsafe(16),
        "Permission": Permission,
    }

    @app.context_processor
    def who_and_where() -> dict[str, Any]:
        account = current_user if current_user and current_user.is_authenticated else None
        actor = account.actor if account else None
        return {
            "account": account,
            "actor": actor,
            "can": lambda permission: can(actor, Permission(permission)),
            "navigation": [
                replace(
                    entry,
                    label=gettext(entry.label),
                    short=gettext(entry.short) if entry.short else "",
                    count=_count(entry.endpoint, actor),
                )
                for entry in entries_for(actor, request.endpoint)
            ],
        }
