"""Commands on accounts: the first one, and what only whoever looks after the server may do."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, Role
from crm.accounts import passwords
from crm.accounts.account import GUARDED_ROLES
from crm.accounts.enums import LegalKind
from crm.accounts.links import queries as link_queries
from crm.accounts.links import services as links
from crm.accounts.links.following.services import add_structure
from crm.accounts.models import Structure, User
from crm.accounts.queries import structure_by_name, structures
from crm.accounts.second_factor import services as second_factor
from crm.accounts.services import WeakPassword
from crm.accounts.terminal import queries, services
from crm.accounts.terminal.queries import Line
from crm.db import transaction
from crm.errors import DomainError

users_group = AppGroup("users", help="Comptes : le premier, et ce qui ne se fait que sur le serveur.")

COMMAND_LINE = Actor(
    None,
    "ligne de commande",
    None,
    kind="cli",
    granted=frozenset({Permission.ACCOUNT_ASSIST, Permission.PEOPLE_MANAGE}),
)
DRY = "Rien n'a été modifié : ajoutez --for-real pour le faire."
_GRANTED = [role.value for role in Role if role is not Role.TUTOR]
_TRIES = 3


@contextmanager
def _transaction(*, writes: bool = True) -> Iterator[Session]:
    """The transaction of a command; what the rules refuse ends it in one sentence."""
    try:
        with transaction(actor=COMMAND_LINE, now=clock.now(), writes=writes) as session:
            yield session
    except WeakPassword as weak:
        raise click.ClickException(" ".join(str(problem) for problem in weak.problems)) from None
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from None


@users_group.command("add")
@click.argument("email")
@click.option("--first-name", required=True, help="Prénom.")
@click.option("--last-name", required=True, help="Nom.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(_GRANTED),
    help="Rôle ; à répéter pour plusieurs.",
)
@click.option("--structure", "name", help="Nom de la structure ; inutile s'il n'y en a qu'une.")
@click.option("--new-structure", is_flag=True, help="Créer la structure de ce nom, à côté des autres.")
@click.option(
    "--legal-kind",
    type=click.Choice([kind.value for kind in LegalKind]),
    default=LegalKind.AI.value,
    show_default=True,
    help="Forme d'une structure à créer.",
)
@click.option(
    "--link", "by_link", is_flag=True, help="Afficher un lien d'invitation au lieu de demander un mot de passe."
)
def add(
    email: str,
    first_name: str,
    last_name: str,
    roles: tuple[str, ...],
    name: str | None,
    new_structure: bool,
    legal_kind: str,
    by_link: bool,
) -> None:
    """
    Crée un compte avec ses rôles dans une structure ; un compte qui existe déjà y reçoit les rôles.

    Le mot de passe est demandé sans s'afficher. La première structure est créée si elle n'existe pas.
    """
    granted = [Role(role) for role in roles]
    with _transaction(writes=False) as session:
        known = queries.by_email(session, email) is not None
    password = None
    if not (known or by_link):
        guarded = not GUARDED_ROLES.isdisjoint(granted)
        password = _ask_password(guarded=guarded, words=(first_name, last_name, email, name or ""))
    with _transaction() as session:
        now = session.info["now"]
        structure = _structure(session, name, create=new_structure, legal_kind=LegalKind(legal_kind))
        user = services.add(
            session,
            email=email,
            first_name=first_name,
            last_name=last_name,
            roles=granted,
            structure=structure,
            password=password,
            now=now,
        )
        made = links.hand_over(session, user, now=now) if by_link and user.password_hash is None else None
        where = structure.name
    if known:
        click.echo(f"{user.email} avait déjà un compte : ses rôles dans « {where} » sont à jour.")
    else:
        click.echo(f"Compte créé : {user.email} dans « {where} ».")
    if made:
        _show(made, "Lien d'invitation")


def _structure(session: Session, name: str | None, *, create: bool, legal_kind: LegalKind) -> Structure:
    """The structure of that name, or the only one; created on request, or when it is the first."""
    known = structures(session)
    if name is None and len(known) == 1 and not create:
        return known[0]
    if name is None:
        raise click.UsageError("Dites dans quelle structure : --structure « Nom de la structure ».")
    found = structure_by_name(session, name)
    if found is not None:
        return found
    if known and not create:
        names = ", ".join(f"« {structure.name} »" for structure in known)
        raise click.UsageError(f"Aucune structure « {name} ». Il y a {names}. Pour une de plus : --new-structure.")
    return add_structure(session, name, legal_kind=legal_kind, siret=None, now=session.info["now"])


def _ask_password(*, guarded: bool, words: tuple[str, ...]) -> str:
    for _ in range(_TRIES):
        password: str = click.prompt("Mot de passe", hide_input=True, confirmation_prompt="Le même, une seconde fois")
        found = passwords.problems(password, guarded=guarded, words=words)
        if not found:
            return password
        for problem in found:
            click.echo(str(problem), err=True)
    raise click.ClickException("Aucun compte créé.")


@users_group.command("list")
def show_all() -> None:
    """Tous les comptes, avec leurs rôles dans chaque structure."""
    with _transaction(writes=False) as session:
        people = queries.people(session)
    for line in people:
        click.echo(f"{line.email} · {line.name} · {_state(line)}")
        for structure, roles in line.roles.items():
            click.echo(f"    {structure} : {', '.join(role.value for role in roles)}")
    click.echo(f"Comptes : {len(people)}")


def _state(line: Line) -> str:
    if not line.active:
        return "désactivé"
    if not line.has_password:
        return "invité"
    return "actif, double authentification" if line.has_totp else "actif"


@users_group.command("disable")
@click.argument("email")
@click.option("--for-real", is_flag=True, help="Le faire. Sans cette option, dire seulement quoi.")
def disable(email: str, for_real: bool) -> None:
    """Ferme un compte tout de suite : ses sessions s'arrêtent, ses liens meurent, ses appareils sont oubliés."""
    with _transaction() as session:
        user = _known(session, email)
        if not for_real:
            click.echo(f"À désactiver : {user.email} ({user.name}).")
            click.echo(DRY)
            return
        services.disable(session, user)
    click.echo(f"{user.email} est désactivé. Ses choses à faire se confient à quelqu'un dans Réglages, Personnes.")


