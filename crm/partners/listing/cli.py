"""`passerelle partners`: what partners and contacts are found by."""

import click
from flask.cli import AppGroup

from crm import clock
from crm.access.policy import Actor
from crm.db import transaction
from crm.partners.listing.refreshing import services

_COMMAND_LINE = Actor(None, "ligne de commande", None, kind="cli")

partners_group = AppGroup("partners", help="Partenaires : remettre la recherche à jour.")


@partners_group.command("refresh-search")
def refresh_search() -> None:
    """
    Recalcule ce par quoi partenaires et contacts sont trouvés et classés. Peut être relancé sans risque.

    À lancer après une mise à jour qui change la recherche ; ce qui était juste n'est pas touché.
    """
    with transaction(actor=_COMMAND_LINE, now=clock.now()) as session:
        partners, contacts = services.refresh(session)
    click.echo(f"Recherche à jour. Fiches corrigées : {partners} partenaires, {contacts} contacts.")
