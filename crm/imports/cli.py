"""`passerelle import`: spreadsheets from the command line."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission
from crm.accounts.queries import structure_by_name, structures
from crm.db import transaction
from crm.errors import DomainError
from crm.imports import report, services
from crm.imports.desk import services as desk
from crm.imports.enums import ImportKind, Outcome
from crm.imports.exchanges import services as exchanges
from crm.imports.queries import actor_by_email
from crm.imports.reader import MOST_BYTES, Sheet, read_sheet
from crm.imports.work import job
from crm.imports.work.services import carry_out, carry_out_exchanges
from crm.wording import N_

_GRANTED = frozenset(
    {
        Permission.CONTACT_EDIT,
        Permission.INTERACTION_LOG,
        Permission.PARTNER_EDIT,
        Permission.PARTNER_IMPORT,
        Permission.PARTNER_READ,
    }
)


@click.group("import")
def import_group() -> None:
    """Importe des fichiers."""


_Command = Callable[..., None]
_OPTIONS = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option("--for-real", is_flag=True, help="Écrit dans la base ; sans elle, un essai à blanc."),
    click.option(
        "--mapping", "mapping_name", help="Nom de colonnes retenues à l'écran ; sans lui, elles sont devinées."
    ),
    click.option("--structure", "structure_name", help="Nom de la structure, quand il y en a plusieurs."),
    click.option("--as", "email", help="Adresse e-mail de la personne au nom de qui importer."),
    click.option(
        "--report",
        "report_file",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="Écrit aussi le compte rendu dans ce fichier CSV.",
    ),
)


def _with_options(command: _Command) -> _Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@import_group.command("partners")
@_with_options
@with_appcontext
def import_partners(
    file: Path,
    for_real: bool,
    mapping_name: str | None,
    structure_name: str | None,
    email: str | None,
    report_file: Path | None,
) -> None:
    """
    Importe des partenaires d'un fichier CSV ou XLSX, dans le vivier.

    Chaque ligne est comparée à la base et aux lignes qui la précèdent ; les douteuses ne sont pas créées, une fiche
    connue est complétée sans que rien n'y soit remplacé. Tout est importé, ou rien ; cela s'annule à l'écran.
    """
    with _said():
        asked = _ask(file, ImportKind.PARTNERS, mapping_name, structure_name, email)
        planned = _partners(asked, for_real=for_real)
    for line in report.lines(planned.rows):
        click.echo(line)
    _sum_up(planned, for_real=for_real)
    _keep_report(report_file, planned.rows)


@import_group.command("exchanges")
@_with_options
@with_appcontext
def import_exchanges(
    file: Path,
    for_real: bool,
    mapping_name: str | None,
    structure_name: str | None,
    email: str | None,
    report_file: Path | None,
) -> None:
    """
    Importe l'historique d'échanges d'un fichier CSV ou XLSX : entreprise, date, qui, quoi.

    Les échanges des entreprises reconnues sont notés une seule fois ; ceux des entreprises douteuses ou inconnues sont
    laissés de côté (à l'écran, on répond pour elles). Tout est importé, ou rien ; cela s'annule à l'écran.
    """
    if email is None:
        raise click.ClickException("Précisez --as : qui a eu les échanges dont le tableau ne nomme pas l'auteur.")
    with _said():
        asked = _ask(file, ImportKind.EXCHANGES, mapping_name, structure_name, email)
        history = _history(asked, for_real=for_real)
    rows = list(exchanges.reported(history))
    for line in report.lines(rows):
        click.echo(line)
    count, totals = exchanges.counted_exchanges(history), history.totals
    click.echo(
        f"\nTotal : {len(history.companies)} entreprises. Reconnues : {totals[Outcome.SAME]}, "
        f"douteuses : {totals[Outcome.DOUBTFUL]}, inconnues : {totals[Outcome.NEW]}. "
        f"Lignes en erreur : {totals[Outcome.WRONG]}."
    )
    if for_real:
        click.echo(f"Import fait. Échanges notés : {count}. Il s'annule à l'écran, « Importer ».")
    else:
        click.echo(f"Échanges à noter : {count}. Essai à blanc : rien n'a été écrit. Ajoutez --for-real pour importer.")
    _keep_report(report_file, rows)


@import_group.command("pending")
@with_appcontext
def pending() -> None:
    """Compare ou écrit les imports préparés à l'écran qui attendent, par exemple après un arrêt du serveur."""
    count = job.run_pending(current_app._get_current_object(), clock=clock.now)  # type: ignore[attr-defined]  # the proxy
    click.echo(f"Imports traités : {count}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A file read with its columns, in whose name, when."""

    sheet: Sheet
    file: str
    actor: Actor
    now: datetime
    key: str


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """A refusal is one sentence."""
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _ask(
    file: Path, kind: ImportKind, mapping_name: str | None, structure_name: str | None, email: str | None
) -> _Asked:
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    first = read_sheet(content, named=False, exchanges=kind is ImportKind.EXCHANGES)
    now = clock.now()
    with transaction(actor=Actor(None, "import", None, kind="cli"), now=now, writes=False) as session:
        actor = _actor(session, structure_name, email)
        if mapping_name is None:
            mapping = desk.mapping_of(session, first, kind=kind, actor=actor, now=None)
        else:
            mapping = desk.mapping_named(session, mapping_name, first.headings, actor=actor, kind=kind)
    if not desk.needed(kind) <= mapping.fields.keys() and kind is ImportKind.EXCHANGES:
        raise desk.Unready(
            N_("La colonne du nom ou celle de la date n'a pas été reconnue : dites lesquelles les contiennent.")
        )
    sheet = read_sheet(content, mapping=mapping)
    return _Asked(sheet=sheet, file=file.name, actor=actor, now=now, key=current_app.config["SECRET_KEY"])


def _partners(asked: _Asked, *, for_real: bool) -> services.Plan:
    with transaction(actor=asked.actor, now=asked.now, writes=for_real) as session:
        given: dict[str, Any] = {"file": asked.file, "actor": asked.actor, "key": asked.key}
        if for_real:
            return carry_out(session, asked.sheet, now=asked.now, **given)
        return services.plan(session, asked.sheet, **given)


def _history(asked: _Asked, *, for_real: bool) -> exchanges.History:
    with transaction(actor=asked.actor, now=asked.now, writes=for_real) as session:
        read = carry_out_exchanges if for_real else exchanges.plan
        return read(session, asked.sheet, file=asked.file, actor=asked.actor, now=asked.now, key=asked.key)


def _keep_report(file: Path | None, rows: Iterable[report.ReportedRow]) -> None:
    if file is not None:
        file.write_text(report.csv_text(rows), encoding="utf-8-sig", newline="")


def _actor(session: Session, structure_name: str | None, email: str | None) -> Actor:
    if structure_name is not None:
        structure = structure_by_name(session, structure_name)
        if structure is None:
            raise click.ClickException(f"Aucune structure ne s'appelle « {structure_name} ».")
    else:
        known = structures(session)
        if not known:
            raise click.ClickException("Aucune structure n'existe encore dans cette base.")
        if len(known) > 1:
            names = ", ".join(f"« {one.name} »" for one in known[:10])
            raise click.ClickException(f"Plusieurs structures : précisez --structure ({names}).")
        structure = known[0]
    if email is None:
        return Actor(None, "import", structure.id, kind="cli", granted=_GRANTED)
    actor = actor_by_email(session, email, structure_id=structure.id)
    if actor is None:
        raise click.ClickException(f"{email} n'a pas de compte actif dans « {structure.name} ».")
    return actor


def _sum_up(planned: services.Plan, *, for_real: bool) -> None:
    totals = planned.totals
    new, doubtful = totals[Outcome.NEW], totals[Outcome.DOUBTFUL]
    click.echo(
        f"\nTotal : {len(planned.rows)} lignes. Nouvelles : {new}, identiques : {totals[Outcome.SAME]}, "
        f"douteuses : {doubtful}, en erreur : {totals[Outcome.WRONG]}."
    )
    if doubtful:
        click.echo(
            f"Douteuses, donc pas créées : {doubtful}. Comparez chacune avec le partenaire nommé ; si c'est une "
            "autre organisation, créez-la à la main."
        )
    if for_real:
        click.echo(f"Import fait. Partenaires ajoutés au vivier : {new}. Il s'annule à l'écran, « Importer ».")
    else:
        click.echo("Essai à blanc : rien n'a été écrit. Ajoutez --for-real pour importer.")
