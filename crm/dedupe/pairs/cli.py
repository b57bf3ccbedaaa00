"""`passerelle duplicates`: what the queue does from a terminal."""

import click
from flask import current_app
from flask.cli import with_appcontext

from crm import clock
from crm.dedupe.pairs import rescan


@click.group("duplicates")
def duplicates_group() -> None:
    """Compare les fiches entre elles."""


@duplicates_group.command("pending")
@with_appcontext
def pending() -> None:
    """Compare les fiches qui attendent, et finit une comparaison de toutes les fiches qui s'est arrêtée."""
    batches = rescan.run_pending(current_app._get_current_object(), clock=clock.now)  # type: ignore[attr-defined]  # the proxy
    click.echo(f"Lots comparés : {batches}.")