@users_group.command("reset-totp")
@click.argument("email")
@click.option("--for-real", is_flag=True, help="Le faire. Sans cette option, dire seulement quoi.")
def reset_totp(email: str, for_real: bool) -> None:
    """Retire la double authentification de qui a perdu son téléphone (la dernière personne de la direction)."""
    with _transaction() as session:
        user = _known(session, email)
        if user.totp_secret is None:
            raise click.ClickException(f"{user.email} n'a pas de double authentification.")
        if not for_real:
            click.echo(f"Double authentification à retirer : {user.email} ({user.name}).")
            click.echo(DRY)
            return
        second_factor.reset(session, user, actor=COMMAND_LINE, now=session.info["now"])
    click.echo(f"Double authentification retirée : {user.email} la règle de nouveau à sa prochaine connexion.")


@users_group.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Affiche un lien pour choisir un mot de passe, à remettre à la personne et à elle seule."""
    with _transaction() as session:
        user = _known(session, email)
        made = links.hand_over(session, user, now=session.info["now"])
    _show(made, f"Lien de {user.email}")


@users_group.command("first-link")
def first_link() -> None:
    """Affiche le lien qui ouvre une installation vide : la structure et son premier compte."""
    with _transaction() as session:
        made = links.first_link(session, now=session.info["now"])
    _show(made, "Premier compte")


def show_first_link() -> None:
    """Show the first link, if the installation is empty. Needs an application context."""
    with _transaction() as session:
        empty = not link_queries.anybody(session)
        made = links.first_link(session, now=session.info["now"]) if empty else None
    if made:
        _show(made, "Premier compte")


def _known(session: Session, email: str) -> User:
    user = queries.by_email(session, email)
    if user is None:
        raise click.ClickException(f"Aucun compte à l'adresse {email}.")
    return user


def _show(made: links.Made, what: str) -> None:
    click.echo(f"{what} (sert une fois, pendant 60 minutes) :\n{made.url}")
