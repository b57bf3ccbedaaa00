"""`passerelle reference`: nomenclatures published by others, loaded from files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

import config
from crm import clock
from crm.access.policy import Actor
from crm.db import transaction
from crm.errors import DomainError
from crm.partners.reference import services
from crm.partners.reference.changes import FilePlan
from crm.partners.reference.enums import Verdict

#: The files that come with the application.
SHIPPED = config.ROOT / "seeds" / "reference"
_COMMAND_LINE = Actor(None, "ligne de commande", None, kind="cli")

reference_group = AppGroup("reference", help="Données de référence : communes, métiers, secteurs, jours fériés.")


@reference_group.command("load")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=SHIPPED,
    help="Dossier des fichiers CSV et de leur sources.csv ; par défaut, ceux livrés avec Passerelle.",
)
@click.option("--for-real", is_flag=True, help="Écrit dans la base ; sans elle, dit seulement ce qui changerait.")
def load(folder: Path, for_real: bool) -> None:
    """
    Charge les données de référence, ou celles qui ont changé depuis.

    Un code qui a disparu du fichier est marqué comme retiré, jamais effacé. Tout est chargé, ou rien.
    """
    with _refusals_in_a_sentence():
        files = services.open_folder(folder)
        with transaction(actor=_COMMAND_LINE, now=clock.now(), writes=for_real) as session:
            if for_real:
                plans = services.load(session, files, now=session.info["now"])
            else:
                plans = services.plan(session, files)
    for line in map(_sentence, plans):
        click.echo(line)
    if not for_real:
        click.echo("Essai à blanc : rien n'a été écrit. Ajoutez --for-real pour charger.")


def load_shipped() -> bool:
    """
    Load the files that come with the application, for real; True when there was something to write.

    Needs an application context. When nothing changed, only hashes are compared and nobody waits for a writer.
    """
    with _refusals_in_a_sentence():
        files = services.open_folder(SHIPPED)
        with transaction(actor=_COMMAND_LINE, now=clock.now(), writes=False) as session:
            news = services.is_news(session, files)
        if news:
            with transaction(actor=_COMMAND_LINE, now=clock.now()) as session:
                services.load(session, files, now=session.info["now"])
    return news


@contextmanager
def _refusals_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from None


def _sentence(plan: FilePlan) -> str:
    if plan.verdict is not Verdict.NEWS:
        return f"{plan.file} : {plan.verdict.label}."
    change = plan.difference
    return (
        f"{plan.file} : {len(plan.rows)} lignes. Nouvelles : {len(change.added)}, changées : {len(change.changed)}, "
        f"retirées : {len(change.gone)}."
    )
