"""Sets an installation up and shows the demonstration: assets, migrations, invented data, a server on this machine."""

import logging
import os
import threading
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from werkzeug.serving import make_server

import config
from crm import clock
from crm.access.policy import Actor
from crm.accounts.cli import show_first_link
from crm.db import transaction
from crm.dedupe.refreshing import services as duplicate_keys
from crm.method.guide import cli as guide
from crm.partners.cli import load_shipped
from crm.partners.listing.refreshing import services as refreshing
from crm.web.application import Application
from crm.web.icons import build_sprite

STATIC = config.ROOT / "crm" / "static"
TRANSLATIONS = config.ROOT / "crm" / "translations"


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Prépare l'installation : icônes, traductions, base de données."""
    prepare_assets()
    upgrade()
    load_shipped()
    guide.load_shipped()
    _refresh_search()
    click.echo("Base de données et fichiers prêts.")


def _refresh_search() -> None:
    """Give partners written by an earlier release the keys by which they, and their duplicates, are found now."""
    with transaction(actor=Actor(None, "installation", None, kind="cli"), now=clock.now()) as session:
        refreshing.refresh_if_older(session)
        duplicate_keys.refresh_if_older(session)


@click.command("seed-demo")
@click.option("--partners", type=click.IntRange(1, 1_000_000), help="Autant de partenaires générés, en plus.")
@with_appcontext
def seed_demo(partners: int | None) -> None:
    """Charge les données inventées de la démonstration (sans effet si elles y sont déjà)."""
    _refuse_outside_demo()
    from seeds import big
    from seeds.demo import load

    click.echo(load())
    if partners:
        click.echo(big.load(partners))


@click.command("demo-up")
@click.option("--port", type=int, required=True)
@click.option("--no-demo", is_flag=True, help="Sans données inventées.")
@with_appcontext
def demo_up(port: int, no_demo: bool) -> None:
    """Prépare, charge la démonstration et sert sur 127.0.0.1."""
    _refuse_outside_demo()
    prepare_assets()
    upgrade()
    load_shipped()
    guide.load_shipped()
    _refresh_search()
    accounts: list[tuple[str, str]] = []
    if not no_demo:
        from seeds.demo import ACCOUNTS, PASSWORD, load

        load()
        accounts = [(role, email) for role, email in ACCOUNTS]
        password = PASSWORD
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the application behind the proxy
    app.config["PUBLIC_URL"] = f"http://127.0.0.1:{port}"  # where the links of the digest lead
    server = make_server("127.0.0.1", port, app, threaded=True)
    click.echo(f"\nPasserelle : http://127.0.0.1:{port}\n")
    if accounts:
        click.echo(f"Un compte par rôle, mot de passe : {password}")
        for role, email in accounts:
            click.echo(f"  {email:<42} {role}")
    show_first_link()
    click.echo("\nCtrl+C pour arrêter.")
    _start_scheduler(app)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nArrêté.")


def _start_scheduler(app: Application) -> None:
    from crm.reminders.scheduler import Scheduler

    threading.Thread(target=Scheduler(app).run, name="scheduler", daemon=True).start()


def prepare_assets() -> None:
    """Build the icon sprite and compile the catalogues, unless they are newer than what they come from."""
    sprite = STATIC / "generated" / "icons.svg"
    if _stale(sprite, Path(build_sprite.__code__.co_filename)):
        build_sprite(sprite)
    for catalogue in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        if _stale(catalogue.with_suffix(".mo"), catalogue):
            _compile(catalogue)


def _stale(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def _compile(catalogue: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue.open("rb") as source:
        words = read_po(source, locale=catalogue.parts[-3])
    fresh = catalogue.with_suffix(f".{os.getpid()}.tmp")
    with fresh.open("wb") as target:
        write_mo(target, words)
    fresh.replace(catalogue.with_suffix(".mo"))


def _refuse_outside_demo() -> None:
    if current_app.config["NAME"] == "production":
        raise click.ClickException("Les données de démonstration ne se chargent pas en production.")
