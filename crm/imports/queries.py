"""Reads of imports, and in whose name one is made."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from crm.access.policy import Actor, Permission, require
from crm.accounts.models import Membership, Structure, User
from crm.errors import NotFound
from crm.imports.enums import Choice
from crm.imports.models import Import, ImportChoice

#: How many imports the first page shows.
LATEST = 20


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Import:
    """The import of that public id in the actor's structure, with its plan. Raises NotFound."""
    require(actor, Permission.PARTNER_IMPORT)
    statement = (
        select(Import)
        .where(Import.public_id == public_id, Import.structure_id == actor.structure_id)
        .options(undefer(Import.plan))
    )
    one = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if one is None:
        raise NotFound
    return one


def report_of(session: Session, one: Import) -> str:
    """The report of an import that is done, as CSV."""
    return session.scalar(select(Import.report).where(Import.id == one.id)) or ""


def latest(session: Session, *, actor: Actor) -> list[tuple[Import, str]]:
    """The latest imports of the structure, each with the name of its author, '' for the command line."""
    require(actor, Permission.PARTNER_IMPORT)
    statement = (
        select(Import, User.first_name, User.last_name)
        .outerjoin(User, User.id == Import.author_id)
        .where(Import.structure_id == actor.structure_id)
        .order_by(Import.id.desc())
        .limit(LATEST)
    )
    return [(one, f"{first or ''} {last or ''}".strip()) for one, first, last in session.execute(statement)]


def choices(session: Session, import_id: int) -> dict[int, Choice]:
    """What was said of doubtful rows, by line."""
    statement = select(ImportChoice.line, ImportChoice.choice).where(ImportChoice.import_id == import_id)
    return {row.line: row.choice for row in session.execute(statement)}


def actor_by_id(session: Session, user_id: int, *, structure_id: int) -> Actor | None:
    """The active person with their roles in that structure; None when there is none."""
    return _actor(session, User.id == user_id, structure_id)


def actor_by_email(session: Session, email: str, *, structure_id: int) -> Actor | None:
    """The active person of that e-mail with their roles in that structure; None when there is none."""
    return _actor(session, User.email == email.strip().lower(), structure_id)


def _actor(session: Session, who: ColumnElement[bool], structure_id: int) -> Actor | None:
    rows = session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(who, User.active, Membership.structure_id == structure_id)
    ).all()
    if not rows:
        return None
    user = rows[0][0]
    return Actor(user.id, user.name, structure_id, frozenset(role for _, role in rows))


def wait_for_other_imports(session: Session) -> None:
    """
    Hold the structures until the transaction ends, so that imports follow one another.

    SQLite has one writer anyway. Rows that refer to a structure can be written meanwhile.
    """
    session.execute(select(Structure.id).order_by(Structure.id).with_for_update(key_share=True))
