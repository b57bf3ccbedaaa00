"""Commands: the scheduler's own process, and the morning's sweep by hand."""

import logging
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from crm import clock
from crm.db import db
from crm.reminders import delivery
from crm.reminders.links import delivery as links
from crm.reminders.scheduler import Scheduler

reminders_group = AppGroup("reminders", help="Rappels et récapitulatifs du matin.")

NO_SERVER = "Aucun serveur d'e-mail (PASSERELLE_SMTP_URL) : les messages attendent, aucun n'est envoyé."


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]  # behind the proxy


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """Prépare et envoie les messages à leur heure, jusqu'à Ctrl+C ou SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    app = _app()
    if not app.config["SMTP_URL"]:
        click.echo(NO_SERVER)
    click.echo("Planificateur démarré. Ctrl+C pour arrêter.")
    Scheduler(app).run()
    db.engine.dispose()
    click.echo("Planificateur arrêté.")


@reminders_group.command("sweep")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M"]),
    help="Faire comme s'il était cette heure à Paris (2026-11-23T07:30). Sans cette option : maintenant.",
)
@click.option("--for-real", is_flag=True, help="Écrire et envoyer. Sans cette option, dire seulement quoi.")
def sweep(at: datetime | None, for_real: bool) -> None:
    """
    Crée ou ferme les rappels, prépare les récapitulatifs attendus, puis envoie ce qui attend.

    Sans danger répétée : un rappel ou un récapitulatif déjà préparé ou envoyé ne l'est pas deux fois.
    """
    present = clock.now()
    now = at.replace(tzinfo=clock.PARIS).astimezone(present.tzinfo) if at else present
    if for_real:
        _for_real(_app(), now)
    else:
        _dry(_app(), now)


def _dry(app: Flask, now: datetime) -> None:
    click.echo(f"Rappels à créer : {delivery.outlook(now=now)}")
    planned = delivery.preview(app, now=now)
    for digest in planned:
        late = " (en retard)" if digest.due.late else ""
        click.echo(f"À préparer pour {digest.draft.recipient}{late} : {digest.draft.title}")
    click.echo(f"Récapitulatifs à préparer : {len(planned)}")
    click.echo(f"Messages en attente d'envoi : {delivery.waiting(now=now)}")
    if not app.config["SMTP_URL"]:
        click.echo(NO_SERVER)
    click.echo("Rien n'a été écrit ni envoyé : ajoutez --for-real pour le faire.")


def _for_real(app: Flask, now: datetime) -> None:
    click.echo(f"Rappels créés : {delivery.remind(now=now)}")
    click.echo(f"Récapitulatifs préparés : {delivery.sweep(app, now=now)}")
    if queued := links.queue_waiting(app, now=now):
        click.echo(f"Liens à envoyer : {queued}")
    # A lease counted from an hour of the past would be over before the message is sent.
    done = delivery.deliver(app, clock=lambda: max(now, clock.now()))
    if not done.configured:
        click.echo(NO_SERVER)
        return
    click.echo(f"Envoyés : {done.sent} ; reportés : {done.postponed} ; refusés : {done.failed}")
